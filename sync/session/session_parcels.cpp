// Sealed attachments. When the member's events are done it says so. Then, space by space, the hub tells its stock, the member answers
// with what it has besides, and each asks for what it lacks; the pieces go the way of other attachments. A hub that has told all says
// goodbye, and only then may the member: so neither waits for a word that the other does not know it owes.

#include "sync/session/session_state.h"

namespace evenhand {

using session_detail::Giving;
using session_detail::Phase;
using session_detail::SpaceExchange;
using session_detail::Taking;

namespace {

class ParcelGiving : public Giving {
 public:
  explicit ParcelGiving(std::unique_ptr<ParcelReader> reader) : reader_(std::move(reader)) {}
  std::uint32_t chunks() const override { return reader_->chunks(); }
  Result<Bytes> head(std::size_t space, const wire::BlobId& name) override {
    EVENHAND_TRY(const Bytes piece, reader_->piece(0));
    return wire::to_message(wire::ParcelHead{space, *ParcelName::from(name.view()), chunks(), piece});
  }
  Result<Bytes> chunk(std::uint32_t index) override { return reader_->piece(index + 1); }

 private:
  std::unique_ptr<ParcelReader> reader_;
};

class ParcelTaking : public Taking {
 public:
  explicit ParcelTaking(std::unique_ptr<ParcelWriter> writer) : writer_(std::move(writer)) {}
  std::uint32_t next_chunk() const override { return writer_->next_chunk(); }
  Result<void> add(ByteView chunk) override { return writer_->add(chunk); }
  Result<void> finish() override { return writer_->finish(); }

 private:
  std::unique_ptr<ParcelWriter> writer_;
};

}  // namespace

Parcels* Session::State::parcels_of(const SpaceExchange& space) const {
  if (parcels.role == ParcelRole::none || space.phase_ != Phase::agreed) return nullptr;
  if (parcels.role == ParcelRole::keeps) return space.space_->parcel_keeper();
  return space.space_->parcel_maker();
}

Result<std::unique_ptr<Giving>> Session::State::open_parcel(const SpaceExchange& space, const wire::BlobId& name) {
  EVENHAND_TRY(auto found, parcels_of(space)->read(*ParcelName::from(name.view())));
  return std::unique_ptr<Giving>(std::make_unique<ParcelGiving>(std::move(found)));
}

Result<void> Session::State::on_parcels_ready() {
  if (parcels.role != ParcelRole::keeps || parcels.is_ready) return refused("the partner is ready for attachments when it is not its turn");
  parcels.is_ready = true;
  return {};
}

Result<void> Session::State::on_stock(const wire::ParcelStock& message) {
  EVENHAND_CHECK(space_of(message.space));
  const bool is_again = may_pass_over && parcels.space == message.space && !parcels.is_second;
  const bool is_next = !parcels.space || message.space > *parcels.space || is_again;
  if (parcels.role != ParcelRole::makes || parcels.stock || !is_next || !parcels.is_ready || got_bye) return refused("the partner tells of attachments when it is not its turn");
  parcels.stock = message;
  parcels.is_second = is_again;
  return {};
}

Result<void> Session::State::on_offer(const wire::ParcelOffer& message) {
  const bool is_answer = parcels.role == ParcelRole::keeps && parcels.space == message.space && !parcels.is_answered;
  if (!is_answer) return refused("the partner offers attachments when it is not its turn");
  if (parcels.offered.size() + message.items.size() > kParcelsPerSpaceMax) return refused("the partner offers more attachments than a space may have here");
  parcels.offered.insert(parcels.offered.end(), message.items.begin(), message.items.end());
  parcels.is_answered = !message.has_more;
  return {};
}

Result<void> Session::State::on_no_room(const wire::NoRoom& message) {
  const bool is_due = parcels.role == ParcelRole::makes && parcels.space == message.space && parcels.full_space != message.space;
  if (!is_due) return refused("the partner has no room for what nobody offered");
  parcels.full_space = message.space;
  outcome.attachments_left_out += message.parcels;
  const std::string count = std::to_string(message.parcels) + (message.parcels == 1 ? " attachment is" : " attachments are");
  parcels.no_room = refused(count + " not on the hub: " + message.what, {}, message.next);
  return {};
}

Result<void> Session::State::on_parcel_head(const wire::ParcelHead& message, std::size_t bytes_on_wire) {
  EVENHAND_CHECK(spend_credit(bytes_on_wire));
  receipt.credit += bytes_on_wire;
  credit_here += bytes_on_wire;
  const wire::BlobId name = *wire::BlobId::from(message.name.view());
  EVENHAND_CHECK(check_asked(message.space, name));
  Parcels* const here = parcels_of(spaces[message.space]);
  if (here == nullptr) return refused("the partner sends a sealed attachment that nobody asked for");
  auto writer = here->write(message.name, message.piece, blobs.asked.at(name));
  if (!writer) return begin_blob(message.space, name, message.chunks, writer.error(), 0);
  const std::uint64_t bytes = (*writer)->bytes_to_come();
  return begin_blob(message.space, name, message.chunks, std::unique_ptr<Taking>(std::make_unique<ParcelTaking>(std::move(*writer))), bytes);
}

// True: some were asked for.
bool Session::State::ask_for_parcels(const SpaceExchange& space, Parcels& here) {
  wire::WantBlobs message{space.number_, {}};
  for (; !parcels.wanted.empty() && message.blobs.size() < kBlobWantsMax; parcels.wanted.pop_front()) {
    const wire::BlobId name = *wire::BlobId::from(parcels.wanted.front().view());
    const std::uint32_t begun = here.chunks_begun(parcels.wanted.front());
    if (!blobs.asked.emplace(name, begun).second) continue;
    message.blobs.push_back({name, begun});
  }
  if (message.blobs.empty()) return false;
  blobs.asked_space = space.number_;
  say(wire::to_message(message));
  return true;
}

Result<bool> Session::State::trade_parcels() {
  if (parcels.role == ParcelRole::none) return true;
  if (parcels.space && !parcels.wanted.empty() && ask_for_parcels(spaces[*parcels.space], *parcels_of(spaces[*parcels.space]))) return false;
  return parcels.role == ParcelRole::keeps ? trade_as_keeper() : trade_as_maker();
}

Result<bool> Session::State::trade_as_keeper() {
  if (got_bye) return true;
  if (!parcels.is_ready) return false;
  if (parcels.space && !parcels.is_answered) return false;
  if (!parcels.offered.empty()) {
    const SpaceExchange& space = spaces[*parcels.space];
    ParcelKeeper& here = *space.space_->parcel_keeper();
    EVENHAND_TRY(const ParcelKeeper::Choice choice, here.choose(partner, parcels.offered));
    parcels.offered = {};
    parcels.wanted.assign(choice.wanted.begin(), choice.wanted.end());
    if (choice.left_out > 0 && !parcels.is_second) say(wire::to_message(wire::NoRoom{space.number_, choice.left_out, choice.why.what, choice.why.next}));
    if (ask_for_parcels(space, here)) return false;
  }
  for (std::size_t next = parcels.space ? *parcels.space + (parcels.asks ? 0 : 1) : 0; next < spaces.size(); ++next) {
    if (parcels_of(spaces[next]) == nullptr) continue;
    ParcelKeeper& here = *spaces[next].space_->parcel_keeper();
    EVENHAND_TRY(const bool may_ask, here.asks());
    parcels.is_second = std::exchange(parcels.asks, false);
    parcels.asks = may_ask && may_pass_over && !parcels.is_second;
    EVENHAND_TRY(wire::ParcelStock stock, here.stock(parcels.asks));
    stock.space = next;
    parcels.space = next;
    parcels.is_answered = false;
    say(wire::to_message(stock));
    return false;
  }
  return true;
}

Result<bool> Session::State::trade_as_maker() {
  if (!std::exchange(parcels.is_ready, true)) say(wire::to_message(wire::MessageType::parcel_ready));
  if (!parcels.stock) return got_bye;
  const wire::ParcelStock stock = *std::exchange(parcels.stock, std::nullopt);
  const SpaceExchange& space = spaces[stock.space];
  parcels.space = stock.space;
  ParcelMaker::Comparison found;
  if (parcels_of(space) != nullptr) {
    EVENHAND_TRY(found, space.space_->parcel_maker()->compare(stock));
  }
  outcome.attachments_sealed += found.sealed_away;
  parcels.wanted.assign(found.wanted.begin(), found.wanted.end());
  // What is beyond a hub's bounds it could not take anyway, and says so of what it was offered.
  if (found.offered.size() > kParcelsPerSpaceMax) found.offered.resize(kParcelsPerSpaceMax);
  std::size_t told = 0;
  do {
    const std::size_t count = std::min(kParcelOffersMax, found.offered.size() - told);
    const auto from = found.offered.begin() + static_cast<std::ptrdiff_t>(told);
    told += count;
    say(wire::to_message(wire::ParcelOffer{stock.space, told < found.offered.size(), {from, from + static_cast<std::ptrdiff_t>(count)}}));
  } while (told < found.offered.size());
  if (!parcels.wanted.empty() && ask_for_parcels(space, *parcels_of(space))) return false;
  return got_bye;
}

}  // namespace evenhand
