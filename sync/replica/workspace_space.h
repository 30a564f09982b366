/// One space of a workspace as a session uses it. Private to sync/replica.
#pragma once

#include <optional>

#include "core/engine/workspace.h"
#include "sync/session/replica.h"

namespace evenhand {

class WorkspaceSpace : public ReplicaSpace {
 public:
  WorkspaceSpace(Workspace& workspace, const SpaceId& id) : workspace_(workspace), id_(id) {}

  const SpaceId& id() const override { return id_; }
  SegmentForm form() const override { return SegmentForm::commits; }
  Result<VersionVector> vector() const override;
  Result<Hash> log_digest() const override;
  Result<std::optional<Segment>> next_segment(const ChainId& chain, std::uint64_t after_seq, std::uint64_t& cursor) const override;
  Result<Stored> store(std::span<const Segment> segments) override;
  Result<std::vector<BlobAddress>> wanted_blobs(std::size_t most) const override;
  BlobStore* blobs() override;

 private:
  const Space& space() const;
  Result<std::vector<Reference>> missing_bodies(const LogReadView& view) const;

  Workspace& workspace_;
  SpaceId id_;
  std::optional<BlobStore> blobs_;
  /// The missing bodies as of that arrival and those orders: the log is looked through once, not at every digest.
  struct Missing {
    Arrival arrival = 0;
    std::size_t orders = 0;
    std::vector<Reference> bodies;
  };
  mutable Missing missing_;
};

}  // namespace evenhand
