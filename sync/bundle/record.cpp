#include "sync/bundle/record.h"

#include <algorithm>

#include "core/event/layout.h"

namespace evenhand {

using layout::get;
using layout::put;

namespace {

constexpr std::string_view kMarkerDomain{"evenhand/bundle-marker/1\0", 25};
constexpr std::string_view kCheckDomain{"evenhand/bundle-record/1\0", 25};
constexpr std::string_view kManifestDomain{"evenhand/bundle-manifest/1\0", 27};
constexpr std::string_view kSealDomain{"evenhand/bundle-seal/1\0", 23};
constexpr std::string_view kAttachmentDomain{"evenhand/bundle-attachment/1\0", 29};

void write_head(std::uint8_t* to, const BundleId& id, ByteView marker, const RecordHead& head) {
  std::copy(marker.begin(), marker.end(), to);
  put(to + 8, head.number);
  put(to + 12, head.length);
  const Hash check = sha256({view_of(kCheckDomain), id.view(), ByteView(to + 8, 8)});
  std::copy_n(check.bytes.begin(), 8, to + 16);
}

Bytes sign_fields(Bytes fields, std::string_view domain, const BundleId& bundle, const KeyPair& maker) {
  const Hash message = sha256({view_of(domain), bundle.view(), fields});
  const Signature signature = maker.sign(message.view());
  fields.insert(fields.end(), signature.bytes.begin(), signature.bytes.end());
  return fields;
}

// So that no record is taken for one of another bundle or space.
Bytes attachment_context(const BundleId& bundle, ByteView head) {
  Bytes context(kAttachmentDomain.begin(), kAttachmentDomain.end());
  context.insert(context.end(), bundle.bytes.begin(), bundle.bytes.end());
  context.insert(context.end(), head.begin(), head.end());
  return context;
}

// The signature is looked at by the caller, who may learn the key only from the fields.
struct Signed {
  ByteView fields;
  Signature signature;
};
Result<Signed> split(ByteView content) {
  if (content.size() < Signature::kSize) return corrupt("bundle: a signed record is cut short");
  return Signed{content.first(content.size() - Signature::kSize), *Signature::from(content.last(Signature::kSize))};
}

bool is_signed(const Signed& parts, std::string_view domain, const BundleId& bundle, const PublicKey& maker) {
  return verify(maker, sha256({view_of(domain), bundle.view(), parts.fields}).view(), parts.signature);
}

}  // namespace

Result<SealedRecord> SealedRecord::decode_untrusted(ByteView content) {
  if (content.size() < kHeadBytes + kSealOverheadBytes + 1) return corrupt("bundle: a record of an attachment is cut short");
  return SealedRecord{*SpaceId::from(content.first(SpaceId::kSize)), *KeyId::from(content.subspan(SpaceId::kSize, KeyId::kSize))};
}

Bytes SealedRecord::seal(const SpaceId& space, const SealKey& epoch, RecordType type, ByteView content, const BundleId& bundle, Random& random) {
  Bytes record(space.bytes.begin(), space.bytes.end());
  record.insert(record.end(), epoch.id.bytes.begin(), epoch.id.bytes.end());
  Bytes plain{static_cast<std::uint8_t>(type)};
  plain.insert(plain.end(), content.begin(), content.end());
  const Bytes sealed = evenhand::seal(epoch, plain, attachment_context(bundle, record), random);
  record.insert(record.end(), sealed.begin(), sealed.end());
  return record;
}

Result<Bytes> SealedRecord::open(ByteView content, const SealKey& epoch, const BundleId& bundle) {
  EVENHAND_TRY(const SealedRecord head, decode_untrusted(content));
  (void)head;
  return unseal(epoch, content.subspan(kHeadBytes), attachment_context(bundle, content.first(kHeadBytes)));
}

Bytes SpaceRecord::encode() const { return evenhand::encode(id, epoch, base.encode(), target.encode()); }

Result<SpaceRecord> SpaceRecord::decode_untrusted(ByteView bytes) {
  struct Wire {
    SpaceId id;
    KeyId epoch;
    Bytes base;
    Bytes target;
    void serialize(BoundedInput& archive) { archive(id, epoch, base, target); }
  };
  EVENHAND_TRY(const Wire wire, evenhand::decode_untrusted<Wire>(bytes, "a bundle's space"));
  SpaceRecord record{wire.id, wire.epoch, {}, {}};
  EVENHAND_TRY(record.base, VersionVector::decode_untrusted(wire.base));
  EVENHAND_TRY(record.target, VersionVector::decode_untrusted(wire.target));
  return record;
}

Bytes sign_manifest(const Manifest& manifest, const BundleId& bundle, const KeyPair& maker) {
  return sign_fields(encode(manifest), kManifestDomain, bundle, maker);
}

Result<Manifest> read_manifest(ByteView content, const BundleId& bundle) {
  EVENHAND_TRY(const Signed parts, split(content));
  EVENHAND_TRY(Manifest manifest, decode_untrusted<Manifest>(parts.fields, "a bundle's manifest"));
  if (manifest.title.size() > kBundleTitleBytesMax || manifest.spaces > kBundleSpacesMax) return corrupt("a bundle's manifest is out of bounds");
  if (!is_signed(parts, kManifestDomain, bundle, manifest.maker)) return corrupt("a bundle's manifest is not signed by its maker");
  return manifest;
}

Bytes sign_part(const PartSeal& seal, const BundleId& bundle, const KeyPair& maker) {
  return sign_fields(encode(seal), kSealDomain, bundle, maker);
}

Result<PartSeal> read_part_seal(ByteView content, const BundleId& bundle, const PublicKey& maker) {
  EVENHAND_TRY(const Signed parts, split(content));
  if (!is_signed(parts, kSealDomain, bundle, maker)) return corrupt("a bundle's seal is not signed by its maker");
  return decode_untrusted<PartSeal>(parts.fields, "a bundle's seal");
}

RecordCodec::RecordCodec(BundleKey key) : key_(std::move(key)) {
  std::copy_n(sha256({view_of(kMarkerDomain), key_.id.view()}).bytes.begin(), marker_.size(), marker_.begin());
}

Bytes RecordCodec::context(ByteView head) const {
  Bytes context(BundleId::kSize + RecordHead::kBytes);
  std::copy(key_.id.bytes.begin(), key_.id.bytes.end(), context.begin());
  std::copy_n(head.begin(), RecordHead::kBytes, context.begin() + BundleId::kSize);
  return context;
}

Bytes RecordCodec::seal(std::uint32_t number, RecordType type, ByteView content) const {
  Bytes plain;
  plain.reserve(1 + content.size());
  plain.push_back(static_cast<std::uint8_t>(type));
  plain.insert(plain.end(), content.begin(), content.end());
  Bytes record(RecordHead::kBytes);
  write_head(record.data(), key_.id, marker_, {number, static_cast<std::uint32_t>(plain.size() + kNumberedSealOverheadBytes)});
  const Bytes sealed = seal_numbered(key_.key, number, plain, context(record));
  EVENHAND_ASSERT(sealed.size() <= kBundleRecordBytesMax, "a record stays within its bound");
  record.insert(record.end(), sealed.begin(), sealed.end());
  return record;
}

std::optional<RecordHead> RecordCodec::find_head(ByteView bytes) const {
  if (bytes.size() < RecordHead::kBytes || !std::equal(marker_.begin(), marker_.end(), bytes.begin())) return std::nullopt;
  const RecordHead head{get<std::uint32_t>(&bytes[8]), get<std::uint32_t>(&bytes[12])};
  if (head.length <= kNumberedSealOverheadBytes || head.length > kBundleRecordBytesMax) return std::nullopt;
  std::array<std::uint8_t, RecordHead::kBytes> wanted;
  write_head(wanted.data(), key_.id, marker_, head);
  if (!std::equal(wanted.begin(), wanted.end(), bytes.begin())) return std::nullopt;
  return head;
}

Result<RecordCodec::Opened> RecordCodec::open(const RecordHead& head, ByteView record) const {
  EVENHAND_ASSERT(record.size() == RecordHead::kBytes + head.length, "a record is opened whole");
  Opened opened;
  EVENHAND_TRY(opened.plain, unseal_numbered(key_.key, head.number, record.subspan(RecordHead::kBytes), context(record)));
  opened.type = static_cast<RecordType>(opened.plain[0]);
  return opened;
}

}  // namespace evenhand
