// Nothing but a decision closes a dispute, whichever way a change comes in.
#include "core/engine/import.h"
#include "core/engine/share.h"
#include "tests/support/two_workspaces.h"

using namespace evenhand;
using Catch::Contains;

namespace {

FieldValue said(std::string field, std::string words) { return {std::move(field), std::move(words)}; }

struct Disputed {
  TwoWorkspaces both;
  EntityId cycle = both.added("cycle", {said("title", "EDS 2025/26"), said("framework", "eds-2022"), said("policy", "nhs-eds-2022")});
  EntityId action = added("Texts go out.");

  EntityId added(const std::string& words) { return both.added("action", {{"organisation", both.one().organisation()}, {"cycle", cycle}, said("text", words), said("rag", "amber")}); }
  // Each side changes the colour, and they meet.
  void disagree() {
    both.part();
    TwoWorkspaces::entered(both.one(), {"action", action, Verb::changed, {said("rag", "green")}});
    TwoWorkspaces::entered(both.two(), {"action", action, Verb::changed, {said("rag", "red")}});
    both.meet();
    REQUIRE(disputes() == 1);
  }
  std::size_t disputes() { return both.one().conflicts()->size(); }
  Result<Receipt> submit(std::vector<RecordChange> changes) {
    Command command;
    command.changes = std::move(changes);
    return both.one().submit(command);
  }
  std::string refusal(std::vector<RecordChange> changes) {
    const auto receipt = submit(std::move(changes));
    REQUIRE_FALSE(receipt.ok());
    CHECK(receipt.error().code == ErrorCode::refused);
    return receipt.error().sentence();
  }
};

std::string file_saying(const std::string& first, const std::string& second) {
  return R"({"format":"evenhand-data/1","title":"Partners","records":[{"type":"organisation","id":"o0","fields":{"name":"Osierbeck"}},)"
         R"({"type":"organisation","id":"o1","fields":{)" + first + "," + second + "}}]}";
}

}  // namespace

TEST_CASE("a plain change of a field in dispute is refused with what stands and what to do, and the dispute stays open") {
  Disputed disputed;
  disputed.disagree();
  const std::string id = short_id_of(disputed.action);
  for (const char* rag : {"amber", "green"}) {  // also one of the two: that would be a choice in silence
    const std::string refusal = disputed.refusal({{"action", disputed.action, Verb::changed, {said("rag", rag)}}});
    CHECK_THAT(refusal, Contains("rag is in dispute") && Contains("\"green\"") && Contains("\"red\"") && Contains("action " + id));
    CHECK_THAT(refusal, Contains("evenhand conflict show " + id) && Contains("evenhand conflict resolve " + id + " --field rag --value TEXT"));
  }
  CHECK_THAT(disputed.refusal({{"action", disputed.action, Verb::changed, {}, {}, {}, {"rag"}}}), Contains("rag is in dispute"));
  CHECK(disputed.disputes() == 1);
}

TEST_CASE("other fields of a record in dispute are changed freely, and a decision settles it") {
  Disputed disputed;
  disputed.disagree();
  REQUIRE(disputed.submit({{"action", disputed.action, Verb::changed, {said("progress", "One course was run.")}}}).ok());
  CHECK(disputed.disputes() == 1);
  REQUIRE(disputed.submit({{"action", disputed.action, Verb::decided, {said("rag", "amber")}}}).ok());
  CHECK(disputed.disputes() == 0);
  REQUIRE(disputed.submit({{"action", disputed.action, Verb::changed, {said("rag", "green")}}}).ok());
}

TEST_CASE("of many changes at once one that meets a dispute is named, and nothing of them is saved") {
  Disputed disputed;
  const EntityId other = disputed.added("Ramps.");
  disputed.disagree();
  CHECK_THAT(disputed.refusal({{"action", other, Verb::changed, {said("rag", "green")}}, {"action", disputed.action, Verb::changed, {said("rag", "green")}}}), Contains(short_id_of(disputed.action)));
  CHECK((*disputed.both.one().find(other))->text("rag") == "amber");
}

TEST_CASE("a plain change does not decide whether a record stays that one removed and another edited; it can be removed by a decision") {
  Disputed disputed;
  disputed.both.part();
  TwoWorkspaces::entered(disputed.both.one(), {"action", disputed.action, Verb::removed, {}});
  TwoWorkspaces::entered(disputed.both.two(), {"action", disputed.action, Verb::changed, {said("rag", "red")}});
  disputed.both.meet();
  REQUIRE(disputed.disputes() == 1);
  CHECK_THAT(disputed.refusal({{"action", disputed.action, Verb::changed, {said("progress", "Going on.")}}}), Contains("removed on one device") && Contains("--remove"));
  CHECK(disputed.disputes() == 1);
  REQUIRE(disputed.submit({{"action", disputed.action, Verb::removed, {}}}).ok());
  CHECK(disputed.disputes() == 0);
}

TEST_CASE("an import that would settle a dispute names the record and writes nothing; one that leaves the field out goes on") {
  TwoWorkspaces both;
  const std::string name = R"("name":"Wendlesea")";
  const auto first = import_data(both.one(), file_saying(name, R"("short_name":"W")"), "partners");
  INFO((first.ok() ? "" : first.error().sentence()));
  REQUIRE(first.ok());
  const EntityId partner = first->labels.at("o1");
  both.part();
  TwoWorkspaces::entered(both.one(), {"organisation", partner, Verb::changed, {said("short_name", "WND")}});
  TwoWorkspaces::entered(both.two(), {"organisation", partner, Verb::changed, {said("short_name", "WS")}});
  both.meet();
  for (const bool is_rehearsal : {true, false}) {
    const std::string file = file_saying(R"("name":"Wendlesea Trust")", R"("short_name":"W")");
    const auto refused = is_rehearsal ? rehearse_import(both.one(), file, "partners") : import_data(both.one(), file, "partners");
    REQUIRE_FALSE(refused.ok());
    CHECK_THAT(refused.error().sentence(), Contains("short_name is in dispute") && Contains("nothing was imported") && Contains("records[1]") && Contains(short_id_of(partner)));
  }
  CHECK((*both.one().find(partner))->text("name") == "Wendlesea");
  CHECK(import_data(both.one(), file_saying(R"("name":"Wendlesea Trust")", R"("kind":"trust")"), "partners").ok());
  CHECK((*both.one().find(partner))->text("name") == "Wendlesea Trust");
  CHECK(both.one().conflicts()->size() == 1);
}

TEST_CASE("an error about a disputed personal field tells how many versions stand and not what they say") {
  TwoWorkspaces both;
  const EntityId person = both.added("person", {said("name", "Involvement partner 7"), said("consent", "contact")});
  both.part();
  TwoWorkspaces::entered(both.one(), {"person", person, Verb::changed, {said("name", "Involvement partner 8")}});
  TwoWorkspaces::entered(both.two(), {"person", person, Verb::changed, {said("name", "Involvement partner 9")}});
  both.meet();
  Command command;
  command.changes = {{"person", person, Verb::changed, {said("name", "Involvement partner 10")}}};
  const auto receipt = both.one().submit(command);
  REQUIRE_FALSE(receipt.ok());
  CHECK_THAT(receipt.error().sentence(), Contains("2 versions stand") && !Contains("partner 8"));
  command.changes = {{"person", person, Verb::changed, {said("consent", "none")}}};  // consents ask nobody
  CHECK(both.one().submit(command).ok());
}

TEST_CASE("what was decided at home is shared onto a copy on which our own laptops disagree") {
  TwoWorkspaces both;
  const EntityId cycle = both.added("cycle", {said("title", "EDS 2025/26"), said("framework", "eds-2022"), said("policy", "nhs-eds-2022")});
  const EntityId evidence = both.added("evidence", {{"organisation", both.one().organisation()}, {"cycle", cycle}, said("outcome", "1A"), said("title", "Survey"), said("text", "First.")});
  const SpaceId into = both.one().space_of(SpaceKind::cycle).id;
  const EntityId copy = share(both.one(), evidence, into, "")->copy;
  both.part();
  TwoWorkspaces::entered(both.one(), {"evidence", evidence, Verb::changed, {said("text", "Ours.")}});
  TwoWorkspaces::entered(both.two(), {"evidence", evidence, Verb::changed, {said("text", "Theirs.")}});
  REQUIRE(share(both.one(), evidence, into, "").ok());
  REQUIRE(share(both.two(), evidence, into, "").ok());
  both.meet();
  CHECK_FALSE(share(both.one(), evidence, into, "").ok());  // in dispute at home
  TwoWorkspaces::entered(both.one(), {"evidence", evidence, Verb::decided, {said("text", "Settled.")}});
  const auto shared = share(both.one(), evidence, into, "");
  INFO((shared.ok() ? "" : shared.error().sentence()));
  REQUIRE(shared.ok());
  CHECK((*both.one().find(copy))->text("text") == "Settled.");
  CHECK(both.one().conflicts()->empty());
}
