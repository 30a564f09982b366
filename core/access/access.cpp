#include "core/access/access.h"

#include <algorithm>
#include <tuple>

#include "core/codec/archive.h"
#include "core/event/causal_order.h"

namespace evenhand {

// Builds in four passes, each a function of the set: order, validity in the causal past, effective removals,
// then what the remaining grants give.
class AccessBuilder {
 public:
  AccessBuilder(const SpaceId& space, std::vector<AuthorityEvent> events) : space_(space), events_(std::move(events)) {
    std::sort(events_.begin(), events_.end(), [](const auto& a, const auto& b) { return std::tie(a.reference, a.hash) < std::tie(b.reference, b.hash); });
  }

  Access build() {
    order_events();
    for (const std::size_t at : order_.order()) judge_in_past(at);
    choose_removals();
    void_grants();
    apply_rest();
    collect_devices();
    return std::move(access_);
  }

 private:
  struct GrantAt {
    std::size_t event;
    PublicKey device;
    Capabilities capabilities;
    std::optional<std::size_t> from;  ///< the granter's own grant
    bool is_void = false;
  };

  void no_effect(std::size_t at, std::string why) { access_.without_effect_.emplace_back(events_[at].reference, std::move(why)); }

  void order_events() {
    std::vector<CausalOrder::Node> nodes;
    nodes.reserve(events_.size());
    for (const AuthorityEvent& event : events_) {
      nodes.push_back({event.reference, event.parents, event.hash});
    }
    order_ = CausalOrder::make(nodes);
    for (const std::size_t at : order_.order()) access_.known_.insert(events_[at].reference);
    for (const std::size_t at : order_.heads()) access_.heads_.push_back(events_[at].reference);
    std::sort(access_.heads_.begin(), access_.heads_.end());
    access_.heads_.erase(std::unique(access_.heads_.begin(), access_.heads_.end()), access_.heads_.end());
  }

  // Rights are named by reference, so of the events that share one, only the one with the lowest hash has effect.
  bool shares_reference_with_lower(std::size_t at) const { return at > 0 && events_[at - 1].reference == events_[at].reference; }

  bool precedes_or_is(std::size_t earlier, std::size_t later) const { return earlier == later || order_.precedes(earlier, later); }

  // A removal that the event already stands on, and that its grant does not come after, leaves it without rights.
  bool is_removed_in_past(const GrantAt& grant, std::size_t at) const {
    const auto is_past = [&](std::size_t event) { return order_.precedes(event, at); };
    const auto concerns = [&](std::size_t removal) { return is_past(removal) && removes(removal, grant); };
    if (std::none_of(removals_.begin(), removals_.end(), concerns)) return false;
    const std::vector<std::size_t> effective = effective_among(is_past);
    return std::any_of(effective.begin(), effective.end(), concerns);
  }

  const GrantAt* usable_grant(std::size_t at, Capability needs) const {
    const AuthorityEvent& event = events_[at];
    const auto found = grant_by_reference_.find(event.grant);
    if (found == grant_by_reference_.end()) return nullptr;
    const GrantAt& grant = grants_[found->second];
    if (grant.device != event.device || !grant.capabilities.has(needs)) return nullptr;
    if (!order_.precedes(grant.event, at) || is_removed_in_past(grant, at)) return nullptr;
    return &grant;
  }

  void judge_in_past(std::size_t at) {
    const AuthorityEvent& event = events_[at];
    if (shares_reference_with_lower(at)) return no_effect(at, "another event goes by the same reference");
    if (event.type == authority_type::kChartered) return take_charter(at);
    const GrantAt* own = usable_grant(at, Capability::admin);
    if (own == nullptr) return no_effect(at, "its author had no admin grant there and then");
    if (event.type == authority_type::kGranted) return take_grant(at, *own);
    if (event.type == authority_type::kRemoved) {
      auto removal = decode_untrusted<Removal>(event.body, "removal");
      if (!removal) return no_effect(at, removal.error().what);
      removal_body_.emplace(at, std::move(*removal));
      removals_.push_back(at);
      const auto known_there = effective_among([&](std::size_t event) { return precedes_or_is(event, at); });
      if (known_there.empty() || known_there.back() != at) {
        removals_.pop_back();
        no_effect(at, "it would leave the space without an admin");
      }
      return;
    }
    valid_.push_back(at);
  }

  void take_charter(std::size_t at) {
    const AuthorityEvent& event = events_[at];
    auto charter = decode_untrusted<Charter>(event.body, "charter");
    if (!charter || charter->space_id() != space_ || charter->device != event.device || access_.charter_) {
      return no_effect(at, "not the charter of this space");
    }
    access_.charter_ = *charter;
    access_.members_.push_back({charter->organisation, charter->title, charter->root, false});
    add_grant({at, charter->device, Capabilities::all(), std::nullopt});
  }

  void add_grant(GrantAt grant) {
    grant_by_reference_[events_[grant.event].reference] = grants_.size();
    grants_.push_back(grant);
  }

  void take_grant(std::size_t at, const GrantAt& own) {
    auto body = decode_untrusted<Grant>(events_[at].body, "grant");
    if (!body) return no_effect(at, body.error().what);
    const Capabilities wanted = Capabilities::from_bits(body->capabilities);
    if (!wanted.within(own.capabilities) || !wanted.within(Capabilities::all())) {
      return no_effect(at, "a grant can only narrow what its giver holds");
    }
    add_grant({at, body->device, wanted, grant_by_reference_.at(events_[own.event].reference)});
  }

  bool removes(std::size_t removal, const GrantAt& grant) const {
    return removal_body_.at(removal).device == grant.device && !order_.precedes(removal, grant.event);
  }

  // Is the event, written under `own`, beyond the cut that one of these removals makes for its author?
  bool is_cut_by(const std::vector<std::size_t>& removals, const GrantAt& own, const Reference& event) const {
    return std::any_of(removals.begin(), removals.end(), [&](std::size_t removal) {
      if (!removes(removal, own)) return false;
      const std::vector<Cut>& cuts = removal_body_.at(removal).cuts;
      const auto cut = std::find_if(cuts.rbegin(), cuts.rend(), [&](const Cut& c) { return c.chain == event.chain; });
      return cut == cuts.rend() || event.seq > cut->last_seq;
    });
  }

  // Does anybody keep admin when these removals hold? Grants stand in causal order, so givers come first.
  template <class IsPast>
  bool leave_an_admin(const std::vector<std::size_t>& removals, const IsPast& is_past) const {
    std::vector<bool> is_void(grants_.size(), false);
    for (std::size_t i = 0; i < grants_.size(); ++i) {
      const GrantAt& grant = grants_[i];
      if (!is_past(grant.event)) continue;
      is_void[i] = grant.from && (is_void[*grant.from] || is_cut_by(removals, grants_[*grant.from], events_[grant.event].reference));
      const bool removed = std::any_of(removals.begin(), removals.end(), [&](std::size_t removal) { return removes(removal, grant); });
      if (!is_void[i] && !removed && grant.capabilities.has(Capability::admin)) return true;
    }
    return false;
  }

  // Mutual removals both hold, but nobody may empty the space of admins: of the removals in this past, those that hold.
  // The order of a closed past is the same within any larger set, so everybody who saw that past agrees.
  template <class IsPast>
  std::vector<std::size_t> effective_among(const IsPast& is_past) const {
    std::vector<std::size_t> effective;
    for (const std::size_t removal : removals_) {
      if (!is_past(removal)) continue;
      effective.push_back(removal);
      if (!leave_an_admin(effective, is_past)) effective.pop_back();
    }
    return effective;
  }

  void choose_removals() {
    effective_ = effective_among([](std::size_t) { return true; });
    for (const std::size_t removal : removals_) {
      if (std::find(effective_.begin(), effective_.end(), removal) == effective_.end()) no_effect(removal, "it would leave the space without an admin");
    }
    for (const std::size_t removal : effective_) {
      Access::Effective effective{removal_body_.at(removal).device, {}};
      for (const Cut& cut : removal_body_.at(removal).cuts) effective.cuts[cut.chain] = cut.last_seq;
      access_.removals_.push_back(std::move(effective));
    }
  }

  bool is_beyond_cut(std::size_t at) const {
    const auto own = grant_by_reference_.find(events_[at].grant);
    return own != grant_by_reference_.end() && is_cut_by(effective_, grants_[own->second], events_[at].reference);
  }

  // A grant given beyond its giver's cut is void, and so is whatever was given under it. Grants stand in causal
  // order, so one walk settles it.
  void void_grants() {
    for (GrantAt& grant : grants_) {
      grant.is_void = grant.from && (grants_[*grant.from].is_void || is_beyond_cut(grant.event));
      if (grant.is_void) {
        no_effect(grant.event, "given by a device that was removed");
        continue;
      }
      Access::ValidGrant valid{grant.device, grant.capabilities, {}};
      for (std::size_t i = 0; i < effective_.size(); ++i) {
        if (removes(effective_[i], grant)) valid.excluded_by.push_back(i);
      }
      access_.grants_.emplace(events_[grant.event].reference, std::move(valid));
    }
  }

  void apply_rest() {
    for (const std::size_t at : valid_) {
      if (is_beyond_cut(at)) {
        no_effect(at, "its author was removed");
      } else if (!apply(events_[at])) {
        no_effect(at, "its content is not understood or not allowed");
      }
    }
  }

  Member* find_member(const EntityId& organisation) {
    for (Member& member : access_.members_) {
      if (member.organisation == organisation) return &member;
    }
    return nullptr;
  }

  bool apply(const AuthorityEvent& event) {
    if (event.type == authority_type::kAdmitted) return apply_admission(event);
    if (event.type == authority_type::kCertified) return apply_certificate(event);
    if (event.type == authority_type::kRetired) return access_.retired_ = true;
    if (event.type == authority_type::kLeft) {
      const auto organisation = decode_untrusted<EntityId>(event.body, "organisation");
      Member* member = organisation ? find_member(*organisation) : nullptr;
      return member != nullptr && (member->has_left = true);
    }
    if (event.type == authority_type::kAdopted) {
      const auto adoption = decode_untrusted<Adoption>(event.body, "adoption");
      for (const Bytes& adopted : adoption ? adoption->events : std::vector<Bytes>{}) {
        if (adopted.size() == Reference::kBytes) access_.adopted_.insert(Reference::read(adopted.data()));
      }
      return adoption.ok();
    }
    if (event.type == authority_type::kErasure) {
      const auto order = decode_untrusted<ErasureOrder>(event.body, "erasure");
      if (order) access_.erased_.insert(order->key);
      return order.ok();
    }
    if (event.type == authority_type::kRedaction) {
      const auto order = decode_untrusted<RedactionOrder>(event.body, "redaction");
      if (!order || order->event.size() != Reference::kBytes) return false;
      // Rights rest on every event of this lane, on replicas that have not heard of the order too.
      if (is_authority_chain(Reference::read(order->event.data()).chain)) return false;
      access_.redacted_.insert(Reference::read(order->event.data()));
      return true;
    }
    return false;
  }

  bool is_authority_chain(const ChainId& chain) const {
    return std::any_of(events_.begin(), events_.end(), [&](const AuthorityEvent& event) { return event.reference.chain == chain; });
  }

  bool apply_admission(const AuthorityEvent& event) {
    const auto admission = decode_untrusted<Admission>(event.body, "admission");
    if (!admission || find_member(admission->organisation) != nullptr) return false;
    access_.members_.push_back({admission->organisation, admission->title, admission->root, false});
    return true;
  }

  bool apply_certificate(const AuthorityEvent& event) {
    auto certificate = decode_untrusted<Certificate>(event.body, "certificate");
    if (!certificate) return false;
    const Member* member = find_member(certificate->organisation);
    if (member == nullptr || !certificate->is_signed_by(member->root, space_)) return false;
    certificates_.push_back(std::move(*certificate));
    return true;
  }

  void collect_devices() {
    if (access_.charter_) {
      access_.devices_.push_back({access_.charter_->device, access_.charter_->organisation, "founder", {}, false});
    }
    for (const Certificate& certificate : certificates_) {
      if (access_.find_device(certificate.device) == nullptr) {
        access_.devices_.push_back({certificate.device, certificate.organisation, certificate.label, {}, false});
      } else {
        for (Device& device : access_.devices_) {
          if (device.key == certificate.device) device.label = certificate.label;
        }
      }
    }
    for (Device& device : access_.devices_) {
      for (const auto& [reference, grant] : access_.grants_) {
        if (grant.device == device.key && grant.excluded_by.empty()) device.capabilities = device.capabilities | grant.capabilities;
      }
      device.is_removed = device.capabilities == Capabilities() &&
                          std::any_of(access_.removals_.begin(), access_.removals_.end(),
                                      [&](const auto& removal) { return removal.device == device.key; });
    }
    std::sort(access_.devices_.begin(), access_.devices_.end(), [](const Device& a, const Device& b) { return a.key < b.key; });
  }

  SpaceId space_;
  std::vector<AuthorityEvent> events_;
  CausalOrder order_;
  Access access_;
  std::vector<GrantAt> grants_;
  std::unordered_map<Reference, std::size_t, ReferenceHash> grant_by_reference_;
  std::vector<std::size_t> removals_;
  std::unordered_map<std::size_t, Removal> removal_body_;
  std::vector<std::size_t> effective_;
  std::vector<std::size_t> valid_;
  std::vector<Certificate> certificates_;
};

Access Access::build(const SpaceId& space, std::vector<AuthorityEvent> events) {
  return AccessBuilder(space, std::move(events)).build();
}

bool Access::is_cut(const ValidGrant& grant, const Reference& event) const {
  return std::any_of(grant.excluded_by.begin(), grant.excluded_by.end(), [&](std::size_t i) {
    const auto cut = removals_[i].cuts.find(event.chain);
    return cut == removals_[i].cuts.end() || event.seq > cut->second;
  });
}

Standing Access::judge(const Reference& event, const PublicKey& device, const Reference& grant, Capability needs) const {
  const auto found = grants_.find(grant);
  if (found == grants_.end()) return known_.contains(grant) ? Standing::quarantined : Standing::waiting;
  if (found->second.device != device || !found->second.capabilities.has(needs)) return Standing::quarantined;
  if (is_cut(found->second, event) && !adopted_.contains(event)) return Standing::quarantined;
  const Device* certified = find_device(device);
  return certified == nullptr ? Standing::waiting : Standing::counts;
}

bool Access::keeps_verdicts_of(const Access& earlier) const {
  if (removals_ != earlier.removals_ || adopted_ != earlier.adopted_ || erased_ != earlier.erased_ || redacted_ != earlier.redacted_) return false;
  for (const Device& device : earlier.devices_) {
    if (find_device(device.key) == nullptr) return false;
  }
  return std::all_of(earlier.known_.begin(), earlier.known_.end(), [&](const Reference& known) {
    const auto then = earlier.grants_.find(known);
    const auto now = grants_.find(known);
    if (then == earlier.grants_.end()) return now == grants_.end();
    return now != grants_.end() && now->second == then->second;
  });
}

bool Access::depends_on_event(const Reference& grant) const {
  const auto found = grants_.find(grant);
  return found != grants_.end() && !found->second.excluded_by.empty();
}

const Device* Access::find_device(const PublicKey& key) const {
  for (const Device& device : devices_) {
    if (device.key == key) return &device;
  }
  return nullptr;
}

std::optional<Reference> Access::find_grant(const PublicKey& device, Capability needs) const {
  std::optional<Reference> best;
  for (const auto& [reference, grant] : grants_) {
    if (grant.device != device || !grant.capabilities.has(needs) || !grant.excluded_by.empty()) continue;
    if (!best || reference < *best) best = reference;
  }
  return best;
}

}  // namespace evenhand
