/// Who may do what in a space: computed from the set of its authority events, never from their order of arrival.
///
/// The rule (DESIGN section 6): an event counts if its grant holds in the causal past it names and no effective
/// removal in the whole set excludes it, unless it was adopted. Delegation only narrows. Removal beats grant.
/// A removal that would leave nobody with admin takes no effect (the earliest in causal order, ties by hash,
/// win), so a space never becomes ownerless; and the founder's root can always restore an admin.
/// An organisation that leaves is removed with the devices that it names. The rights of an organisation's own space and
/// of its people space are never given to another organisation.
///
/// Threads: immutable after build(). Lifetime: a value.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/access/authority.h"

namespace evenhand {

/// One event of the authority lane, as read from the log.
struct AuthorityEvent {
  Reference reference;
  Hash hash;
  PublicKey device;  ///< of the chain it stands in
  std::string type;
  Reference grant;
  std::vector<Reference> parents;
  Bytes body;
};

enum class Standing : std::uint8_t {
  counts,
  waiting,      ///< its grant or certificate is not here yet
  quarantined,  ///< outside its author's rights, or beyond a cut and not adopted; transparent to merging
};

struct Member {
  EntityId organisation;
  std::string title;
  PublicKey root;
  bool has_left = false;
};

struct Device {
  PublicKey key;
  EntityId organisation;
  std::string label;
  Capabilities capabilities;  ///< of all its valid grants together
  bool is_removed = false;
};

/// One epoch of the space's key: what is sealed under it opens with the key in these boxes.
struct KeyEpoch {
  KeyId key;
  std::vector<Epoch::Box> boxes;
  bool is_sealed_to(const PublicKey& device) const;
};

class Access {
 public:
  /// Events in any order. Nothing in them can make this fail: what is malformed or unauthorised has no effect.
  static Access build(const SpaceId& space, std::vector<AuthorityEvent> events);

  /// May this event of the data lane take effect? `needs` is what its type asks for.
  Standing judge(const Reference& event, const PublicKey& device, const Reference& grant, Capability needs) const;

  /// True when everything that `earlier` judged as counting or quarantined is judged the same here; only work that
  /// waited may stand differently.
  bool keeps_verdicts_of(const Access& earlier) const;

  /// False when every event under this grant has the same standing (for one device and capability).
  bool depends_on_event(const Reference& grant) const;

  const std::optional<Charter>& charter() const { return charter_; }
  const std::vector<Member>& members() const { return members_; }
  const std::vector<Device>& devices() const { return devices_; }
  const Device* find_device(const PublicKey& key) const;
  /// It was let in, removed since or not. While the charter has not come yet: anybody.
  bool knows(const PublicKey& device) const { return !charter() || find_device(device) != nullptr; }
  /// A valid grant of the device that includes `needs` (none: any grant), to name in a new event.
  std::optional<Reference> find_grant(const PublicKey& device, Capabilities needs) const;
  bool is_erased(const KeyId& key) const { return erased_.contains(key); }
  bool is_redacted(const Reference& event) const { return redacted_.contains(event); }
  bool is_retired() const { return retired_; }
  const std::unordered_set<KeyId, IdHash>& erased() const { return erased_; }
  const std::unordered_set<Reference, ReferenceHash>& redacted() const { return redacted_; }
  /// True when only the cut of a removal keeps this event from counting, so that an admin can adopt it.
  bool can_be_adopted(const Reference& event, const PublicKey& device, const Reference& grant, Capability needs) const;

  /// Every epoch in causal order; the last one is current (of several that nobody has replaced: by hash).
  const std::vector<KeyEpoch>& epochs() const { return epochs_; }
  /// No epoch yet, or somebody was removed whom the current epoch's author did not know to be: time for a new one.
  bool needs_epoch() const { return needs_epoch_; }
  /// Devices that may read, and so get the key of every epoch.
  std::vector<PublicKey> readers() const;
  /// Authority heads: the parents of the next authority event.
  const std::vector<Reference>& heads() const { return heads_; }
  /// Authority events that took no effect, with the reason in a line: shown to admins.
  const std::vector<std::pair<Reference, std::string>>& without_effect() const { return without_effect_; }

 private:
  friend class AccessBuilder;
  struct ValidGrant {
    PublicKey device;
    Capabilities capabilities;
    std::vector<std::size_t> excluded_by;  ///< effective removals of its device that it does not come after
    bool operator==(const ValidGrant&) const = default;
  };
  struct Effective {
    std::vector<PublicKey> devices;
    std::unordered_map<ChainId, std::uint64_t, IdHash> cuts;
    bool operator==(const Effective&) const = default;
  };
  bool was_removed(const PublicKey& device) const;
  bool is_cut(const ValidGrant& grant, const Reference& event) const;

  std::optional<Charter> charter_;
  std::vector<Member> members_;
  std::vector<Device> devices_;
  std::unordered_map<Reference, ValidGrant, ReferenceHash> grants_;
  std::vector<Effective> removals_;
  std::unordered_set<Reference, ReferenceHash> known_;  ///< authority events with their whole past here
  std::unordered_set<Reference, ReferenceHash> adopted_;
  std::unordered_set<KeyId, IdHash> erased_;
  std::unordered_set<Reference, ReferenceHash> redacted_;
  std::vector<KeyEpoch> epochs_;
  bool needs_epoch_ = true;
  std::vector<Reference> heads_;
  std::vector<std::pair<Reference, std::string>> without_effect_;
  bool retired_ = false;
};

}  // namespace evenhand
