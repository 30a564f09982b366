#include "core/os/folder_watch.h"

#include <catch2/catch.hpp>

#include <fstream>

#include "tests/support/scratch.h"

using namespace evenhand;

TEST_CASE("a saved file is told, in folders made later too; pages and hidden files are not") {
  Scratch scratch;
  auto watch = FolderWatch::open(scratch.folder());
  REQUIRE(watch.ok());
  CHECK_FALSE(*watch->wait(0, 0));
  std::ofstream(scratch / "plugin.json") << "{}";
  CHECK(*watch->wait(2000, 1));
  std::filesystem::create_directories(scratch / "templates");
  CHECK(*watch->wait(2000, 1));
  std::ofstream(scratch / "templates/walks.md") << "x";
  CHECK(*watch->wait(2000, 1));
  std::ofstream(scratch / "walks.html") << "x";
  std::ofstream(scratch / ".walks.md.swp") << "x";
  CHECK_FALSE(*watch->wait(100, 1));
  CHECK(FolderWatch::open(scratch / "none").error().code == ErrorCode::not_found);
}
