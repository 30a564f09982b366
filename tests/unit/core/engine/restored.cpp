// A laptop set back to a backup in place cannot know it until a partner brings what it wrote since.
#include <fstream>

#include "tests/support/two_workspaces.h"

using namespace evenhand;

namespace {

// File by file into what is there, so that every inode stays: as a backup program does.
void restore_in_place(const std::filesystem::path& from, const std::filesystem::path& to) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(from)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::ofstream(to / std::filesystem::relative(entry.path(), from), std::ios::binary | std::ios::trunc) << in.rdbuf();
  }
}

std::size_t count_forked(const Space& space) {
  const auto chains = space.log.read()->chains().value();
  return static_cast<std::size_t>(std::count_if(chains.begin(), chains.end(), [](const auto& chain) { return chain.second.is_forked(); }));
}

}  // namespace

TEST_CASE("a laptop that learns that its own chain forked goes on with a new one") {
  Scratch scratch;
  SteppingClock clock;
  SeededRandom random{11};
  const auto folder = scratch / "one", backup = scratch / "backup";
  const auto add = [](Workspace& workspace, const char* title) {
    (void)TwoWorkspaces::entered(workspace, {"cycle", {}, Verb::changed, {{"title", std::string(title)}, {"framework", std::string("eds-2022")}, {"policy", std::string("nhs-eds-2022")}}});
  };
  REQUIRE(Workspace::create(folder, {"Northmere Community NHS Trust", "NCT", "EDI laptop"}, clock, random));
  std::filesystem::copy(folder, backup, std::filesystem::copy_options::recursive);
  std::vector<Bytes> at_the_partner;
  SpaceId id;
  {
    Workspace before = Workspace::open(folder, OpenMode::read_write, clock, random).value();
    add(before, "written before the backup came back");
    at_the_partner = commits_of(before.space_of(SpaceKind::cycle));
    id = before.space_of(SpaceKind::cycle).id;
  }
  restore_in_place(backup, folder);
  Workspace after = Workspace::open(folder, OpenMode::read_write, clock, random).value();
  add(after, "written after it");
  const Space& space = after.space_of(SpaceKind::cycle);
  const std::size_t chains_before = space.log.read()->chains()->size();
  const std::vector<ByteView> views(at_the_partner.begin(), at_the_partner.end());
  REQUIRE(after.receive(id, views));
  REQUIRE(count_forked(space) == 1);
  add(after, "written once the partner told");
  CHECK(count_forked(space) == 1);
  CHECK(space.log.read()->chains()->size() == chains_before + 1);
  add(after, "and then");
  CHECK(space.log.read()->chains()->size() == chains_before + 1);  // one new chain, not one each time
}
