#include "sync/relay/relay_parcels.h"

#include <algorithm>

#include "sync/relay/guarded.h"

namespace evenhand {

namespace {

bool is_the_piece(const ParcelHeader& header, const SpaceId& space, const ParcelName& name, std::uint32_t number) {
  return header.space == space && header.name == name && header.number == number;
}

Error no_room() {
  return refused("the hub keeps at most " + std::to_string(kParcelsPerSpaceMax) + " attachments of one space", "quota", "Laptops can still exchange with each other.");
}

}  // namespace

class RelayParcels::Reader : public ParcelReader {
 public:
  Reader(RelayParcels& all, const ParcelStore::Copy& copy) : all_(all), copy_(copy) {}
  std::uint32_t chunks() const override { return copy_.chunks; }
  Result<Bytes> piece(std::uint32_t number) override {
    auto piece = all_.store_.piece(all_.space_.id(), copy_, number);
    if (!piece && piece.error().code == ErrorCode::unavailable) return piece;
    const auto header = piece ? read_piece_header(*piece) : Result<ParcelHeader>(piece.error());
    if (!header || !is_the_piece(*header, all_.space_.id(), copy_.name, number) || header->packer != copy_.packer) {
      EVENHAND_CHECK(all_.store_.forget(all_.space_.id(), copy_));
      return corrupt("an attachment in the hub's store was damaged; partners that have it bring it again", copy_.name.hex());
    }
    ++all_.counters_.pieces_given;
    all_.counters_.bytes_given += piece->size();
    return piece;
  }

 private:
  RelayParcels& all_;
  ParcelStore::Copy copy_;
};

class RelayParcels::Writer : public ParcelWriter {
 public:
  Writer(RelayParcels& all, const ParcelName& name, std::uint32_t next) : all_(all), name_(name), next_(next) {}
  std::uint32_t next_chunk() const override { return next_; }
  std::uint64_t bytes_to_come() const override { return 0; }
  Result<void> add(ByteView piece) override {
    EVENHAND_CHECK(all_.take(name_, next_ + 1, piece));
    ++next_;
    return {};
  }
  Result<void> finish() override { return all_.drop_begun(name_); }  // each piece was durable when it was taken

 private:
  RelayParcels& all_;
  ParcelName name_;
  std::uint32_t next_;
};

Result<void> RelayParcels::take(const ParcelName& name, std::uint32_t number, ByteView piece) {
  const auto attempt = [&]() -> Result<bool> {
    EVENHAND_TRY(const ParcelHeader header, read_piece_header(piece));
    if (!is_the_piece(header, space_.id(), name, number)) return refused("a piece of an attachment came under another name than its own");
    EVENHAND_CHECK(space_.check_packer(header.packer));
    EVENHAND_TRY(const auto known, store_.find(space_.id(), name, header.packer));
    if (!known) EVENHAND_CHECK(check_new(header));
    if (!known || number >= known->pieces_here) {
      EVENHAND_TRY(RelaySpace::Room room, space_.room());
      EVENHAND_CHECK(room.take_pieces(header.packer, {1, piece.size()}));
    }
    return store_.keep(header, piece);
  };
  const auto kept = attempt();
  if (!kept && kept.error().code != ErrorCode::unavailable) ++counters_.refusals;
  EVENHAND_CHECK(kept);
  if (*kept) {
    ++counters_.pieces_kept;
    counters_.bytes_kept += piece.size();
  }
  return {};
}

// What others began is of no use to anybody once a copy is whole.
Result<void> RelayParcels::drop_begun(const ParcelName& name) {
  EVENHAND_TRY(const auto copies, store_.list(space_.id(), name));
  if (std::none_of(copies.begin(), copies.end(), [](const auto& copy) { return copy.is_whole(); })) return {};
  for (const ParcelStore::Copy& copy : copies) {
    if (!copy.is_whole()) EVENHAND_CHECK(store_.forget(space_.id(), copy));
  }
  return {};
}

// What stands in the stock, which everybody is told, must stay within what anybody reads (kMessageBytesMax).
Result<void> RelayParcels::check_new(const ParcelHeader& header) const {
  EVENHAND_CHECK(space_.check_epoch(header.epoch));
  EVENHAND_TRY(const auto all, store_.list(space_.id(), {}));
  return all.size() < kParcelsPerSpaceMax ? Result<void>() : no_room();
}

Result<std::vector<ParcelStore::Copy>> RelayParcels::whole_ones(const std::optional<ParcelName>& name, bool asks) const {
  EVENHAND_TRY(const Packers without, view_.passed_over(asks));
  EVENHAND_TRY(auto copies, store_.list(space_.id(), name));
  std::erase_if(copies, [&](const ParcelStore::Copy& copy) { return !copy.is_whole() || without.contains(copy.packer); });
  return copies;
}

// Of several, one that nobody doubts.
Result<std::unique_ptr<ParcelReader>> RelayParcels::read(const ParcelName& name) {
  for (const bool asks : {true, false}) {
    EVENHAND_TRY(const auto copies, whole_ones(name, asks));
    if (!copies.empty()) return std::unique_ptr<ParcelReader>(std::make_unique<Reader>(*this, copies.front()));
  }
  return not_found("this attachment is not here whole");
}

std::uint32_t RelayParcels::chunks_begun(const ParcelName& name) {
  const auto copy = store_.find(space_.id(), name, view_.partner());
  return copy && *copy ? (*copy)->pieces_here - 1 : 0;
}

Result<std::unique_ptr<ParcelWriter>> RelayParcels::write(const ParcelName& name, ByteView head, std::uint32_t first_chunk) {
  const auto header = read_piece_header(head);
  EVENHAND_TRY(const auto begun, header ? store_.find(space_.id(), name, header->packer) : std::optional<ParcelStore::Copy>());
  if (begun && !begun->is_whole()) {
    // Another outline is another attachment: what was begun under this name is of no use to anybody.
    EVENHAND_TRY(const Bytes known, store_.piece(space_.id(), *begun, 0));
    const bool is_same = known.size() == head.size() && std::equal(known.begin() + kParcelHeaderBytes, known.end(), head.begin() + kParcelHeaderBytes);
    EVENHAND_CHECK(space_.check_packer(header->packer));
    if (!is_same || begun->chunks != header->chunks) EVENHAND_CHECK(store_.forget(space_.id(), *begun));
  }
  EVENHAND_CHECK(take(name, 0, head));
  return std::unique_ptr<ParcelWriter>(std::make_unique<Writer>(*this, name, std::min(first_chunk, chunks_begun(name))));
}

Result<wire::ParcelStock> RelayParcels::stock(bool asks) {
  EVENHAND_TRY(const auto copies, whole_ones({}, asks));
  std::map<KeyId, std::vector<wire::ParcelMark>> by_epoch;
  ParcelName before;
  for (const ParcelStore::Copy& copy : copies) {
    if (copy.name != std::exchange(before, copy.name)) by_epoch[copy.epoch].push_back(wire::mark_of(copy.name));
  }
  wire::ParcelStock stock;
  for (auto& [epoch, marks] : by_epoch) stock.groups.push_back({epoch, std::move(marks)});
  return stock;
}

Result<bool> RelayParcels::asks() {
  EVENHAND_TRY(const Packers all, view_.passed_over(true));
  EVENHAND_TRY(const Packers own, view_.passed_over(false));
  return all != own;
}

Result<ParcelKeeper::Choice> RelayParcels::choose(const PublicKey& partner, const std::vector<wire::ParcelOffer::Item>& offered) {
  EVENHAND_TRY(const Packers without, view_.passed_over(true));
  EVENHAND_TRY(const auto all, store_.list(space_.id(), {}));
  std::map<ParcelName, std::vector<ParcelStore::Copy>> known;
  for (const ParcelStore::Copy& copy : all) known[copy.name].push_back(copy);
  EVENHAND_TRY(RelaySpace::Room room, space_.room());
  const Result<void> may = space_.check_packer(partner);
  std::size_t count = all.size();
  Choice choice;
  for (const wire::ParcelOffer::Item& item : offered) {
    const auto here = known.find(item.name);
    bool has_own = false, is_here = false;
    std::uint32_t whole = 0;
    if (here != known.end()) {
      for (const ParcelStore::Copy& copy : here->second) {
        has_own = has_own || copy.packer == partner;
        is_here = is_here || (copy.is_whole() && !without.contains(copy.packer));
        whole += copy.is_whole() ? 1 : 0;
      }
    }
    if (is_here || whole >= kParcelCopiesMax) continue;
    Result<void> fits = may ? room.take_pieces(partner, {item.chunks + std::uint64_t{1}, item.bytes}) : may;
    if (fits && !has_own && ++count > kParcelsPerSpaceMax) fits = no_room();
    if (fits) {
      choice.wanted.push_back(item.name);
    } else {
      ++choice.left_out;
      choice.why = fits.error();
    }
  }
  if (choice.left_out > 0) ++counters_.refusals;
  return choice;
}

}  // namespace evenhand
