// What a workspace agreed to, and what it takes for an agreement.
#include "plugins/catalogue/catalogue.h"

#include <catch2/catch.hpp>

#include "core/os/files.h"
#include "tests/support/two_workspaces.h"

using namespace evenhand;
using namespace evenhand::plugins;

namespace {

Manifest walks(const std::string& version) {
  Manifest manifest;
  manifest.id = "org.example.walks";
  manifest.version = version;
  manifest.title = "Walks";
  manifest.reads = {{"evidence", {"title"}}};
  return manifest;
}

Runners none() {
  const auto refuse = [](const Manifest&, const PluginFiles&) -> Result<std::shared_ptr<Runner>> { return refused("not run in this test"); };
  return {refuse, refuse};
}

}  // namespace

TEST_CASE("an agreement comes back as it was made, a withdrawn one says so, and a trusted key is no plugin") {
  TwoWorkspaces pair;
  TwoWorkspaces::entered(pair.one(), agree_to(walks("1.0.0"), std::string(64, 'a'), "RWkey"));
  TwoWorkspaces::entered(pair.one(), trust("RWkey", "Analytics team"));
  const auto all = agreements(pair.one());
  REQUIRE((all.ok() && all->size() == 1));
  CHECK(all->front().plugin == "org.example.walks");
  CHECK(all->front().demand.reads == std::vector<std::string>{"evidence: title"});
  CHECK(all->front().is_installed);
  REQUIRE(trusted_keys(pair.one())->size() == 1);
  CHECK(trusted_keys(pair.one())->front().title == "Analytics team");
  TwoWorkspaces::entered(pair.one(), withdraw(all->front()));
  CHECK_FALSE((*find_agreement(pair.one(), "org.example.walks"))->is_installed);
  TwoWorkspaces::entered(pair.one(), distrust(trusted_keys(pair.one())->front()));
  CHECK(trusted_keys(pair.one())->empty());
}

TEST_CASE("a word in a shared space installs nothing and trusts nobody, whoever wrote it") {
  TwoWorkspaces pair;
  Command command;
  command.space = SpaceKind::cycle;
  command.changes = {agree_to(walks("1.0.0"), std::string(64, 'a'), ""), trust("RWkey", "A partner")};
  (void)pair.one().submit(command).ok();  // refused here; a partner's program may not ask
  CHECK(agreements(pair.one())->empty());
  CHECK(trusted_keys(pair.one())->empty());
  const RecordSpec& spec = *find_record_type("plugin");
  CHECK_FALSE(shows_in(spec, SpaceKind::cycle));
  CHECK_FALSE(shows_in(*find_record_type("document"), SpaceKind::cycle));
}

TEST_CASE("a plugin that two computers agreed to in two versions, unseen by each other, rests until somebody decides") {
  TwoWorkspaces pair;
  pair.part();
  TwoWorkspaces::entered(pair.one(), agree_to(walks("1.0.0"), std::string(64, 'a'), ""));
  TwoWorkspaces::entered(pair.two(), agree_to(walks("2.0.0"), std::string(64, 'b'), ""));
  pair.meet();
  REQUIRE(agreements(pair.one())->size() == 1);
  CHECK(agreements(pair.one())->front().is_disputed);
  Registry registry;
  load_installed(pair.one(), pair.one().folder(), none(), registry);
  CHECK(registry.plugins().empty());
  REQUIRE(registry.set_aside().size() == 1);
  CHECK(registry.set_aside().front().why.what == "two computers agreed to different versions of it");
}

TEST_CASE("files that were staged replace those in use only when they are used, and leave nothing when they are not") {
  TwoWorkspaces pair;
  const std::filesystem::path folder = pair.one().folder();
  const auto text = [&] { return *read_file(folder_of(folder, "org.example.walks", "1.0.0") / "plugin.json", 100); };
  REQUIRE(stage_files(folder, walks("1.0.0"), {{"plugin.json", "{}"}}).ok());
  drop_staged(folder, walks("1.0.0"));
  CHECK_FALSE(std::filesystem::exists(folder / "plugins/org.example.walks"));
  REQUIRE(put_files(folder, walks("1.0.0"), {{"plugin.json", "{}"}}).ok());
  REQUIRE(stage_files(folder, walks("1.0.0"), {{"plugin.json", "[]"}}).ok());
  CHECK(text_of(text()) == "{}");
  drop_staged(folder, walks("1.0.0"));
  CHECK(text_of(text()) == "{}");
  REQUIRE(put_files(folder, walks("1.0.0"), {{"plugin.json", "[]"}}).ok());
  CHECK(text_of(text()) == "[]");
  CHECK(found_but_not_installed(folder, {}) == std::vector<std::string>{"org.example.walks/1.0.0"});
}

TEST_CASE("an id or a version that leads outside of the plugins folder is never turned into a path") {
  TwoWorkspaces pair;
  Manifest bad = walks("../../..");
  CHECK_FALSE(put_files(pair.one().folder(), bad, {{"plugin.json", "{}"}}).ok());
  CHECK_FALSE(remove_files(pair.one().folder(), "../keys").ok());
  CHECK_FALSE(remove_files(pair.one().folder(), "").ok());
  TwoWorkspaces::entered(pair.one(), agree_to(bad, std::string(64, 'a'), ""));
  Registry registry;
  load_installed(pair.one(), pair.one().folder(), none(), registry);
  REQUIRE(registry.set_aside().size() == 1);
  CHECK(registry.set_aside().front().why.code == ErrorCode::refused);
}
