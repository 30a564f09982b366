// Founding and opening a workspace.
//
//   workspace.json        format, organisation, spaces
//   lock                  who writes
//   keys/                 device key, vault of person keys (owner only)
//   spaces/<id>/log       the log of one space
//   spaces/<id>/views     its fold, rebuilt at will
//   spaces/<id>/marker    incarnation
//   blobs/                attachments by address
#include "core/engine/workspace.h"

#include <algorithm>

#include "core/codec/archive.h"
#include "core/codec/json.h"
#include "core/engine/workspace_state.h"
#include "core/os/files.h"
#include "core/os/machine.h"

namespace evenhand {

namespace {

constexpr std::string_view kFormat = "evenhand-workspace/1";
constexpr std::size_t kDescriptionBytesMax = 1 << 20;
constexpr int kLockWaitMs = 2000;  // a short command beside ours is done by then

std::string_view kind_word(SpaceKind kind) {
  switch (kind) {
    case SpaceKind::organisation: return "organisation";
    case SpaceKind::people: return "people";
    case SpaceKind::cycle: return "cycle";
  }
  return "";
}

std::optional<SpaceKind> kind_from(std::string_view word) {
  for (const SpaceKind kind : {SpaceKind::organisation, SpaceKind::people, SpaceKind::cycle}) {
    if (kind_word(kind) == word) return kind;
  }
  return std::nullopt;
}

std::filesystem::path space_folder(const std::filesystem::path& folder, const SpaceId& id) {
  return folder / "spaces" / id.hex().substr(0, 16);
}


// Writes the founder's charter and its device certificate: the first commit of a space.
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
  EVENHAND_ASSERT(builder.add(draft, random).ok(), "a certificate fits a commit");
  return builder.finish();
}

}  // namespace

Workspace::Workspace(std::unique_ptr<State> state) : state_(std::move(state)) {}
Workspace::Workspace(Workspace&&) noexcept = default;
Workspace& Workspace::operator=(Workspace&&) noexcept = default;
Workspace::~Workspace() = default;

namespace {

Result<void> found_space(const std::filesystem::path& folder, SpaceKind kind, const Founding& founding, const EntityId& organisation,
                         const Keystore& keys, Clock& clock, Random& random, SpaceId& made) {
  Charter charter;
  charter.kind = static_cast<std::uint8_t>(kind);
  charter.nonce = random.make_id<decltype(charter.nonce)>();
  charter.organisation = organisation;
  charter.root = keys.root().public_key();
  charter.device = keys.device().public_key();
  charter.title = founding.short_name.empty() ? founding.organisation : founding.short_name;
  made = charter.space_id();
  const auto at = space_folder(folder, made);
  EVENHAND_CHECK(make_private_folder(at));
  EVENHAND_TRY(const IncarnationMarker marker, IncarnationMarker::begin(at / "marker", machine_id(), random));
  EVENHAND_TRY(Log log, Log::create(at / "log", made));
  const Bytes commit = founding_commit(charter, keys, marker.incarnation(), founding.device_label.empty() ? "founder" : founding.device_label, clock, random);
  const ByteView views[] = {commit};
  auto appended = log.append(views);
  if (!appended) return appended.error();
  return {};
}

}  // namespace

Result<Workspace> Workspace::create(const std::filesystem::path& folder, const Founding& founding, Clock& clock, Random& random) {
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
  EVENHAND_TRY(const Keystore keys, Keystore::create(folder / "keys", random));
  const EntityId organisation = random.make_id<EntityId>();
  Json spaces = Json::array();
  for (const SpaceKind kind : {SpaceKind::organisation, SpaceKind::people, SpaceKind::cycle}) {
    SpaceId id;
    EVENHAND_CHECK(found_space(folder, kind, founding, organisation, keys, clock, random, id));
    spaces.push(Json::object().set("kind", kind_word(kind)).set("id", id.hex()));
  }
  // Written last: a folder without it is no workspace, so a founding cut short leaves nothing half-made in use.
  const Json description = Json::object().set("format", kFormat).set("organisation", organisation.hex()).set("spaces", std::move(spaces));
  EVENHAND_CHECK(write_file_durably(folder / "workspace.json", view_of(write_json(description, JsonStyle::pretty))));
  EVENHAND_TRY(Workspace workspace, open(folder, OpenMode::read_write, clock, random));
  RecordChange own{"organisation", organisation, Verb::changed, {}};
  own.set.push_back({"name", founding.organisation});
  if (!founding.short_name.empty()) own.set.push_back({"short_name", founding.short_name});
  own.set.push_back({"kind", std::string("trust")});
  if (founding.is_demonstration) own.set.push_back({"demonstration", true});
  Command command;
  command.changes.push_back(std::move(own));
  EVENHAND_TRY(const Receipt receipt, workspace.submit(command));
  return workspace;
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
  if (format == nullptr || format->text() != kFormat) {
    return refused("this workspace was written by a newer version of evenhand, or is none", folder / "workspace.json", "Install that version; nothing was changed.");
  }
  auto state = std::make_unique<State>(State{folder, mode, clock, random, {}, {}, {}, {}});
  if (mode == OpenMode::read_write) {
    EVENHAND_TRY(state->lock, WorkspaceLock::take(folder / "lock", "evenhand", "writing", kLockWaitMs));
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
      return corrupt("the description of the workspace names no " + std::string(kind_word(kind)) + " space", folder / "workspace.json");
    }
  }
  return Workspace(std::move(state));
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
    if (space.kind == kind) return space;
  }
  assertion_failed("space", "a workspace has a space of each kind", __FILE__, __LINE__);
}

const Space& Workspace::State::space_of(SpaceKind kind) const { return const_cast<State*>(this)->space_of(kind); }

namespace {

Result<std::uint64_t> last_seq_of(const LogReadView& view, const ChainDescriptor& chain) {
  auto state = view.chain(chain.id());
  if (!state && state.error().code == ErrorCode::not_found) return std::uint64_t{0};
  if (!state) return state.error();
  return state->branches.empty() ? 0 : state->branches.back().seq;
}

Result<OwnEnds> ends_in_log(const LogReadView& view, const SpaceId& space, const PublicKey& device, const Incarnation& incarnation) {
  OwnEnds ends;
  EVENHAND_TRY(ends.data, last_seq_of(view, {device, space, Lane::data, incarnation}));
  EVENHAND_TRY(ends.authority, last_seq_of(view, {device, space, Lane::authority, incarnation}));
  return ends;
}

}  // namespace

// A restored or cloned store must not go on with chains that another copy may have taken further.
Result<IncarnationMarker> Workspace::State::marker_of(const Space& space) const {
  const auto file = space.folder / "marker";
  const Bytes machine = machine_id();
  EVENHAND_TRY(const LogReadView view, space.log.read());
  auto marker = IncarnationMarker::resume(file, machine, [&](const Incarnation& incarnation) {
    return ends_in_log(view, space.id, keystore->device().public_key(), incarnation);
  });
  if (marker || marker.error().code != ErrorCode::stale) return marker;
  return IncarnationMarker::begin(file, machine, random);
}

Result<Workspace::State::Pen> Workspace::State::pen_for(Space& space, Lane lane) {
  EVENHAND_TRY(const IncarnationMarker marker, marker_of(space));
  EVENHAND_TRY(const LogReadView view, space.log.read());
  Pen pen{{keystore->device().public_key(), space.id, lane, marker.incarnation()}, 0, {}};
  auto chain = view.chain(pen.chain.id());
  if (!chain && chain.error().code != ErrorCode::not_found) return chain.error();
  if (chain && !chain->branches.empty()) {
    pen.last_seq = chain->branches.back().seq;
    pen.head = chain->branches.back().head;
  }
  return pen;
}

Result<std::string> Workspace::State::append(Space& space, const Bytes& commit) {
  EVENHAND_TRY(IncarnationMarker marker, marker_of(space));
  const ByteView views[] = {commit};
  EVENHAND_TRY(const AppendOutcome outcome, space.log.append(views));
  (void)outcome;
  const auto refresh = [&]() -> Result<void> {
    EVENHAND_TRY(const LogReadView view, space.log.read());
    EVENHAND_TRY(const OwnEnds ends, ends_in_log(view, space.id, keystore->device().public_key(), marker.incarnation()));
    EVENHAND_CHECK(marker.acknowledge(ends));  // behind the log is harmless (core/store/incarnation.h)
    return space.fold.catch_up(space.log);
  };
  const auto refreshed = refresh();
  if (refreshed) return std::string();
  views_behind = true;
  return "saved, but the views could not be refreshed (" + refreshed.error().what + "); do not enter it again; run evenhand rebuild";
}

Result<void> Workspace::State::check_views() {
  if (!views_behind) return {};
  for (Space& space : spaces) {
    const auto caught_up = space.fold.catch_up(space.log);
    if (!caught_up) return unavailable("what was saved last cannot be shown, so nothing more is taken on top of it: " + caught_up.error().what, space.folder, "Run evenhand rebuild.");
  }
  views_behind = false;
  return {};
}

const std::filesystem::path& Workspace::folder() const { return state_->folder; }
std::vector<Space>& Workspace::spaces() { return state_->spaces; }
const std::vector<Space>& Workspace::spaces() const { return state_->spaces; }
Space& Workspace::space_of(SpaceKind kind) { return state_->space_of(kind); }
const Keystore& Workspace::keystore() const { return *state_->keystore; }
const EntityId& Workspace::organisation() const { return state_->organisation; }
OpenMode Workspace::mode() const { return state_->mode; }

Result<std::vector<Workspace::Rebuilt>> Workspace::rebuild(const Progress& progress) {
  std::vector<Rebuilt> rebuilt;
  for (Space& space : state_->spaces) {
    EVENHAND_TRY(const Hash before, space.fold.state_digest());
    EVENHAND_CHECK(space.fold.rebuild(space.log, [&](std::uint64_t done, std::uint64_t all) {
      if (progress) progress("Folding events", done, all);
    }));
    EVENHAND_TRY(const Hash after, space.fold.state_digest());
    rebuilt.push_back({space.kind, before, after});
  }
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

}  // namespace evenhand
