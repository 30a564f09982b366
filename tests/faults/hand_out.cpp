// Reports of plugins that cannot be put on record, or not in their place: who gets what, and what stands on record afterwards.
//
// The disks are real: small ones, and ones that take nothing, in a mount namespace of their own.
#include <unistd.h>

#include "core/os/files.h"
#include "tests/unit/apps/cli/plugin_desk.h"

using namespace evenhand;
using test::PluginDesk;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

enum class About { actions, people };

// A report that is installed, a folder to write it to, and an earlier report there.
struct HandOut : PluginDesk {
  explicit HandOut(About about) {
    if (about == About::people) {
      change("plugin.json", "\"data_class\": \"free text\"", "\"data_class\": \"special\"");
      change("plugin.json", "\"organisation\": [\"name\"],", "\"organisation\": [\"name\"], \"person\": [\"name\", \"characteristics\"],");
    }
    good({"plugin", "install", folder.string(), "--yes", "--unsigned", "--consent", about == About::people ? "special" : "free text"});
    fs::create_directories(out);
    std::ofstream(out / "walks.html") << "the one before\n";
  }
  fs::path out = scratch / "out";

  struct Outcome {
    int exit = -1;
    std::string said;       ///< both streams
    std::string left;       ///< names in the folder, a line each
    std::string file;       ///< the report as it stands there
    std::string documents;  ///< on record, as JSON
  };
  /// Makes the report after these mounts. $WS, $OUT and $ROOT are the desk's.
  Outcome made_after(const std::string& mounts, const std::string& workspace_there = "$WS") const {
    const fs::path told = scratch / "told";
    fs::create_directories(told);
    std::ofstream(scratch / "script.sh") << "set -eu\nROOT='" << scratch.folder().string() << "'\nWS=$ROOT/ws\nOUT=$ROOT/out\nTOLD=$ROOT/told\nE='" << test::program_path() << "'\n"
                                         << mounts << "\nset +e\n"
                                         << "$E --workspace " << workspace_there << " report run walks --to $OUT/walks.html >$TOLD/said 2>&1 </dev/null\necho $? >$TOLD/exit\n"
                                         << "ls -A $OUT >$TOLD/left\ncat $OUT/walks.html >$TOLD/file 2>/dev/null\n"
                                         << "$E --workspace " << workspace_there << " document list --json >$TOLD/documents 2>&1\ntrue\n";
    const std::string own = geteuid() == 0 ? "unshare -m" : "unshare -Urm";
    const int status = std::system((own + " sh '" + (scratch / "script.sh").string() + "' >'" + (scratch / "script.said").string() + "' 2>&1").c_str());
    INFO(test::file_text(scratch / "script.said"));
    REQUIRE(status == 0);
    return {std::stoi(test::file_text(told / "exit")), test::file_text(told / "said"), test::file_text(told / "left"), test::file_text(told / "file"), test::file_text(told / "documents")};
  }
};

const std::string kReadOnlyStore = "mount --bind $WS $WS\nmount -o remount,ro,bind $WS";
// Nothing can be put in the place of a file that something is mounted on.
const std::string kNoRename = "mount --bind $OUT/walks.html $OUT/walks.html";
const std::string kFullFolder = "mount -t tmpfs -o size=4k tmpfs $OUT\necho 'the one before' >$OUT/walks.html";
// A workspace on a disk on which not a byte is left: the store first uses up what it has freed itself, so until one more record fails.
const std::string kFullStore = "mkdir $ROOT/small\nmount -t tmpfs -o size=64m tmpfs $ROOT/small\ncp -a $WS $ROOT/small/ws\nhead -c 64M /dev/zero >$ROOT/small/ballast 2>/dev/null || true\n"
                               "for n in $(seq 400); do $E --workspace $ROOT/small/ws evidence add \"Leaflet $n\" --outcome 1A >$ROOT/filled 2>&1 || break; done\n"
                               "grep -q 'the disk is full' $ROOT/filled";

}  // namespace

TEST_CASE("a report about people is not handed out when the store takes no record of it, and the one before stands") {
  HandOut desk(About::people);
  for (const auto& [mounts, workspace] : {std::pair<std::string, std::string>{kReadOnlyStore, "$WS"}, {kFullStore, "$ROOT/small/ws"}}) {
    const auto made = desk.made_after(mounts, workspace);
    INFO(mounts << "\n" << made.said);
    CHECK(made.exit != 0);
    CHECK_THAT(made.said, Contains("this reads about people, so that it was made has to be on record, and it cannot be"));
    CHECK(made.left == "walks.html\n");
    CHECK(made.file == "the one before\n");
    CHECK(made.documents == "[]\n");
  }
  CHECK(desk.json({"document", "list"}).size() == 0);
}

TEST_CASE("any other report is handed out when the store takes no record of it, and that is said") {
  HandOut desk(About::actions);
  for (const auto& [mounts, workspace] : {std::pair<std::string, std::string>{kReadOnlyStore, "$WS"}, {kFullStore, "$ROOT/small/ws"}}) {
    const auto made = desk.made_after(mounts, workspace);
    INFO(mounts << "\n" << made.said);
    CHECK(made.exit == 0);
    CHECK_THAT(made.said, Contains("That it was made is not on record"));
    CHECK(made.left == "walks.html\n");
    CHECK_THAT(made.file, Contains("Send text messages"));
    CHECK(made.documents == "[]\n");
  }
}

TEST_CASE("a report that cannot be put in its place is on no record afterwards, and nothing of it is left") {
  for (const About about : {About::people, About::actions}) {
    HandOut desk(about);
    const auto made = desk.made_after(kNoRename);
    INFO(made.said);
    CHECK(made.exit == 1);
    CHECK_THAT(made.said, Contains("cannot put in place"));
    CHECK(made.left == "walks.html\n");
    CHECK(made.file == "the one before\n");
    CHECK(made.documents == "[]\n");
    // It was on record before anybody could have read it, and taken off again: both are events.
    CHECK_THAT(desk.good({"log", "list"}), Contains("document.changed") && Contains("document.removed"));
    desk.good({"report", "run", "walks", "--to", (desk.out / "walks.html").string()});
    CHECK(desk.json({"document", "list"}).size() == 1);
  }
}

TEST_CASE("a report for which the folder has no room was never on record, and no half of it is left") {
  for (const About about : {About::people, About::actions}) {
    HandOut desk(about);
    const auto made = desk.made_after(kFullFolder);
    INFO(made.said);
    CHECK(made.exit == 1);
    CHECK_THAT(made.said, Contains("the disk is full"));
    CHECK(made.left == "walks.html\n");
    CHECK(made.file == "the one before\n");
    CHECK_THAT(desk.good({"log", "list"}), !Contains("document."));
  }
}

TEST_CASE("what standard output does not take stays on record, as its beginning may have been read, and the command fails") {
  HandOut desk(About::people);
  const std::string command = "'" + test::program_path() + "' --workspace '" + desk.workspace + "' report run walks >/dev/full 2>/dev/null </dev/null";
  CHECK(std::system(command.c_str()) != 0);
  CHECK(desk.json({"document", "list"}).size() == 1);
}

TEST_CASE("a dashboard that could not be written leaves none of its cards on record") {
  HandOut desk(About::people);
  desk.change("plugin.json", "\"scope\": \"one organisation\"", "\"scope\": \"one organisation\", \"place\": \"card\"");
  desk.change("plugin.json", "\"1.0.0\"", "\"1.1.0\"");
  desk.good({"plugin", "install", desk.folder.string(), "--yes", "--unsigned", "--consent", "special"});
  CHECK(desk.run({"dashboard", "--to", desk.out.string(), "--format", "html"}).exit == 1);  // a folder
  CHECK(desk.json({"document", "list"}).size() == 0);
  desk.good({"dashboard", "--to", (desk.out / "today.html").string()});
  CHECK(desk.json({"document", "list"}).size() == 1);
}
