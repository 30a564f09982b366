#include "core/os/folder_files.h"

#include <catch2/catch.hpp>

#include <fstream>
#include <vector>

#include "tests/support/scratch.h"

using namespace evenhand;

namespace {

FolderBounds wide() {
  return {100, 4, 1000, [](std::string_view) { return std::size_t{1000}; }, [](std::string_view) { return true; }};
}

void put(const std::filesystem::path& file, const std::string& bytes) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << bytes;
}

}  // namespace

TEST_CASE("the files below a folder are read under their names from there; empty folders leave nothing") {
  Scratch scratch;
  put(scratch / "a", "1");
  put(scratch / "b/c/d", "22");
  std::filesystem::create_directories(scratch / "e");
  const auto files = read_folder_files(scratch.folder(), wide());
  REQUIRE(files.ok());
  CHECK(*files == std::map<std::string, std::string, std::less<>>{{"a", "1"}, {"b/c/d", "22"}});
}

TEST_CASE("a folder at its bounds is read, and one byte, entry or level more is refused") {
  Scratch scratch;
  put(scratch / "a", "1234");
  put(scratch / "b/c", "5678");
  FolderBounds exact{3, 1, 8, [](std::string_view) { return std::size_t{4}; }, [](std::string_view) { return true; }};
  CHECK(read_folder_files(scratch.folder(), exact).ok());
  for (const auto& narrow : {FolderBounds{2, 1, 8, exact.file_bytes_max, exact.is_name}, FolderBounds{3, 0, 8, exact.file_bytes_max, exact.is_name},
                             FolderBounds{3, 1, 7, exact.file_bytes_max, exact.is_name},
                             FolderBounds{3, 1, 8, [](std::string_view name) { return std::size_t{name == "b/c" ? 3u : 4u}; }, exact.is_name}}) {
    const auto refused = read_folder_files(scratch.folder(), narrow);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ErrorCode::refused);
    CHECK_FALSE(refused.error().where.empty());
  }
}

TEST_CASE("a name is asked about before anything of it is opened") {
  Scratch scratch;
  put(scratch / "bad/inner", "1");
  std::vector<std::string> asked;
  FolderBounds bounds = wide();
  bounds.is_name = [&](std::string_view name) {
    asked.emplace_back(name);
    return name != "bad";
  };
  CHECK(read_folder_files(scratch.folder(), bounds).error().where == (scratch / "bad").string());
  CHECK(asked == std::vector<std::string>{"bad"});
}

TEST_CASE("a file that may not be read is unavailable or read, never left out in silence") {
  Scratch scratch;
  put(scratch / "a", "1");
  std::filesystem::permissions(scratch / "a", std::filesystem::perms::none);
  const auto files = read_folder_files(scratch.folder(), wide());
  if (files.ok()) {
    CHECK(files->contains("a"));  // root reads everything
  } else {
    CHECK(files.error().code == ErrorCode::unavailable);
  }
}
