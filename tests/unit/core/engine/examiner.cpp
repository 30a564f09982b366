#include <catch2/catch.hpp>

#include "core/engine/workspace.h"
#include "tests/support/two_workspaces.h"

using namespace evenhand;

namespace {

RecordChange service(const std::string& name, const EntityId& entity = {}) { return {"service", entity, Verb::changed, {{"name", Value(name)}}}; }

struct Desk {
  TwoWorkspaces two;
  EntityId cycle = two.added("cycle", {{"title", Value(std::string("2025/26"))}, {"framework", Value(std::string("eds-2022"))}});
  EntityId id = two.added("service", {{"name", Value(std::string("Virtual wards"))}, {"cycle", Value(cycle)}, {"organisation", Value(two.one().organisation())}});
  std::vector<ProposedChange> asked;

  void say(FindingWeight weight) {
    two.one().set_examiner([this, weight](const ProposedChange& change) {
      asked.push_back(change);
      return std::vector<Finding>{{weight, "A plugin", "name", "That will not do"}};
    });
  }
  Result<Receipt> renamed(const std::string& name) {
    Command command;
    command.changes.push_back(service(name, id));
    return two.one().submit(command);
  }
  std::string name() { return two.one().find(id).value()->text("name"); }
};

}  // namespace

TEST_CASE("an examiner's error refuses the command with its sentence and its name, and nothing is saved") {
  Desk desk;
  desk.say(FindingWeight::error);
  const auto receipt = desk.renamed("Wards");
  REQUIRE_FALSE(receipt.ok());
  CHECK(receipt.error().what == "That will not do (A plugin)");
  CHECK(receipt.error().where == "name");
  CHECK(desk.name() == "Virtual wards");
  CHECK_FALSE(desk.two.one().rehearse({{service("Wards", desk.id)}}).ok());
}

TEST_CASE("an examiner's warning, and that it could not look, are told and do not block") {
  Desk desk;
  desk.say(FindingWeight::warning);
  CHECK(desk.renamed("Wards").value().warnings == std::vector<std::string>{"That will not do (A plugin)"});
  desk.say(FindingWeight::not_checked);
  CHECK(desk.renamed("More wards").value().warnings == std::vector<std::string>{"Not checked: That will not do (A plugin)"});
  CHECK(desk.name() == "More wards");
}

TEST_CASE("an examiner sees the record before and after, and is not asked about what changes nothing, is undone, removed or imported") {
  Desk desk;
  desk.say(FindingWeight::warning);
  REQUIRE(desk.renamed("Wards").ok());
  REQUIRE(desk.asked.size() == 1);
  CHECK(desk.asked[0].before->text("name") == "Virtual wards");
  CHECK(desk.asked[0].after.text("name") == "Wards");
  CHECK(desk.asked[0].after.reference("cycle") == desk.cycle);
  REQUIRE(desk.renamed("Wards").ok());
  REQUIRE(desk.two.one().undo().ok());
  CHECK(desk.asked.size() == 1);
  Command imported;
  imported.changes.push_back(service("Imported wards", desk.id));
  imported.is_import = true;
  REQUIRE(desk.two.one().submit(imported).ok());
  Command removal;
  removal.changes.push_back({"service", desk.id, Verb::removed});
  REQUIRE(desk.two.one().submit(removal).ok());
  CHECK(desk.asked.size() == 1);
}

TEST_CASE("items that are added or taken away stand so in the record that an examiner sees") {
  Desk desk;
  desk.say(FindingWeight::warning);
  Command command;
  RecordChange change{"service", desk.id, Verb::changed};
  change.add.push_back({"provider_names", Value(std::vector<std::string>{"A trust", "B trust"})});
  command.changes.push_back(change);
  REQUIRE(desk.two.one().submit(command).ok());
  change.add.clear();
  change.remove.push_back({"provider_names", Value(std::vector<std::string>{"A trust"})});
  command.changes = {change};
  REQUIRE(desk.two.one().submit(command).ok());
  REQUIRE(desk.asked.size() == 2);
  CHECK(desk.asked[0].after.words("provider_names").size() == 2);
  CHECK(desk.asked[1].after.words("provider_names") == std::vector<std::string>{"B trust"});
}
