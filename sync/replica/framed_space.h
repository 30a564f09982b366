/// One space of a workspace as a hub gets it: packed into sealed frames on the way out, opened and verified on the way in.
///
/// What a member packed wrong is passed over, and everything else taken: a hub cannot tell, so each member looks for itself.
/// A data chain that finds no room is left out by what two rounds in vain tell (sync/session/leaving_out.cpp).
/// Attachments go as parcels (sync/replica/workspace_parcels.h), never as they are.
/// A frame whose epoch key is not here yet is tried again once the authority that came with it was folded; when no admin has handed that key on,
/// its chain waits for the next session, and everything else is taken.
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
  /// While this device may contribute and has the key of the newest epoch.
  bool gives_data() const override;
  /// Without data while gives_data() is false: a hub takes it from those who may give it.
  Result<std::optional<Segment>> next_segment(const ChainId& chain, std::uint64_t after_seq, std::uint64_t& cursor) const override;
  Result<Stored> store(std::span<const Segment> segments) override;
  Result<Stored> store_farewell(ByteView commits) override;
  Error why_left_out(const ChainId& chain, LeftOut why) const override;
  std::vector<FalsePacking> take_false() override { return std::exchange(false_, {}); }
  Result<std::vector<BlobAddress>> wanted_blobs(std::size_t) const override { return std::vector<BlobAddress>(); }
  BlobStore* blobs() override { return nullptr; }
  ParcelMaker* parcel_maker() override { return &parcels_; }

 private:
  /// Opened ones of one call, and who packed them.
  struct Opened {
    std::vector<Segment> segments;
    std::vector<PublicKey> packers;
  };
  Result<Segment> open(const Segment& framed, const FrameHeader& header) const;
  Result<void> store_opened(Opened& opened, Stored& stored);
  /// Notes that this is false. Errors: `why`, when it is not that packer's fault, or our own.
  Result<void> blame(Lane lane, const PublicKey& packer, const Error& why);
  std::string name_of_writer(const ChainId& chain) const override;
  FalsePacking is_false(const PublicKey& packer, const Error& why) const;
  bool may_contribute() const;

  WorkspaceParcels parcels_;
  std::vector<FalsePacking> false_;
  std::set<ChainId> no_room_;  ///< data chains of which the log took not everything
  std::set<ChainId> no_key_;   ///< of which something is sealed under a key that is not here
  std::map<ChainId, PublicKey> packers_;  ///< of chains of which data came: the last one's
};

}  // namespace evenhand
