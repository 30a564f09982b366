// Putting something forward for signing: its subject, what stands in the way, the snapshot.
#include <algorithm>
#include <map>
#include <set>

#include "core/codec/archive.h"
#include "core/crypto/hash.h"
#include "core/engine/problems.h"
#include "core/engine/record_events.h"
#include "core/engine/sign_off.h"
#include "core/record/declared_types.h"
#include "core/store/blob_store.h"

namespace evenhand {

namespace {

// What a report says. Updates, comments, themes and responses go on after signing, and so do colour, status and progress of
// an action: they are not in here, so they never are late.
constexpr std::string_view kReportGroups[] = {
    "report_header", "service", "profile", "objective", "evidence", "measure", "milestone", "data_table", "narrative", "engagement", "third_party",
    "published", "finding", "workshop", "tally", "grade", "grade_adoption", "plan",
    "action.organisation", "action.cycle", "action.plan", "action.domain", "action.outcomes", "action.service", "action.objective", "action.text",
    "action.due", "action.leads", "action.from_last_year", "action.linked_objective", "action.same_as",
};
// What a document names besides: no part of the subject, yet kept in the snapshot.
constexpr std::string_view kContext[] = {"cycle", "organisation", "group", "file", "framework", "policy", "gap", "action_update", "theme", "response"};
constexpr int kCutTries = 4;
constexpr int kHangingDepthMax = 4;  // a tally hangs on a workshop, a milestone on a measure on evidence

std::string_view type_of(std::string_view group) { return group.substr(0, group.find('.')); }

bool is_personal(const FieldSpec& field) { return field.data_class == DataClass::personal || field.data_class == DataClass::special; }

// The fields by which a record hangs on another one.
constexpr std::string_view kParents[] = {"workshop", "service", "measure", "evidence", "plan", "action", "theme"};

Result<bool> covers(const SignSubject& subject, const FindRecord& find, const Record& record, int depth) {
  if (!subject.entities.empty()) return std::find(subject.entities.begin(), subject.entities.end(), record.id()) != subject.entities.end();
  const auto names = [&](std::string_view field, const EntityId& wanted) {
    const auto values = record.values(field);  // several while it is disputed: any of them
    return std::find(values.begin(), values.end(), Value(wanted)) != values.end();
  };
  if (subject.scope == "report" && record.spec().find_field("organisation") != nullptr && !names("organisation", subject.organisation)) return false;
  if (record.spec().find_field("cycle") != nullptr && !record.values("cycle").empty()) return names("cycle", subject.cycle);
  for (const std::string_view field : kParents) {
    const FieldSpec* known = record.spec().find_field(field);
    if (known == nullptr || known->type != FieldType::reference || depth == 0) continue;
    const auto parent = record.reference(field);
    if (!parent) continue;
    EVENHAND_TRY(const std::optional<Record> found, find(*parent));
    if (!found) continue;
    EVENHAND_TRY(const bool covered, covers(subject, find, *found, depth - 1));
    if (covered) return true;
  }
  return false;
}

FindRecord as_it_stands(const Workspace& workspace) {
  return [&workspace](const EntityId& id) { return workspace.find(id); };
}

bool signs_type(const SignSubject& subject, std::string_view type) {
  return std::any_of(subject.groups.begin(), subject.groups.end(), [&](const std::string& group) { return type_of(group) == type; });
}

Json record_json(const Record& record) {
  Json fields = Json::object();
  Json disputed = Json::object();
  for (const FieldSpec& field : record.spec().fields) {
    if (is_personal(field)) continue;
    const std::vector<Value> values = record.values(field.name);
    if (record.is_conflicted(field.name)) {
      Json all = Json::array();
      for (const Value& value : values) all.push(to_json(field, value));
      disputed.set(field.name, std::move(all));
    } else if (!values.empty()) {
      fields.set(field.name, to_json(field, values.front()));
    }
  }
  Json json = Json::object().set("type", record.spec().name).set("id", record.id().hex()).set("fields", std::move(fields));
  return disputed.size() == 0 ? json : json.set("disputed", std::move(disputed));
}

// A service that others lead, and what they say of it: no part of the subject, yet a document of this organisation shows it.
bool is_of_shared_service(const Record& record, const std::set<EntityId>& shared) {
  if (record.spec().name == "service") return shared.contains(record.id());
  const FieldSpec* field = record.spec().find_field("service");
  if (field == nullptr || field->type != FieldType::reference) return false;
  const auto service = record.reference("service");
  return service && shared.contains(*service);
}

Result<std::set<EntityId>> shared_services(const Workspace& workspace, const SignSubject& subject) {
  std::set<EntityId> shared;
  if (subject.scope != "report") return shared;
  EVENHAND_TRY(const std::vector<Record> services, workspace.records("service"));
  for (const Record& service : services) {
    const auto providers = service.references("providers");
    const bool provides = std::find(providers.begin(), providers.end(), subject.organisation) != providers.end();
    if (provides && service.reference("cycle") == subject.cycle) shared.insert(service.id());
  }
  return shared;
}

// The content signed: the same states give the same bytes. Personal values never enter; numbers about people stand as they
// are, because it stays in the space and another rule may hold when a document is made; every document masks them.
Result<std::string> snapshot_of(const Workspace& workspace, const SignSubject& subject) {
  Json records = Json::array();
  EVENHAND_TRY(const std::set<EntityId> shared, shared_services(workspace, subject));
  for (const RecordSpec* known : all_record_types()) {
    const RecordSpec& spec = *known;
    const bool is_context = std::find(std::begin(kContext), std::end(kContext), spec.name) != std::end(kContext) && subject.entities.empty();
    if (!signs_type(subject, spec.name) && !is_context) continue;
    EVENHAND_TRY(std::vector<Record> all, workspace.records(spec.name));
    std::sort(all.begin(), all.end(), [](const Record& a, const Record& b) { return a.id() < b.id(); });
    for (const Record& record : all) {
      EVENHAND_TRY(const bool covered, covers(subject, as_it_stands(workspace), record, kHangingDepthMax));
      if (!covered && !is_context && !is_of_shared_service(record, shared)) continue;
      EVENHAND_TRY(const bool is_published, workspace.is_published(record.id()));
      Json json = record_json(record);
      records.push(is_published ? json.set("published", true) : json);
    }
  }
  return write_json(Json::object().set("format", "evenhand-snapshot/1").set("scope", subject.scope).set("organisation", subject.organisation.hex())
                        .set("cycle", subject.cycle.hex()).set("records", std::move(records)));
}

// Blockers and snapshot are read from what is folded, a cut from the log. Beside a holder the log may be further by now, and
// what came between would count as signed though nobody saw it.
Result<std::vector<SpaceCut>> cuts_as_folded(Workspace& workspace) {
  for (int tries = 0; tries < kCutTries; ++tries) {
    std::vector<SpaceCut> cuts;
    bool is_all_folded = true;
    for (const Space& space : workspace.spaces()) {
      if (space.kind == SpaceKind::people) continue;
      EVENHAND_TRY(SpaceCut cut, cut_of(space));
      cuts.push_back(std::move(cut));
      EVENHAND_TRY(const LogReadView view, space.log.read());
      is_all_folded = is_all_folded && view.last_arrival() == space.fold.checkpoint();
    }
    if (is_all_folded) return cuts;
    EVENHAND_CHECK(workspace.state().refresh());
  }
  return unavailable("the workspace is written to without a pause, so nothing was put forward", "", "Try again when the exchange that is under way has ended.");
}

Result<AttachedBlob> store_snapshot(Workspace& workspace, const std::string& bytes) {
  const Space& space = workspace.space_of(home_of(*find_record_type("sign_off")));
  EVENHAND_TRY(BlobStore blobs, BlobStore::open(space.folder / "blobs", OpenMode::read_write));
  std::size_t done = 0;
  EVENHAND_TRY(const BlobAddress address, blobs.put([&](std::span<std::uint8_t> out) -> Result<std::size_t> {
    const std::size_t count = std::min(out.size(), bytes.size() - done);
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(done), count, out.begin());
    done += count;
    return count;
  }));
  return AttachedBlob{*Hash::from(address.view()), bytes.size(), "application/json"};
}

Result<void> check_waived(const Workspace& workspace, const SignRequest& request) {
  EVENHAND_TRY(const std::vector<Blocker> blockers, find_blockers(workspace, request.subject));
  std::size_t open = 0;
  const Blocker* first = nullptr;
  for (const Blocker& blocker : blockers) {
    if (std::find(request.waived.begin(), request.waived.end(), blocker.name) != request.waived.end()) continue;
    if (first == nullptr) first = &blocker;
    ++open;
  }
  if (first != nullptr) return refused("it cannot be signed yet; in the way: " + std::to_string(open) + ", first " + first->name + ": " + first->message, "sign-off", "Mend it, or waive it by name: --waive \"" + first->name + "\"");
  for (const std::string& waived : request.waived) {
    if (std::none_of(blockers.begin(), blockers.end(), [&](const Blocker& blocker) { return blocker.name == waived; })) return refused("nothing by that name stands in the way", waived);
  }
  return {};
}

}  // namespace

bool SignSubject::signs(std::string_view type, std::string_view field) const {
  return std::any_of(groups.begin(), groups.end(), [&](const std::string& group) {
    return group == type || (type_of(group) == type && group.substr(type.size() + 1) == field);
  });
}

Result<SignSubject> subject_of(const Workspace& workspace, std::string_view scope, const EntityId& organisation, const EntityId& cycle) {
  SignSubject subject{std::string(scope), organisation, cycle, {}, {}};
  if (scope == "report" || scope == "cycle") {
    subject.groups.assign(std::begin(kReportGroups), std::end(kReportGroups));
    if (scope == "cycle") subject.groups.emplace_back("cycle");
    std::sort(subject.groups.begin(), subject.groups.end());
    return subject;
  }
  if (!scope.starts_with("grade ")) return refused("a sign-off covers report, cycle, or grade and an outcome", std::string(scope), "For example: grade 1A");
  EVENHAND_TRY(const std::vector<Record> grades, workspace.records("grade"));
  for (const Record& grade : grades) {
    if (grade.reference("organisation") == organisation && grade.reference("cycle") == cycle && grade.text("outcome") == scope.substr(6)) subject.entities.push_back(grade.id());
  }
  if (subject.entities.empty()) return not_found("there is no grade of that outcome in this cycle", std::string(scope.substr(6)), "See: evenhand grade list");
  std::sort(subject.entities.begin(), subject.entities.end());
  subject.groups = {"grade"};
  return subject;
}

Result<bool> covers(const SignSubject& subject, const FindRecord& find, const Record& record) {
  if (!signs_type(subject, record.spec().name)) return false;
  return covers(subject, find, record, kHangingDepthMax);
}

Result<bool> covers(const SignSubject& subject, const Workspace& workspace, const Record& record) { return covers(subject, as_it_stands(workspace), record); }

Result<std::vector<Blocker>> find_blockers(const Workspace& workspace, const SignSubject& subject) {
  std::vector<Blocker> blockers;
  EVENHAND_TRY(const std::vector<RecordProblem> problems, find_problems(workspace));
  for (const RecordProblem& problem : problems) {
    EVENHAND_TRY(const std::optional<Record> record, workspace.find(problem.entity));
    if (!record) continue;
    EVENHAND_TRY(const bool covered, covers(subject, workspace, *record));
    if (covered) blockers.push_back({problem.code + " " + record->short_id() + (problem.field.empty() ? "" : " " + problem.field), problem.message});
  }
  for (const Space& space : workspace.spaces()) {
    const std::uint64_t waiting = space.fold.counts().waiting;
    if (space.kind == SpaceKind::people || waiting == 0) continue;
    blockers.push_back({std::string("waiting ") + (space.kind == SpaceKind::cycle ? "cycle" : "organisation"), std::to_string(waiting) + " changes wait for what they rest on; get it from a partner."});
  }
  std::sort(blockers.begin(), blockers.end(), [](const Blocker& a, const Blocker& b) { return a.name < b.name; });
  blockers.erase(std::unique(blockers.begin(), blockers.end(), [](const Blocker& a, const Blocker& b) { return a.name == b.name; }), blockers.end());
  return blockers;
}

Result<void> check_none_stands(const Workspace& workspace, const SignRequest& request) {
  if (request.replaces) return {};
  EVENHAND_TRY(const std::vector<SignOff> all, sign_offs(workspace));
  for (const SignOff& one : all) {
    const bool stands = one.state == SignState::in_force || one.state == SignState::contested || one.state == SignState::asked;
    const bool is_its_subject = one.subject.scope == request.subject.scope && one.subject.organisation == request.subject.organisation && one.subject.cycle == request.subject.cycle;
    if (!stands || !is_its_subject) continue;
    const std::string what = one.state == SignState::asked ? "this waits for approval already" : "this is signed already";
    return refused(what + ": \"" + one.title + "\"", short_id_of(one.id), "Put a new version in its place with: evenhand signoff request --amends " + short_id_of(one.id));
  }
  return {};
}

Result<void> check_sign_request(const Workspace& workspace, const SignRequest& request) {
  EVENHAND_CHECK(check_none_stands(workspace, request));
  if (request.seats_needed == 0) return refused("a sign-off needs one approval at least", "seats");
  if (!request.seats.empty() && request.seats.size() < request.seats_needed) return refused("more approvals are needed than there are seats", "seats");
  for (const std::string& seat : request.seats) {
    if (std::count(request.seats.begin(), request.seats.end(), seat) > 1) return refused("a seat speaks once, and is named twice", seat);
  }
  return check_waived(workspace, request);
}

Result<EntityId> request_sign_off(Workspace& workspace, const SignRequest& request) {
  EVENHAND_TRY(const std::vector<SpaceCut> cuts, cuts_as_folded(workspace));
  EVENHAND_CHECK(check_sign_request(workspace, request));
  EVENHAND_TRY(const std::string snapshot, snapshot_of(workspace, request.subject));
  EVENHAND_TRY(const AttachedBlob content, store_snapshot(workspace, snapshot));
  EVENHAND_TRY(const CutWords words, cut_to_words(cuts));
  RecordChange change{"sign_off", workspace.state().random.make_id<EntityId>(), Verb::changed, {}};
  change.set = {{"organisation", request.subject.organisation}, {"cycle", request.subject.cycle}, {"title", request.title}, {"scope", request.subject.scope}};
  change.set.push_back({"subject", request.subject.groups});
  if (!request.subject.entities.empty()) change.set.push_back({"entities", request.subject.entities});
  change.set.push_back({"cut", words.cut});
  change.set.push_back({"snapshot", "sha256:" + sha256(view_of(snapshot)).hex()});
  change.set.push_back({"content", content});
  change.set.push_back({"seats_needed", static_cast<std::int64_t>(request.seats_needed)});
  if (!request.seats.empty()) change.set.push_back({"seats", request.seats});
  if (!request.waived.empty()) change.set.push_back({"waived", request.waived});
  if (request.replaces) change.set.push_back({"replaces", *request.replaces});
  change.set.push_back({"status", std::string("asked")});
  Command command;
  const EntityId id = change.entity;
  command.changes.push_back(std::move(change));
  for (const std::string& part : words.parts) command.changes.push_back({"sign_off", id, Verb::changed, {{"cut_part", part}}});
  EVENHAND_CHECK(workspace.submit(command));
  return id;
}

Result<std::string> read_snapshot(const Workspace& workspace, const SignOff& sign_off) {
  for (const Space& space : workspace.spaces()) {
    if (space.kind != home_of(*find_record_type("sign_off"))) continue;
    EVENHAND_TRY(const BlobStore blobs, BlobStore::open(space.folder / "blobs", OpenMode::read_only));
    std::string bytes;
    EVENHAND_CHECK(blobs.get(*BlobAddress::from(sign_off.content.root.view()), [&](ByteView chunk) -> Result<void> {
      bytes.append(chunk.begin(), chunk.end());
      return {};
    }));
    if ("sha256:" + sha256(view_of(bytes)).hex() != sign_off.digest) return corrupt("the snapshot is not the one that was signed", short_id_of(sign_off.id));
    return bytes;
  }
  return not_found("there is no space for sign-offs here");
}

}  // namespace evenhand
