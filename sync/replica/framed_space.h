/// One space of a workspace as a hub gets it: packed into sealed frames on the way out, opened and verified on the way in.
///
/// Attachments go as parcels (sync/replica/workspace_parcels.h), never as they are.
/// A frame whose epoch key is not here yet is tried again once the authority that came with it was folded.
/// Private to sync/replica.
#pragma once

#include "sync/protocol/frame.h"
#include "sync/replica/workspace_parcels.h"
#include "sync/replica/workspace_space.h"

namespace evenhand {

class FramedSpace : public WorkspaceSpace {
 public:
  FramedSpace(Workspace& workspace, Space& space);

  SegmentForm form() const override { return SegmentForm::frame; }
  /// Nothing of data while this device may not contribute: a hub takes it from those who may.
  Result<std::optional<Segment>> next_segment(const ChainId& chain, std::uint64_t after_seq, std::uint64_t& cursor) const override;
  Result<Stored> store(std::span<const Segment> segments) override;
  Result<Stored> store_farewell(ByteView commits) override;
  Result<std::vector<BlobAddress>> wanted_blobs(std::size_t) const override { return std::vector<BlobAddress>(); }
  BlobStore* blobs() override { return nullptr; }
  ParcelMaker* parcel_maker() override { return &parcels_; }

 private:
  Result<Segment> open(const Segment& framed, const FrameHeader& header) const;

  WorkspaceParcels parcels_;
};

}  // namespace evenhand
