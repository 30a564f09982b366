// Fills a real disk, a small one: a tmpfs in a mount namespace of its own. LMDB reports a full disk as EIO.

#include <catch2/catch.hpp>
#include <cstdlib>

#include "core/os/files.h"
#include "tests/support/sample_log.h"
#include "tests/support/scratch.h"

using namespace evenhand;
namespace fs = std::filesystem;

TEST_CASE("filler: appends until the disk is full, then goes on after space was made", "[.filler]") {
  const fs::path folder = std::getenv("EVENHAND_FILLER");
  REQUIRE(write_file_durably(folder / "ballast", Bytes(1'000'000)));
  ChainWriter anna(sample_space(), 1);
  std::size_t acknowledged = 0;
  Bytes refused;
  {
    Log log = Log::create(folder / "log", sample_space()).value();
    for (;;) {
      refused = anna.commit(3, 1500);
      const ByteView bytes = refused;
      const auto appended = log.append({&bytes, 1});
      if (appended) {
        ++acknowledged;
        continue;
      }
      CHECK(appended.error().code == ErrorCode::unavailable);
      CHECK(appended.error().sentence().find("disk is full") != std::string::npos);
      CHECK(log.append({&bytes, 1}).error().what.find("stopped") != std::string::npos);
      break;
    }
  }
  CHECK(acknowledged > 50);
  REQUIRE(remove_tree(folder / "ballast"));
  Log log = Log::open(folder / "log", OpenMode::read_write).value();
  CHECK(log.read().value().last_arrival() == acknowledged);
  const ByteView bytes = refused;
  CHECK(log.append({&bytes, 1}).value().events_new == 3);
  CHECK(commits_of(log.read().value()).size() == acknowledged + 1);
}

TEST_CASE("a full disk is called a full disk, costs nothing acknowledged, and writing goes on once there is room") {
  Scratch scratch;
  const std::string self = fs::read_symlink("/proc/self/exe").string();
  const std::string script = "mount -t tmpfs -o size=4m tmpfs " + scratch.folder().string() + " && EVENHAND_FILLER=" + scratch.folder().string() +
                             " " + self + " '[.filler]'";
  const std::string quiet = " >" + scratch.folder().string() + "/said 2>&1";
  // As root the namespace is made directly, else inside a user namespace.
  const int status = std::system(("unshare -m sh -c \"" + script + "\"" + quiet + " || unshare -Urm sh -c \"" + script + "\"" + quiet).c_str());
  const auto said = read_file(scratch / "said", 1 << 20);
  INFO((said ? std::string(text_of(*said)) : std::string("nothing")));
  CHECK(status == 0);
}

TEST_CASE("a log on a disk that is mounted for reading only is read", "[.read-only]") {
  const fs::path folder = std::getenv("EVENHAND_FILLER");
  const Log log = Log::open(folder / "log", OpenMode::read_only).value();
  CHECK(commits_of(log.read().value()).size() == 40);
  const auto writing = Log::open(folder / "log", OpenMode::read_write);
  CHECK_FALSE(writing);
}

TEST_CASE("a log on a read-only disk is opened for reading, with or without its lock file, and not for writing") {
  const std::string self = fs::read_symlink("/proc/self/exe").string();
  for (const bool has_lock_files : {true, false}) {
    Scratch scratch;
    {
      Log log = Log::create(scratch / "log", sample_space()).value();
      ChainWriter anna(sample_space(), 1);
      for (int i = 0; i < 40; ++i) {
        const Bytes commit = anna.commit();
        const ByteView bytes = commit;
        REQUIRE(log.append({&bytes, 1}));
      }
    }
    if (!has_lock_files) {
      for (const char* name : {"lock.mdb", "in-use", "clean"}) REQUIRE(remove_tree(scratch / "log" / name));
    }
    const std::string at = scratch.folder().string();
    const std::string script = "mount --bind " + at + " " + at + " && mount -o remount,ro,bind " + at + " && EVENHAND_FILLER=" + at + " " + self + " '[.read-only]'";
    const std::string quiet = " >" + at + ".said 2>&1";
    const int status = std::system(("unshare -m sh -c \"" + script + "\"" + quiet + " || unshare -Urm sh -c \"" + script + "\"" + quiet).c_str());
    const auto said = read_file(at + ".said", 1 << 20);
    INFO((said ? std::string(text_of(*said)) : std::string("nothing")));
    CHECK(status == 0);
    REQUIRE(remove_tree(at + ".said"));
  }
}
