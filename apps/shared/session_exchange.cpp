#include "apps/shared/session_exchange.h"

#include <algorithm>

namespace evenhand {

namespace {

constexpr std::size_t kLengthBytes = 4;

Bytes opening_of(const Bytes& keys) {
  Bytes opening;
  for (int shift = 0; shift < 32; shift += 8) opening.push_back(static_cast<std::uint8_t>(keys.size() >> shift));
  opening.insert(opening.end(), keys.begin(), keys.end());
  return opening;
}

std::size_t length_in(const Bytes& opening) {
  std::size_t length = 0;
  for (std::size_t i = 0; i < kLengthBytes; ++i) length |= std::size_t{opening[i]} << (8 * i);
  return length;
}

}  // namespace

SessionExchange::SessionExchange(std::unique_ptr<Replica> replica, const Peer& peer, SessionMemory& memory, Random& random, SessionRole role,
                                 SessionOptions options, const Bytes& keys, Hooks hooks)
    : replica_(std::move(replica)),
      session_(*replica_, peer.device, memory, random, role, options),
      hooks_(std::move(hooks)),
      opening_out_(opening_of(keys.size() <= kKeysBytesMax ? keys : Bytes())) {}

// Gives what is left for the session. Grows as bytes come, never by what a length claims.
Result<ByteView> SessionExchange::take_opening(ByteView bytes) {
  while (!has_opened_ && !bytes.empty()) {
    const bool has_length = opening_in_.size() >= kLengthBytes;
    const std::size_t wanted = has_length ? kLengthBytes + length_in(opening_in_) : kLengthBytes;
    if (wanted > kLengthBytes + (hooks_.take_keys ? kKeysBytesMax : 0)) return corrupt("the partner opens with more than it may");
    const std::size_t taken = std::min(wanted - opening_in_.size(), bytes.size());
    opening_in_.insert(opening_in_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
    bytes = bytes.subspan(taken);
    has_opened_ = opening_in_.size() >= kLengthBytes && opening_in_.size() == kLengthBytes + length_in(opening_in_);
  }
  return bytes;
}

Result<void> SessionExchange::receive(ByteView bytes) {
  if (refusal_) {
    heard_bytes_ += bytes.size();  // and kept nowhere
    if (heard_bytes_ > kLengthBytes) session_.refuse(*refusal_);
    return {};
  }
  auto rest = take_opening(bytes);
  if (!rest) {
    session_.close(rest.error());
    return rest.error();
  }
  if (!rest->empty()) session_.receive(*rest);
  if (hooks_.progress) hooks_.progress(session_.progress());
  return {};
}

Bytes SessionExchange::take_output(std::size_t most) {
  if (!opening_out_.empty()) return std::exchange(opening_out_, {});
  return session_.take(most);
}

bool SessionExchange::is_finished() const { return session_.is_over(); }

void SessionExchange::tick(std::uint64_t now_ms) {
  if (refusal_ && now_ms >= kFirstWordMs && !session_.is_over()) session_.refuse(*refusal_);
  session_.tick(now_ms);
}

void SessionExchange::ended(const Result<void>& how) {
  if (!how && !session_.is_over()) session_.close(how.error());
  Result<void> all = how;
  if (has_opened_ && opening_in_.size() > kLengthBytes && hooks_.take_keys) {
    const Result<void> taken = hooks_.take_keys(ByteView(opening_in_).subspan(kLengthBytes));
    if (all && !taken) all = taken;
  }
  hooks_.ended(session_.outcome(), all);
}

}  // namespace evenhand
