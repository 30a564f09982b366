// Writes parts one after the other. All stay temporary until the last one is whole, because only then the number of
// parts is known, and because a person who stops the work wants no half bundle on the stick.
#include <algorithm>

#include "sync/bundle/bundle.h"
#include "sync/bundle/part_file.h"

namespace evenhand {

namespace fs = std::filesystem;

namespace {

std::uint64_t highest(const VersionVector::Entry* entry) { return entry == nullptr || entry->ends.empty() ? 0 : entry->ends.back().seq; }

// A request names heads by their first four bytes, the rest zeros.
bool is_same_head(const ShortHash& base, const ShortHash& ours) {
  const bool is_short = std::all_of(base.bytes.begin() + 4, base.bytes.end(), [](std::uint8_t b) { return b == 0; });
  return std::equal(base.bytes.begin(), base.bytes.begin() + (is_short ? 4 : 8), ours.bytes.begin());
}

bool is_same_end(const VersionVector::End& base, const VersionVector::End& ours) { return base.seq == ours.seq && is_same_head(base.head, ours.head); }

// What the reader has of a chain as far as it matters to us: nothing to send, or send after a number. Forks that the two sides
// see differently are sent from the start: storing is idempotent, and they are rare.
std::optional<std::uint64_t> send_after(const VersionVector::Entry& ours, const VersionVector::Entry* base) {
  if (base == nullptr || base->ends.empty()) return 0;
  if (std::equal(base->ends.begin(), base->ends.end(), ours.ends.begin(), ours.ends.end(), is_same_end)) return std::nullopt;
  if (base->ends.size() > 1 || ours.ends.size() > 1) return 0;
  if (base->ends[0].seq > ours.ends[0].seq) return std::nullopt;  // the reader is ahead of us
  return base->ends[0].seq == ours.ends[0].seq ? 0 : base->ends[0].seq;
}

// One end per chain when a hostile number of branches would not fit a record; both vectors are then still true.
VersionVector within_a_record(VersionVector vector) {
  if (vector.encode().size() <= kBundleRecordBytesMax / 2 - 256) return vector;
  for (auto& entry : vector.entries) entry.ends.erase(entry.ends.begin(), entry.ends.end() - 1);
  return vector;
}

class Writer {
 public:
  Writer(const BundleOrder& order, const KeyPair& maker, Random& random, const BundleWatch& watch)
      : order_(order), maker_(maker), random_(random), watch_(watch) {}

  Result<BundleWritten> write();

 private:
  Result<void> prepare();
  Result<void> begin_part();
  Result<void> end_part(bool is_last);
  Result<void> add_raw(RecordType type, ByteView content);
  Result<void> add(RecordType type, ByteView content, ByteView outline = {});
  Result<void> add_space(const BundleSpace& space, const VersionVector& vector);
  Result<void> add_chain(const BundleSpace& space, const VersionVector::Entry& entry);
  Result<void> add_segment(const BundleSpace& space, const Segment& segment);
  Result<void> add_attachment(const BundleSpace& space, const BlobAddress& address);
  Result<void> settle();
  Result<void> ask_watch();
  std::uint64_t room_left() const;
  fs::path name_of(std::size_t part) const;

  const BundleOrder& order_;
  const KeyPair& maker_;
  Random& random_;
  const BundleWatch& watch_;
  BundleHeader header_;
  std::optional<RecordCodec> codec_;
  std::vector<SpaceRecord> space_records_;
  std::vector<PartFile> parts_;
  std::uint32_t next_number_ = 0;
  std::uint32_t first_number_ = 0;
  std::uint64_t bytes_before_ = 0;
  std::uint64_t events_all_ = 0;
  BundleWritten written_;
};

// Seal record, with room for its varints and signature.
constexpr std::uint64_t kSealRoom = RecordHead::kBytes + 17 + 64 + 10 * 8 + Hash::kSize;

Result<void> Writer::prepare() {
  std::error_code failed;
  if (fs::exists(order_.file, failed)) return refused("there is something already under this name", order_.file.string());
  if (order_.devices.empty() && !order_.passphrase) return refused("a bundle is sealed for at least one device or under a passphrase");
  if (order_.devices.size() > kBundleDevicesMax) return refused("a bundle is sealed for at most 256 devices");
  if (order_.spaces.size() > kBundleSpacesMax) return refused("a bundle holds at most 256 spaces");
  if (order_.title.size() > kBundleTitleBytesMax) return refused("the maker's title is longer than 300 bytes");
  if (order_.part_bytes < kPartBytesLeast) return refused("a part of a bundle has room for at least 1 MiB");
  BundleKey key{random_.make_id<BundleId>(), SealKey::make(random_)};
  header_.id = written_.id = key.id;
  for (const PublicKey& device : order_.devices) {
    EVENHAND_TRY(Bytes slot, make_device_slot(key, device, random_));
    header_.device_slots.push_back(std::move(slot));
  }
  if (order_.passphrase) {
    EVENHAND_TRY(header_.passphrase_slot, make_passphrase_slot(key, *order_.passphrase, order_.cost, random_));
  }
  codec_.emplace(std::move(key));
  return {};
}

std::uint64_t Writer::room_left() const {
  const std::uint64_t used = parts_.back().bytes() + kSealRoom;
  return used >= order_.part_bytes ? 0 : order_.part_bytes - used;
}

Result<void> Writer::begin_part() {
  header_.part = static_cast<std::uint32_t>(parts_.size() + 1);
  if (header_.part > kBundlePartsMax) return refused("a bundle has at most 65,535 parts", "", "Allow larger parts.");
  EVENHAND_TRY(PartFile part, PartFile::create(order_.file, header_));
  parts_.push_back(std::move(part));
  first_number_ = next_number_;
  const Manifest manifest{maker_.public_key(), order_.title, order_.created.ms,
                          order_.expires ? std::optional(order_.expires->ms) : std::nullopt, header_.part, first_number_,
                          static_cast<std::uint32_t>(space_records_.size())};
  EVENHAND_CHECK(add_raw(RecordType::manifest, sign_manifest(manifest, header_.id, maker_)));
  for (const SpaceRecord& space : space_records_) EVENHAND_CHECK(add_raw(RecordType::space, space.encode()));
  if (room_left() < 2 * kBundleRecordBytesMax) return refused("a part of this size has no room beside the list of spaces and devices", "", "Allow larger parts.");
  return {};
}

Result<void> Writer::end_part(bool is_last) {
  PartFile& part = parts_.back();
  const PartSeal seal{header_.part, is_last, first_number_, part.records(), written_.frames, written_.events, written_.attachments, part.digest()};
  EVENHAND_CHECK(add_raw(RecordType::seal, sign_part(seal, header_.id, maker_)));
  EVENHAND_CHECK(part.flush());
  bytes_before_ += part.bytes();
  return {};
}

Result<void> Writer::add_raw(RecordType type, ByteView content) {
  if (next_number_ == UINT32_MAX) return refused("a bundle holds at most 4,294,967,295 records");
  return parts_.back().add(codec_->seal(next_number_++, type, content));
}

Result<void> Writer::ask_watch() {
  if (!watch_ || watch_({written_.events, events_all_, bytes_before_ + parts_.back().bytes()})) return {};
  return unavailable("writing the bundle was stopped; nothing of it was left behind");
}

// `outline` stands before a chunk again when a new part begins with it.
Result<void> Writer::add(RecordType type, ByteView content, ByteView outline) {
  EVENHAND_CHECK(ask_watch());
  if (RecordHead::kBytes + 1 + content.size() + kNumberedSealOverheadBytes > room_left()) {
    EVENHAND_CHECK(end_part(false));
    EVENHAND_CHECK(begin_part());
    if (!outline.empty()) EVENHAND_CHECK(add_raw(RecordType::sealed, outline));
  }
  return add_raw(type, content);
}

Result<void> Writer::add_segment(const BundleSpace& space, const Segment& segment) {
  Bytes packed;
  const bool is_data = segment.range.lane == Lane::data;
  if (segment.form == SegmentForm::commits) {
    if (is_data && space.epoch == nullptr) return refused("the key of a space is not here, so it cannot be bundled", space.space->id().hex());
    EVENHAND_TRY(packed, pack_frame(space.space->id(), segment.range, segment.payload, is_data ? space.epoch : nullptr, maker_, random_));
  }
  EVENHAND_CHECK(add(RecordType::frame, segment.form == SegmentForm::commits ? packed : segment.payload));
  written_.events += segment.range.last_seq - segment.range.first_seq + 1;
  ++written_.frames;
  return {};
}

// All of a chain that the reader lacks.
Result<void> Writer::add_chain(const BundleSpace& space, const VersionVector::Entry& entry) {
  const VersionVector::Entry* base = space.base.find(entry.chain);
  const auto after = send_after(entry, base);
  if (!after) return {};
  std::uint64_t cursor = 0;
  EVENHAND_TRY(auto segment, space.space->next_segment(entry.chain, *after, cursor));
  std::uint64_t from = *after;
  if (segment && from > 0 && segment->form == SegmentForm::commits) {
    const bool follows = segment->range.first_seq == from + 1 && is_same_head(base->ends[0].head, shorten(segment->range.previous));
    if (!follows) {  // the reader's branch is another than ours
      from = cursor = 0;
      EVENHAND_TRY(segment, space.space->next_segment(entry.chain, 0, cursor));
    }
  }
  while (segment) {
    EVENHAND_CHECK(add_segment(space, *segment));
    EVENHAND_TRY(segment, space.space->next_segment(entry.chain, from, cursor));
  }
  return {};
}

// Authority first: it brings the keys and rights under which the rest is read.
Result<void> Writer::add_space(const BundleSpace& space, const VersionVector& vector) {
  for (const Lane wanted : {Lane::authority, Lane::data}) {
    for (const auto& entry : vector.entries) {
      EVENHAND_TRY(const Lane lane, space.space->lane_of(entry.chain));
      if (lane == wanted) EVENHAND_CHECK(add_chain(space, entry));
    }
  }
  for (const BlobAddress& address : space.attachments) EVENHAND_CHECK(add_attachment(space, address));
  return {};
}

// Sealed as the events of its space are: what opens the bundle may be a courier's. It lies whole within one part when it can, so that
// each part is of use without the others.
Result<void> Writer::add_attachment(const BundleSpace& space, const BlobAddress& address) {
  BlobStore* blobs = const_cast<ReplicaSpace*>(space.space)->blobs();
  const auto reader = blobs != nullptr ? blobs->read(address) : Result<BlobReader>(not_found("this space keeps no attachments here"));
  if (!reader) {
    written_.left_out.push_back(address);
    return reader.error().code == ErrorCode::unavailable ? Result<void>(reader.error()) : Result<void>{};
  }
  const BlobOutline& outline = reader->outline();
  if (space.epoch == nullptr) return refused("the key of a space is not here, so its attachments cannot be bundled", space.space->id().hex());
  const auto sealed = [&](RecordType type, ByteView content) { return SealedRecord::seal(space.space->id(), *space.epoch, type, content, header_.id, random_); };
  const Bytes head = sealed(RecordType::outline, encode(OutlineRecord{space.space->id(), address, outline}));
  const std::uint64_t wanted = outline.length + head.size() + (outline.chunks.size() + 1) * 256;
  if (wanted > room_left() && parts_.back().records() > 1 + space_records_.size()) {
    EVENHAND_CHECK(end_part(false));
    EVENHAND_CHECK(begin_part());
  }
  EVENHAND_CHECK(add(RecordType::sealed, head));
  for (std::size_t i = 0; i < outline.chunks.size(); ++i) {
    auto chunk = reader->chunk(i);
    if (!chunk) {
      written_.left_out.push_back(address);
      return chunk.error().code == ErrorCode::unavailable ? Result<void>(chunk.error()) : Result<void>{};
    }
    EVENHAND_CHECK(add(RecordType::sealed, sealed(RecordType::chunk, encode(ChunkRecord{address, i, std::move(*chunk)})), head));
  }
  ++written_.attachments;
  return {};
}

fs::path Writer::name_of(std::size_t part) const {
  if (parts_.size() == 1) return order_.file;
  const std::string mark = "." + std::to_string(part + 1) + "-of-" + std::to_string(parts_.size());
  return order_.file.parent_path() / (order_.file.stem().string() + mark + order_.file.extension().string());
}

Result<void> Writer::settle() {
  std::error_code failed;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if (fs::exists(name_of(i), failed)) return refused("there is something already under this name", name_of(i).string());
    EVENHAND_CHECK(ask_watch());
    EVENHAND_CHECK(parts_[i].settle(static_cast<std::uint32_t>(parts_.size())));
    written_.bytes += parts_[i].bytes();
  }
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    auto renamed = parts_[i].rename_to(name_of(i));
    if (!renamed) {
      for (const fs::path& part : written_.parts) [[maybe_unused]] const auto removed = remove_tree(part);
      return renamed;
    }
    written_.parts.push_back(name_of(i));
  }
  return {};
}

Result<BundleWritten> Writer::write() {
  EVENHAND_CHECK(prepare());
  std::vector<VersionVector> vectors;
  for (const BundleSpace& space : order_.spaces) {
    EVENHAND_TRY(VersionVector vector, space.space->vector());
    for (const auto& entry : vector.entries) {
      const std::uint64_t base = highest(space.base.find(entry.chain)), ours = highest(&entry);
      if (ours > base) events_all_ += ours - base;
    }
    space_records_.push_back({space.space->id(), space.epoch != nullptr ? space.epoch->id : KeyId{}, within_a_record(space.base), within_a_record(vector)});
    vectors.push_back(std::move(vector));
  }
  EVENHAND_CHECK(begin_part());
  for (std::size_t i = 0; i < order_.spaces.size(); ++i) EVENHAND_CHECK(add_space(order_.spaces[i], vectors[i]));
  EVENHAND_CHECK(end_part(true));
  EVENHAND_CHECK(settle());
  return written_;
}

}  // namespace

Result<BundleWritten> write_bundle(const BundleOrder& order, const KeyPair& maker, Random& random, const BundleWatch& watch) {
  return Writer(order, maker, random, watch).write();
}

}  // namespace evenhand
