/// A request: "this is what I have", small enough for one QR code, so that a partner writes just what is lacking.
///
/// It is signed by the device that asks and not sealed: whoever makes the bundle may not be known yet. It names no space,
/// chain or organisation: spaces, chains and attachments stand as tags, salted hashes cut short, that only somebody who holds
/// them can resolve, and that differ in every request. What a stranger learns: the device's public key, and counts.
/// Attachments are named as far as one QR code has room, so a few of the longest; what is not named may come once more.
///
/// Bytes (docs/formats/bundle.md, "Request"):
///
///     0   4  "EHR1"                   44  spaces: count, and per space: tag 8, count of chains, and per chain ascending:
///     4   8  nonce                        tag 5, and per end: (seq · 2 + 1 when another end follows) as varint, head 4
///     12  32 device                   …   64  signature over "evenhand/request/1" 0 ‖ everything before
///
/// One that names attachments begins with "EHR2" and has, before the signature, per space: count, and per attachment, ascending: tag 4.
///
/// Threads: values and pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/crypto/sign.h"
#include "core/event/version_vector.h"
#include "core/store/blob_store.h"

namespace evenhand {

/// What one QR code (version 40, level L) takes: 4,296 letters of its alphanumeric alphabet, or 2,953 bytes.
inline constexpr std::size_t kQrLettersMax = 4296;
inline constexpr std::size_t kQrBytesMax = 2953;
inline constexpr std::size_t kRequestBytesMax = 1 << 20;
inline constexpr std::size_t kRequestSpacesMax = 256;

struct RequestedSpace {
  SpaceId space;
  VersionVector held;
  std::vector<BlobAddress> attachments = {};  ///< held too, those first that are dearest to send: as many are named as there is room
};

/// Errors: refused (more than 256 spaces, longer than 1 MiB).
Result<Bytes> make_request(std::span<const RequestedSpace> spaces, const KeyPair& device, Random& random);

/// For printing, chats and QR codes: Crockford base 32, which survives lower case, line ends and hyphens.
std::string request_text(ByteView request);
/// Errors: corrupt.
Result<Bytes> request_from_text(std::string_view text);

class BundleRequest {
 public:
  /// Errors: corrupt (bounds, order, signature).
  static Result<BundleRequest> decode_untrusted(ByteView bytes);

  /// Who asks, as its signature proves. Whether it may have anything is for the caller to look up.
  const PublicKey& device() const { return device_; }
  std::size_t spaces() const { return spaces_.size(); }

  /// The base vector for a bundle of `space`, in terms of the chains that we hold ourselves; chains that the request does not
  /// name, or names in a way that fits two of ours, are left out, so that they are sent whole. Nothing when the request does not
  /// name the space. Heads have their first 4 bytes only, then zeros: write_bundle() knows.
  std::optional<VersionVector> base_for(const SpaceId& space, const VersionVector& ours) const;
  /// Does whoever asks hold that attachment of the space? False: it does not, or had no room to say so. True is wrong once in some
  /// ten million questions; the next request, under another nonce, asks for it.
  bool is_held(const SpaceId& space, const BlobAddress& attachment) const;

 private:
  using SpaceMark = Id<struct SpaceMarkTag, 8>;
  using ChainMark = std::array<std::uint8_t, 5>;
  using AttachmentMark = std::array<std::uint8_t, 4>;
  struct End {
    std::uint64_t seq = 0;
    std::array<std::uint8_t, 4> head{};
  };
  struct Chain {
    ChainMark mark{};
    std::vector<End> ends;
  };
  struct Space {
    SpaceMark mark;
    std::vector<Chain> chains;                ///< ascending
    std::vector<AttachmentMark> attachments;  ///< ascending
  };
  friend struct RequestCodec;
  friend struct HeldCodec;
  const Space* find(const SpaceId& space) const;

  std::array<std::uint8_t, 8> nonce_{};
  PublicKey device_;
  std::vector<Space> spaces_;
};

}  // namespace evenhand
