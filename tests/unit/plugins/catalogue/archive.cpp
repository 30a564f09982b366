#include "plugins/catalogue/archive.h"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>

#include "tests/support/scratch.h"

using namespace evenhand;
using namespace evenhand::plugins;

namespace {

PluginFiles some_files() { return {{"plugin.json", "{}"}, {"reports/walks.json", "{\"queries\":{}}"}, {"templates/walks.md", "# Walks\n"}}; }

}  // namespace

TEST_CASE("a plugin packed and read again is the same, byte for byte, and packing it again gives the same bytes") {
  const std::string archive = *write_archive(some_files());
  const auto read = read_archive_untrusted(archive);
  REQUIRE(read.ok());
  CHECK(*read == some_files());
  CHECK(*write_archive(*read) == archive);
}

TEST_CASE("a signature's file is no part of an archive") {
  PluginFiles files = some_files();
  files.emplace(std::string(kSignatureFile), "x");
  CHECK(*write_archive(files) == *write_archive(some_files()));
}

TEST_CASE("an archive with any one byte changed, cut or added is refused") {
  const std::string archive = *write_archive(some_files());
  for (std::size_t at = 0; at < archive.size(); ++at) {
    std::string changed = archive;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    INFO(at);
    CHECK_FALSE(read_archive_untrusted(changed).ok());
    CHECK_FALSE(read_archive_untrusted(archive.substr(0, at)).ok());
  }
  CHECK_FALSE(read_archive_untrusted(archive + "x").ok());
  CHECK_FALSE(read_archive_untrusted("x" + archive).ok());
}

TEST_CASE("an archive with a name that leads outside, a hidden one or one twice is refused") {
  const std::string archive = *write_archive({{"abcdef.md", "x"}});
  for (const std::string& name : {"../../.md", "/bcdef.md", ".bcdef.md", "a//def.md", "ab\\cdef.md", "ab cdef.m"}) {
    std::string changed = archive;
    for (std::size_t at = changed.find("abcdef.md"); at != std::string::npos; at = changed.find("abcdef.md")) changed.replace(at, 9, std::string(name).append(9, 'x').substr(0, 9));
    INFO(name);
    CHECK_FALSE(read_archive_untrusted(changed).ok());
  }
  CHECK_FALSE(write_archive({{"../x", "y"}}).ok());
}

TEST_CASE("an archive in which a file has the name of a folder is refused before anything is kept of it") {
  CHECK_FALSE(write_archive({{"a", "x"}, {"a/b", "y"}}).ok());
  CHECK(write_archive({{"a.md", "x"}, {"a/b", "y"}, {"ab", "z"}}).ok());
}

TEST_CASE("any program that reads ZIP files reads ours") {
  Scratch scratch;
  std::ofstream(scratch / "walks.evhp", std::ios::binary) << *write_archive(some_files());
  const std::string line = "cd '" + scratch.folder().string() + "' && python3 -c \"import zipfile; z = zipfile.ZipFile('walks.evhp'); assert z.testzip() is None; assert z.namelist() == ['plugin.json', 'reports/walks.json', 'templates/walks.md']; assert z.read('templates/walks.md') == b'# Walks\\n'\"";
  CHECK(std::system(line.c_str()) == 0);
}
