/// A frame: a segment with its headers, compressed, sealed under an epoch key of its space and signed by the member who
/// packed it. A relay, a courier or a backup holds frames and learns space, chain, range, heads and size, nothing else.
///
/// Frames of the authority lane are compressed and signed but not sealed: that lane is all that a relay may read.
/// A member may re-pack: other ranges, the same events. Format: docs/formats/bundle.md, "Frame".
/// Threads: values and pure functions.
#pragma once

#include <functional>

#include "core/crypto/seal.h"
#include "core/crypto/sign.h"
#include "sync/protocol/segment.h"

namespace evenhand {

/// The part of a frame that anybody may read.
struct FrameHeader {
  SpaceId space;
  SegmentRange range;
  KeyId epoch;  ///< zero: authority lane, not sealed
  PublicKey packer;
  std::uint32_t content_bytes = 0;  ///< of the commits, before compression
};

/// Compresses, seals (`epoch` null: authority lane) and signs. `commits` end to end. Errors: refused (over the bounds).
Result<Bytes> pack_frame(const SpaceId& space, const SegmentRange& range, ByteView commits, const SealKey* epoch, const KeyPair& packer,
                         Random& random);

/// Reads the header and checks the packer's signature, which a relay can do without any key. Errors: corrupt.
Result<FrameHeader> read_frame_header(ByteView frame);

/// Opens a frame whose header was read. Errors: not_found (a key that is not here: whom to ask is for the caller),
/// corrupt. The commits are not yet verified: Log::append_untrusted does that.
using FindEpochKey = std::function<const SealKey*(const KeyId&)>;
Result<Bytes> open_frame(ByteView frame, const FrameHeader& header, const FindEpochKey& find_key);

}  // namespace evenhand
