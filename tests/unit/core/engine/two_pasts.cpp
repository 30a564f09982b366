#include "core/engine/two_pasts.h"

#include "tests/support/two_workspaces.h"

using namespace evenhand;

namespace {

void add(Workspace& workspace, const char* title) {
  (void)TwoWorkspaces::entered(workspace, {"cycle", {}, Verb::changed, {{"title", std::string(title)}, {"framework", std::string("eds-2022")}, {"policy", std::string("nhs-eds-2022")}}});
}

std::size_t alarms(const Workspace& workspace) { return find_two_pasts(workspace)->size(); }

}  // namespace

TEST_CASE("a copy that goes on alone stands on all that was written before, and raises no alarm") {
  TwoWorkspaces both;
  add(both.one(), "before the move");
  both.part();
  add(both.two(), "after it");
  add(both.two(), "and later");
  both.meet();
  CHECK(both.one().space_of(SpaceKind::cycle).log.read()->chains()->size() == both.two().space_of(SpaceKind::cycle).log.read()->chains()->size());
  CHECK(alarms(both.one()) == 0);
  CHECK(alarms(both.two()) == 0);
}

TEST_CASE("two copies that go on side by side raise the alarm once they know of each other, at both and not before") {
  TwoWorkspaces both;
  add(both.one(), "before the copy");
  both.part();
  add(both.one(), "at the first");
  add(both.two(), "at its copy");
  CHECK(alarms(both.one()) == 0);
  CHECK(alarms(both.two()) == 0);
  both.meet();
  for (const Workspace* workspace : {&both.one(), &both.two()}) {
    const auto found = find_two_pasts(*workspace).value();
    REQUIRE(found.size() == 1);
    CHECK(found[0].organisation == "NCT");
    CHECK(found[0].label == "EDI laptop");
    CHECK(found[0].device == both.one().keystore().device().public_key());
    CHECK_FALSE(found[0].is_forked);
    CHECK(find_two_pasts(workspace->space_of(SpaceKind::cycle))->at(0).chains.size() == 2);
    CHECK(find_two_pasts(workspace->space_of(SpaceKind::people))->empty());
  }
}

TEST_CASE("copies of a laptop that had written nothing yet raise the alarm too") {
  TwoWorkspaces both;
  both.part();
  const auto person = [](const char* name) { return RecordChange{"person", {}, Verb::changed, {{"name", std::string(name)}, {"consent", std::string("contact")}}}; };
  TwoWorkspaces::entered(both.one(), person("Equality lead"));
  TwoWorkspaces::entered(both.two(), person("Ward manager"));
  both.meet();
  CHECK(find_two_pasts(both.one().space_of(SpaceKind::people))->size() == 1);
  CHECK(find_two_pasts(both.two().space_of(SpaceKind::people))->size() == 1);
}

TEST_CASE("what an incarnation stands on is read also where its first words are sealed") {
  TwoWorkspaces both;
  const auto person = [](const char* name) { return RecordChange{"person", {}, Verb::changed, {{"name", std::string(name)}, {"consent", std::string("contact")}}}; };
  TwoWorkspaces::entered(both.one(), person("Equality lead"));
  both.part();
  TwoWorkspaces::entered(both.two(), person("Ward manager"));
  both.meet();
  const Space& people = both.one().space_of(SpaceKind::people);
  const auto chains = people.log.read()->chains().value();
  CHECK(std::count_if(chains.begin(), chains.end(), [](const auto& chain) { return chain.second.descriptor.lane == Lane::data; }) == 2);
  CHECK(alarms(both.one()) == 0);
}

TEST_CASE("an incarnation between two others may come last: nothing is said before, and no alarm after") {
  Scratch scratch;
  SteppingClock clock;
  SeededRandom random{5};
  const auto copy = [&](const char* from, const char* to) { std::filesystem::copy(scratch / from, scratch / to, std::filesystem::copy_options::recursive); };
  const auto opened = [&](const char* name) { return Workspace::open(scratch / name, OpenMode::read_write, clock, random).value(); };
  const auto goes_on = [&](const char* name) {
    Workspace workspace = opened(name);
    add(workspace, name);
    return commits_of(workspace.space_of(SpaceKind::cycle));
  };
  REQUIRE(Workspace::create(scratch / "first", {"Northmere Community NHS Trust", "NCT", "EDI laptop"}, clock, random));
  copy("first", "partner");  // it only receives
  const std::size_t founded = commits_of(opened("first").space_of(SpaceKind::cycle)).size();
  (void)goes_on("first");
  copy("first", "second");
  (void)goes_on("second");
  copy("second", "third");
  const std::vector<Bytes> all = goes_on("third");
  REQUIRE(all.size() == founded + 3);
  Workspace partner = opened("partner");
  Space& space = partner.space_of(SpaceKind::cycle);
  const auto take = [&](std::size_t which) {
    const ByteView view = all[founded + which];
    REQUIRE(space.log.append_untrusted({&view, 1}));
  };
  take(0);
  take(2);
  CHECK(find_two_pasts(space)->empty());
  take(1);
  CHECK(find_two_pasts(space)->empty());
  CHECK(space.log.read()->chains()->size() == 4);  // of the authority lane one
}

TEST_CASE("a backup that is put back after later work raises the alarm when a partner brings that work") {
  TwoWorkspaces both;
  both.part();  // the second is the backup
  add(both.one(), "later work");
  const std::vector<Bytes> at_the_partner = commits_of(both.one().space_of(SpaceKind::cycle));
  add(both.two(), "after the backup came back");
  Workspace& restored = both.two();
  CHECK(alarms(restored) == 0);
  const std::vector<ByteView> views(at_the_partner.begin(), at_the_partner.end());
  REQUIRE(restored.receive(restored.space_of(SpaceKind::cycle).id, views));
  REQUIRE(restored.settle());
  CHECK(alarms(restored) == 1);
}
