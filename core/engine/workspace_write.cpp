// Writing to a workspace: commands, authority.
#include <algorithm>

#include "core/codec/archive.h"
#include "core/engine/membership.h"
#include "core/engine/plan.h"
#include "core/record/body.h"

namespace evenhand {

Result<void> check_not_retired(const Space& space) {
  if (!space.fold.access().is_retired()) return {};
  const auto& charter = space.fold.access().charter();
  return refused("the space \"" + (charter ? charter->title : space.id.hex().substr(0, 16)) + "\" was retired: it can be read, and takes no further changes", "",
                 "Choose another one with: evenhand space use NAME   or found one with: evenhand space add NAME");
}

Result<Space*> Workspace::State::home_for_new(const RecordSpec& spec, const RecordChange& change) {
  const SpaceKind kind = home_of(spec);
  for (const FieldValue& value : kind == SpaceKind::cycle ? change.set : std::vector<FieldValue>{}) {
    const FieldSpec* const field = spec.find_field(value.field);
    const EntityId* const named = std::get_if<EntityId>(&value.value);
    if (field == nullptr || named == nullptr || (field->choices != "cycle" && field->choices != "service")) continue;
    EVENHAND_TRY(const auto located, locate(*named));
    if (located.first != nullptr && located.first->kind == kind) return located.first;
  }
  return &space_of(kind);
}

Result<void> Workspace::check_rights(std::string_view type) const {
  const RecordSpec* spec = find_record_type(type);
  if (spec == nullptr) return not_found("there is no record type \"" + std::string(type) + "\"");
  return state_->check_rights(std::as_const(*state_).space_of(home_of(*spec)), type);
}

Result<void> Workspace::State::check_rights(const Space& space, std::string_view type) const {
  const Capability needs = needed_for(std::string(type) + ".changed");
  const PublicKey device = keystore->device().public_key();
  EVENHAND_CHECK(check_not_retired(space));
  if (space.fold.access().find_grant(device, needs)) return {};
  if (!space.fold.access().charter()) {
    return refused("this space was joined, and nothing of it has come yet", "rights", "Exchange with the partner who invited you, then try again.");
  }
  const Device* known = space.fold.access().find_device(device);
  if (const std::string departed = departure_words(space, device); !departed.empty()) {
    return refused(departed, "rights", space.kind == SpaceKind::cycle ? "Choose another: evenhand space use NAME" : "Ask an admin of your organisation.");
  }
  return refused("this device may not write a " + std::string(type) + ": it needs \"" + Capabilities(needs).words() + "\"", "rights",
                 known == nullptr ? "Ask an admin of the space to admit this device."
                                  : "It holds: " + known->capabilities.words() + ". Ask an admin of the space for a grant.");
}

void Workspace::set_examiner(Examiner examiner) { state_->examiner = std::move(examiner); }
bool Workspace::is_examined() const { return static_cast<bool>(state_->examiner); }

Result<Receipt> Workspace::submit(const Command& command) {
  constexpr int kTries = 3;
  if (state_->rehearses) return rehearse(command);
  return state_->hands_over ? hand_over(command, kTries) : submit(command, [](const Receipt&) { return Result<void>(); });
}

Result<Receipt> Workspace::submit(const Command& command, const std::function<Result<void>(const Receipt&)>& about_to_write) {
  if (!is_holder()) return unavailable("this workspace was opened for reading only", state_->folder);
  if (state_->rehearses) return rehearse(command);
  Plan plan(*this, *state_, command);
  EVENHAND_CHECK(plan.make());
  EVENHAND_TRY(Receipt receipt, plan.carry_out(about_to_write));
  (void)state_->learn_types().ok();  // what is saved is saved; the next opening learns it else
  return receipt;
}

Result<Receipt> Workspace::rehearse(const Command& command) {
  if (!is_holder() && !state_->hands_over && !state_->rehearses) return unavailable("this workspace was opened for reading only", state_->folder);
  Plan plan(*this, *state_, command);
  EVENHAND_CHECK(plan.make());
  return plan.receipt();
}

Result<void> Workspace::examine(const Command& command, const ToldFindings& told) {
  if (!state_->examiner) return {};
  Plan plan(*this, *state_, command, told);
  return plan.make();
}

namespace {

// What a retired space still takes: nobody's content, but erasures, removals and the keys that follow from them.
bool is_taken_when_retired(std::string_view type) {
  using namespace authority_type;
  return type == kErasure || type == kRedaction || type == kRemoved || type == kLeft || type == kEpoch || type == kShared;
}

}  // namespace

Result<std::vector<Reference>> Workspace::submit_authority(SpaceKind kind, const AuthorityDrafts& events) {
  return submit_authority(state_->space_of(kind).id, events);
}

Result<std::vector<Reference>> Workspace::submit_authority(const SpaceId& id, const AuthorityDrafts& events) {
  EVENHAND_CHECK(hold());
  EVENHAND_CHECK(state_->check_views());
  Space* space = state_->find_space(id);
  if (space == nullptr) return not_found("there is no such space here", id.hex().substr(0, 16), "See: evenhand space list");
  const auto grant = space->fold.access().find_grant(state_->keystore->device().public_key(), Capability::admin);
  if (!grant) return refused("this device is no admin of the space", "rights", "Ask an admin of the space.");
  if (!std::all_of(events.begin(), events.end(), [](const auto& event) { return is_taken_when_retired(event.first); })) EVENHAND_CHECK(check_not_retired(*space));
  EVENHAND_TRY(const std::vector<Reference> made, state_->write_authority(*space, *grant, events));
  EVENHAND_CHECK(state_->tend_keys(*space));
  return made;
}

std::vector<Reference> next_parents(const Access& access, const Reference& grant) {
  std::vector<Reference> parents = access.heads();
  if (parents.size() <= kParentsMax) return parents;
  parents.resize(kParentsMax);  // the next event but one names the rest
  if (grant != Reference{} && std::find(parents.begin(), parents.end(), grant) == parents.end()) parents.back() = grant;
  return parents;
}

Result<std::vector<Reference>> Workspace::State::write_authority(Space& space, const Reference& grant, const AuthorityDrafts& events) {
  if (rehearses) return std::vector<Reference>();
  constexpr std::size_t kCommitRoomBytes = kCommitBytesMax - kBodyBytesMax - 4096;  // the next event fits for sure
  EVENHAND_TRY(const Pen pen, pen_for(space, Lane::authority));
  CommitBuilder builder(pen.chain, keystore->device(), pen.last_seq, pen.head);
  std::vector<Reference> heads = next_parents(space.fold.access(), grant);
  std::vector<Reference> made;
  std::vector<Bytes> commits;
  std::size_t bytes = 0;
  for (const auto& [type, body] : events) {
    EventDraft draft;
    draft.type = type;
    draft.must_understand = true;
    draft.entity = authority_entity(space.id);
    draft.actor = organisation;
    draft.grant = grant;
    draft.parents = heads;
    draft.claimed = clock.now();
    draft.body = body;
    if (bytes + body.size() > kCommitRoomBytes || builder.event_count() == kEventsPerCommitMax) {
      commits.push_back(builder.finish());
      bytes = 0;
    }
    EVENHAND_TRY(const Reference reference, builder.add(draft, random));
    bytes += body.size() + EventHeader::kBytesMax;
    heads = {reference};
    made.push_back(reference);
  }
  if (builder.event_count() > 0) commits.push_back(builder.finish());
  for (const Bytes& commit : commits) {
    EVENHAND_TRY(const std::string unshown, append(space, commit));
    (void)unshown;  // it stands; the next write says what is wrong
  }
  return made;
}

}  // namespace evenhand
