// Attachments come after events, because only the events say which are wanted. The outline of one comes first; then every chunk
// can be checked by itself. Sealed ones go the same way, piece by piece (session_parcels.cpp).

#include "sync/session/session_state.h"

namespace evenhand {

using session_detail::Giving;
using session_detail::Phase;
using session_detail::SpaceExchange;
using session_detail::Taking;

namespace {

/// More than any cycle has, and less than a partner needs to keep us reading for ever.
constexpr std::uint64_t kBlobsPerSession = 100'000;

class BlobGiving : public Giving {
 public:
  explicit BlobGiving(BlobReader reader) : reader_(std::move(reader)) {}
  std::uint32_t chunks() const override { return static_cast<std::uint32_t>(reader_.outline().chunks.size()); }
  Result<Bytes> head(std::size_t space, const wire::BlobId& name) override {
    return wire::to_message(wire::BlobHead{space, name, reader_.outline().length, reader_.outline().chunks});
  }
  Result<Bytes> chunk(std::uint32_t index) override { return reader_.chunk(index); }

 private:
  BlobReader reader_;
};

class BlobTaking : public Taking {
 public:
  explicit BlobTaking(BlobWriter writer) : writer_(std::move(writer)) {}
  std::uint32_t next_chunk() const override { return static_cast<std::uint32_t>(writer_.next_chunk()); }
  Result<void> add(ByteView chunk) override { return writer_.add(chunk); }
  Result<void> finish() override { return writer_.finish(); }

 private:
  BlobWriter writer_;
};

}  // namespace

Result<void> Session::State::on_want_blobs(const wire::WantBlobs& message) {
  EVENHAND_TRY(SpaceExchange* const space, space_of(message.space));
  if (message.blobs.empty() || !blobs.to_serve.empty()) return refused("the partner asks for attachments when it is not its turn");
  blobs.asked_by_partner += message.blobs.size();
  if (blobs.asked_by_partner > kBlobsPerSession) return refused("the partner asks for too many attachments");
  for (const wire::BlobWant& want : message.blobs) blobs.to_serve.push_back({space->number_, want});
  return {};
}

Result<std::unique_ptr<Giving>> Session::State::open_to_give(const session_detail::Blobs::Serving& serving) {
  const SpaceExchange& space = spaces[serving.space];
  if (parcels_of(space) != nullptr) return open_parcel(space, serving.want.address);
  BlobStore* const store = options.attachments ? space.space_->blobs() : nullptr;
  if (store == nullptr) return not_found("there are no attachments of this space");
  EVENHAND_TRY(BlobReader found, store->read(serving.want.address));
  return std::unique_ptr<Giving>(std::make_unique<BlobGiving>(std::move(found)));
}

Result<std::optional<Bytes>> Session::State::next_blob_message() {
  if (blobs.to_serve.empty()) return std::optional<Bytes>();
  const auto serving = blobs.to_serve.front();
  const auto next = [&]() -> Result<Bytes> {
    if (blobs.reading) {
      EVENHAND_TRY(const Bytes chunk, blobs.reading->chunk(blobs.next_chunk));
      return wire::to_message(wire::BlobChunk{blobs.next_chunk++, chunk});
    }
    EVENHAND_TRY(blobs.reading, open_to_give(serving));
    blobs.next_chunk = serving.want.first_chunk;
    if (blobs.next_chunk > blobs.reading->chunks()) return not_found("the attachment is shorter");
    return blobs.reading->head(serving.space, serving.want.address);
  };
  auto message = next();
  const bool is_whole = message && blobs.next_chunk == blobs.reading->chunks();
  if (is_whole) outstanding_blobs.push_back(serving.space);
  if (!message || is_whole) {
    blobs.reading.reset();
    blobs.to_serve.pop_front();
  }
  return std::optional(message ? std::move(*message) : wire::to_message(wire::BlobLack{serving.space, serving.want.address}));
}

// True: some were asked for.
Result<bool> Session::State::ask_for_blobs_of(const SpaceExchange& space) {
  EVENHAND_TRY(const auto wanted, space.space_->wanted_blobs(kBlobWantsMax + blobs.tried.size()));
  wire::WantBlobs message{space.number_, {}};
  for (const BlobAddress& address : wanted) {
    if (message.blobs.size() == kBlobWantsMax || blobs.tried.contains({space.number_, address}) || blobs.asked.contains(address)) continue;
    const auto begun = static_cast<std::uint32_t>(space.space_->blobs()->chunks_begun(address));
    message.blobs.push_back({address, begun});
    blobs.asked[address] = begun;
  }
  if (message.blobs.empty()) return false;
  blobs.asked_space = space.number_;
  say(wire::to_message(message));
  return true;
}

Result<void> Session::State::ask_for_blobs() {
  if (blobs.all_asked || !blobs.asked.empty() || blobs.chunks_to_come > 0 || !got_hello) return {};
  const bool are_events_done = std::all_of(spaces.begin(), spaces.end(), [](const SpaceExchange& space) {
    return space.is_done() || (space.phase_ == Phase::offered && !space.named_);
  });
  if (!are_events_done) return {};
  EVENHAND_CHECK(settle_once());
  for (; options.attachments && blobs.asking_space < spaces.size(); ++blobs.asking_space) {
    const SpaceExchange& space = spaces[blobs.asking_space];
    if (space.phase_ != Phase::agreed || !space.space_->blobs()) continue;
    EVENHAND_TRY(const bool has_asked, ask_for_blobs_of(space));
    if (has_asked) return {};
  }
  EVENHAND_TRY(blobs.all_asked, trade_parcels());
  return {};
}

Result<void> Session::State::check_asked(std::size_t space, const wire::BlobId& name) const {
  if (blobs.asked.contains(name) && space == blobs.asked_space && blobs.chunks_to_come == 0) return {};
  return refused("the partner sends an attachment that nobody asked for");
}

// What a hub gives and nobody can read is left out and said, and another member's copy asked for; a partner that sends other bytes than
// it named is sent away.
Result<void> Session::State::give_up_blob(const Error& why) {
  if (parcels.role != ParcelRole::makes || why.code == ErrorCode::unavailable) return why;
  blobs.writing.reset();
  SpaceExchange& space = spaces[blobs.asked_space];
  const std::vector<FalsePacking> found = space.space_->take_false();
  tell_false(space, found);
  const ParcelName name = *ParcelName::from(blobs.coming.view());
  const bool is_another_likely = may_pass_over && !found.empty() && ++parcels.tried[name] < kParcelCopiesMax;
  if (is_another_likely) parcels.wanted.push_back(name);
  else ++outcome.attachments_refused;
  return {};
}

Result<void> Session::State::begin_blob(std::size_t space, const wire::BlobId& name, std::uint32_t chunks, Result<std::unique_ptr<Taking>> writer, std::uint64_t bytes) {
  const std::uint32_t first = blobs.asked.at(name);
  blobs.asked.erase(name);
  if (first > chunks) return corrupt("the partner begins an attachment behind its end");
  blobs.coming = name;
  blobs.coming_index = first;
  blobs.chunks_to_come = chunks - first;
  if (!writer) {
    EVENHAND_CHECK(give_up_blob(writer.error()));
  } else if ((*writer)->next_chunk() == first) {
    blobs.writing = std::move(*writer);
    progress.attachment_bytes_to_receive += bytes;
  } else {
    // Fewer chunks were good than the file was long: what comes now does not fit, and the next session begins anew.
    blobs.tried.insert({space, name});
    ++outcome.attachments_lacking;
  }
  return blobs.chunks_to_come == 0 ? finish_blob() : Result<void>{};
}

Result<void> Session::State::on_blob_head(const wire::BlobHead& message, std::size_t bytes_on_wire) {
  EVENHAND_CHECK(spend_credit(bytes_on_wire));
  receipt.credit += bytes_on_wire;
  credit_here += bytes_on_wire;
  EVENHAND_CHECK(check_asked(message.space, message.address));
  BlobStore* const store = spaces[message.space].space_->blobs();
  if (store == nullptr) return refused("the partner sends an attachment that is not sealed");
  EVENHAND_TRY(BlobWriter writer, store->write(message.address, {message.length, message.chunks}));
  const std::uint64_t here = std::uint64_t{blobs.asked.at(message.address)} * kBlobChunkBytes;
  return begin_blob(message.space, message.address, static_cast<std::uint32_t>(message.chunks.size()), std::unique_ptr<Taking>(std::make_unique<BlobTaking>(std::move(writer))),
                    message.length - std::min(message.length, here));
}

Result<void> Session::State::on_blob_chunk(const wire::BlobChunk& message, std::size_t bytes_on_wire) {
  EVENHAND_CHECK(spend_credit(bytes_on_wire));
  receipt.credit += bytes_on_wire;
  credit_here += bytes_on_wire;
  if (blobs.chunks_to_come == 0 || message.index != blobs.coming_index) return refused("the partner sends a chunk that nobody waits for");
  if (blobs.writing) {
    const auto added = blobs.writing->add(message.bytes);
    if (!added) EVENHAND_CHECK(give_up_blob(added.error()));
    progress.attachment_bytes_received += message.bytes.size();
  }
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
  const bool is_asked = message.space == blobs.asked_space && blobs.asked.erase(message.address) == 1;
  const bool stops_half_way = !is_asked && blobs.chunks_to_come > 0 && message.space == blobs.asked_space && blobs.coming == message.address;
  if (!is_asked && !stops_half_way) return refused("the partner lacks what nobody asked for");
  blobs.chunks_to_come = stops_half_way ? 0 : blobs.chunks_to_come;
  if (stops_half_way) blobs.writing.reset();
  blobs.tried.insert({message.space, message.address});
  ++outcome.attachments_lacking;
  return {};
}

}  // namespace evenhand
