#include "sync/replica/workspace_parcels.h"

#include <algorithm>

#include "core/engine/attachments.h"
#include "core/event/layout.h"

namespace evenhand {

namespace {

Bytes encode_outline(const BlobOutline& outline) {
  Bytes bytes(8 + outline.chunks.size() * Hash::kSize);
  layout::put(bytes.data(), outline.length);
  auto at = bytes.begin() + 8;
  for (const Hash& chunk : outline.chunks) at = std::copy(chunk.bytes.begin(), chunk.bytes.end(), at);
  return bytes;
}

Result<BlobOutline> decode_outline_untrusted(ByteView bytes, std::uint32_t chunks) {
  if (bytes.size() != 8 + std::size_t{chunks} * Hash::kSize) return corrupt("a sealed attachment does not hold the outline of as many chunks as it says");
  BlobOutline outline{layout::get<std::uint64_t>(bytes.data()), {}};
  for (std::size_t at = 8; at < bytes.size(); at += Hash::kSize) outline.chunks.push_back(*Hash::from(bytes.subspan(at, Hash::kSize)));
  return outline;
}

}  // namespace

class WorkspaceParcels::Reader : public ParcelReader {
 public:
  Reader(BlobReader blob, ParcelHeader header, const SealKey& seal, const KeyPair& device) : blob_(std::move(blob)), header_(header), seal_(seal), device_(device) {}
  std::uint32_t chunks() const override { return header_.chunks; }
  Result<Bytes> piece(std::uint32_t number) override {
    header_.number = number;
    if (number == 0) return pack_piece(header_, encode_outline(blob_.outline()), seal_, device_);
    EVENHAND_TRY(const Bytes chunk, blob_.chunk(number - 1));
    return pack_piece(header_, chunk, seal_, device_);
  }

 private:
  BlobReader blob_;
  ParcelHeader header_;
  SealKey seal_;
  const KeyPair& device_;
};

// Each chunk is opened, and held against the outline, which was held against the address that a signed record names: a piece
// that its packer made up, or that the hub swapped, is found before it is written.
class WorkspaceParcels::Writer : public ParcelWriter {
 public:
  Writer(BlobWriter blob, const SpaceId& space, const ParcelName& name, const SealKey& seal, const Blame& blame, std::uint64_t bytes_to_come)
      : blob_(std::move(blob)), space_(space), name_(name), seal_(seal), blame_(blame), bytes_to_come_(bytes_to_come) {}
  std::uint32_t next_chunk() const override { return static_cast<std::uint32_t>(blob_.next_chunk()); }
  std::uint64_t bytes_to_come() const override { return bytes_to_come_; }
  Result<void> add(ByteView piece) override {
    EVENHAND_TRY(const ParcelHeader header, read_piece_header(piece));
    if (header.space != space_ || header.name != name_ || header.number != next_chunk() + 1) return corrupt("a piece of an attachment came under another name than its own");
    const auto chunk = open_piece(piece, seal_);
    const Result<void> added = chunk ? blob_.add(*chunk) : Result<void>(chunk.error());
    if (!added && added.error().code == ErrorCode::corrupt) blame_(header.packer, added.error());
    return added;
  }
  Result<void> finish() override {
    if (!blob_.is_complete()) return corrupt("the hub gives fewer chunks of an attachment than it has");
    return blob_.finish();
  }

 private:
  BlobWriter blob_;
  SpaceId space_;
  ParcelName name_;
  SealKey seal_;
  const Blame& blame_;
  std::uint64_t bytes_to_come_;
};

Result<BlobStore*> WorkspaceParcels::blobs() const {
  BlobStore* const store = blobs_();
  if (store == nullptr) return unavailable("the attachments of a space cannot be opened");
  return store;
}

Result<wire::ParcelOffer::Item> WorkspaceParcels::offer_of(const ParcelName& name, const BlobAddress& address) const {
  EVENHAND_TRY(BlobStore* const store, blobs());
  EVENHAND_TRY(const std::uint64_t length, store->size_of(address));
  const std::uint64_t chunks = (length + kBlobChunkBytes - 1) / kBlobChunkBytes;
  const std::uint64_t around = kParcelHeaderBytes + kNumberedSealOverheadBytes;
  return wire::ParcelOffer::Item{name, static_cast<std::uint32_t>(chunks), length + chunks * (around + Hash::kSize) + around + 8};
}

Result<ParcelMaker::Comparison> WorkspaceParcels::compare(const wire::ParcelStock& stock) {
  const Space* space = std::as_const(workspace_).find_space(space_);
  EVENHAND_ASSERT(space != nullptr, "a workspace never loses a space");
  EVENHAND_TRY(const auto named, named_attachments(*space));
  const Device* self = space->fold.access().find_device(workspace_.keystore().device().public_key());
  const bool may_offer = self != nullptr && !self->is_removed && self->capabilities.has(Capability::contribute);
  const SealKey* current = workspace_.current_epoch(space_);
  std::uint64_t foreign = 0, lacking = 0;
  for (const auto& group : stock.groups) foreign += workspace_.epoch_key(space_, group.epoch) == nullptr ? group.marks.size() : 0;
  Comparison found;
  for (const auto& [address, is_here] : named) {
    const auto kept = std::find_if(stock.groups.begin(), stock.groups.end(), [&, &wanted = address](const auto& group) {
      const SealKey* key = workspace_.epoch_key(space_, group.epoch);
      return key != nullptr && std::binary_search(group.marks.begin(), group.marks.end(), wire::mark_of(parcel_keys(*key, space_, wanted).name));
    });
    const bool is_kept = kept != stock.groups.end();
    if (is_here ? is_kept || !may_offer || current == nullptr : !is_kept) {
      lacking += is_here ? 0 : 1;
      continue;
    }
    const ParcelKeys keys = parcel_keys(is_here ? *current : *workspace_.epoch_key(space_, kept->epoch), space_, address);
    if (is_here) {
      const auto offered = offer_of(keys.name, address);
      if (!offered) continue;  // damaged here: doctor says so; others may have it
      found.offered.push_back(*offered);
    } else {
      found.wanted.push_back(keys.name);
    }
    known_[keys.name] = {address, keys.seal};
  }
  found.sealed_away = std::min(foreign, lacking);
  return found;
}

Result<std::unique_ptr<ParcelReader>> WorkspaceParcels::read(const ParcelName& name) {
  const auto known = known_.find(name);
  if (known == known_.end()) return not_found("the hub asks for an attachment that was not offered");
  EVENHAND_TRY(BlobStore* const store, blobs());
  EVENHAND_TRY(BlobReader blob, store->read(known->second.address));
  ParcelHeader header;
  header.space = space_;
  header.name = name;
  header.epoch = known->second.seal.id;
  header.chunks = static_cast<std::uint32_t>(blob.outline().chunks.size());
  return std::unique_ptr<ParcelReader>(std::make_unique<Reader>(std::move(blob), header, known->second.seal, workspace_.keystore().device()));
}

std::uint32_t WorkspaceParcels::chunks_begun(const ParcelName& name) {
  const auto known = known_.find(name);
  const auto store = blobs();
  return known == known_.end() || !store ? 0 : static_cast<std::uint32_t>((*store)->chunks_begun(known->second.address));
}

Result<std::unique_ptr<ParcelWriter>> WorkspaceParcels::write(const ParcelName& name, ByteView head, std::uint32_t first_chunk) {
  const auto known = known_.find(name);
  EVENHAND_ASSERT(known != known_.end(), "a session writes what it asked for");
  EVENHAND_TRY(BlobStore* const store, blobs());
  EVENHAND_TRY(const ParcelHeader header, read_piece_header(head));
  if (header.space != space_ || header.name != name || header.number != 0) return corrupt("a piece of an attachment came under another name than its own");
  const auto begin = [&]() -> Result<std::pair<BlobOutline, BlobWriter>> {
    EVENHAND_TRY(const Bytes plain, open_piece(head, known->second.seal));
    EVENHAND_TRY(BlobOutline outline, decode_outline_untrusted(plain, header.chunks));
    EVENHAND_TRY(BlobWriter blob, store->write(known->second.address, outline));
    return std::pair(std::move(outline), std::move(blob));
  };
  auto begun = begin();
  if (!begun) {
    if (begun.error().code == ErrorCode::corrupt) blame_(header.packer, begun.error());
    return begun.error();
  }
  auto& [outline, blob] = *begun;
  const std::uint64_t left = header.chunks - std::min(first_chunk, header.chunks), here = std::uint64_t{first_chunk} * kBlobChunkBytes;
  const std::uint64_t bytes = outline.length - std::min(outline.length, here) + left * (kParcelHeaderBytes + kNumberedSealOverheadBytes);
  return std::unique_ptr<ParcelWriter>(std::make_unique<Writer>(std::move(blob), space_, name, known->second.seal, blame_, bytes));
}

}  // namespace evenhand
