// What a rehearsal of an import says, and that it writes nothing.
#include <catch2/catch.hpp>

#include "core/os/workspace_lock.h"
#include "tests/unit/apps/cli/desk.h"

using namespace evenhand;
using test::Desk;
using Catch::Contains;

namespace {

struct File : Desk {
  std::string file = (scratch / "report.json").string();
  File() {
    std::ofstream(file) << R"({"format": "evenhand-data/1", "title": "Actions", "records": [
      {"type": "organisation", "id": "trust", "fields": {"name": "Fenmarsh", "kind": "trust"}},
      {"type": "cycle", "id": "cycle", "fields": {"title": "EDS 2025/26", "framework": "eds-2022", "policy": "nhs-eds-2022"}},
      {"type": "action", "id": "a-1", "fields": {"organisation": "@trust", "cycle": "@cycle", "text": "Hearing loops"}}]})";
  }
};

}  // namespace

TEST_CASE("a rehearsed import asks the validators of plugins and shows what they say, as the import will, and saves nothing") {
  File desk;
  desk.found();
  const std::string before = desk.good({"log", "verify"});
  const auto rehearsed = desk.run({"import", desk.file, "--dry-run"});
  INFO(rehearsed.out << rehearsed.err);
  CHECK(rehearsed.exit == 0);
  CHECK_THAT(rehearsed.out, Contains("Actions: 3 records") && Contains("Plugins say of it: ") && Contains("(Actions due)"));
  CHECK_THAT(rehearsed.err, Contains("Nothing was saved. Next: evenhand import"));
  const Json said = desk.json({"import", desk.file, "--dry-run"});
  REQUIRE(said.find("findings")->size() > 0);
  CHECK(desk.good({"log", "verify"}) == before);
  const Json done = desk.json({"import", desk.file});
  CHECK(write_json(*done.find("findings")) == write_json(*said.find("findings")));
  CHECK_THAT(desk.run({"import", desk.file, "--dry-run"}).err, Contains("all of it is in already"));
}

TEST_CASE("an import is rehearsed beside another process that writes, and where there is no workspace its file alone") {
  File desk;
  const auto alone = desk.run({"import", desk.file, "--dry-run"});
  CHECK(alone.exit == 0);
  CHECK_THAT(alone.out, Contains("Actions: 3 records") && !Contains("Plugins"));
  CHECK_THAT(alone.err, Contains("There is no workspace here"));
  CHECK_FALSE(std::filesystem::exists(desk.workspace));
  desk.found();
  const auto held = WorkspaceLock::take(std::filesystem::path(desk.workspace) / "lock", "somebody", "writing");
  REQUIRE(held.ok());
  const auto beside = desk.run({"import", desk.file, "--dry-run"});
  INFO(beside.out << beside.err);
  CHECK(beside.exit == 0);
  CHECK_THAT(beside.out, Contains("Plugins say of it: "));
}
