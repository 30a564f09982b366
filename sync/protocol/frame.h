/// A frame: a segment with its headers, compressed, sealed under an epoch key of its space and signed by the member who
/// packed it. A relay, a courier or a backup holds frames and learns space, chain, range, heads and size, nothing else.
///
/// Frames of the authority lane are compressed and signed but not sealed: that lane is all that a relay may read.
/// A member may re-pack: other ranges, the same events.
///
/// Bytes, little-endian (docs/formats/bundle.md, "Frame"):
///
///     0   4  "EHF1"                         72  u64 seq of the last event
///     4   u8 lane, 3 zeros                  80  32  hash of the event before the first
///     8   u32 length m of the payload      112  32  hash of the last event
///     12  u32 bytes of the commits         144  16  epoch key, zero in the authority lane
///     16  32  space                        160  32  packer
///     48  16  chain                        192  64  signature over bytes 0..191 and H(payload)
///     64  u64 seq of the first event       256  m   payload: zstd of the commits end to end; data lane: sealed
///
/// Threads: values and pure functions.
#pragma once

#include <functional>

#include "core/crypto/seal.h"
#include "core/crypto/sign.h"
#include "core/event/limits.h"
#include "sync/protocol/limits.h"
#include "sync/protocol/segment.h"

namespace evenhand {

inline constexpr std::size_t kFrameHeaderBytes = 256;
inline constexpr std::size_t kFrameBytesMax = kSegmentBytesMax;  ///< a segment that nothing compresses, header and seal

/// The part of a frame that anybody may read.
struct FrameHeader {
  SpaceId space;
  SegmentRange range;
  KeyId epoch;  ///< zero: authority lane, not sealed
  PublicKey packer;
  std::uint32_t content_bytes = 0;  ///< of the commits, before compression
};

/// Compresses, seals (`epoch` null: authority lane) and signs. `commits` end to end. Errors: refused (over the bounds of a segment).
Result<Bytes> pack_frame(const SpaceId& space, const SegmentRange& range, ByteView commits, const SealKey* epoch, const KeyPair& packer,
                         Random& random);

/// Reads the header and checks the packer's signature, which a relay can do without any key. Errors: corrupt.
Result<FrameHeader> read_frame_header(ByteView frame);

/// Opens a frame whose header was read, and holds its commits against the header (chain, numbers, what they stand on), so
/// that nobody files one chain's events under another's name. Errors: not_found (a key that is not here: whom to ask is for
/// the caller), corrupt. The commits are not yet verified: Log::append_untrusted does that.
using FindEpochKey = std::function<const SealKey*(const KeyId&)>;
Result<Bytes> open_frame(ByteView frame, const FrameHeader& header, const FindEpochKey& find_key);

}  // namespace evenhand
