// Whom a process asks that holds the workspace for long, while plugins come and go by other commands.
#include "tests/unit/apps/cli/background.h"
#include "tests/unit/apps/cli/misbehaving.h"

using namespace evenhand;
using namespace evenhand::test;
using Catch::Contains;

namespace {

struct HeldDesk : Desk {
  Background holder;

  HeldDesk() : holder(held(*this)) {}

  void install() const { install_misbehaving(*this, "free text", R"("action": ["text"])", R"("validators": [{"id": "remarks", "on": ["action"], "summary": "S."}])"); }
  void remove() const { good({"plugin", "remove", "org.example.bad", "--yes"}); }
  /// Whether it had something to say about an action that somebody enters.
  bool is_asked(const std::vector<std::string>& flags = {}) const {
    std::vector<std::string> words = flags;
    words.insert(words.end(), {"action", "add", "Print leaflets"});
    const Ran ran = run(words);
    INFO(ran.out << ran.err);
    REQUIRE(ran.exit == 0);
    return says(ran, "it was looked at");
  }
  bool has_workers() const {
    std::string mine;
    std::ifstream(fs::path(workspace) / "lock") >> mine;  // who holds it: docs/formats/store.md
    REQUIRE_FALSE(mine.empty());
    for (const auto& process : fs::directory_iterator("/proc")) {
      std::istringstream stat(file_text(process.path() / "stat"));  // proc_pid_stat(5)
      std::string id, name, state, parent;
      if (stat >> id >> name >> state >> parent && name.starts_with("(evenhand-plugin") && parent == mine) return true;
    }
    return false;
  }

 private:
  static Background held(const Desk& desk) {
    desk.found();
    return Background::serving(desk.scratch, desk.workspace);
  }
};

}  // namespace

TEST_CASE("a plugin that is installed while another process holds the workspace is asked, and once removed it sees nothing more and its process has ended") {
  HeldDesk desk;
  CHECK_FALSE(desk.is_asked());
  desk.install();
  CHECK(desk.is_asked());
  CHECK(desk.has_workers());
  desk.remove();
  CHECK_FALSE(desk.has_workers());
  CHECK_FALSE(desk.is_asked());
  desk.install();
  CHECK(desk.is_asked());
  CHECK(desk.holder.end() == 0);
}

TEST_CASE("--safe asks no installed plugin, though the process that holds the workspace runs with them") {
  HeldDesk desk;
  desk.install();
  CHECK_FALSE(desk.is_asked({"--safe"}));
  CHECK_FALSE(desk.has_workers());
  CHECK(desk.is_asked());
  CHECK(desk.holder.end() == 0);
}

TEST_CASE("validators that were asked for another process's command are told of and on record when that command ends") {
  HeldDesk desk;
  desk.install();
  CHECK(desk.is_asked());
  const Json traced = desk.json({"plugin", "trace", "org.example.bad"});
  REQUIRE(traced.find("runs")->size() == 1);
  CHECK(traced.find("runs")->items().at(0).find("what")->text() == "validator remarks, 1 record");
  REQUIRE(traced.find("on_record")->size() == 1);
  CHECK(traced.find("on_record")->items().at(0).find("runs")->integer().value() == 1);
  CHECK(desk.is_asked());
  CHECK(desk.holder.end() == 0);
  CHECK(desk.json({"plugin", "trace", "org.example.bad"}).find("runs")->size() == 2);
}
