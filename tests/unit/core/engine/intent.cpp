#include "core/engine/intent.h"

#include <catch2/catch.hpp>

#include "core/engine/workspace_state.h"
#include "core/os/files.h"
#include "tests/support/scratch.h"
#include "tests/support/seeded_random.h"

using namespace evenhand;
namespace fs = std::filesystem;

namespace {

struct StillClock : Clock {
  ClaimedTime now() override { return {1'700'000'000'000}; }
};

// A workspace, and a copy of it as it stood before a command over two spaces was carried out.
struct CutShort {
  Scratch scratch;
  StillClock clock;
  SeededRandom random{5};
  fs::path folder = scratch / "copy";
  Receipt receipt;
  std::vector<IntendedCommit> commits;

  CutShort() {
    const fs::path original = scratch / "ws";
    REQUIRE(Workspace::create(original, {"Northmere Trust", "NT", "laptop"}, clock, random).ok());
    fs::copy(original, folder, fs::copy_options::recursive);
    auto workspace = Workspace::open(original, OpenMode::read_write, clock, random);
    REQUIRE(workspace.ok());
    std::map<SpaceId, Arrival> before;
    for (const Space& space : workspace->spaces()) before[space.id] = space.log.read()->last_arrival();
    Command command;
    command.changes.push_back({"meeting", {}, Verb::changed, {{"organisation", workspace->organisation()}, {"title", std::string("Board")}}});
    command.changes.push_back({"cycle", {}, Verb::changed, {{"title", std::string("EDS")}, {"framework", std::string("eds-2022")}, {"policy", std::string("nhs-eds-2022")}}});
    const auto submitted = workspace->submit(command);
    INFO((submitted.ok() ? "" : submitted.error().sentence()));
    REQUIRE(submitted.ok());
    receipt = *submitted;
    CHECK_FALSE(fs::exists(original / "intent"));
    for (const Space& space : workspace->spaces()) {
      const auto view = space.log.read();
      REQUIRE(view.ok());
      REQUIRE(view->scan(before[space.id] + 1, [&](Arrival, const CommitView& commit) {
        commits.push_back({space.id, Bytes(commit.bytes().begin(), commit.bytes().end())});
        return true;
      }));
    }
    REQUIRE(commits.size() == 2);
  }

  Workspace open(OpenMode mode) {
    auto workspace = Workspace::open(folder, mode, clock, random);
    INFO((workspace.ok() ? "" : workspace.error().sentence()));
    REQUIRE(workspace.ok());
    return std::move(*workspace);
  }
  void append(std::size_t which) {
    Workspace workspace = open(OpenMode::read_write);
    REQUIRE(workspace.state().append(*workspace.find_space(commits[which].space), commits[which].commit).ok());
  }
};

}  // namespace

TEST_CASE("a command over two spaces that was cut short at any append is whole after the next opening for writing") {
  for (const int appended : {0, 1, 2}) {
    CAPTURE(appended);
    CutShort cut;
    for (int i = 0; i < appended; ++i) cut.append(static_cast<std::size_t>(i));
    REQUIRE(write_intent(cut.folder, cut.commits).ok());
    CHECK((fs::status(cut.folder / "intent").permissions() & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none);
    {
      const Workspace reader = cut.open(OpenMode::read_only);  // changes nothing
      CHECK(reader.state().holds(cut.receipt, true).value());
      CHECK(reader.state().holds(cut.receipt, false).value() == (appended == 2));
    }
    for (const int time : {1, 2}) {
      CAPTURE(time);
      Workspace workspace = cut.open(OpenMode::read_write);
      CHECK(workspace.records("meeting")->size() == 1);
      CHECK(workspace.records("cycle")->size() == 1);
      CHECK(workspace.state().holds(cut.receipt, false).value());
      CHECK_FALSE(fs::exists(cut.folder / "intent"));
      for (const auto& space : *workspace.rebuild({})) CHECK(space.before == space.after);
    }
  }
}

TEST_CASE("an intent that is damaged stops writing, names the file and leaves reading possible") {
  CutShort cut;
  REQUIRE(write_intent(cut.folder, cut.commits).ok());
  Bytes bytes = read_file(cut.folder / "intent", 1 << 20).value();
  bytes[bytes.size() / 2] ^= 1;
  REQUIRE(write_file_durably(cut.folder / "intent", bytes, Secrecy::secret).ok());
  const auto refused = Workspace::open(cut.folder, OpenMode::read_write, cut.clock, cut.random);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::corrupt);
  CHECK(refused.error().sentence().find((cut.folder / "intent").string()) != std::string::npos);
  CHECK(cut.open(OpenMode::read_only).records("meeting")->empty());
}
