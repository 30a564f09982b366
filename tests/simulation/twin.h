/// The naive twin: which events count and what their records hold, by the definitions, word for word and slowly.
///
/// Rights are told only where one device, the founder's, was ever an admin; elsewhere every event is taken as the shipping
/// code judges it. Threads: one. Lifetime: owns what it read.
#pragma once

#include "tests/simulation/device.h"

namespace evenhand::simulation {

class Twin {
 public:
  /// `founder`: whose authority events count; nothing: ask `device` how an event stands.
  Twin(Device& device, const std::optional<PublicKey>& founder);

  struct Record {
    std::map<std::uint16_t, std::set<Bytes>> values;  ///< distinct versions that stand, by field
    std::map<std::uint16_t, std::set<Bytes>> items;
    Lifecycle lifecycle = Lifecycle::live;
    bool has_full_events = false;
    bool is_of_one_type = true;
  };
  Record record(const EntityId& entity) const;
  std::set<EntityId> entities() const;
  std::uint64_t quarantined() const;

 private:
  struct Fact {
    EventName name;
    PublicKey device;
    std::string type;
    Reference grant;
    EntityId entity;
    BatchId batch;
    KeyId key;
    std::vector<Reference> parents;
    bool has_body = false;
    Bytes body;
    Standing standing = Standing::counts;
  };
  struct Removal {
    std::size_t at;
    std::map<ChainId, std::uint64_t> cuts;
    PublicKey device;
  };
  struct Given {
    std::size_t at;
    PublicKey device;
    Capabilities may;
  };

  void read(Device& device);
  void judge_authority(const PublicKey& founder);
  Standing judge(const Fact& fact) const;
  bool is_in_past(std::size_t earlier, std::size_t later) const { return authority_past_[later].contains(earlier); }
  bool shows_batch(const BatchId& batch) const;
  std::vector<const Fact*> standing_facts(const EntityId& entity, std::vector<std::set<std::size_t>>& past) const;
  Record fold(const std::vector<const Fact*>& facts, const std::vector<std::set<std::size_t>>& past, bool only_batch) const;
  bool is_full(const Fact& fact, bool only_batch) const;

  FoldBasis basis_;
  std::vector<Fact> authority_, data_;
  std::vector<std::set<std::size_t>> authority_past_;
  std::map<Reference, Given> grants_;
  std::vector<Removal> removals_;
  std::set<Reference> adopted_, redacted_, known_;
  std::set<KeyId> erased_;
  mutable std::map<BatchId, bool> batches_;  ///< whether they show
};

}  // namespace evenhand::simulation
