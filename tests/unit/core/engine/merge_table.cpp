// The merge table of the design, row by row: what both replicas changed, unseen by each other, and what stands then. Its other rows: what comes
// after a sign-off (sign_off_late.cpp), erasure (erasure.cpp), the answer to "same or different?" and its way back (same.cpp).
#include <catch2/catch.hpp>

#include "core/engine/membership.h"
#include "core/engine/problems.h"
#include "tests/support/two_workspaces.h"

using namespace evenhand;

namespace {

using Words = std::vector<std::string>;

FieldValue said(std::string field, std::string words) { return {std::move(field), std::move(words)}; }

/// The records that the rows speak of, there before the copies part.
struct Ground {
  TwoWorkspaces both;
  EntityId cycle, evidence, action, grade, claim, person;

  Ground() {
    const EntityId organisation = both.one().organisation();
    cycle = both.added("cycle", {said("title", "EDS 2025/26"), said("framework", "eds-2022"), said("policy", "nhs-eds-2022")});
    evidence = both.added("evidence", {{"organisation", organisation}, {"cycle", cycle}, said("outcome", "1A"), said("title", "Survey"), said("text", "First.\n\nSecond.")});
    action = both.added("action", {{"organisation", organisation}, {"cycle", cycle}, said("text", "Texts go out."), said("rag", "amber"), said("due", "2026-06")});
    grade = both.added("grade", {{"organisation", organisation}, {"cycle", cycle}, said("outcome", "1A"), said("kind", "verified")});
    person = both.added("person", {said("name", "Involvement partner 7"), said("consent", "contact")});
    claim = both.added("claim", {{"person", person}, said("kind", "travel"), {"amount", *Decimal::parse("12.40")}});
    both.part();
  }

  Record record(const EntityId& id) { return **both.one().find(id); }
  std::vector<Conflict> conflicts() { return *both.one().conflicts(); }
};

struct Row {
  const char* name;
  std::function<void(Ground&)> run;
};

// Each copy sets one field, and they meet.
void set_both(Ground& g, const std::string& type, const EntityId& id, FieldValue ours, FieldValue theirs) {
  TwoWorkspaces::entered(g.both.one(), {type, id, Verb::changed, {std::move(ours)}});
  TwoWorkspaces::entered(g.both.two(), {type, id, Verb::changed, {std::move(theirs)}});
  g.both.meet();
}

void asks_about(Ground& g, const EntityId& id, const std::string& field, std::size_t versions) {
  const auto all = g.conflicts();
  REQUIRE(all.size() == 1);
  CHECK(all.front().entity == id);
  CHECK(all.front().field == field);
  CHECK(all.front().versions.size() == versions);
  const auto problems = find_problems(g.both.one());
  CHECK(std::any_of(problems->begin(), problems->end(), [&](const RecordProblem& p) { return p.code == "in_conflict" && p.entity == id && p.field == field; }));
}

const Row kRows[] = {
    {"different fields merge without a question",
     [](Ground& g) {
       set_both(g, "evidence", g.evidence, said("owner", "Head of service"), said("source", "Survey 2025"));
       CHECK(g.conflicts().empty());
       CHECK(g.record(g.evidence).text("owner") == "Head of service");
       CHECK(g.record(g.evidence).text("source") == "Survey 2025");
     }},
    {"different items of a set merge without a question",
     [](Ground& g) {
       TwoWorkspaces::entered(g.both.one(), {"evidence", g.evidence, Verb::changed, {}, {{"groups", Words{"race"}}}});
       TwoWorkspaces::entered(g.both.two(), {"evidence", g.evidence, Verb::changed, {}, {{"groups", Words{"disability"}}}});
       g.both.meet();
       CHECK(g.conflicts().empty());
       CHECK(g.record(g.evidence).words("groups").size() == 2);
     }},
    {"files that both attached to one record are both there, without a question",
     [](Ground& g) {
       for (Workspace* workspace : {&g.both.one(), &g.both.two()}) {
         const bool is_first = workspace == &g.both.one();
         const EntityId file = TwoWorkspaces::entered(*workspace, {"file", {}, Verb::changed, {{"organisation", g.both.one().organisation()}, said("title", is_first ? "Survey results" : "Letter")}}).entities.front();
         TwoWorkspaces::entered(*workspace, {"evidence", g.evidence, Verb::changed, {}, {{"files", std::vector<EntityId>{file}}}});
       }
       g.both.meet();
       CHECK(g.conflicts().empty());
       for (Workspace* workspace : {&g.both.one(), &g.both.two()}) {
         CHECK(workspace->records("file")->size() == 2);
         CHECK((*workspace->find(g.evidence))->references("files").size() == 2);
       }
     }},
    {"comments of both stand side by side, in the same order everywhere, without a question",
     [](Ground& g) {
       for (Workspace* workspace : {&g.both.one(), &g.both.two()}) {
         TwoWorkspaces::entered(*workspace, {"comment", {}, Verb::changed, {{"organisation", g.both.one().organisation()}, {"cycle", g.cycle}, said("text", "Letters come too late.")}});
       }
       g.both.meet();
       CHECK(g.conflicts().empty());
       const auto here = g.both.one().records("comment"), there = g.both.two().records("comment");
       REQUIRE(here->size() == 2);
       REQUIRE(there->size() == 2);
       CHECK(here->front().id() == there->front().id());
       const auto problems = find_problems(g.both.one());
       CHECK(std::none_of(problems->begin(), problems->end(), [](const RecordProblem& p) { return p.code == "same_twice"; }));
     }},
    {"tags: one that here was added and one that there was taken away both hold",
     [](Ground& g) {
       TwoWorkspaces::entered(g.both.one(), {"evidence", g.evidence, Verb::changed, {}, {{"reuse", Words{"WRES"}}}});
       g.both.meet();
       TwoWorkspaces::entered(g.both.one(), {"evidence", g.evidence, Verb::changed, {}, {{"reuse", Words{"CQC"}}}});
       TwoWorkspaces::entered(g.both.two(), {"evidence", g.evidence, Verb::changed, {}, {}, {{"reuse", Words{"WRES"}}}});
       g.both.meet();
       CHECK(g.conflicts().empty());
       CHECK(g.record(g.evidence).words("reuse") == Words{"CQC"});
     }},
    {"a tag that one took away and the other took away and added anew, unseen, stands",
     [](Ground& g) {
       TwoWorkspaces::entered(g.both.one(), {"evidence", g.evidence, Verb::changed, {}, {{"reuse", Words{"WRES"}}}});
       g.both.meet();
       for (Workspace* workspace : {&g.both.one(), &g.both.two()}) TwoWorkspaces::entered(*workspace, {"evidence", g.evidence, Verb::changed, {}, {}, {{"reuse", Words{"WRES"}}}});
       TwoWorkspaces::entered(g.both.two(), {"evidence", g.evidence, Verb::changed, {}, {{"reuse", Words{"WRES"}}}});
       g.both.meet();
       CHECK(g.conflicts().empty());
       CHECK(g.record(g.evidence).words("reuse") == Words{"WRES"});
     }},
    {"the same value twice is one value",
     [](Ground& g) {
       set_both(g, "action", g.action, said("rag", "green"), said("rag", "green"));
       CHECK(g.conflicts().empty());
       CHECK(g.record(g.action).text("rag") == "green");
     }},
    {"evidence text keeps all versions, offers the joined text, and none is current until a person confirms",
     [](Ground& g) {
       set_both(g, "evidence", g.evidence, said("text", "First, longer.\n\nSecond."), said("text", "First.\n\nSecond, longer."));
       asks_about(g, g.evidence, "text", 2);
       CHECK(g.conflicts().front().merged == "First, longer.\n\nSecond, longer.");
       REQUIRE(g.conflicts().front().before.has_value());
       CHECK(g.conflicts().front().before->value == "First.\n\nSecond.");
       CHECK_FALSE(g.record(g.evidence).value("text").has_value());
     }},
    {"evidence text that both changed in one paragraph shows where it clashes",
     [](Ground& g) {
       set_both(g, "evidence", g.evidence, said("text", "First A.\n\nSecond."), said("text", "First B.\n\nSecond."));
       CHECK_FALSE(g.conflicts().front().merged.has_value());
       REQUIRE(g.conflicts().front().clashes.size() == 1);
       CHECK(g.conflicts().front().clashes.front().base == "First.");
     }},
    {"RAG shows all and rolls up as the worse",
     [](Ground& g) {
       set_both(g, "action", g.action, said("rag", "green"), said("rag", "red"));
       asks_about(g, g.action, "rag", 2);
       CHECK(g.record(g.action).text("rag") == "red");
     }},
    {"an undecided grade counts as not graded",
     [](Ground& g) {
       set_both(g, "grade", g.grade, {"value", *GradeValue::parse("1")}, {"value", *GradeValue::parse("3")});
       asks_about(g, g.grade, "value", 2);
       CHECK_FALSE(g.record(g.grade).grade("value").has_value());
     }},
    {"a date shows all and rolls up as the earlier",
     [](Ground& g) {
       set_both(g, "action", g.action, said("due", "2026-12"), said("due", "2026-09"));
       asks_about(g, g.action, "due", 2);
       CHECK(g.record(g.action).text("due") == "2026-09");
     }},
    {"an owner shows all and nobody is named until decided",
     [](Ground& g) {
       set_both(g, "evidence", g.evidence, said("owner", "Head of service"), said("owner", "Matron"));
       asks_about(g, g.evidence, "owner", 2);
       CHECK(g.record(g.evidence).text("owner").empty());
     }},
    {"an amount shows all and counts for nothing until decided, though it is sealed",
     [](Ground& g) {
       set_both(g, "claim", g.claim, {"amount", *Decimal::parse("14.00")}, {"amount", *Decimal::parse("15.00")});
       asks_about(g, g.claim, "amount", 2);
       CHECK_FALSE(g.record(g.claim).decimal("amount").has_value());
     }},
    {"the same sealed amount twice is one value",
     [](Ground& g) {
       set_both(g, "claim", g.claim, {"amount", *Decimal::parse("14.00")}, {"amount", *Decimal::parse("14.00")});
       CHECK(g.conflicts().empty());
       CHECK(g.record(g.claim).decimal("amount")->text() == "14.00");
     }},
    {"a status shows all and says nothing until decided",
     [](Ground& g) {
       set_both(g, "action", g.action, said("status", "done"), said("status", "stopped"));
       asks_about(g, g.action, "status", 2);
       CHECK(g.record(g.action).text("status").empty());
     }},
    {"deleted here and edited there: the edit survives and both are told",
     [](Ground& g) {
       TwoWorkspaces::entered(g.both.one(), {"action", g.action, Verb::removed});
       TwoWorkspaces::entered(g.both.two(), {"action", g.action, Verb::changed, {said("rag", "red")}});
       g.both.meet();
       for (Workspace* workspace : {&g.both.one(), &g.both.two()}) {
         const auto told = workspace->conflicts();
         REQUIRE(told->size() == 1);
         CHECK(told->front().field.empty());
         CHECK(told->front().versions.size() == 2);
         CHECK((*workspace->find(g.action))->text("rag") == "red");
       }
     }},
    {"the same action entered twice is a question, and nothing is joined by itself",
     [](Ground& g) {
       for (Workspace* workspace : {&g.both.one(), &g.both.two()}) {
         TwoWorkspaces::entered(*workspace, {"action", {}, Verb::changed, {{"organisation", g.both.one().organisation()}, {"cycle", g.cycle}, said("text", "Book interpreters.")}});
       }
       g.both.meet();
       CHECK(g.both.one().records("action")->size() == 3);
       const auto problems = find_problems(g.both.one());
       CHECK(std::count_if(problems->begin(), problems->end(), [](const RecordProblem& p) { return p.code == "same_twice"; }) == 1);
     }},
    {"the same service and the same person entered twice are a question each, and both records stand",
     [](Ground& g) {
       for (Workspace* workspace : {&g.both.one(), &g.both.two()}) {
         TwoWorkspaces::entered(*workspace, {"service", {}, Verb::changed, {said("name", "Virtual wards"), {"organisation", g.both.one().organisation()}, {"cycle", g.cycle}}});
         TwoWorkspaces::entered(*workspace, {"person", {}, Verb::changed, {said("name", "Involvement partner 8"), said("consent", "contact")}});
       }
       g.both.meet();
       const auto keys = export_person_keys_for(g.both.two(), g.both.one().keystore().device().public_key());
       REQUIRE(keys.ok());
       REQUIRE(import_person_keys(g.both.one(), *keys).ok());
       CHECK(g.both.one().records("service")->size() == 2);
       CHECK(g.both.one().records("person")->size() == 3);
       const auto problems = find_problems(g.both.one());
       CHECK(std::count_if(problems->begin(), problems->end(), [](const RecordProblem& p) { return p.code == "same_twice"; }) == 2);
     }},
    {"consent withdrawn wins over a concurrent consent at once, and nobody is asked",
     [](Ground& g) {
       set_both(g, "person", g.person, said("consent", "withdrawn"), said("consent", "register"));
       CHECK(g.conflicts().empty());
       CHECK(g.record(g.person).text("consent") == "withdrawn");
       CHECK(g.record(g.person).values("consent").size() == 1);
     }},
    {"a causally later consent counts",
     [](Ground& g) {
       set_both(g, "person", g.person, said("consent", "withdrawn"), said("consent", "register"));
       TwoWorkspaces::entered(g.both.two(), {"person", g.person, Verb::changed, {said("consent", "contact")}});
       g.both.meet();
       CHECK(g.record(g.person).text("consent") == "contact");
     }},
};

}  // namespace

TEST_CASE("each row of the merge table holds: what both changed unseen, and what stands then") {
  for (const Row& row : kRows) {
    INFO(row.name);
    Ground ground;
    row.run(ground);
  }
}

TEST_CASE("a decision made on an outdated view is refused as stale and says what was changed by whom") {
  Ground g;
  set_both(g, "action", g.action, said("rag", "green"), said("rag", "red"));
  const Conflict seen = g.conflicts().front();
  TwoWorkspaces::entered(g.both.one(), {"action", g.action, Verb::changed, {said("due", "2026-10")}});
  RecordChange decision{"action", g.action, Verb::decided, {said("rag", "amber")}};
  decision.seen = *g.both.one().heads_seen(g.action, seen.view);
  CHECK(decision.seen == seen.heads);
  Command command;
  command.changes.push_back(decision);
  const auto refused = g.both.one().submit(command);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::stale);
  CHECK_THAT(refused.error().sentence(), Catch::Contains("due by NCT, EDI laptop"));
  CHECK(g.conflicts().size() == 1);
}

TEST_CASE("undoing a decision opens the dispute again with all its versions, on both replicas") {
  Ground g;
  set_both(g, "action", g.action, said("rag", "green"), said("rag", "red"));
  TwoWorkspaces::entered(g.both.one(), {"action", g.action, Verb::decided, {said("rag", "amber")}});
  g.both.meet();
  CHECK(g.conflicts().empty());
  const auto reopening = g.both.two().reopening_of(g.action, "rag");
  REQUIRE(reopening.ok());
  CHECK(reopening->fields == Words{"rag"});
  TwoWorkspaces::entered(g.both.two(), reopening->change);
  g.both.meet();
  asks_about(g, g.action, "rag", 2);
  CHECK(g.record(g.action).text("rag") == "red");
  CHECK_FALSE(g.both.one().reopening_of(g.action, "rag").ok());
}

TEST_CASE("undoing a decision leaves alone what was changed again since, and says so") {
  Ground g;
  set_both(g, "action", g.action, said("rag", "green"), said("rag", "red"));
  TwoWorkspaces::entered(g.both.one(), {"action", g.action, Verb::decided, {said("rag", "amber"), said("due", "2026-08")}});
  TwoWorkspaces::entered(g.both.one(), {"action", g.action, Verb::changed, {said("due", "2026-09")}});
  const auto reopening = g.both.one().reopening_of(g.action, "");
  REQUIRE(reopening.ok());
  CHECK(reopening->fields == Words{"rag"});
  CHECK(reopening->left_alone == Words{"due"});
  TwoWorkspaces::entered(g.both.one(), {"action", g.action, Verb::changed, {said("rag", "blue")}});
  const auto nothing_left = g.both.one().reopening_of(g.action, "");
  REQUIRE_FALSE(nothing_left.ok());
  CHECK(nothing_left.error().code == ErrorCode::stale);
}

TEST_CASE("a decision to keep a removed record can be undone: it is disputed again") {
  Ground g;
  TwoWorkspaces::entered(g.both.one(), {"action", g.action, Verb::removed});
  TwoWorkspaces::entered(g.both.two(), {"action", g.action, Verb::changed, {said("rag", "red")}});
  g.both.meet();
  TwoWorkspaces::entered(g.both.one(), {"action", g.action, Verb::decided});
  CHECK(g.conflicts().empty());
  const auto reopening = g.both.one().reopening_of(g.action, "");
  REQUIRE(reopening.ok());
  TwoWorkspaces::entered(g.both.one(), reopening->change);
  CHECK(g.record(g.action).state().lifecycle == Lifecycle::removed_and_edited);
  CHECK(g.conflicts().size() == 1);
}

TEST_CASE("undo of the last action opens a dispute that it had settled, instead of picking one version") {
  Ground g;
  set_both(g, "action", g.action, said("rag", "green"), said("rag", "red"));
  TwoWorkspaces::entered(g.both.one(), {"action", g.action, Verb::decided, {said("rag", "amber")}});
  REQUIRE(g.both.one().undo().ok());
  asks_about(g, g.action, "rag", 2);
}
