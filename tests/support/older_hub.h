/// A hub as one of a version before sealed attachments, passing over and leaving out would be: it knows the spaces, and nothing besides.
///
/// Threads: one. Lifetime: the hub outlives it.
#pragma once

#include "sync/relay/relay_replica.h"

namespace evenhand::test {

struct OlderHub : Replica {
  explicit OlderHub(RelayReplica& hub) : hub_(hub) {}
  const PublicKey& device() const override { return hub_.device(); }
  std::string title() const override { return hub_.title(); }
  std::vector<ReplicaSpace*> spaces_for(const PublicKey& partner) override { return hub_.spaces_for(partner); }
  Result<bool> welcome_space(const PublicKey& partner, const SpaceId& space) override { return hub_.welcome_space(partner, space); }
  Result<void> settle() override { return hub_.settle(); }
  RelayReplica& hub_;
};

}  // namespace evenhand::test
