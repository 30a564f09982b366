#include "sync/protocol/compress.h"
#include "sync/session/session_state.h"

namespace evenhand {

using session_detail::ChainSend;
using session_detail::Phase;
using session_detail::SpaceExchange;

namespace {

/// One transaction per so many bytes: fewer would wait for the disk too often, more would be memory.
constexpr std::size_t kStoreBytes = std::size_t{1} << 20;
/// Below this nothing is gained.
constexpr std::size_t kCompressFromBytes = 200;

Error ours(const Error& error) {
  if (error.code == ErrorCode::unavailable) return error;
  return unavailable("the log of this device cannot be read: " + error.what, error.where, "Run evenhand doctor.");
}

}  // namespace

Result<void> Session::State::spend_credit(std::size_t bytes) {
  if (bytes > credit_here) return refused("the partner sends more than it was given room for");
  credit_here -= bytes;
  return {};
}

Result<void> Session::State::on_segment(const wire::SegmentMessage& message, std::size_t bytes_on_wire) {
  EVENHAND_TRY(SpaceExchange* const space, space_of(message.space));
  EVENHAND_CHECK(spend_credit(bytes_on_wire));
  if (space->phase_ != Phase::streaming || space->got_sent_) return refused("the partner sent events that nobody asked for");
  if (message.form != space->space_->form()) return refused("the partner sent events in another form than it offered");
  if (message.plain_bytes && !may_compress) return refused("the partner compresses although it was told not to");
  Segment segment{message.range, message.form, {}};
  if (message.plain_bytes) {
    EVENHAND_TRY(segment.payload, decompress_untrusted(message.payload, *message.plain_bytes));
  } else {
    segment.payload.assign(message.payload.begin(), message.payload.end());
  }
  if (message.form == SegmentForm::commits) {
    EVENHAND_TRY(const auto commits, split_commits(segment.payload));
    EVENHAND_TRY(segment.range, range_of(commits));
  }
  EVENHAND_CHECK(space->admit(segment.range));
  if (pending.space != space->number_) EVENHAND_CHECK(store_pending());
  pending.space = space->number_;
  pending.plain_bytes += segment.payload.size();
  pending.wire_bytes += bytes_on_wire;
  pending.segments.push_back(std::move(segment));
  return pending.plain_bytes >= kStoreBytes ? store_pending() : Result<void>{};
}

// Durable first, then the receipt. When one of several is bad, those before it are kept.
Result<void> Session::State::store_pending() {
  if (pending.segments.empty()) return {};
  Pending batch;
  std::swap(batch, pending);
  SpaceExchange& space = spaces[batch.space];
  const auto keep = [&](std::span<const Segment> segments) -> Result<void> {
    EVENHAND_TRY(const Stored stored, space.space_->store(segments));
    anything_new = anything_new || stored.events_new > 0;
    space.outcome_.events_new += stored.events_new;
    space.outcome_.commits_parked += stored.commits_parked;
    for (const Segment& segment : segments) {
      const std::uint64_t events = segment.range.last_seq - segment.range.first_seq + 1;
      space.outcome_.events_received += events;
      progress.events_received += events;
    }
    return {};
  };
  auto kept = keep(batch.segments);
  if (!kept && kept.error().code != ErrorCode::unavailable && batch.segments.size() > 1) {
    for (const Segment& segment : batch.segments) EVENHAND_CHECK(keep({&segment, 1}));
  } else if (!kept) {
    return kept;
  }
  receipt.segments += batch.segments.size();
  receipt.credit += batch.wire_bytes;
  credit_here += batch.wire_bytes;
  return {};
}

Result<void> Session::State::on_receipt(const wire::Receipt& message) {
  if (message.segments > outstanding.size() || message.blobs > outstanding_blobs.size()) return refused("the partner thanks for more than was sent");
  if (message.credit > kCreditBytesMax - credit_there) return refused("the partner gives more room than there can be");
  if (message.segments == 0 && message.blobs == 0 && message.credit == 0) return refused("the partner thanks for nothing");
  credit_there += message.credit;
  for (std::uint64_t i = 0; i < message.segments; ++i) {
    spaces[outstanding.front().space].outcome_.events_sent += outstanding.front().events;
    progress.events_sent += outstanding.front().events;
    outstanding.pop_front();
  }
  for (std::uint64_t i = 0; i < message.blobs; ++i) outstanding_blobs.pop_front();
  return {};
}

Result<void> Session::State::stream(std::size_t most) {
  if (receipt.segments + receipt.blobs + receipt.credit > 0) {
    say(wire::to_message(receipt));
    receipt = {};
  }
  while (out.size() - out_taken < most) {
    if (!held_back) {
      EVENHAND_TRY(held_back, next_segment());
    }
    if (!held_back) {
      EVENHAND_TRY(held_back, next_blob_message());
    }
    if (!held_back || held_back->size() > credit_there) return {};
    credit_there -= held_back->size();
    say(*held_back);
    held_back.reset();
  }
  return {};
}

SpaceExchange* Session::State::choose_space() {
  if (streaming_space && !spaces[*streaming_space].sends_.empty()) return &spaces[*streaming_space];
  const auto key = [](const SpaceExchange& space) { return std::pair(space.sends_.back().lane == Lane::authority ? 0 : 1, space.sends_.back().events); };
  SpaceExchange* chosen = nullptr;
  for (SpaceExchange& space : spaces) {
    if (space.phase_ == Phase::streaming && !space.sends_.empty() && (!chosen || key(space) < key(*chosen))) chosen = &space;
  }
  streaming_space = chosen ? std::optional(chosen->number_) : std::nullopt;
  return chosen;
}

Result<std::optional<Bytes>> Session::State::next_segment() {
  while (SpaceExchange* const space = choose_space()) {
    ChainSend& send = space->sends_.back();
    auto segment = space->space_->next_segment(send.chain, send.after, send.cursor);
    if (!segment) return ours(segment.error());
    if (!*segment || send.once) {
      space->sends_.pop_back();
      streaming_space.reset();
    }
    if (!*segment) continue;
    wire::SegmentMessage message{space->number_, (*segment)->form, std::nullopt, (*segment)->range, (*segment)->payload};
    Bytes compressed;
    if (may_compress && message.form == SegmentForm::commits && message.payload.size() >= kCompressFromBytes) {
      compressed = compress(message.payload);
      if (compressed.size() < message.payload.size()) {
        message.plain_bytes = message.payload.size();
        message.payload = compressed;
      }
    }
    outstanding.push_back({space->number_, (*segment)->range.last_seq - (*segment)->range.first_seq + 1});
    return std::optional(wire::to_message(message));
  }
  return std::optional<Bytes>();
}

}  // namespace evenhand
