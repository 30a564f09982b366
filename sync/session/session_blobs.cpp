// Attachments come after events, because only the events say which are wanted. The outline of one comes first; then every chunk
// can be checked by itself.

#include "sync/session/session_state.h"

namespace evenhand {

using session_detail::Phase;
using session_detail::SpaceExchange;

namespace {

/// More than any cycle has, and less than a partner needs to keep us reading for ever.
constexpr std::uint64_t kBlobsPerSession = 100'000;

}  // namespace

Result<void> Session::State::on_want_blobs(const wire::WantBlobs& message) {
  EVENHAND_TRY(SpaceExchange* const space, space_of(message.space));
  if (message.blobs.empty() || !blobs.to_serve.empty()) return refused("the partner asks for attachments when it is not its turn");
  blobs.asked_by_partner += message.blobs.size();
  if (blobs.asked_by_partner > kBlobsPerSession) return refused("the partner asks for too many attachments");
  for (const wire::BlobWant& want : message.blobs) blobs.to_serve.push_back({space->number_, want});
  return {};
}

Result<std::optional<Bytes>> Session::State::next_blob_message() {
  if (blobs.to_serve.empty()) return std::optional<Bytes>();
  const auto serving = blobs.to_serve.front();
  BlobStore* const store = options.attachments ? spaces[serving.space].space_->blobs() : nullptr;
  if (!blobs.reading) {
    if (store) {
      if (auto opened = store->read(serving.want.address)) blobs.reading = std::move(*opened);
    }
    const bool is_here = blobs.reading && serving.want.first_chunk <= blobs.reading->outline().chunks.size();
    if (!is_here) {
      blobs.reading.reset();
      blobs.to_serve.pop_front();
      return std::optional(wire::to_message(wire::BlobLack{serving.space, serving.want.address}));
    }
    blobs.next_chunk = serving.want.first_chunk;
    const BlobOutline& outline = blobs.reading->outline();
    const Bytes message = wire::to_message(wire::BlobHead{serving.space, serving.want.address, outline.length, outline.chunks});
    if (blobs.next_chunk == outline.chunks.size()) {
      blobs.reading.reset();
      blobs.to_serve.pop_front();
      outstanding_blobs.push_back(serving.space);
    }
    return std::optional(message);
  }
  auto chunk = blobs.reading->chunk(blobs.next_chunk);
  if (!chunk) {
    blobs.reading.reset();
    blobs.to_serve.pop_front();
    return std::optional(wire::to_message(wire::BlobLack{serving.space, serving.want.address}));
  }
  const Bytes message = wire::to_message(wire::BlobChunk{static_cast<std::uint32_t>(blobs.next_chunk), *chunk});
  if (++blobs.next_chunk == blobs.reading->outline().chunks.size()) {
    blobs.reading.reset();
    blobs.to_serve.pop_front();
    outstanding_blobs.push_back(serving.space);
  }
  return std::optional(message);
}

Result<void> Session::State::ask_for_blobs() {
  if (blobs.all_asked || !blobs.asked.empty() || !got_hello) return {};
  const bool are_events_done = std::all_of(spaces.begin(), spaces.end(), [](const SpaceExchange& space) {
    return space.is_done() || (space.phase_ == Phase::offered && !space.named_);
  });
  if (!are_events_done) return {};
  EVENHAND_CHECK(settle_once());
  for (; options.attachments && blobs.asking_space < spaces.size(); ++blobs.asking_space) {
    const SpaceExchange& space = spaces[blobs.asking_space];
    if (space.phase_ != Phase::agreed || !space.space_->blobs()) continue;
    EVENHAND_TRY(const auto wanted, space.space_->wanted_blobs(kBlobWantsMax + blobs.tried.size()));
    wire::WantBlobs message{space.number_, {}};
    for (const BlobAddress& address : wanted) {
      if (message.blobs.size() == kBlobWantsMax || blobs.tried.contains({space.number_, address}) || blobs.asked.contains(address)) continue;
      const auto begun = static_cast<std::uint32_t>(space.space_->blobs()->chunks_begun(address));
      message.blobs.push_back({address, begun});
      blobs.asked[address] = begun;
    }
    if (message.blobs.empty()) continue;
    say(wire::to_message(message));
    return {};
  }
  blobs.all_asked = true;
  return {};
}

Result<void> Session::State::on_blob_head(const wire::BlobHead& message, std::size_t bytes_on_wire) {
  EVENHAND_CHECK(spend_credit(bytes_on_wire));
  receipt.credit += bytes_on_wire;
  credit_here += bytes_on_wire;
  const auto asked = blobs.asked.find(message.address);
  if (asked == blobs.asked.end() || message.space != blobs.asking_space || blobs.chunks_to_come > 0) {
    return refused("the partner sends an attachment that nobody asked for");
  }
  BlobStore& store = *spaces[message.space].space_->blobs();
  EVENHAND_TRY(BlobWriter writer, store.write(message.address, {message.length, message.chunks}));
  if (asked->second > message.chunks.size()) return corrupt("the partner begins an attachment behind its end");
  blobs.coming_index = asked->second;
  blobs.chunks_to_come = static_cast<std::uint32_t>(message.chunks.size()) - asked->second;
  // Fewer chunks were good than the file was long: what comes now does not fit, and the next session begins anew.
  const bool fits = writer.next_chunk() == asked->second;
  blobs.writing.emplace(std::move(writer));
  progress.attachment_bytes_to_receive += message.length - std::min(message.length, std::uint64_t{asked->second} * kBlobChunkBytes);
  if (!fits) {
    blobs.tried.insert({message.space, message.address});
    blobs.writing.reset();
    ++outcome.attachments_lacking;
  }
  blobs.asked.erase(asked);
  return blobs.chunks_to_come == 0 ? finish_blob() : Result<void>{};
}

Result<void> Session::State::on_blob_chunk(const wire::BlobChunk& message, std::size_t bytes_on_wire) {
  EVENHAND_CHECK(spend_credit(bytes_on_wire));
  receipt.credit += bytes_on_wire;
  credit_here += bytes_on_wire;
  if (blobs.chunks_to_come == 0 || message.index != blobs.coming_index) return refused("the partner sends a chunk that nobody waits for");
  if (blobs.writing) EVENHAND_CHECK(blobs.writing->add(message.bytes));
  progress.attachment_bytes_received += message.bytes.size();
  ++blobs.coming_index;
  return --blobs.chunks_to_come == 0 ? finish_blob() : Result<void>{};
}

Result<void> Session::State::finish_blob() {
  if (blobs.writing) {
    EVENHAND_CHECK(blobs.writing->finish());
    blobs.writing.reset();
    ++outcome.attachments_received;
  }
  ++receipt.blobs;
  return {};
}

Result<void> Session::State::on_blob_lack(const wire::BlobLack& message) {
  const bool is_asked = message.space == blobs.asking_space && blobs.asked.erase(message.address) == 1;
  const bool stops_half_way = !is_asked && blobs.chunks_to_come > 0 && blobs.writing && blobs.writing->address() == message.address;
  if (!is_asked && !stops_half_way) return refused("the partner lacks what nobody asked for");
  blobs.chunks_to_come = stops_half_way ? 0 : blobs.chunks_to_come;
  if (stops_half_way) blobs.writing.reset();
  blobs.tried.insert({message.space, message.address});
  ++outcome.attachments_lacking;
  return {};
}

}  // namespace evenhand
