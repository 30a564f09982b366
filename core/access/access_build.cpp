// A little over 400 lines: one pass over the rights of a space, of which each part stands on the one before.
#include "core/access/access.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "core/access/epochs.h"
#include "core/codec/archive.h"
#include "core/event/causal_order.h"

namespace evenhand {

// Builds in six passes, each a function of the set: order, validity in the causal past, effective removals,
// what the remaining grants give, the epochs of the key, then what the next event stands on.
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
    collect_epochs();
    choose_heads();
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

  /// What an event of removal or leaving takes away, and up to where the work still counts.
  struct Removed {
    std::vector<PublicKey> devices;
    std::vector<Cut> cuts;
  };

  void no_effect(std::size_t at, std::string why) {
    access_.without_effect_.emplace_back(events_[at].reference, std::move(why));
    is_idle_[at] = true;
  }

  void order_events() {
    std::vector<CausalOrder::Node> nodes;
    nodes.reserve(events_.size());
    for (const AuthorityEvent& event : events_) {
      nodes.push_back({event.reference, event.parents, event.hash});
    }
    order_ = CausalOrder::make(nodes);
    for (const std::size_t at : order_.order()) access_.known_.insert(events_[at].reference);
  }

  // Whoever may do nothing makes no head: an event names 16 parents at most, and its author's own grant must be in its past. An organisation's word
  // that it leaves stands last: it needs no admin.
  void choose_heads() {
    CausalOrder::Marks counting(events_.size(), 0);
    for (const std::size_t at : order_.order()) counting[at] = is_idle_[at] ? 0 : 1;
    const CausalOrder::Marks after = order_.marks_after(counting);
    std::set<std::pair<bool, Reference>> heads;
    for (const std::size_t at : order_.order()) {
      if (counting[at] == 1 && (after[at] & 1) == 0) heads.emplace(events_[at].type == authority_type::kLeft, events_[at].reference);
    }
    for (const auto& [is_leaving, reference] : heads) access_.heads_.push_back(reference);
  }

  // Rights are named by reference, so of the events that share one, only the one with the lowest hash has effect.
  bool shares_reference_with_lower(std::size_t at) const { return at > 0 && events_[at - 1].reference == events_[at].reference; }

  // A removal that the event already stands on, and that its grant does not come after, leaves it without rights.
  bool is_removed_in_past(const GrantAt& grant, std::size_t at) const {
    const auto is_past = [&](std::size_t event) { return order_.precedes(event, at); };
    const auto concerns = [&](std::size_t removal) { return is_past(removal) && removes(removal, grant); };
    if (std::none_of(removals_.begin(), removals_.end(), concerns)) return false;
    const std::vector<std::size_t> effective = effective_among(is_past);
    return std::any_of(effective.begin(), effective.end(), concerns);
  }

  const GrantAt* usable_grant(std::size_t at, Capabilities needs) const {
    const AuthorityEvent& event = events_[at];
    const auto found = grant_by_reference_.find(event.grant);
    if (found == grant_by_reference_.end()) return nullptr;
    const GrantAt& grant = grants_[found->second];
    if (grant.device != event.device || !needs.within(grant.capabilities)) return nullptr;
    if (!order_.precedes(grant.event, at) || is_removed_in_past(grant, at)) return nullptr;
    return &grant;
  }

  void judge_in_past(std::size_t at) {
    const AuthorityEvent& event = events_[at];
    if (shares_reference_with_lower(at)) return no_effect(at, "another event goes by the same reference");
    if (event.type == authority_type::kChartered) return take_charter(at);
    if (event.type == authority_type::kRestored) return take_root_grant(at);
    const GrantAt* own = usable_grant(at, Capability::admin);
    if (event.type == authority_type::kLeft) return take_leaving(at, own != nullptr);
    if (own == nullptr) return no_effect(at, "its author had no admin grant there and then");
    if (event.type == authority_type::kGranted) return take_grant(at, *own);
    if (event.type == authority_type::kRemoved) {
      auto removal = decode_untrusted<Removal>(event.body, "removal");
      if (!removal) return no_effect(at, removal.error().what);
      take_removal(at, {{removal->device}, std::move(removal->cuts)});
      return;
    }
    valid_.push_back(at);
  }

  bool take_removal(std::size_t at, Removed removed) {
    removed_.emplace(at, std::move(removed));
    removals_.push_back(at);
    const auto known_there = effective_among([&](std::size_t event) { return event == at || order_.precedes(event, at); });
    if (!known_there.empty() && known_there.back() == at) return true;
    removals_.pop_back();
    no_effect(at, "it would leave the space without an admin");
    return false;
  }

  // A laptop on its way out has no say over others: it needs its organisation's root, or an admin writes it.
  void take_leaving(std::size_t at, bool is_admin) {
    const AuthorityEvent& event = events_[at];
    auto leaving = Leaving::decode_untrusted(event.body);
    if (!leaving) return no_effect(at, leaving.error().what);
    const std::optional<PublicKey> root = root_in_past(leaving->organisation, at);
    const bool by_root = root && usable_grant(at, {}) != nullptr && leaving->is_signed_by(*root, space_, event.parents);
    if (!root || (!is_admin && !by_root)) return no_effect(at, "neither an admin nor the organisation's root says that it leaves");
    for (const PublicKey& device : leaving->devices) {
      if (!is_certified_in_past(device, leaving->organisation, *root, at)) return no_effect(at, "it names a device of another organisation");
    }
    if (!leaving->is_short() && !take_removal(at, {leaving->devices, leaving->cuts})) return;
    leavings_.emplace_back(at, std::move(*leaving));
  }

  std::optional<PublicKey> root_in_past(const EntityId& organisation, std::size_t at) const {
    if (access_.charter_ && access_.charter_->organisation == organisation) return access_.charter_->root;
    for (const std::size_t earlier : valid_) {
      if (events_[earlier].type != authority_type::kAdmitted || !order_.precedes(earlier, at)) continue;
      const auto admission = decode_untrusted<Admission>(events_[earlier].body, "admission");
      if (admission && admission->organisation == organisation) return admission->root;
    }
    return std::nullopt;
  }

  bool is_certified_in_past(const PublicKey& device, const EntityId& organisation, const PublicKey& root, std::size_t at) const {
    if (access_.charter_ && access_.charter_->device == device) return access_.charter_->organisation == organisation;
    return std::any_of(valid_.begin(), valid_.end(), [&](std::size_t earlier) {
      if (events_[earlier].type != authority_type::kCertified || !order_.precedes(earlier, at)) return false;
      const auto certificate = decode_untrusted<Certificate>(events_[earlier].body, "certificate");
      return certificate && certificate->device == device && certificate->organisation == organisation && certificate->is_signed_by(root, space_);
    });
  }

  void take_root_grant(std::size_t at) {
    const AuthorityEvent& event = events_[at];
    const auto grant = decode_untrusted<RootGrant>(event.body, "root grant");
    if (!grant || !access_.charter_ || !grant->is_signed_by(access_.charter_->root, space_, event.parents)) {
      return no_effect(at, "the founder's root did not sign it for this place");
    }
    add_grant({at, grant->device, Capabilities::all(), std::nullopt});
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
    const std::vector<PublicKey>& devices = removed_.at(removal).devices;
    return std::find(devices.begin(), devices.end(), grant.device) != devices.end() && !order_.precedes(removal, grant.event);
  }

  // Is the event, written under `own`, beyond the cut that one of these removals makes for its author?
  bool is_cut_by(const std::vector<std::size_t>& removals, const GrantAt& own, const Reference& event) const {
    return std::any_of(removals.begin(), removals.end(), [&](std::size_t removal) {
      if (!removes(removal, own)) return false;
      const std::vector<Cut>& cuts = removed_.at(removal).cuts;
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
      Access::Effective effective{removed_.at(removal).devices, {}};
      for (const Cut& cut : removed_.at(removal).cuts) effective.cuts[cut.chain] = cut.last_seq;
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
    std::erase_if(leavings_, [&](const auto& leaving) {
      return !leaving.second.is_short() && std::find(effective_.begin(), effective_.end(), leaving.first) == effective_.end();
    });
    for (const std::size_t at : valid_) {
      if (is_beyond_cut(at)) {
        no_effect(at, "its author was removed");
      } else if (!apply(at)) {
        no_effect(at, "its content is not understood or not allowed");
      }
    }
    for (Member& member : access_.members_) {
      member.has_left = std::any_of(leavings_.begin(), leavings_.end(), [&](const auto& leaving) {
        return leaving.second.organisation == member.organisation && !has_come_back(member.organisation, leaving.first);
      });
    }
  }

  bool has_come_back(const EntityId& organisation, std::size_t leaving) const {
    const auto is_later = [&](const auto& admission) { return admission.second == organisation && order_.precedes(leaving, admission.first); };
    return std::any_of(admissions_.begin(), admissions_.end(), is_later);
  }

  const Member* find_member(const EntityId& organisation) const {
    const auto at = std::find_if(access_.members_.begin(), access_.members_.end(), [&](const Member& m) { return m.organisation == organisation; });
    return at == access_.members_.end() ? nullptr : &*at;
  }

  bool apply(std::size_t at) {
    const AuthorityEvent& event = events_[at];
    if (event.type == authority_type::kAdmitted) return apply_admission(at);
    if (event.type == authority_type::kCertified) return apply_certificate(event);
    if (event.type == authority_type::kRetired) return access_.retired_ = true;
    if (event.type == authority_type::kEpoch || event.type == authority_type::kShared) return epoch_events_.push_back(at), true;
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

  // Only a cycle space takes other organisations in. One that left may come back, under the same root.
  bool apply_admission(std::size_t at) {
    const auto admission = decode_untrusted<Admission>(events_[at].body, "admission");
    if (!admission || access_.charter_->kind != static_cast<std::uint8_t>(SpaceKind::cycle)) return false;
    const Member* known = find_member(admission->organisation);
    if (known != nullptr && known->root != admission->root) return false;
    admissions_.emplace_back(at, admission->organisation);
    if (known == nullptr) access_.members_.push_back({admission->organisation, admission->title, admission->root, false});
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
      device.is_removed = device.capabilities == Capabilities() && access_.was_removed(device.key);
    }
    std::sort(access_.devices_.begin(), access_.devices_.end(), [](const Device& a, const Device& b) { return a.key < b.key; });
  }

  void collect_epochs() {
    GatheredEpochs gathered = gather_epochs(events_, epoch_events_);
    access_.epochs_ = std::move(gathered.epochs);
    for (auto& [at, why] : gathered.without_effect) no_effect(at, std::move(why));
    choose_current(gathered.firsts);
  }

  // Of the epochs that no other one follows the highest hash is current; it moves to the end.
  void choose_current(const std::vector<std::size_t>& firsts) {
    std::optional<std::size_t> current;
    for (std::size_t i = 0; i < firsts.size(); ++i) {
      const bool replaced = std::any_of(firsts.begin(), firsts.end(), [&](std::size_t other) { return order_.precedes(firsts[i], other); });
      if (!replaced && (!current || events_[firsts[*current]].hash < events_[firsts[i]].hash)) current = i;
    }
    if (!current) return;
    access_.needs_epoch_ = std::any_of(effective_.begin(), effective_.end(), [&](std::size_t removal) { return !order_.precedes(removal, firsts[*current]); });
    const auto at = access_.epochs_.begin() + static_cast<std::ptrdiff_t>(*current);
    std::rotate(at, at + 1, access_.epochs_.end());
  }

  SpaceId space_;
  std::vector<AuthorityEvent> events_;
  std::vector<bool> is_idle_ = std::vector<bool>(events_.size());  ///< without effect
  CausalOrder order_;
  Access access_;
  std::vector<GrantAt> grants_;
  std::unordered_map<Reference, std::size_t, ReferenceHash> grant_by_reference_;
  std::vector<std::size_t> removals_;
  std::unordered_map<std::size_t, Removed> removed_;
  std::vector<std::pair<std::size_t, Leaving>> leavings_;
  std::vector<std::size_t> epoch_events_;
  std::vector<std::size_t> effective_;
  std::vector<std::size_t> valid_;
  std::vector<std::pair<std::size_t, EntityId>> admissions_;
  std::vector<Certificate> certificates_;
};

Access Access::build(const SpaceId& space, std::vector<AuthorityEvent> events) {
  return AccessBuilder(space, std::move(events)).build();
}

}  // namespace evenhand
