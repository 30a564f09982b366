#include "sync/bundle/header.h"

#include <algorithm>

#include "core/crypto/box.h"
#include "core/crypto/hash.h"
#include "core/event/layout.h"

namespace evenhand {

using layout::get;
using layout::put;

namespace {

constexpr std::string_view kMagic = "EHBUNDLE";
constexpr std::string_view kEndMark = "EHBUNEND";
constexpr std::uint16_t kVersion = 1;
constexpr std::size_t kSecretBytes = BundleId::kSize + 32;
constexpr std::size_t kPassphraseHeadBytes = 24;
constexpr std::string_view kPassphraseDomain{"evenhand/bundle-passphrase/1\0", 29};

static_assert(BundleHeader::kDeviceSlotBytes == kSecretBytes + kBoxOverheadBytes);
static_assert(BundleHeader::kPassphraseSlotBytes == kPassphraseHeadBytes + kSecretBytes + kSealOverheadBytes);

Hash sum_of(ByteView bytes) {
  static constexpr std::string_view kDomain{"evenhand/bundle-header/1\0", 25};
  return sha256({view_of(kDomain), bytes});
}

Bytes secret_of(const BundleKey& key) {
  Bytes secret(key.id.bytes.begin(), key.id.bytes.end());
  secret.insert(secret.end(), key.key.bytes.begin(), key.key.bytes.end());
  return secret;
}

BundleKey key_of(ByteView secret) {
  BundleKey key;
  key.id = *BundleId::from(secret.first(BundleId::kSize));
  std::copy_n(secret.begin() + BundleId::kSize, key.key.bytes.size(), key.key.bytes.begin());
  return key;
}

std::string devices_in_words(std::size_t count) { return count == 1 ? "one device" : std::to_string(count) + " devices"; }

Error not_for_us(const BundleHeader& header, const BundleOpener& opener) {
  const std::size_t devices = header.device_slots.size();
  const bool has_passphrase = !header.passphrase_slot.empty();
  std::string what = devices == 0 ? "this bundle is sealed under a passphrase" : "this bundle is sealed for " + devices_in_words(devices);
  if (devices > 0 && opener.device != nullptr) what += devices == 1 ? ", which is not this one" : ", and this one is not among them";
  if (has_passphrase && opener.passphrase) what += "; the passphrase given does not open it";
  std::string next = has_passphrase ? "Give the passphrase that its maker told you, or ask" : "Ask";
  next += " whoever made it to write it again for this device";
  if (opener.device != nullptr) next += " (key " + opener.device->public_key().hex() + ")";
  return refused(std::move(what), "", next + ".");
}

Result<BundleKey> open_passphrase_slot(const BundleHeader& header, std::string_view passphrase) {
  const ByteView slot = header.passphrase_slot;
  const PassphraseCost cost{get<std::uint32_t>(slot.data()), get<std::uint32_t>(slot.data() + 4)};
  EVENHAND_TRY(const SealKey key, key_from_passphrase(passphrase, *PassphraseSalt::from(slot.subspan(8, 16)), cost));
  EVENHAND_TRY(const Bytes secret, unseal(key, slot.subspan(kPassphraseHeadBytes), view_of(kPassphraseDomain)));
  return key_of(secret);
}

}  // namespace

std::size_t BundleHeader::bytes() const {
  return kFixedBytes + device_slots.size() * kDeviceSlotBytes + passphrase_slot.size() + Hash::kSize;
}

Bytes BundleHeader::encode() const {
  EVENHAND_ASSERT(device_slots.size() <= kBundleDevicesMax, "a bundle is for at most 256 devices");
  Bytes out(kFixedBytes);
  std::copy(kMagic.begin(), kMagic.end(), out.begin());
  put(&out[8], kVersion);
  put(&out[10], static_cast<std::uint16_t>(device_slots.size()));
  out[12] = passphrase_slot.empty() ? 0 : 1;
  std::copy(id.bytes.begin(), id.bytes.end(), out.begin() + 16);
  put(&out[32], part);
  put(&out[36], parts);
  for (const Bytes& slot : device_slots) out.insert(out.end(), slot.begin(), slot.end());
  out.insert(out.end(), passphrase_slot.begin(), passphrase_slot.end());
  const Hash sum = sum_of(out);
  out.insert(out.end(), sum.bytes.begin(), sum.bytes.end());
  return out;
}

Bytes BundleHeader::encode_trailer() const {
  Bytes out = encode();
  const auto length = static_cast<std::uint32_t>(out.size());
  out.resize(out.size() + 4);
  put(&out[length], length);
  out.insert(out.end(), kEndMark.begin(), kEndMark.end());
  return out;
}

Result<BundleHeader> BundleHeader::decode_untrusted(ByteView bytes) {
  if (bytes.size() < kFixedBytes || text_of(bytes.first(8)) != kMagic) return corrupt("this is not a bundle", "byte 0");
  BundleHeader header;
  const std::size_t slots = get<std::uint16_t>(&bytes[10]);
  if (slots > kBundleDevicesMax || bytes[12] > 1) return corrupt("the start of this bundle is damaged", "byte 10");
  const std::size_t covered = kFixedBytes + slots * kDeviceSlotBytes + bytes[12] * kPassphraseSlotBytes;
  if (bytes.size() < covered + Hash::kSize) return corrupt("this bundle ends in its header", "byte " + std::to_string(bytes.size()));
  header.is_sound = std::equal(bytes.begin() + static_cast<std::ptrdiff_t>(covered), bytes.begin() + static_cast<std::ptrdiff_t>(covered + Hash::kSize),
                               sum_of(bytes.first(covered)).bytes.begin());
  if (header.is_sound && get<std::uint16_t>(&bytes[8]) != kVersion) {
    return refused("this bundle was written by a newer version of the program", "", "Update this program, then try again.");
  }
  header.id = *BundleId::from(bytes.subspan(16, 16));
  header.part = get<std::uint32_t>(&bytes[32]);
  header.parts = get<std::uint32_t>(&bytes[36]);
  if (header.part > kBundlePartsMax || header.parts > kBundlePartsMax) return corrupt("the start of this bundle is damaged", "byte 32");
  ByteView left = bytes.subspan(kFixedBytes);
  for (std::size_t i = 0; i < slots; ++i, left = left.subspan(kDeviceSlotBytes)) {
    header.device_slots.emplace_back(left.begin(), left.begin() + kDeviceSlotBytes);
  }
  if (bytes[12] == 1) header.passphrase_slot.assign(left.begin(), left.begin() + kPassphraseSlotBytes);
  return header;
}

Result<Bytes> make_device_slot(const BundleKey& key, const PublicKey& device, Random& random) { return seal_to(device, secret_of(key), random); }

Result<Bytes> make_passphrase_slot(const BundleKey& key, std::string_view passphrase, const PassphraseCost& cost, Random& random) {
  const auto salt = random.make_id<PassphraseSalt>();
  EVENHAND_TRY(const SealKey made, key_from_passphrase(passphrase, salt, cost));
  Bytes slot(8);
  put(&slot[0], cost.passes);
  put(&slot[4], cost.memory_kib);
  slot.insert(slot.end(), salt.bytes.begin(), salt.bytes.end());
  const Bytes sealed = seal(made, secret_of(key), view_of(kPassphraseDomain), random);
  slot.insert(slot.end(), sealed.begin(), sealed.end());
  return slot;
}

Result<BundleKey> open_slots(const BundleHeader& header, const BundleOpener& opener) {
  if (opener.device != nullptr) {
    for (const Bytes& slot : header.device_slots) {
      const auto secret = open_sealed(*opener.device, slot);
      if (secret && secret->size() == kSecretBytes) return key_of(*secret);
    }
  }
  if (opener.passphrase && !header.passphrase_slot.empty()) {
    auto key = open_passphrase_slot(header, *opener.passphrase);
    if (key || key.error().code != ErrorCode::corrupt) return key;
  }
  return not_for_us(header, opener);
}

Result<PartHeaders> read_part_headers(const FileHandle& file, const std::filesystem::path& path) {
  EVENHAND_TRY(const FileIdentity identity, file_identity(path));
  PartHeaders found;
  found.file_bytes = found.records_end = identity.bytes;
  Bytes front(static_cast<std::size_t>(std::min<std::uint64_t>(identity.bytes, BundleHeader::kBytesMax)));
  EVENHAND_TRY(const std::size_t got, file.read_at(0, front));
  front.resize(got);
  auto first = BundleHeader::decode_untrusted(front);
  if (!first && first.error().code == ErrorCode::refused) return first.error();
  if (first) found.copies.push_back(*first);

  constexpr std::size_t kMark = BundleHeader::kTrailerMarkBytes;
  Bytes back(static_cast<std::size_t>(std::min<std::uint64_t>(identity.bytes, BundleHeader::kBytesMax + kMark)));
  EVENHAND_TRY(const std::size_t read, file.read_at(identity.bytes - back.size(), back));
  if (read == back.size() && read > kMark && text_of(ByteView(back).last(8)) == kEndMark) {
    const std::size_t length = get<std::uint32_t>(&back[back.size() - kMark]);
    if (length <= back.size() - kMark) {
      auto second = BundleHeader::decode_untrusted(ByteView(back).subspan(back.size() - kMark - length, length));
      if (!second && second.error().code == ErrorCode::refused) return second.error();
      if (second) {
        found.copies.push_back(*second);
        found.records_end = identity.bytes - kMark - length;
      }
    }
  }
  if (found.copies.empty()) return corrupt(first.error().what, path.string(), "Ask whoever made it for it again.");
  std::stable_sort(found.copies.begin(), found.copies.end(), [](const BundleHeader& a, const BundleHeader& b) { return a.is_sound && !b.is_sound; });
  return found;
}

}  // namespace evenhand
