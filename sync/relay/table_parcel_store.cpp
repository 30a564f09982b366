#include "sync/relay/table_parcel_store.h"

#include "core/event/layout.h"
#include "sync/relay/guarded.h"

namespace evenhand {

namespace {

// The tables of version 1 had other names (docs/formats/relay.md, "Versions").
constexpr std::string_view kPieces = "pieces2", kParcels = "parcels2", kOldParcels = "parcels";
constexpr std::size_t kCopyKeyBytes = SpaceId::kSize + ParcelName::kSize + PublicKey::kSize, kCopyBytes = KeyId::kSize + 8;

Bytes joined(ByteView a, ByteView b) {
  Bytes key(a.begin(), a.end());
  key.insert(key.end(), b.begin(), b.end());
  return key;
}

Bytes copy_key(const SpaceId& space, const ParcelName& name, const PublicKey& packer) { return joined(joined(space.view(), name.view()), packer.view()); }

Bytes piece_key(ByteView copy_key, std::uint32_t number) {
  std::array<std::uint8_t, 8> wide;
  put_u64_be(wide.data(), number);
  return joined(copy_key, ByteView(wide).subspan(4));
}

Result<ParcelStore::Copy> read_copy(ByteView key, ByteView value) {
  const auto body = relay::unguarded(key, value);
  if (!body || body->size() != kCopyBytes || key.size() != kCopyKeyBytes) return relay::damaged(kParcels);
  const ParcelStore::Copy copy{*ParcelName::from(key.subspan(SpaceId::kSize, ParcelName::kSize)), *PublicKey::from(key.last(PublicKey::kSize)), *KeyId::from(body->first(KeyId::kSize)),
                               layout::get<std::uint32_t>(&(*body)[16]), layout::get<std::uint32_t>(&(*body)[20])};
  if (copy.chunks > kParcelChunksMax || copy.pieces_here == 0 || copy.pieces_here > copy.chunks + 1) return relay::damaged(kParcels);
  return copy;
}

Bytes write_copy(ByteView key, const ParcelStore::Copy& copy) {
  Bytes value(kCopyBytes);
  std::copy(copy.epoch.bytes.begin(), copy.epoch.bytes.end(), value.begin());
  layout::put(&value[16], copy.chunks);
  layout::put(&value[20], copy.pieces_here);
  return relay::guarded(key, std::move(value));
}

}  // namespace

Result<TableParcelStore> TableParcelStore::open(const std::filesystem::path& folder) {
  auto tables = TableStore::open(folder, OpenMode::read_write, {kPieces, kParcels, relay::kPackers, kOldParcels});
  if (!tables) {
    Error error = tables.error();
    if (error.code == ErrorCode::corrupt) error.next = relay::kWipe;
    return error;
  }
  EVENHAND_TRY(const TableReadView view, tables->read());
  if (view.count(kOldParcels) > 0) return corrupt("the hub's store was written by an older version", folder.string(), relay::kWipe);
  return TableParcelStore(std::move(*tables));
}

Result<std::vector<ParcelStore::Copy>> TableParcelStore::list(const SpaceId& space, const std::optional<ParcelName>& name) const {
  EVENHAND_TRY(const TableReadView view, tables_.read());
  std::vector<Copy> all;
  Result<void> inner;
  view.scan(kParcels, name ? joined(space.view(), name->view()) : Bytes(space.bytes.begin(), space.bytes.end()), [&](ByteView key, ByteView value) {
    const auto copy = read_copy(key, value);
    if (!copy) return inner = copy.error(), false;
    all.push_back(*copy);
    return true;
  });
  EVENHAND_CHECK(inner);
  if (view.is_damaged()) return relay::damaged(kParcels);
  return all;
}

Result<std::optional<ParcelStore::Copy>> TableParcelStore::find(const SpaceId& space, const ParcelName& name, const PublicKey& packer) const {
  EVENHAND_TRY(const TableReadView view, tables_.read());
  const Bytes key = copy_key(space, name, packer);
  const auto value = view.find(kParcels, key);
  if (!value) return std::optional<Copy>();
  EVENHAND_TRY(const Copy copy, read_copy(key, *value));
  return std::optional(copy);
}

Result<Bytes> TableParcelStore::piece(const SpaceId& space, const Copy& copy, std::uint32_t number) const {
  EVENHAND_TRY(const TableReadView view, tables_.read());
  const auto value = view.find(kPieces, piece_key(copy_key(space, copy.name, copy.packer), number));
  if (!value) return not_found("a piece of an attachment is not here", "piece " + std::to_string(number) + " of " + copy.name.hex());
  return Bytes(value->begin(), value->end());
}

Result<UsageByPacker> TableParcelStore::usage(const SpaceId& space) const {
  EVENHAND_TRY(const TableReadView view, tables_.read());
  return relay::read_usage(view, space);
}

Result<bool> TableParcelStore::keep(const ParcelHeader& header, ByteView piece) {
  EVENHAND_TRY(WriteBatch batch, tables_.write());
  const Bytes key = copy_key(header.space, header.name, header.packer);
  Copy copy{header.name, header.packer, header.epoch, header.chunks, 0};
  if (const auto value = batch.find(kParcels, key)) {
    EVENHAND_TRY(copy, read_copy(key, *value));
  }
  if (copy.chunks != header.chunks || copy.epoch != header.epoch) return refused("a piece of an attachment does not belong to what was begun under its name");
  if (header.number < copy.pieces_here) return false;
  if (header.number > copy.pieces_here) return refused("a piece of an attachment came before those that it follows");
  ++copy.pieces_here;
  EVENHAND_CHECK(batch.put(kPieces, piece_key(key, header.number), piece));
  EVENHAND_CHECK(batch.put(kParcels, key, write_copy(key, copy)));
  EVENHAND_CHECK(relay::count_in(batch, header.space, header.packer, piece.size()));
  EVENHAND_CHECK(batch.commit());
  return true;
}

Result<void> TableParcelStore::forget(const SpaceId& space, const Copy& copy) {
  EVENHAND_TRY(WriteBatch batch, tables_.write());
  const Bytes key = copy_key(space, copy.name, copy.packer);
  const auto value = batch.find(kParcels, key);
  if (!value) return {};
  EVENHAND_TRY(const Copy kept, read_copy(key, *value));
  for (std::uint32_t number = 0; number < kept.pieces_here; ++number) {
    const Bytes at = piece_key(key, number);
    const auto piece = batch.find(kPieces, at);
    if (!piece) return relay::damaged(kPieces);
    EVENHAND_CHECK(relay::count_out(batch, space, copy.packer, piece->size()));
    EVENHAND_CHECK(batch.erase(kPieces, at));
  }
  EVENHAND_CHECK(batch.erase(kParcels, key));
  return batch.commit();
}

}  // namespace evenhand
