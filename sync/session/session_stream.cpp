#include "sync/protocol/compress.h"
#include "sync/protocol/lean.h"
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
/// Segments of different chains share a message up to here.
constexpr std::size_t kPackBytes = 64 * 1024;

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
  Bytes payload;
  if (message.plain_bytes) {
    EVENHAND_TRY(payload, decompress_untrusted(message.payload, *message.plain_bytes));
  } else {
    payload.assign(message.payload.begin(), message.payload.end());
  }
  if (message.is_lean) {
    EVENHAND_TRY(payload, restore_lean_untrusted(payload, kSegmentBytesMax));
  }
  if (pending.space != space->number_) EVENHAND_CHECK(store_pending());
  pending.space = space->number_;
  if (message.form == SegmentForm::frame) {
    EVENHAND_CHECK(take_segment(*space, {message.range, message.form, std::move(payload)}));
  } else {
    EVENHAND_CHECK(take_commits(*space, payload));
  }
  pending.wire_bytes += bytes_on_wire;
  ++pending.messages;
  return pending.plain_bytes >= kStoreBytes ? store_pending() : Result<void>{};
}

Result<void> Session::State::take_segment(SpaceExchange& space, Segment segment) {
  EVENHAND_CHECK(space.admit(segment.range));
  if (space.takes_no_more(segment.range.chain)) return {};  // it was on its way
  pending.plain_bytes += segment.payload.size();
  pending.segments.push_back(std::move(segment));
  return {};
}

// Segments of several chains stand end to end: a new one begins where the chain changes.
Result<void> Session::State::take_commits(SpaceExchange& space, ByteView payload) {
  EVENHAND_TRY(const auto commits, split_commits(payload));
  if (commits.empty()) return corrupt("segment: it holds no commit");
  for (std::size_t i = 0; i < commits.size();) {
    std::vector<CommitView> run;
    Bytes bytes;
    for (const ChainId chain = commits[i].chain(); i < commits.size() && commits[i].chain() == chain; ++i) {
      run.push_back(commits[i]);
      bytes.insert(bytes.end(), commits[i].bytes().begin(), commits[i].bytes().end());
    }
    EVENHAND_TRY(const SegmentRange range, range_of(run));
    EVENHAND_CHECK(take_segment(space, {range, SegmentForm::commits, std::move(bytes)}));
  }
  return {};
}

// Durable first, then the receipt. When one of several is bad, those before it are kept.
Result<void> Session::State::store_pending() {
  if (pending.messages == 0) return {};
  Pending batch;
  std::swap(batch, pending);
  SpaceExchange& space = spaces[batch.space];
  const auto keep = [&](std::span<const Segment> segments) -> Result<void> {
    EVENHAND_TRY(const Stored stored, space.space_->store(segments));
    anything_new = anything_new || stored.events_new > 0 || stored.commits_filled > 0;
    space.outcome_.events_new += stored.events_new;
    space.outcome_.commits_parked += stored.commits_parked;
    std::uint64_t events = 0;
    for (const Segment& segment : segments) events += segment.range.last_seq - segment.range.first_seq + 1;
    space.outcome_.events_received += events - stored.events_passed_over;
    progress.events_received += events;
    const std::vector<FalsePacking> found = space.space_->take_false();
    if (!found.empty() && !may_pass_over) return found.front().why;
    tell_false(space, found);
    return take_no_more(space, stored);
  };
  auto kept = batch.segments.empty() ? Result<void>{} : keep(batch.segments);
  if (!kept && kept.error().code != ErrorCode::unavailable && batch.segments.size() > 1) {
    for (const Segment& segment : batch.segments) {
      if (!space.takes_no_more(segment.range.chain)) EVENHAND_CHECK(keep({&segment, 1}));
    }
  } else if (!kept) {
    return kept;
  }
  receipt.segments += batch.messages;
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
  outcome.attachments_sent += message.blobs;
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

Result<std::optional<Session::State::Ready>> Session::State::read_segment() {
  if (ahead) return std::exchange(ahead, std::nullopt);
  while (SpaceExchange* const space = choose_space()) {
    space->choose_send();
    ChainSend& send = space->sends_.back();
    auto segment = space->space_->next_segment(send.chain, send.after, send.cursor);
    if (!segment) return ours(segment.error());
    if (*segment && (*segment)->form == SegmentForm::frame) space->given_.insert(send.chain);
    if (*segment) send.goes_on_at = (*segment)->goes_on_at;
    if (!*segment || --send.segments_left == 0) {
      space->sends_.pop_back();
      streaming_space.reset();
    }
    if (*segment) return std::optional(Ready{space->number_, std::move(**segment)});
  }
  return std::optional<Ready>();
}

Result<std::optional<Bytes>> Session::State::next_segment() {
  EVENHAND_TRY(std::optional<Ready> first, read_segment());
  if (!first) return std::optional<Bytes>();
  const auto count = [](const SegmentRange& range) { return range.last_seq - range.first_seq + 1; };
  const SegmentForm form = first->segment.form;
  Bytes payload = std::move(first->segment.payload);
  std::uint64_t events = count(first->segment.range);
  ChainId chain = first->segment.range.chain;
  // What little there is of other chains goes along: a message of its own would cost more than it tells.
  while (form == SegmentForm::commits && payload.size() < kPackBytes) {
    EVENHAND_TRY(ahead, read_segment());
    if (!ahead || ahead->space != first->space || ahead->segment.range.chain == chain) break;
    if (payload.size() + ahead->segment.payload.size() > kPackBytes) break;
    payload.insert(payload.end(), ahead->segment.payload.begin(), ahead->segment.payload.end());
    events += count(ahead->segment.range);
    chain = ahead->segment.range.chain;
    ahead.reset();
  }
  wire::SegmentMessage message{first->space, form, std::nullopt, first->segment.range, {}, may_be_lean && form == SegmentForm::commits};
  if (message.is_lean) payload = make_lean(payload);
  message.payload = payload;
  Bytes compressed;
  if (may_compress && form == SegmentForm::commits && payload.size() >= kCompressFromBytes) {
    compressed = compress(payload);
    if (compressed.size() < payload.size()) {
      message.plain_bytes = payload.size();
      message.payload = compressed;
    }
  }
  outstanding.push_back({first->space, events});
  return std::optional(wire::to_message(message));
}

}  // namespace evenhand
