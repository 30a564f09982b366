// Admitting, removing, leaving, retiring, adopting: what an admin and an organisation's root write.
#include "core/engine/membership.h"

#include <algorithm>

#include "core/access/departure.h"
#include "core/codec/archive.h"
#include "core/engine/workspace_state.h"

namespace evenhand {

namespace {

Result<Space*> space_named(Workspace& workspace, const SpaceId& id) {
  EVENHAND_CHECK(workspace.hold());
  if (Space* space = workspace.find_space(id)) return space;
  return not_found("there is no such space here", id.hex().substr(0, 16), "See: evenhand space list");
}

// Up to where those devices have written, as far as this replica knows.
Result<std::vector<Cut>> cuts_of(const Space& space, const std::vector<PublicKey>& devices) {
  std::vector<Cut> cuts;
  EVENHAND_TRY(const LogReadView view, space.log.read());
  EVENHAND_TRY(const auto chains, view.chains());
  for (const auto& [id, chain] : chains) {
    if (std::find(devices.begin(), devices.end(), chain.descriptor.device) == devices.end() || chain.branches.empty()) continue;
    cuts.push_back({id, chain.branches.back().seq});
  }
  return cuts;
}

bool is_admin_beside(const Access& access, const std::vector<PublicKey>& devices) {
  return std::any_of(access.devices().begin(), access.devices().end(), [&](const Device& device) {
    return device.capabilities.has(Capability::admin) && std::find(devices.begin(), devices.end(), device.key) == devices.end();
  });
}

const Member* find_member(const Access& access, const EntityId& organisation) {
  const auto at = std::find_if(access.members().begin(), access.members().end(), [&](const Member& m) { return m.organisation == organisation; });
  return at == access.members().end() ? nullptr : &*at;
}

// What one space still lacks for the newcomer to be in with these rights.
Result<AuthorityDrafts> drafts_for(const Space& space, const Acceptance& newcomer, const Certificate& certificate, Capabilities may) {
  const Access& access = space.fold.access();
  AuthorityDrafts drafts;
  const Member* member = find_member(access, newcomer.organisation);
  if (member != nullptr && member->root != newcomer.root) {
    return refused("an organisation with that identity is here already, under another root key", newcomer.title, "Compare the fingerprints by voice.");
  }
  if (member == nullptr || member->has_left) drafts.emplace_back(authority_type::kAdmitted, encode(Admission{newcomer.organisation, newcomer.root, newcomer.title}));
  const Device* device = access.find_device(newcomer.device);
  if (device != nullptr && device->organisation != newcomer.organisation) return refused("that device belongs to another organisation here", device->label);
  if (device == nullptr) drafts.emplace_back(authority_type::kCertified, encode(certificate));
  if (device == nullptr || !may.within(device->capabilities)) drafts.emplace_back(authority_type::kGranted, encode(Grant{newcomer.device, may.bits()}));
  return drafts;
}

// The record by which everybody in the space sees the newcomer's name; writing one takes an admin.
Result<void> name_newcomer(Workspace& workspace, const SpaceId& id, const Acceptance& newcomer) {
  EVENHAND_TRY(const std::optional<EntityState> there, workspace.find_space(id)->fold.find(newcomer.organisation));
  if (there) return {};
  Command command;
  command.in_space = id;
  command.is_upkeep = true;  // taken back, the newcomer would have no name in the space
  command.changes.push_back({"organisation", newcomer.organisation, Verb::changed, {{"name", newcomer.title}}});
  EVENHAND_TRY(const Receipt receipt, workspace.submit(command));
  (void)receipt;
  return {};
}

std::optional<Record> record_of(const Space& space, const EntityId& organisation) {
  auto state = space.fold.find(organisation);
  if (!state || !*state || (*state)->type != "organisation" || (*state)->lifecycle == Lifecycle::removed) return std::nullopt;
  return Record(*find_record_type("organisation"), std::move(**state));
}

}  // namespace

std::string name_of(const Space& space, const EntityId& organisation) {
  if (const auto record = record_of(space, organisation)) {
    const std::string name = record->text("short_name").empty() ? record->text("name") : record->text("short_name");
    if (!name.empty()) return name;
  }
  const Member* member = find_member(space.fold.access(), organisation);
  return member == nullptr ? "" : member->title;
}

std::vector<std::string> names_of(const Space& space, const EntityId& organisation) {
  std::vector<std::string> names;
  if (const auto record = record_of(space, organisation)) {
    for (const char* field : {"short_name", "name"}) {
      if (!record->text(field).empty()) names.push_back(record->text(field));
    }
  }
  const Member* member = find_member(space.fold.access(), organisation);
  const auto& charter = space.fold.access().charter();
  const bool is_title_of_space = charter && charter->organisation == organisation;
  if (member != nullptr && (names.empty() || !is_title_of_space)) names.push_back(member->title);
  return names;
}

void rehearse_only(Workspace& workspace) { workspace.state().rehearses = true; }

namespace {

std::string departed(const Space& space, const PublicKey& device, const char* organisation, const char* laptop) {
  const auto& charter = space.fold.access().charter();
  const std::string title = " \"" + (charter ? charter->title : space.id.hex().substr(0, 16)) + "\"";
  switch (departure_of(space.fold.access(), device)) {
    case Departure::none: break;
    case Departure::left: return organisation + (" has left" + title);
    case Departure::removed: return laptop + (" was removed from" + title);
  }
  return "";
}

}  // namespace

std::string departure_words(const Space& space, const PublicKey& device) { return departed(space, device, "your organisation", "this laptop"); }
std::string departure_words_of_other(const Space& space, const PublicKey& device) { return departed(space, device, "its organisation", "that laptop"); }

Result<Admitted> admit(Workspace& workspace, ByteView bytes, Capabilities may) {
  EVENHAND_TRY(const Acceptance newcomer, read_acceptance_untrusted(bytes));
  EVENHAND_TRY(const Invitation invitation, read_invitation_untrusted(newcomer.invitation));
  const Keystore& keys = workspace.keystore();
  const PublicKey own = keys.device().public_key();
  if (invitation.is_same_organisation) {
    if (invitation.organisation != workspace.organisation()) return refused("that laptop was invited by another organisation", invitation.title);
    if (!keys.has_root()) return refused("only the first laptop of an organisation can certify further ones: its root key lies there", "rights");
    if (invitation.root != keys.root().public_key()) return refused("that invitation names another root key than this organisation's", "root");
  } else if (newcomer.organisation == workspace.organisation()) {
    return refused("a partner must be another organisation", newcomer.title, "For a laptop of your own: evenhand partner invite --same-organisation");
  }
  std::vector<std::pair<SpaceId, AuthorityDrafts>> planned;  // all is looked at before anything is written
  for (std::size_t i = 0; i < invitation.spaces.size(); ++i) {
    const SpaceId id = invitation.spaces[i].space_id();
    EVENHAND_TRY(const Space* space, space_named(workspace, id));
    const Access& access = space->fold.access();
    EVENHAND_CHECK(check_not_retired(*space));
    const Device* inviter = access.find_device(invitation.device);
    if (inviter == nullptr || !inviter->capabilities.has(Capability::admin)) return refused("that invitation was not made by an admin of the space", invitation.title);
    const Device* self = access.find_device(own);
    if (self == nullptr || !self->capabilities.has(Capability::admin)) return refused("this device is no admin of the space", "rights", "Ask an admin of the space.");
    if (!may.within(self->capabilities)) return refused("this device can give only what it holds: " + self->capabilities.words(), may.words());
    const Certificate certificate =
        invitation.is_same_organisation ? Certificate::make(keys.root(), id, newcomer.organisation, newcomer.device, newcomer.label) : newcomer.certificates[i];
    EVENHAND_TRY(AuthorityDrafts drafts, drafts_for(*space, newcomer, certificate, may));
    if (!drafts.empty()) planned.emplace_back(id, std::move(drafts));
  }
  Admitted admitted{invitation.is_same_organisation ? newcomer.label : newcomer.title, newcomer.device, {}};
  for (const auto& [id, drafts] : planned) {
    EVENHAND_TRY(const auto written, workspace.submit_authority(id, drafts));
    (void)written;
    admitted.spaces.push_back(id);
    if (!invitation.is_same_organisation) EVENHAND_CHECK(name_newcomer(workspace, id, newcomer));
  }
  return admitted;
}

Result<void> remove_devices(Workspace& workspace, const SpaceId& id, const std::vector<PublicKey>& devices) {
  EVENHAND_TRY(Space* const space, space_named(workspace, id));
  const Access& access = space->fold.access();
  AuthorityDrafts drafts;
  for (const PublicKey& device : devices) {
    const Device* known = access.find_device(device);
    if (known == nullptr) return not_found("there is no such device in this space", device.hex().substr(0, 16));
    if (known->is_removed) continue;
    EVENHAND_TRY(std::vector<Cut> cuts, cuts_of(*space, {device}));
    drafts.emplace_back(authority_type::kRemoved, encode(Removal{device, std::move(cuts)}));
  }
  if (drafts.empty()) return {};
  if (!is_admin_beside(access, devices)) return refused("that would leave the space without an admin", "", "Admit another admin first, or retire the space.");
  EVENHAND_TRY(const auto written, workspace.submit_authority(id, drafts));
  (void)written;
  return {};
}

Result<void> leave(Workspace& workspace, const SpaceId& id) {
  EVENHAND_TRY(Space* const space, space_named(workspace, id));
  if (space->kind != SpaceKind::cycle) return refused("an organisation cannot leave its own space", std::string(to_word(space->kind)) + " space");
  const Access& access = space->fold.access();
  const Keystore& keys = workspace.keystore();
  const auto grant = access.find_grant(keys.device().public_key(), Capability::admin);
  const auto any = grant ? grant : access.find_grant(keys.device().public_key(), Capabilities());
  if (!any) return refused("this device holds no rights in the space", "rights");
  if (!grant && !keys.has_root()) return refused("leaving is said by an admin, or by the laptop that holds the organisation's root key", "rights");
  Leaving leaving{workspace.organisation(), {}, {}, {}};
  for (const Device& device : access.devices()) {
    if (device.organisation == leaving.organisation) leaving.devices.push_back(device.key);
  }
  if (!is_admin_beside(access, leaving.devices)) {
    return refused("nobody else is an admin of the space", "", "Admit another admin first, or retire the space: evenhand space retire NAME");
  }
  EVENHAND_TRY(leaving.cuts, cuts_of(*space, leaving.devices));
  if (keys.has_root()) leaving.sign(keys.root(), id, next_parents(access, *any));
  EVENHAND_TRY(const auto written, workspace.state().write_authority(*space, *any, {{std::string(authority_type::kLeft), encode(leaving)}}));
  (void)written;
  return {};
}

Result<void> retire(Workspace& workspace, const SpaceId& id) {
  EVENHAND_TRY(const Space* const space, space_named(workspace, id));
  if (space->kind != SpaceKind::cycle) return refused("only a cycle space can be retired", std::string(to_word(space->kind)) + " space");
  EVENHAND_TRY(const auto written, workspace.submit_authority(id, {{std::string(authority_type::kRetired), {}}}));
  (void)written;
  return {};
}

Result<void> restore_admin(Workspace& workspace, const SpaceId& id) {
  EVENHAND_TRY(Space* const space, space_named(workspace, id));
  const Keystore& keys = workspace.keystore();
  const auto& charter = space->fold.access().charter();
  if (!charter || !keys.has_root() || charter->root != keys.root().public_key()) {
    return refused("only the root key of the organisation that founded the space restores an admin", "rights");
  }
  const RootGrant grant = RootGrant::make(keys.root(), id, keys.device().public_key(), next_parents(space->fold.access(), {}));
  EVENHAND_TRY(const auto written, workspace.state().write_authority(*space, {}, {{std::string(authority_type::kRestored), encode(grant)}}));
  (void)written;
  return workspace.state().tend_keys(*space);
}

Result<std::vector<QuarantinedWork>> quarantined(const Space& space) {
  std::vector<QuarantinedWork> found;
  if (space.fold.counts().quarantined == 0) return found;
  const Access& access = space.fold.access();
  EVENHAND_TRY(const LogReadView view, space.log.read());
  EVENHAND_TRY(const auto chains, view.chains());
  Result<void> inner;
  for (const auto& [id, chain] : chains) {
    if (chain.descriptor.lane != Lane::data) continue;
    const PublicKey& device = chain.descriptor.device;
    const Device* known = access.find_device(device);
    EVENHAND_CHECK(view.scan_chain(id, 1, [&](Arrival, const CommitView& commit) {
      const auto hashes = commit.event_hashes();
      if (!hashes) return inner = hashes.error(), false;
      inner = commit.walk([&](std::size_t i, const EventView& event) {
        const Reference reference{commit.chain(), commit.first_seq() + i, shorten((*hashes)[i])};
        const Capability needs = needed_for(event.header.type);
        if (access.judge(reference, device, event.header.grant, needs) != Standing::quarantined) return true;
        found.push_back({reference, device, known == nullptr ? "unknown " + device.hex().substr(0, 8) : known->label, std::string(event.header.type),
                         event.header.entity, event.header.grant, event.header.claimed, access.can_be_adopted(reference, device, event.header.grant, needs)});
        return true;
      });
      return inner.ok();
    }));
    EVENHAND_CHECK(inner);
  }
  return found;
}

Result<std::size_t> adopt(Workspace& workspace, const SpaceId& id, const PublicKey& device) {
  EVENHAND_TRY(const Space* const space, space_named(workspace, id));
  EVENHAND_TRY(const std::vector<QuarantinedWork> work, quarantined(*space));
  constexpr std::size_t kReferencesPerEvent = 1'500;  // 33 bytes each: within a body
  AuthorityDrafts drafts;
  Adoption adoption;
  std::size_t count = 0;
  for (const QuarantinedWork& one : work) {
    if (one.device != device || !one.can_be_adopted) continue;
    Bytes& reference = adoption.events.emplace_back(Reference::kBytes);
    one.event.write(reference.data());
    ++count;
    if (adoption.events.size() < kReferencesPerEvent) continue;
    drafts.emplace_back(authority_type::kAdopted, encode(adoption));
    adoption.events.clear();
  }
  if (!adoption.events.empty()) drafts.emplace_back(authority_type::kAdopted, encode(adoption));
  if (drafts.empty()) return not_found("there is no work of that device that waits to be adopted", "", "See: evenhand log list --quarantined");
  EVENHAND_TRY(const auto written, workspace.submit_authority(id, drafts));
  (void)written;
  return count;
}

}  // namespace evenhand
