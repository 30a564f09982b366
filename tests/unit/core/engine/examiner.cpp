#include <catch2/catch.hpp>

#include "core/engine/import.h"
#include "core/engine/workspace.h"
#include "tests/support/two_workspaces.h"

using namespace evenhand;

namespace {

RecordChange service(const std::string& name, const EntityId& entity = {}) { return {"service", entity, Verb::changed, {{"name", Value(name)}}}; }

struct Desk {
  TwoWorkspaces two;
  EntityId cycle = two.added("cycle", {{"title", Value(std::string("2025/26"))}, {"framework", Value(std::string("eds-2022"))}, {"policy", Value(std::string("nhs-eds-2022"))}});
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

/// A file of organisations of those names.
std::string file_of(const std::vector<std::string>& words, bool is_published = false) {
  std::string records;
  for (std::size_t i = 0; i < words.size(); ++i) {
    records += std::string(i == 0 ? "" : ", ") + R"({"type": "organisation", "id": "a)" + std::to_string(i) + R"(", "fields": {"name": ")" + words[i] + "\"}}";
  }
  return R"({"format": "evenhand-data/1", "title": "File", "published_figures": )" + std::string(is_published ? "true" : "false") + R"(, "records": [)" + records + "]}";
}

/// Refuses what is called "Bad", remarks on what is called "Odd".
struct Critic : Desk {
  Critic() {
    two.one().set_examiner([this](const ProposedChange& change) {
      asked.push_back(change);
      const std::string text = change.after.text("name");
      std::vector<Finding> found;
      if (text.starts_with("Bad")) found.push_back({FindingWeight::error, "Critic", "name", "This will not do"});
      if (text.starts_with("Odd")) found.push_back({FindingWeight::warning, "Critic", "", "Look again"});
      return found;
    });
  }
  Result<ImportOutcome> imported(const std::vector<std::string>& words, bool is_published = false) { return import_data(two.one(), file_of(words, is_published), "file.json"); }
  std::size_t brought() { return two.one().records("organisation")->size() - 1; }  // but for its own
  std::uint64_t commits() {
    std::uint64_t all = 0;
    for (const Space& space : two.one().spaces()) all += space.log.read()->last_arrival();
    return all;
  }
};

}  // namespace

TEST_CASE("one record of a file that an examiner calls an error refuses the whole file, by record and field, before anything is written") {
  Critic critic;
  const std::uint64_t before = critic.commits();
  const auto refused = critic.imported({"Good", "Bad", "Good too"});
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::refused);
  CHECK(refused.error().what == "plugins refuse what this file says: file.json, records[1] (organisation \"a1\"), name: This will not do (Critic)");
  CHECK(critic.asked.size() == 3);
  CHECK(critic.brought() == 0);
  CHECK(critic.commits() == before);
  REQUIRE(critic.imported({"Good", "Better", "Good too"}).ok());
  CHECK(critic.brought() == 3);
}

TEST_CASE("a rehearsed import says what the examiner will say, in the same words, and writes nothing") {
  Critic critic;
  const std::uint64_t before = critic.commits();
  const auto rehearsed = [&](const std::vector<std::string>& words) { return rehearse_import(critic.two.one(), file_of(words, false), "file.json"); };
  CHECK(rehearsed({"Good", "Bad"}).error().sentence() == critic.imported({"Good", "Bad"}).error().sentence());
  const auto odd = rehearsed({"Good", "Odd"});
  REQUIRE(odd.ok());
  CHECK(odd->findings_all == 1);
  CHECK(odd->created == 0);
  CHECK(critic.commits() == before);
  const auto imported = critic.imported({"Good", "Odd"});
  REQUIRE(imported.ok());
  CHECK(imported->findings == odd->findings);
  const auto again = rehearsed({"Good", "Odd"});
  REQUIRE(again.ok());
  CHECK(again->unchanged == 2);
  CHECK(again->findings_all == 0);
}

TEST_CASE("a file with many errors names ten of them and says how many more there are, wherever in the file they stand") {
  Critic critic;
  std::vector<std::string> words(250, "Good");
  for (std::size_t i = 200; i < 250; ++i) words[i] = "Bad";
  const std::string said = critic.imported(words).error().what;
  CHECK(said.find("records[200]") != std::string::npos);
  CHECK(said.find("records[209]") != std::string::npos);
  CHECK(said.find("records[210]") == std::string::npos);
  CHECK(said.ends_with("; and 40 more"));
  CHECK(critic.brought() == 0);
}

TEST_CASE("what an examiner only remarks on is imported and told, and a file brought in again is asked about its differences alone") {
  Critic critic;
  const auto first = critic.imported({"Good", "Odd"});
  REQUIRE(first.ok());
  CHECK(first->findings == std::vector<std::string>{"file.json, records[1] (organisation \"a1\"): Look again (Critic)"});
  CHECK(first->findings_all == 1);
  CHECK(critic.brought() == 2);
  critic.asked.clear();
  REQUIRE(critic.imported({"Good", "Odd one"}).ok());
  REQUIRE(critic.asked.size() == 1);
  CHECK(critic.asked[0].before->text("name") == "Odd");
  CHECK(critic.asked[0].after.text("name") == "Odd one");
  CHECK(critic.asked[0].is_import);
}

TEST_CASE("published figures stand as they were printed: what an examiner calls an error is told and kept") {
  Critic critic;
  const auto outcome = critic.imported({"Bad"}, true);
  REQUIRE(outcome.ok());
  CHECK(outcome->findings.size() == 1);
  CHECK(critic.brought() == 1);
}

TEST_CASE("an import that is stopped while an examiner is asked has written nothing") {
  Critic critic;
  const std::uint64_t before = critic.commits();
  int asked = 0;
  CHECK_FALSE(import_data(critic.two.one(), file_of(std::vector<std::string>(60, "Good")), "file.json", {}, [&] { return ++asked < 3; }).ok());
  CHECK(critic.asked.size() == 40);
  CHECK(critic.commits() == before);
}

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

TEST_CASE("an examiner sees the record before and after, and submit does not ask it about what changes nothing, is undone, removed or imported") {
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
