/// Where a hub keeps the frames of data chains: the border behind which another storage engine can stand.
///
/// A frame is kept byte for byte as its packer signed it. The store knows of it what a header says, never what it holds. Every question is
/// asked as somebody sees the space: without the frames of certain packers (docs/formats/relay.md, "Passing over").
/// Durability: keep() and pass_over() have stored when they return. Threads: one at a time.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "sync/protocol/frame.h"
#include "sync/relay/seen_frames.h"
#include "sync/relay/usage.h"

namespace evenhand {

class FrameStore {
 public:
  struct Frame {
    FrameHeader header;
    ByteView bytes;
    bool is_asked_for = false;  ///< kept beside what ends alike, and in place of what the same packer packed before
    KeptFrame name() const { return {header.range.last_seq, header.range.head, header.packer, header.range.first_seq, header.range.previous}; }
  };
  using Chains = std::map<ChainId, SeenFrames>;

  virtual ~FrameStore() = default;

  /// Every data chain of a space. Lifetime: until the next call. Errors: corrupt, unavailable.
  virtual Result<const Chains*> chains(const SpaceId& space, const Packers& without) const = 0;
  /// Errors: corrupt, unavailable.
  virtual Result<Bytes> bytes_of(const SpaceId& space, const ChainId& chain, const KeptFrame& frame) const = 0;
  /// What each packer has filled of a space.
  virtual Result<UsageByPacker> usage(const SpaceId& space) const = 0;

  /// Keeps frames of one space in one durable transaction. A frame that ends where a seen one ends, with the same head, is known; it is
  /// kept only when it stands on what looked like an end. Returns which were new, in their order.
  /// `without` holds no packer of these frames.
  /// Errors: refused (a frame that stands on nothing that is seen, a packer of too many ends), unavailable (disk full, I/O): nothing of the call is kept then.
  virtual Result<std::vector<bool>> keep(const SpaceId& space, std::span<const Frame> frames, const Packers& without) = 0;

  /// From now on that device passes over what `packer` packed. Errors: refused (of too many), unavailable.
  virtual Result<void> pass_over(const SpaceId& space, const PublicKey& device, const PublicKey& packer) = 0;
  /// By device. Errors: corrupt, unavailable.
  virtual Result<std::map<PublicKey, Packers>> passed_over(const SpaceId& space) const = 0;

  /// That device lacks the texts of these events, at most kMissingBodiesMax, and of no others. Errors: unavailable.
  virtual Result<void> note_lost_texts(const SpaceId& space, const PublicKey& device, const std::vector<Reference>& events) = 0;
  /// By device, of those that lack some. Errors: corrupt, unavailable.
  virtual Result<std::map<PublicKey, std::vector<Reference>>> lost_texts(const SpaceId& space) const = 0;

 protected:
  /// What keep() keeps, whatever the engine. `is_here`: its packer's frame of the same range. False: it is known. Errors: refused.
  static Result<bool> is_kept(const SeenFrames& chain, const Frame& frame, bool is_here);
};

}  // namespace evenhand
