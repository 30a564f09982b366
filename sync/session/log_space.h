/// A space of a replica that is a bare log: commits as they stand, attachments beside. What tests, benchmarks and the
/// simulator sync, and what a workspace is built on.
///
/// Threads: one at a time. Lifetime: log and attachments outlive it.
#pragma once

#include <functional>
#include <memory>

#include "core/store/log.h"
#include "sync/session/replica.h"

namespace evenhand {

class LogSpace : public ReplicaSpace {
 public:
  /// What folding knows and a log does not. Empty functions: nothing is wanted, nothing is missing.
  struct Known {
    std::function<Result<std::vector<BlobAddress>>(std::size_t most)> wanted_blobs;
    std::function<Result<std::vector<Reference>>()> missing_bodies;
  };

  explicit LogSpace(Log& log, BlobStore* blobs = nullptr, Known known = {});
  ~LogSpace() override;

  const SpaceId& id() const override { return log_.space(); }
  SegmentForm form() const override { return SegmentForm::commits; }
  Result<VersionVector> vector() const override;
  Result<std::vector<Hash>> full_heads() const override;
  Result<Lane> lane_of(const ChainId& chain) const override;
  Result<bool> has(const Reference& event) const override;
  Result<std::vector<Reference>> missing_bodies(std::size_t most) const override;
  Result<Hash> log_digest() const override { return digest_without({}); }
  Result<Hash> digest_without(const std::set<ChainId>& chains) const override;
  Result<std::optional<Segment>> next_segment(const ChainId& chain, std::uint64_t after_seq, std::uint64_t& cursor) const override;
  Result<Stored> store(std::span<const Segment> segments) override;
  Result<std::vector<BlobAddress>> wanted_blobs(std::size_t most) const override;
  BlobStore* blobs() override { return blobs_; }

 protected:
  /// Every commit of these segments; views into them. Errors: refused (frames), corrupt.
  static Result<std::vector<ByteView>> commits_of(std::span<const Segment> segments);

 private:
  struct Sending;

  Log& log_;
  BlobStore* blobs_;
  Known known_;
  std::unique_ptr<Sending> sending_;
  mutable std::size_t times_asked_ = 0;  ///< for more missing bodies than one answer takes
};

}  // namespace evenhand
