/// The clear part of a bundle file: which bundle, which part of it, and for whom its key is sealed. Nothing about makers,
/// spaces or organisations.
///
/// Bytes, little-endian (docs/formats/bundle.md):
///
///     0   8  "EHBUNDLE"                32  u32 part, from 1
///     8   u16 version, 1               36  u32 parts
///     10  u16 device slots n           40  n × 96 device slots
///     12  u8  passphrase slots 0..1        [112 passphrase slot]
///     13  3 zeros                          32  H("evenhand/bundle-header/1" 0 ‖ everything before)
///     16  16  bundle id
///
/// A part ends with the same bytes again, their length (u32) and "EHBUNEND": so no single damaged spot locks a part.
/// Threads: values and pure functions.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/crypto/passphrase.h"
#include "core/crypto/sign.h"
#include "core/os/files.h"

namespace evenhand {

using BundleId = Id<struct BundleTag, 16>;

inline constexpr std::size_t kBundleDevicesMax = 256;
inline constexpr std::uint32_t kBundlePartsMax = 65'535;

struct BundleHeader {
  static constexpr std::size_t kFixedBytes = 40;
  static constexpr std::size_t kDeviceSlotBytes = 96;       ///< sealed box of bundle id ‖ key
  static constexpr std::size_t kPassphraseSlotBytes = 112;  ///< passes u32 ‖ memory KiB u32 ‖ salt 16 ‖ sealed (bundle id ‖ key)
  static constexpr std::size_t kBytesMax = kFixedBytes + kBundleDevicesMax * kDeviceSlotBytes + kPassphraseSlotBytes + Hash::kSize;
  static constexpr std::size_t kTrailerMarkBytes = 12;

  BundleId id;
  std::uint32_t part = 1;
  std::uint32_t parts = 1;
  std::vector<Bytes> device_slots;
  Bytes passphrase_slot;  ///< empty: none
  bool is_sound = true;   ///< its sum fits

  Bytes encode() const;
  Bytes encode_trailer() const;
  std::size_t bytes() const;
  /// Reads from the front of the bytes. One whose sum does not fit is still given when its structure holds: a slot vouches for
  /// itself. Errors: corrupt, refused (written by a newer version).
  static Result<BundleHeader> decode_untrusted(ByteView bytes);
};

/// The key of a bundle with the id that was sealed beside it.
struct BundleKey {
  BundleId id;
  SealKey key;
};

Result<Bytes> make_device_slot(const BundleKey& key, const PublicKey& device, Random& random);
Result<Bytes> make_passphrase_slot(const BundleKey& key, std::string_view passphrase, const PassphraseCost& cost, Random& random);

/// By whom a bundle may be opened.
struct BundleOpener {
  const KeyPair* device = nullptr;
  std::optional<std::string> passphrase;  ///< from a prompt or a file, never from a flag
};

/// Errors: refused (no slot opens, in a sentence that says for how many devices it is sealed; a cost out of bounds).
Result<BundleKey> open_slots(const BundleHeader& header, const BundleOpener& opener);

/// What stands in clear in one part's file, best copy first, and where its records end.
struct PartHeaders {
  std::vector<BundleHeader> copies;
  std::uint64_t file_bytes = 0;
  std::uint64_t records_end = 0;
};
/// Errors: corrupt (no bundle, or both copies lost), refused (newer version), not_found, unavailable.
Result<PartHeaders> read_part_headers(const FileHandle& file, const std::filesystem::path& path);

}  // namespace evenhand
