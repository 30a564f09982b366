// Founding and opening a workspace.
//
//   workspace.json        format, organisation, spaces
//   lock                  who writes
//   socket                where that one takes writes over, if it does (handover.h)
//   intent                what a command over several spaces was about to write, while it writes (intent.h)
//   actions               in which order this device acted (action_list.h)
//   keys/                 device key, vault of person keys (owner only)
//   spaces/<id>/log       the log of one space
//   spaces/<id>/views     its fold, rebuilt at will
//   spaces/<id>/marker    incarnation
//   spaces/<id>/blobs     attachments and signed versions by address
#include "core/engine/workspace.h"

#include <algorithm>

#include "core/codec/archive.h"
#include "core/codec/json.h"
#include "core/engine/handover_format.h"
#include "core/engine/membership.h"
#include "core/engine/workspace_state.h"
#include "core/os/files.h"
#include "core/os/local_socket.h"
#include "core/os/machine.h"

namespace evenhand {

std::string_view to_word(SpaceKind kind) {
  switch (kind) {
    case SpaceKind::organisation: return "organisation";
    case SpaceKind::people: return "people";
    case SpaceKind::cycle: return "cycle";
  }
  return "";
}

std::filesystem::path space_folder(const std::filesystem::path& workspace, const SpaceId& id) {
  return workspace / "spaces" / id.hex().substr(0, 16);
}

namespace {

constexpr std::size_t kDescriptionBytesMax = 1 << 20;
constexpr int kLockWaitMs = 2000;  // a short command beside ours is done by then

std::optional<SpaceKind> kind_from(std::string_view word) {
  for (const SpaceKind kind : {SpaceKind::organisation, SpaceKind::people, SpaceKind::cycle}) {
    if (to_word(kind) == word) return kind;
  }
  return std::nullopt;
}

// Writes the founder's charter, its device certificate and the first epoch: the first commit of a space.
Bytes founding_commit(const Charter& charter, const Keystore& keys, const Incarnation& incarnation, const std::string& device_label,
                      Clock& clock, Random& random) {
  const SpaceId space = charter.space_id();
  const ChainDescriptor chain{keys.device().public_key(), space, Lane::authority, incarnation};
  CommitBuilder builder(chain, keys.device(), 0, {});
  EventDraft draft;
  draft.entity = authority_entity(space);
  draft.actor = charter.organisation;
  draft.claimed = clock.now();
  draft.type = authority_type::kChartered;
  draft.must_understand = true;
  draft.body = encode(charter);
  const auto chartered = builder.add(draft, random);
  EVENHAND_ASSERT(chartered.ok(), "a charter fits a commit");
  draft.type = authority_type::kCertified;
  draft.grant = *chartered;
  draft.parents = {*chartered};
  draft.body = encode(Certificate::make(keys.root(), space, charter.organisation, charter.device, device_label));
  auto last = builder.add(draft, random);
  EVENHAND_ASSERT(last.ok(), "a certificate fits a commit");
  const auto epoch = draft_epoch(space, {charter.device}, random);
  EVENHAND_ASSERT(epoch.ok(), "our own key is one");
  for (const auto& [type, body] : *epoch) {
    draft.type = type;
    draft.parents = {*last};
    draft.body = body;
    last = builder.add(draft, random);
    EVENHAND_ASSERT(last.ok(), "an epoch for one device fits a commit");
  }
  return builder.finish();
}

}  // namespace

Workspace::Workspace(std::unique_ptr<State> state) : state_(std::move(state)) {}
Workspace::Workspace(Workspace&&) noexcept = default;
Workspace& Workspace::operator=(Workspace&&) noexcept = default;
Workspace::~Workspace() = default;

namespace {

Result<SpaceId> found_space(const std::filesystem::path& folder, SpaceKind kind, const std::string& title, const std::string& device_label,
                            const EntityId& organisation, const Keystore& keys, Clock& clock, Random& random) {
  Charter charter;
  charter.kind = static_cast<std::uint8_t>(kind);
  charter.nonce = random.make_id<decltype(charter.nonce)>();
  charter.organisation = organisation;
  charter.root = keys.root().public_key();
  charter.device = keys.device().public_key();
  charter.title = title;
  const SpaceId made = charter.space_id();
  const auto at = space_folder(folder, made);
  EVENHAND_CHECK(make_private_folder(at));
  EVENHAND_TRY(const IncarnationMarker marker, IncarnationMarker::begin(at / "marker", machine_id(), random));
  EVENHAND_TRY(Log log, Log::create(at / "log", made));
  const Bytes commit = founding_commit(charter, keys, marker.incarnation(), device_label.empty() ? "founder" : device_label, clock, random);
  const ByteView views[] = {commit};
  auto appended = log.append(views);
  if (!appended) return appended.error();
  return made;
}

}  // namespace

Result<void> make_new_folder(const std::filesystem::path& folder) {
  std::error_code ignored;
  if (std::filesystem::exists(folder / "workspace.json", ignored)) {
    return refused("there is a workspace in this folder already", folder, "Use it, or choose another folder with --workspace.");
  }
  if (std::filesystem::exists(folder, ignored) && !std::filesystem::is_empty(folder, ignored)) {
    return refused("the folder is not empty", folder, "Choose an empty or new folder with --workspace.");
  }
  EVENHAND_CHECK(make_private_folder(folder));
  if (is_network_filesystem(folder)) {
    return unavailable("the folder is on a network file system, where a workspace could be damaged", folder, "Choose a folder on this computer's own disk.");
  }
  return {};
}

Result<Workspace> Workspace::create(const std::filesystem::path& folder, const Founding& founding, Clock& clock, Random& random) {
  EVENHAND_CHECK(check_title(founding.organisation, "the name of your organisation"));
  if (!founding.short_name.empty()) EVENHAND_CHECK(check_title(founding.short_name, "the short name"));
  if (!founding.device_label.empty()) EVENHAND_CHECK(check_title(founding.device_label, "the name of this device"));
  EVENHAND_CHECK(make_new_folder(folder));
  EVENHAND_TRY(const Keystore keys, Keystore::create(folder / "keys", random));
  const EntityId organisation = random.make_id<EntityId>();
  Json spaces = Json::array();
  const std::string title = founding.short_name.empty() ? founding.organisation : founding.short_name;
  for (const SpaceKind kind : {SpaceKind::organisation, SpaceKind::people, SpaceKind::cycle}) {
    EVENHAND_TRY(const SpaceId id, found_space(folder, kind, title, founding.device_label, organisation, keys, clock, random));
    spaces.push(Json::object().set("kind", to_word(kind)).set("id", id.hex()));
  }
  // Written last: a folder without it is no workspace, so a founding cut short leaves nothing half-made in use.
  const Json description = Json::object().set("format", kWorkspaceFormat).set("organisation", organisation.hex()).set("spaces", std::move(spaces));
  EVENHAND_CHECK(write_file_durably(folder / "workspace.json", view_of(write_json(description, JsonStyle::pretty))));
  EVENHAND_TRY(Workspace workspace, open(folder, OpenMode::read_write, clock, random));
  RecordChange own{"organisation", organisation, Verb::changed, {}};
  own.set.push_back({"name", founding.organisation});
  if (!founding.short_name.empty()) own.set.push_back({"short_name", founding.short_name});
  own.set.push_back({"kind", std::string("trust")});
  if (founding.is_demonstration) own.set.push_back({"demonstration", true});
  Command command;
  command.changes.push_back(std::move(own));
  command.is_upkeep = true;  // taken back, the workspace would belong to nobody
  EVENHAND_TRY(const Receipt receipt, workspace.submit(command));
  return workspace;
}

Result<SpaceId> Workspace::found_cycle_space(const std::string& title) {
  EVENHAND_CHECK(check_title(title, "the name of the space"));
  EVENHAND_CHECK(hold());
  if (!state_->keystore->has_root()) return refused("only the first laptop of an organisation founds spaces: the root key lies there", "rights");
  if (state_->rehearses) return SpaceId();
  const Device* own = space_of(SpaceKind::organisation).fold.access().find_device(state_->keystore->device().public_key());
  EVENHAND_TRY(const SpaceId id, found_space(state_->folder, SpaceKind::cycle, title, own == nullptr ? "" : own->label, state_->organisation,
                                             *state_->keystore, state_->clock, state_->random));
  EVENHAND_CHECK(state_->open_space(id, SpaceKind::cycle, {}));
  EVENHAND_CHECK(state_->save_description());
  EVENHAND_CHECK(introduce(*this, state_->spaces.back()));
  return id;
}

Result<Workspace> Workspace::open(const std::filesystem::path& folder, OpenMode mode, Clock& clock, Random& random,
                                  const Progress& progress) {
  auto text = read_file(folder / "workspace.json", kDescriptionBytesMax);
  if (!text) {
    if (text.error().code != ErrorCode::not_found) return text.error();
    return not_found("there is no workspace here", folder, "Start one with: evenhand init --name \"Your trust\"   or look round with: evenhand demo");
  }
  EVENHAND_TRY(const Json description, parse_json(text_of(*text)));
  const Json* format = description.find("format");
  if (format == nullptr || format->text() != kWorkspaceFormat) {
    return refused("this workspace was written by a newer version of evenhand, or is none", folder / "workspace.json", "Install that version; nothing was changed.");
  }
  auto state = std::make_unique<State>(State{folder, mode, clock, random});
  if (mode == OpenMode::read_write) {
    EVENHAND_CHECK(state->hold_or_hand_over());
  }
  EVENHAND_TRY(state->keystore, Keystore::open(folder / "keys"));
  const Json* organisation = description.find("organisation");
  const auto id = EntityId::from_hex(organisation != nullptr ? organisation->text() : "");
  const Json* spaces = description.find("spaces");
  if (!id || spaces == nullptr || !spaces->is_array()) return corrupt("the description of the workspace is damaged", folder / "workspace.json");
  state->organisation = *id;
  for (const Json& space : spaces->items()) {
    const Json* kind_text = space.find("kind");
    const Json* id_text = space.find("id");
    const auto kind = kind_text != nullptr ? kind_from(kind_text->text()) : std::nullopt;
    const auto space_id = id_text != nullptr ? SpaceId::from_hex(id_text->text()) : std::nullopt;
    if (!kind || !space_id) return corrupt("the description of the workspace is damaged", folder / "workspace.json");
    EVENHAND_CHECK(state->open_space(*space_id, *kind, progress));
  }
  for (const SpaceKind kind : {SpaceKind::organisation, SpaceKind::people, SpaceKind::cycle}) {
    const auto is_kind = [&](const Space& space) { return space.kind == kind; };
    if (std::none_of(state->spaces.begin(), state->spaces.end(), is_kind)) {
      return corrupt("the description of the workspace names no " + std::string(to_word(kind)) + " space", folder / "workspace.json");
    }
  }
  const Json* current = description.find("cycle");
  const auto chosen = current != nullptr ? SpaceId::from_hex(current->text()) : std::nullopt;
  state->current_cycle = std::find_if(state->spaces.begin(), state->spaces.end(), [](const Space& s) { return s.kind == SpaceKind::cycle; })->id;
  if (const Space* space = chosen ? state->find_space(*chosen) : nullptr; space != nullptr && space->kind == SpaceKind::cycle) state->current_cycle = *chosen;
  if (state->lock) EVENHAND_CHECK(state->complete_intent());
  EVENHAND_CHECK(state->learn_types());
  (void)state->drop_views_of_erased().ok();  // of an erasure that was cut short; what cannot go now is told by settle()
  return Workspace(std::move(state));
}

Result<WorkspaceLock> Workspace::State::take_lock(int wait_ms, const WorkspaceLock::Meanwhile& meanwhile) const {
  EVENHAND_TRY(WorkspaceLock taken, WorkspaceLock::take(folder / "lock", "evenhand", "writing", wait_ms, meanwhile));
  std::error_code ignored;  // a holder that was killed leaves its socket; nobody listens there
  if (std::filesystem::is_socket(folder / kHandoverSocket, ignored)) std::filesystem::remove(folder / kHandoverSocket, ignored);
  return taken;
}

// Only a holder that is there for long listens, so a short command beside us is waited for.
Result<void> Workspace::State::hold_or_hand_over() {
  auto taken = take_lock(kLockWaitMs, [&](int ms) {
    hands_over = LocalClient::connect(folder, kHandoverSocket, kHandoverBytesMax).ok();
    if (!hands_over) pause_ms(ms);
    return hands_over;
  });
  if (!taken && !hands_over) return taken.error();
  if (!taken) return mode = OpenMode::read_only, Result<void>();
  hands_over = false;
  lock.emplace(std::move(*taken));
  return {};
}

Result<void> Workspace::State::open_space(const SpaceId& id, SpaceKind kind, const Progress& progress) {
  const auto at = space_folder(folder, id);
  EVENHAND_TRY(Log log, Log::open(at / "log", mode));
  if (log.space() != id) return corrupt("this log belongs to another space", at / "log");
  const auto open_fold = [&]() -> Result<SpaceFold> {
    EVENHAND_TRY(SpaceFold fold, SpaceFold::open(id, at / "views", mode));
    EVENHAND_CHECK(fold.catch_up(log, [&](std::uint64_t done, std::uint64_t all) {
      if (progress) progress("Reading events", done, all);
    }));
    return fold;
  };
  auto fold = open_fold();
  // What is damaged may be the views alone: they are made anew from the log, which then has the last word.
  if (!fold && fold.error().code == ErrorCode::corrupt && mode == OpenMode::read_write && TableStore::discard(at / "views")) fold = open_fold();
  if (!fold) return fold.error();
  spaces.push_back({id, kind, at, std::move(log), std::move(*fold)});
  return {};
}

Space& Workspace::State::space_of(SpaceKind kind) {
  for (Space& space : spaces) {
    if (space.kind == kind && (kind != SpaceKind::cycle || space.id == current_cycle)) return space;
  }
  assertion_failed("space", "a workspace has a space of each kind", __FILE__, __LINE__);
}

const Space& Workspace::State::space_of(SpaceKind kind) const { return const_cast<State*>(this)->space_of(kind); }

const std::filesystem::path& Workspace::folder() const { return state_->folder; }
std::vector<Space>& Workspace::spaces() { return state_->spaces; }
const std::vector<Space>& Workspace::spaces() const { return state_->spaces; }
Space& Workspace::space_of(SpaceKind kind) { return state_->space_of(kind); }
const Space& Workspace::space_of(SpaceKind kind) const { return std::as_const(*state_).space_of(kind); }
Space* Workspace::find_space(const SpaceId& id) { return state_->find_space(id); }
const Space* Workspace::find_space(const SpaceId& id) const { return state_->find_space(id); }
const Keystore& Workspace::keystore() const { return *state_->keystore; }
const EntityId& Workspace::organisation() const { return state_->organisation; }
OpenMode Workspace::mode() const { return state_->mode; }
bool Workspace::is_holder() const { return state_->lock.has_value(); }

Result<void> Workspace::hold() {
  if (is_holder()) return {};
  if (!state_->hands_over) return unavailable("this workspace was opened for reading only", state_->folder);
  EVENHAND_TRY(WorkspaceLock lock, state_->take_lock(kLockWaitMs));
  return state_->become_holder(std::move(lock));
}

Result<std::vector<Workspace::Rebuilt>> Workspace::rebuild(const Progress& progress) {
  if (state_->hands_over) EVENHAND_CHECK(hold());
  std::vector<Rebuilt> rebuilt;
  for (Space& space : state_->spaces) {
    EVENHAND_TRY(const Hash before, space.fold.state_digest());
    EVENHAND_CHECK(space.fold.rebuild(space.log, [&](std::uint64_t done, std::uint64_t all) {
      if (progress) progress("Folding events", done, all);
    }));
    EVENHAND_TRY(const Hash after, space.fold.state_digest());
    rebuilt.push_back({space.kind, before, after});
  }
  EVENHAND_CHECK(state_->learn_types());
  return rebuilt;
}

SpaceKind home_of(const RecordSpec& record) {
  switch (record.home) {
    case HomeSpace::organisation: return SpaceKind::organisation;
    case HomeSpace::people: return SpaceKind::people;
    case HomeSpace::cycle: return SpaceKind::cycle;
  }
  return SpaceKind::organisation;
}

bool shows_in(const RecordSpec& record, SpaceKind kind) {
  if (home_of(record) == kind) return true;
  // Each space keeps its own of these; above all, no partner's word in a shared space installs a plugin here.
  const bool is_bookkeeping = record.name == "batch" || record.name == "plugin" || record.name == "document" || record.name == "plugin_run";
  return kind == SpaceKind::cycle && home_of(record) == SpaceKind::organisation && !is_bookkeeping;
}

}  // namespace evenhand
