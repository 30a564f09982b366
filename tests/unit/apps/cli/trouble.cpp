// A workspace that is not there, is held, is full or may not be read: a sentence and the documented code.
#include <catch2/catch.hpp>

#include <unistd.h>

#include "core/os/workspace_lock.h"
#include "tests/unit/apps/cli/desk.h"

using namespace evenhand;
using test::Desk;
using Catch::Contains;

TEST_CASE("a workspace that vanished is said to be absent, with what to do next, and nothing is made in its place") {
  Desk desk;
  desk.found();
  std::filesystem::remove_all(desk.workspace);
  for (const char* verb : {"status", "undo", "doctor", "rebuild"}) {
    const auto ran = desk.run({verb});
    INFO(verb << ": " << ran.err);
    CHECK(ran.exit == 5);
    CHECK_THAT(ran.err, Contains("no workspace here") && Contains(desk.workspace));
  }
  CHECK_FALSE(std::filesystem::exists(desk.workspace));
}

TEST_CASE("while another process writes, reading works and writing ends with 6 and says who") {
  Desk desk;
  desk.found();
  const auto held = WorkspaceLock::take(std::filesystem::path(desk.workspace) / "lock", "somebody", "sync");
  REQUIRE(held.ok());
  CHECK(desk.run({"status"}).exit == 0);
  const auto ran = desk.run({"service", "add", "Virtual wards"});
  CHECK(ran.exit == 6);
  CHECK_THAT(ran.err, Contains("somebody"));
  for (const std::vector<std::string>& words : {std::vector<std::string>{"doctor"}, {"doctor", "--salvage", (desk.scratch / "saved").string()}}) {
    const auto doctor = desk.run(words);
    CHECK(doctor.exit == 6);
    CHECK(doctor.out.empty());
    CHECK_THAT(doctor.err, Contains("somebody sync"));
  }
  CHECK_FALSE(std::filesystem::exists(desk.scratch / "saved"));
}

TEST_CASE("a workspace that this user may not read is refused in a sentence") {
  if (geteuid() != 0 || std::system("command -v setpriv >/dev/null") != 0) return;  // needs somebody else to be
  Desk desk;
  desk.found();
  std::filesystem::permissions(desk.scratch.folder(), std::filesystem::perms::all);
  std::string said;
  const std::string program = EVENHAND_PROGRAM;
  std::filesystem::copy_file(program, desk.scratch / "evenhand");
  const int code = test::run_line(desk.scratch.folder(), "setpriv --reuid=65534 --regid=65534 --clear-groups ./evenhand status", said);
  INFO(said);
  CHECK(code == 1);
  CHECK_THAT(said, Contains("evenhand: ") && Contains("ermi"));
}

TEST_CASE("when the disk takes no more, the sentence says so and what was saved before is still there") {
  Desk desk;
  desk.found();
  std::ofstream(desk.scratch / "long.md") << std::string(50000, 'x');
  std::string said;
  const int code = test::run_line(desk.scratch.folder(), "ulimit -f 16; evenhand evidence add A --outcome 1A --text @long.md", said);
  INFO(said);
  CHECK(code == 1);
  CHECK_THAT(said, Contains("evenhand: "));
  CHECK(desk.json({"cycle", "list"}).size() == 1);
  CHECK(desk.json({"evidence", "list"}).size() == 0);
}
