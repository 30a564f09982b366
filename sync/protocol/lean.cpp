#include "sync/protocol/lean.h"

#include "core/crypto/hash.h"
#include "sync/protocol/segment.h"

namespace evenhand {

namespace {

constexpr std::size_t kFrameBytes = 4;
constexpr std::size_t kBodyHashAt = 84;

std::size_t number_at(const std::uint8_t* at, std::size_t bytes) {
  std::size_t number = 0;
  for (std::size_t i = 0; i < bytes; ++i) number |= std::size_t{at[i]} << (8 * i);
  return number;
}

void append(Bytes& to, ByteView part) { to.insert(to.end(), part.begin(), part.end()); }

/// Reads lean bytes from front to back, never beyond them.
class Restorer {
 public:
  Restorer(ByteView lean, std::size_t bytes_max) : lean_(lean), bytes_max_(bytes_max) {}

  Result<Bytes> run() {
    out_.reserve(std::min(bytes_max_, lean_.size() + lean_.size() / 8));
    while (at_ < lean_.size()) EVENHAND_CHECK(commit());
    return std::move(out_);
  }

 private:
  Result<void> commit() {
    EVENHAND_TRY(const ByteView fixed, take(CommitView::kFixedBytes));
    if ((fixed[4] & 1) != 0) EVENHAND_CHECK(take(ChainDescriptor::kBytes));
    const std::size_t events = number_at(&fixed[6], 2);
    for (std::size_t i = 0; i < events; ++i) EVENHAND_CHECK(event());
    EVENHAND_CHECK(take(CommitView::kTrailerBytes));
    return {};
  }

  Result<void> event() {
    EVENHAND_TRY(const ByteView frame, take(kFrameBytes));
    const std::size_t header_bytes = number_at(frame.data(), 2);
    if (header_bytes < EventHeader::kFixedBytes) return corrupt("segment: an event header is cut short", "byte " + std::to_string(at_));
    if (frame[2] == 0) {
      EVENHAND_CHECK(take(header_bytes));
      return {};
    }
    EVENHAND_TRY(const ByteView front, take(kBodyHashAt));
    const std::size_t hash_at = out_.size();
    out_.resize(hash_at + Hash::kSize);
    EVENHAND_CHECK(take(header_bytes - kBodyHashAt - Hash::kSize));
    EVENHAND_TRY(const ByteView salted, take(kSaltBytes + number_at(&front[8], 4)));
    const Hash hash = sha256(salted);
    std::copy(hash.bytes.begin(), hash.bytes.end(), out_.begin() + static_cast<std::ptrdiff_t>(hash_at));
    if (out_.size() > bytes_max_) return corrupt("a segment that would become longer than it may be", "byte " + std::to_string(at_));
    return {};
  }

  // Copies the next bytes to the output and shows them.
  Result<ByteView> take(std::size_t count) {
    if (count > lean_.size() - at_) return corrupt("segment: a commit runs past the end", "byte " + std::to_string(at_));
    const ByteView taken = lean_.subspan(at_, count);
    append(out_, taken);
    at_ += count;
    return taken;
  }

  ByteView lean_;
  std::size_t bytes_max_;
  std::size_t at_ = 0;
  Bytes out_;
};

}  // namespace

Bytes make_lean(ByteView commits) {
  const auto split = split_commits(commits);
  EVENHAND_ASSERT(split.ok(), "commits of our own log stand end to end");
  Bytes lean;
  lean.reserve(commits.size());
  for (const CommitView& commit : *split) {
    std::size_t from = 0;  // of the bytes that are copied next
    const ByteView bytes = commit.bytes();
    const auto walked = commit.walk([&](std::size_t, const EventView& event) {
      if (event.body_state != BodyState::present) return true;
      const std::size_t hash_at = static_cast<std::size_t>(event.header_bytes.data() - bytes.data()) + kBodyHashAt;
      append(lean, bytes.subspan(from, hash_at - from));
      from = hash_at + Hash::kSize;
      return true;
    });
    EVENHAND_ASSERT(walked.ok(), "a commit of our own log walks");
    append(lean, bytes.subspan(from));
  }
  return lean;
}

Result<Bytes> restore_lean_untrusted(ByteView lean, std::size_t bytes_max) { return Restorer(lean, bytes_max).run(); }

}  // namespace evenhand
