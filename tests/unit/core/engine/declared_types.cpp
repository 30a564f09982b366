// Record types that plugins declare, in a workspace: entered, read and decided like any other; kept when nobody knows them.
#include <catch2/catch.hpp>

#include "core/codec/archive.h"
#include "core/engine/definitions.h"
#include "core/engine/problems.h"
#include "core/engine/share.h"
#include "core/engine/snapshot_model.h"
#include "core/engine/workspace_state.h"
#include "core/record/body.h"
#include "tests/support/declared_sample.h"
#include "tests/support/trusts.h"
#include "tests/support/two_workspaces.h"

using namespace evenhand;
using test::sample_definition;

namespace {

using Words = std::vector<std::string>;

FieldValue said(std::string field, std::string words) { return {std::move(field), std::move(words)}; }

std::string declared(Workspace& workspace, const std::string& definition) {
  const auto type = workspace.declare(definition);
  INFO((type.ok() ? "" : type.error().sentence()));
  REQUIRE(type.ok());
  return *type;
}

std::uint64_t events_in(const Workspace& workspace) {
  std::uint64_t events = 0;
  for (const Space& space : workspace.spaces()) events += space.fold.counts().events;
  return events;
}

std::size_t problems_of(const Workspace& workspace, std::string_view code) {
  const auto problems = find_problems(workspace);
  REQUIRE(problems.ok());
  return static_cast<std::size_t>(std::count_if(problems->begin(), problems->end(), [&](const RecordProblem& one) { return one.code == code; }));
}

// An event as it comes from a replica that has the definition, written here by one that has not.
void write_unknown(Workspace& workspace, const std::string& type, const EntityId& entity, std::vector<OwnedChange> changes) {
  Space& space = workspace.space_of(SpaceKind::organisation);
  const auto pen = workspace.state().pen_for(space, Lane::data);
  REQUIRE(pen.ok());
  SeededRandom random(entity.bytes[0]);
  CommitBuilder builder(pen->chain, workspace.keystore().device(), pen->last_seq, pen->head);
  EventDraft draft;
  draft.type = type;
  draft.entity = entity;
  draft.actor = workspace.organisation();
  draft.grant = *space.fold.access().find_grant(pen->chain.device, Capability::contribute);
  draft.parents = *space.fold.heads(entity);
  draft.body = encode_body(std::move(changes));
  REQUIRE(builder.add(draft, random).ok());
  REQUIRE(workspace.state().append(space, builder.finish()).ok());
}

std::string undeclared_type(const std::string& name) { return TypeDefinition::parse_untrusted(sample_definition(name))->type(); }

}  // namespace

TEST_CASE("a record of a declared type is entered, found, changed, listed with its history, and taken back") {
  TwoWorkspaces both;
  Workspace& one = both.one();
  const std::string type = declared(one, sample_definition());
  const EntityId walk = both.added(type, {said("title", "Corridor 7"), said("result", "pass"), {"findings", Words{"Doors", "Signs"}}});
  REQUIRE(one.records(type)->size() == 1);
  CHECK(one.find_by_words("", "corridor")->id() == walk);
  TwoWorkspaces::entered(one, {type, walk, Verb::changed, {said("result", "fail")}});
  CHECK((*one.find(walk))->text("result") == "fail");
  CHECK((*one.find(walk))->words("findings") == Words{"Doors", "Signs"});
  const auto history = one.history(walk);
  REQUIRE(history->size() == 2);
  CHECK(history->back().changes.front().field == "result");
  CHECK(*one.undo() == "walk " + short_id_of(walk));
  CHECK((*one.find(walk))->text("result") == "pass");
  REQUIRE(one.undo().ok());
  CHECK(one.records(type)->empty());
}

TEST_CASE("a declared type asks for what its definition says, and the refusal speaks of the type without its digits") {
  TwoWorkspaces both;
  const std::string type = declared(both.one(), sample_definition());
  const auto refused_with = [&](std::vector<FieldValue> set) {
    Command command;
    command.changes.push_back({type, {}, Verb::changed, std::move(set)});
    const auto receipt = both.one().submit(command);
    REQUIRE_FALSE(receipt.ok());
    return receipt.error().sentence();
  };
  CHECK(refused_with({}).find("a new walk needs --set title") != std::string::npos);
  CHECK(refused_with({said("title", "x"), said("result", "maybe")}).find("must be one of: pass, fail") != std::string::npos);
  CHECK(refused_with({said("title", "x"), said("colour", "red")}).find("record of type walk has no field") != std::string::npos);
}

TEST_CASE("declaring a type twice writes it once, and a definition that names an unknown type is not taken") {
  TwoWorkspaces both;
  const std::string type = declared(both.one(), sample_definition());
  const std::uint64_t before = events_in(both.one());
  CHECK(declared(both.one(), sample_definition()) == type);
  CHECK(events_in(both.one()) == before);
  std::string other = sample_definition("dangling");
  other.replace(other.find("[\"service\"]"), 11, "[\"no_such\"]");
  CHECK_FALSE(both.one().declare(other).ok());
  CHECK(events_in(both.one()) == before);
}

TEST_CASE("the first record in a space brings its definition along in the same commit, and undoing the record leaves it") {
  TwoWorkspaces both;
  Workspace& one = both.one();
  const std::string type = declared(one, sample_definition("visit", "cycle"));
  const RecordSpec& spec = *find_record_type(type);
  CHECK_FALSE(*definition_stands(one.space_of(SpaceKind::cycle), spec));
  const Receipt first = TwoWorkspaces::entered(one, {type, {}, Verb::changed, {said("title", "A")}});
  CHECK(first.entities.size() == 1);
  CHECK(first.records_written == 1);
  CHECK(*definition_stands(one.space_of(SpaceKind::cycle), spec));
  const std::uint64_t before = events_in(one);
  TwoWorkspaces::entered(one, {type, {}, Verb::changed, {said("title", "B")}});
  CHECK(events_in(one) == before + 1);
  REQUIRE(one.undo().ok());
  REQUIRE(one.undo().ok());
  CHECK(one.records(type)->empty());
  CHECK(*definition_stands(one.space_of(SpaceKind::cycle), spec));
}

TEST_CASE("what two replicas say of one declared field is a conflict with its name, and what they add to a set is not") {
  TwoWorkspaces both;
  const std::string type = declared(both.one(), sample_definition());
  const EntityId walk = both.added(type, {said("title", "A"), said("notes", "First.\n\nSecond.")});
  both.part();
  TwoWorkspaces::entered(both.one(), {type, walk, Verb::changed, {said("result", "pass"), said("notes", "First, more.\n\nSecond."), {"findings", Words{"Doors"}}}});
  TwoWorkspaces::entered(both.two(), {type, walk, Verb::changed, {said("result", "fail"), said("notes", "First.\n\nSecond, more."), {"findings", Words{"Signs"}}}});
  both.meet();
  const auto conflicts = both.one().conflicts();
  REQUIRE(conflicts->size() == 2);
  for (const Conflict& conflict : *conflicts) {
    CHECK_FALSE(conflict.needs_definition);
    CHECK((conflict.field == "result" || conflict.merged == "First, more.\n\nSecond, more."));
  }
  CHECK((*both.one().find(walk))->words("findings") == Words{"Doors", "Signs"});
  CHECK(problems_of(both.one(), "in_conflict") == 2);
  RecordChange decision{type, walk, Verb::decided, {said("result", "fail")}};
  TwoWorkspaces::entered(both.one(), decision);
  both.meet();
  CHECK(both.two().conflicts()->size() == 1);
}

TEST_CASE("records of a type that nobody here knows are kept, counted and shown by number, and read once the definition comes") {
  TwoWorkspaces both;
  both.part();
  const std::string type = undeclared_type("ghost");
  SeededRandom random(3);
  const EntityId entity = random.make_id<EntityId>();
  write_unknown(both.one(), type + ".changed", entity, {{1, encode(std::string("Ours"))}, {kFirstSetField, encode(ItemsChange{{encode(std::string("Doors"))}, {}})}});
  write_unknown(both.two(), type + ".changed", entity, {{1, encode(std::string("Theirs"))}});
  both.meet();
  Workspace& one = both.one();
  CHECK_FALSE(one.records(type).ok());
  CHECK_FALSE(one.find(entity)->has_value());
  CHECK_FALSE(one.find_by_words("", "Ours").ok());
  CHECK(problems_of(one, "definition_missing") == 1);
  const auto conflicts = one.conflicts();
  REQUIRE(conflicts->size() == 1);
  CHECK(conflicts->front().needs_definition);
  CHECK(conflicts->front().field == "field 1");
  CHECK(conflicts->front().versions.front().value == "(its definition is not here)");
  const auto history = one.history(entity);
  REQUIRE(history->size() == 2);
  CHECK(history->front().changes.front().field == "field 1");
  CHECK(history->front().changes.back().field == "field 16384");

  // Somebody who has the plugin declares it; the record has waited.
  declared(both.two(), sample_definition("ghost"));
  both.meet();
  REQUIRE(one.settle().ok());
  REQUIRE(one.records(type)->size() == 1);
  CHECK(one.records(type)->front().is_conflicted("title"));
  CHECK(one.records(type)->front().words("findings") == Words{"Doors"});
  CHECK(problems_of(one, "definition_missing") == 0);
  CHECK_FALSE(one.conflicts()->front().needs_definition);
}

TEST_CASE("a definition under a name that it does not hash to declares nothing and is a problem, as is one that is none") {
  TwoWorkspaces both;
  const std::string real = undeclared_type("swapped");
  const std::string other = undeclared_type("claimed");
  both.added("schema", {said("name", other), said("plugin", "org.example.walks"), said("definition", sample_definition("swapped"))});
  both.added("schema", {said("name", "walk"), said("plugin", "org.example.walks"), said("definition", "{\"plugin\":1}")});
  CHECK(problems_of(both.one(), "unreadable_definition") == 2);
  CHECK(find_record_type(real) == nullptr);
  CHECK(find_record_type(other) == nullptr);
}

TEST_CASE("a definition that somebody wrote over is a problem, and is written again with the next record") {
  TwoWorkspaces both;
  Workspace& one = both.one();
  const std::string type = declared(one, sample_definition("overwritten"));
  const RecordSpec& spec = *find_record_type(type);
  TwoWorkspaces::entered(one, {"schema", schema_record_of(type), Verb::changed, {said("definition", sample_definition("other"))}});
  CHECK(problems_of(one, "unreadable_definition") == 1);
  CHECK_FALSE(*definition_stands(one.space_of(SpaceKind::organisation), spec));
  both.added(type, {said("title", "A")});
  CHECK(*definition_stands(one.space_of(SpaceKind::organisation), spec));
  CHECK(problems_of(one, "unreadable_definition") == 0);
}

TEST_CASE("a partner who never saw the plugin gets the definition with the first record of the shared space") {
  test::Laptop host(1), guest(2);
  host.found("Northmere");
  guest.found("Westfen");
  test::let_in(host, guest, test::kPartner);
  test::exchange(host, guest);
  const std::string type = declared(*host, sample_definition("meeting_note", "cycle"));
  const EntityId own = test::entered(*host, {declared(*host, sample_definition("own_note")), {}, Verb::changed, {said("title", "Ours")}}).entities.front();
  const EntityId note = test::entered(*host, {type, {}, Verb::changed, {said("title", "A")}}).entities.front();
  test::exchange(host, guest);
  const Space* shared = guest->find_space(host.cycle());
  REQUIRE(shared != nullptr);
  CHECK(*definition_stands(*shared, *find_record_type(type)));
  CHECK((*guest->find(note))->title() == "A");
  CHECK_FALSE(guest->find(own)->has_value());
  // What is shared on purpose takes its definition along too.
  const auto copied = share(*host, own, host.cycle(), "");
  REQUIRE(copied.ok());
  test::exchange(host, guest);
  CHECK((*guest->find(copied->copy))->title() == "Ours");
  CHECK(*definition_stands(*shared, *find_record_type((*guest->find(copied->copy))->spec().name)));
  CHECK(*host->find_space(host.cycle())->fold.state_digest() == *shared->fold.state_digest());
}

TEST_CASE("a signed snapshot with records of an unknown declared type is read without them") {
  const std::string snapshot = R"({"format":"evenhand-snapshot/1","scope":"report","organisation":"00000000000000000000000000000001","cycle":"00000000000000000000000000000002","records":[{"type":")" +
                               undeclared_type("never_known") + R"(","id":"00000000000000000000000000000003","fields":{"title":"A"}},{"type":"group","id":"00000000000000000000000000000004","fields":{"name":"B"}}]})";
  const auto model = SnapshotModel::decode_untrusted(snapshot);
  REQUIRE(model.ok());
  CHECK(model->records("group")->size() == 1);
  CHECK_FALSE(model->find(*EntityId::from_hex("00000000000000000000000000000003"))->has_value());
}
