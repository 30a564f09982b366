// Kills a process at its n-th system call while it brings the views of a plugin up to date or rebuilds them. Afterwards: readers are
// served what stood or what was to come, whole records each; the next catch-up makes all of it right, also when the power went with the process.
#include "tests/faults/writer.h"
#include "tests/unit/plugins/projection/steps.h"

using namespace evenhand;
using namespace evenhand::test;
namespace fs = std::filesystem;

namespace {

struct Views {
  LooseModel model;
  std::shared_ptr<LeadsRunner> runner = std::make_shared<LeadsRunner>();
  plugins::Plugin plugin{leads_manifest(), "", [this] { return Result<std::shared_ptr<plugins::Runner>>(runner); }};
  plugins::Projections views;

  Views(const fs::path& folder, bool is_after) : views(folder) {
    for (unsigned i = 0; i < 12; ++i) model.put(id_of(i), "action", {{"text", i % 2 == 0 || !is_after ? "before" : "after"}, {"leads", "EDI lead; Finance"}});
  }
  std::vector<std::string> rows() { return texts_of(views.rows(plugin, plugin.manifest.projections.front(), {}).value()); }
};

std::vector<std::string> fresh_rows(Views& of) {
  return texts_of(plugins::FreshProjections(of.model).rows(of.plugin, of.plugin.manifest.projections.front(), {}).value());
}

}  // namespace

TEST_CASE("writer: catches up, then rebuilds views", "[.writer-views]") {
  const fs::path folder = writer_folder();
  Views after(folder, true);
  REQUIRE(after.views.catch_up(after.plugin, after.model).ok());
  acknowledge(folder, "caught up");
  REQUIRE(after.views.rebuild(after.plugin, after.model).ok());
  acknowledge(folder, "end");
}

TEST_CASE("views killed at any call are served as they stood or as they were to be, and the next catch-up makes them right") {
  int kills = 0;
  for (const std::string call : {"write", "pwrite64", "pwritev", "fsync", "fdatasync", "rename", "unlink", "unlinkat", "mkdir", "ftruncate"}) {
    for (int n = 1;; ++n) {
      CAPTURE(call, n);
      const Scratch scratch{Scratch::quick_parent()};
      const fs::path& folder = scratch.folder();
      Views before(folder, false);
      REQUIRE(before.views.catch_up(before.plugin, before.model).ok());
      const auto old_rows = before.rows();
      const std::string command = "EVENHAND_WRITER='" + folder.string() + "' strace -f -qq -o /dev/null -e trace=" + call + " -e inject=" + call +
                                  ":signal=SIGKILL:when=" + std::to_string(n) + " " + fs::read_symlink("/proc/self/exe").string() + " '[.writer-views]' >/dev/null 2>&1";
      [[maybe_unused]] const int status = std::system(command.c_str());
      Views after(folder, true);
      const auto new_rows = fresh_rows(after);
      const auto served = after.rows();
      CHECK((served == old_rows || served == new_rows));
      if (acknowledged(folder, "caught up") == 1) CHECK(served == new_rows);
      if (n % 2 == 0) lose_power(folder);  // the machine went down too
      REQUIRE(after.views.catch_up(after.plugin, after.model).ok());
      CHECK(after.rows() == new_rows);
      if (acknowledged(folder, "end") == 1) break;
      ++kills;
    }
  }
  CHECK(kills >= 20);
}
