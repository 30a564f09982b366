// The spaces of a workspace: adding one, choosing the current cycle space, the keys of their epochs.
#include <algorithm>

#include "core/codec/archive.h"
#include "core/codec/json.h"
#include "core/crypto/box.h"
#include "core/engine/workspace_state.h"
#include "core/os/files.h"
#include "core/os/machine.h"

namespace evenhand {

Space* Workspace::State::find_space(const SpaceId& id) {
  const auto at = std::find_if(spaces.begin(), spaces.end(), [&](const Space& space) { return space.id == id; });
  return at == spaces.end() ? nullptr : &*at;
}

Result<void> Workspace::State::save_description() const {
  Json list = Json::array();
  for (const Space& space : spaces) list.push(Json::object().set("kind", to_word(space.kind)).set("id", space.id.hex()));
  const Json description = Json::object().set("format", kWorkspaceFormat).set("organisation", organisation.hex()).set("cycle", current_cycle.hex())
                               .set("spaces", std::move(list));
  return write_file_durably(folder / "workspace.json", view_of(write_json(description, JsonStyle::pretty)));
}

Result<void> Workspace::State::add_spaces(const std::vector<Charter>& charters) {
  bool added = false;
  for (const Charter& charter : charters) {
    const SpaceId id = charter.space_id();
    if (find_space(id) != nullptr) continue;
    const auto at = space_folder(folder, id);
    std::error_code ignored;
    if (!std::filesystem::exists(at / "log", ignored)) {  // else a joining was cut short before the description was saved
      EVENHAND_CHECK(make_private_folder(at));
      EVENHAND_TRY(const IncarnationMarker marker, IncarnationMarker::begin(at / "marker", machine_id(), random));
      EVENHAND_TRY(const Log log, Log::create(at / "log", id));
    }
    EVENHAND_CHECK(open_space(id, static_cast<SpaceKind>(charter.kind), {}));
    added = true;
  }
  return added ? save_description() : Result<void>();
}

Result<void> Workspace::use_cycle_space(const SpaceId& id) {
  EVENHAND_CHECK(hold());
  const Space* space = state_->find_space(id);
  if (space == nullptr) return not_found("there is no such space here", id.hex().substr(0, 16), "See: evenhand space list");
  if (space->kind != SpaceKind::cycle) return refused("only a cycle space can be chosen", id.hex().substr(0, 16));
  if (state_->rehearses) return {};
  state_->current_cycle = id;
  return state_->save_description();
}

Result<void> introduce(Workspace& workspace, Space& space) {
  Workspace::State& state = workspace.state();
  if (space.kind != SpaceKind::cycle || state.mode == OpenMode::read_only || space.fold.access().is_retired()) return {};
  if (!space.fold.access().find_grant(state.keystore->device().public_key(), needed_for("organisation.changed"))) return {};
  EVENHAND_TRY(const std::optional<EntityState> there, space.fold.find(state.organisation));
  if (there) return {};
  EVENHAND_TRY(const auto own, state.locate(state.organisation));
  if (own.first == nullptr || own.second->is_removed()) return {};
  RecordChange change{"organisation", state.organisation, Verb::changed, {}};
  for (const std::string_view field : {"name", "short_name", "kind", "demonstration"}) {
    if (const auto value = own.second->value(field)) change.set.push_back({std::string(field), *value});
  }
  Command command;
  command.changes.push_back(std::move(change));
  command.in_space = space.id;
  command.is_upkeep = true;
  EVENHAND_TRY(const Receipt receipt, workspace.submit(command));
  (void)receipt;
  return {};
}

// --- Keys of epochs ------------------------------------------------------------------------------------------------------

Result<AuthorityDrafts> draft_epoch(const SpaceId& space, const std::vector<PublicKey>& devices, Random& random) {
  const SealKey key = SealKey::make(random);
  Epoch epoch{epoch_key_id(space, key.bytes), {}};
  AuthorityDrafts drafts;
  for (const PublicKey& device : devices) {
    const auto box = seal_to(device, key.bytes, random);
    if (!box) continue;  // nothing can be sealed to a key that is no point of the curve; the others must not suffer
    epoch.boxes.push_back({hint_of(device), *KeyBox::from(*box)});
    if (epoch.boxes.size() < kEpochBoxesMax) continue;
    drafts.emplace_back(authority_type::kEpoch, encode(epoch));
    epoch.boxes.clear();
  }
  if (!epoch.boxes.empty()) drafts.emplace_back(authority_type::kEpoch, encode(epoch));
  return drafts;
}

const SealKey* Workspace::State::epoch_key(const Space& space, const KeyId& epoch) const {
  std::map<KeyId, SealKey>& known = epoch_keys[space.id];
  if (const auto at = known.find(epoch); at != known.end()) return &at->second;
  const KeyPair& device = keystore->device();
  const DeviceHint hint = hint_of(device.public_key());
  for (const KeyEpoch& candidate : space.fold.access().epochs()) {
    if (candidate.key != epoch) continue;
    for (const Epoch::Box& box : candidate.boxes) {
      if (box.device != hint) continue;
      const auto plain = evenhand::open_sealed(device, box.box.view());
      if (!plain || plain->size() != kEpochKeyBytes || epoch_key_id(space.id, *plain) != epoch) continue;
      SealKey key;
      key.id = epoch;
      std::copy(plain->begin(), plain->end(), key.bytes.begin());
      return &known.emplace(epoch, key).first->second;
    }
  }
  return nullptr;
}

const SealKey* Workspace::epoch_key(const SpaceId& space, const KeyId& epoch) const {
  const Space* found = state_->find_space(space);
  return found == nullptr ? nullptr : state_->epoch_key(*found, epoch);
}

const SealKey* Workspace::current_epoch(const SpaceId& space) const {
  const Space* found = state_->find_space(space);
  if (found == nullptr || found->fold.access().epochs().empty()) return nullptr;
  return state_->epoch_key(*found, found->fold.access().epochs().back().key);
}

// What was decided by somebody who did not know of it is completed by whoever sees both: a function of the set, so that a
// device cut off between a removal and its new epoch leaves nothing undone for ever.
Result<void> Workspace::State::tend_keys(Space& space) {
  const PublicKey own = keystore->device().public_key();
  if (mode == OpenMode::read_only) return {};
  const auto grant = space.fold.access().find_grant(own, Capability::admin);
  if (!grant) return {};
  AuthorityDrafts drafts;
  const std::vector<PublicKey> readers = space.fold.access().readers();
  if (space.fold.access().needs_epoch()) {
    EVENHAND_TRY(drafts, draft_epoch(space.id, readers, random));
  }
  constexpr std::size_t kKeysPerEvent = 600;  // 96 bytes each: within a body
  for (const PublicKey& reader : readers) {
    KeyShare share{reader, {}};
    for (const KeyEpoch& epoch : space.fold.access().epochs()) {
      const SealKey* key = epoch.is_sealed_to(reader) ? nullptr : epoch_key(space, epoch.key);
      const auto box = key == nullptr ? Result<Bytes>(Bytes()) : seal_to(reader, key->bytes, random);
      if (!box || box->empty()) continue;
      share.boxes.push_back({epoch.key, *KeyBox::from(*box)});
      if (share.boxes.size() < kKeysPerEvent) continue;
      drafts.emplace_back(authority_type::kShared, encode(share));
      share.boxes.clear();
    }
    if (!share.boxes.empty()) drafts.emplace_back(authority_type::kShared, encode(share));
  }
  if (drafts.empty()) return {};
  EVENHAND_TRY(const auto written, write_authority(space, *grant, drafts));
  (void)written;
  return {};
}

}  // namespace evenhand
