#include "sync/relay/parcel_table.h"

#include "core/event/layout.h"
#include "sync/relay/guarded.h"

namespace evenhand {

namespace {

constexpr std::string_view kPieces = "pieces", kParcels = "parcels";
constexpr std::size_t kParcelKeyBytes = SpaceId::kSize + ParcelName::kSize, kParcelBytes = KeyId::kSize + 8;

Bytes joined(ByteView a, ByteView b) {
  Bytes key(a.begin(), a.end());
  key.insert(key.end(), b.begin(), b.end());
  return key;
}

Bytes parcel_key(const SpaceId& space, const ParcelName& name) { return joined(space.view(), name.view()); }

Bytes piece_key(const SpaceId& space, const ParcelName& name, std::uint32_t number) {
  std::array<std::uint8_t, 8> wide;
  put_u64_be(wide.data(), number);
  return joined(parcel_key(space, name), ByteView(wide).subspan(4));
}

Result<ParcelTable::Parcel> read_parcel(ByteView key, ByteView value) {
  const auto body = relay::unguarded(key, value);
  if (!body || body->size() != kParcelBytes) return relay::damaged(kParcels);
  ParcelTable::Parcel parcel{*KeyId::from(body->first(KeyId::kSize)), layout::get<std::uint32_t>(&(*body)[16]), layout::get<std::uint32_t>(&(*body)[20])};
  if (parcel.chunks > kParcelChunksMax || parcel.pieces_here == 0 || parcel.pieces_here > parcel.chunks + 1) return relay::damaged(kParcels);
  return parcel;
}

Bytes write_parcel(ByteView key, const ParcelTable::Parcel& parcel) {
  Bytes value(kParcelBytes);
  std::copy(parcel.epoch.bytes.begin(), parcel.epoch.bytes.end(), value.begin());
  layout::put(&value[16], parcel.chunks);
  layout::put(&value[20], parcel.pieces_here);
  return relay::guarded(key, std::move(value));
}

}  // namespace

Result<ParcelTable> ParcelTable::open(const std::filesystem::path& folder) {
  auto tables = TableStore::open(folder, OpenMode::read_write, {kPieces, kParcels, relay::kPackers});
  if (tables) return ParcelTable(std::move(*tables));
  Error error = tables.error();
  if (error.code == ErrorCode::corrupt) error.next = relay::kWipe;
  return error;
}

Result<std::vector<std::pair<ParcelName, ParcelTable::Parcel>>> ParcelTable::list(const SpaceId& space) const {
  EVENHAND_TRY(const TableReadView view, tables_.read());
  std::vector<std::pair<ParcelName, Parcel>> all;
  Result<void> inner;
  view.scan(kParcels, space.view(), [&](ByteView key, ByteView value) {
    const auto parcel = read_parcel(key, value);
    if (!parcel || key.size() != kParcelKeyBytes) return inner = relay::damaged(kParcels), false;
    all.emplace_back(*ParcelName::from(key.subspan(SpaceId::kSize)), *parcel);
    return true;
  });
  EVENHAND_CHECK(inner);
  if (view.is_damaged()) return relay::damaged(kParcels);
  return all;
}

Result<std::optional<ParcelTable::Parcel>> ParcelTable::find(const SpaceId& space, const ParcelName& name) const {
  EVENHAND_TRY(const TableReadView view, tables_.read());
  const Bytes key = parcel_key(space, name);
  const auto value = view.find(kParcels, key);
  if (!value) return std::optional<Parcel>();
  EVENHAND_TRY(const Parcel parcel, read_parcel(key, *value));
  return std::optional(parcel);
}

Result<Bytes> ParcelTable::piece(const SpaceId& space, const ParcelName& name, std::uint32_t number) const {
  EVENHAND_TRY(const TableReadView view, tables_.read());
  const auto value = view.find(kPieces, piece_key(space, name, number));
  if (!value) return not_found("a piece of an attachment is not here", "piece " + std::to_string(number) + " of " + name.hex());
  return Bytes(value->begin(), value->end());
}

Result<UsageByPacker> ParcelTable::usage(const SpaceId& space) const {
  EVENHAND_TRY(const TableReadView view, tables_.read());
  return relay::read_usage(view, space);
}

Result<bool> ParcelTable::keep(const ParcelHeader& header, ByteView piece) {
  EVENHAND_TRY(WriteBatch batch, tables_.write());
  const Bytes key = parcel_key(header.space, header.name);
  Parcel parcel{header.epoch, header.chunks, 0};
  if (const auto value = batch.find(kParcels, key)) {
    EVENHAND_TRY(parcel, read_parcel(key, *value));
  }
  if (parcel.chunks != header.chunks || parcel.epoch != header.epoch) return refused("a piece of an attachment does not belong to what was begun under its name");
  if (header.number < parcel.pieces_here) return false;
  if (header.number > parcel.pieces_here) return refused("a piece of an attachment came before those that it follows");
  ++parcel.pieces_here;
  EVENHAND_CHECK(batch.put(kPieces, piece_key(header.space, header.name, header.number), piece));
  EVENHAND_CHECK(batch.put(kParcels, key, write_parcel(key, parcel)));
  EVENHAND_CHECK(relay::count_in(batch, header.space, header.packer, piece.size()));
  EVENHAND_CHECK(batch.commit());
  return true;
}

Result<void> ParcelTable::forget(const SpaceId& space, const ParcelName& name) {
  EVENHAND_TRY(WriteBatch batch, tables_.write());
  const Bytes key = parcel_key(space, name);
  const auto value = batch.find(kParcels, key);
  if (!value) return {};
  EVENHAND_TRY(const Parcel parcel, read_parcel(key, *value));
  for (std::uint32_t number = 0; number < parcel.pieces_here; ++number) {
    const Bytes at = piece_key(space, name, number);
    const auto piece = batch.find(kPieces, at);
    if (!piece) return relay::damaged(kPieces);
    // The packer stands in the piece; of one that is damaged there, the books stay as they are: too much rather than too little.
    const auto header = read_piece_header(*piece);
    if (header) EVENHAND_CHECK(relay::count_out(batch, space, header->packer, piece->size()));
    EVENHAND_CHECK(batch.erase(kPieces, at));
  }
  EVENHAND_CHECK(batch.erase(kParcels, key));
  return batch.commit();
}

}  // namespace evenhand
