#include "plugins/manifest/files.h"

#include <catch2/catch.hpp>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <fstream>

#include "core/codec/json.h"
#include "tests/support/scratch.h"
#include "tests/support/source_file.h"

using namespace evenhand;
using namespace evenhand::plugins;
namespace fs = std::filesystem;

namespace {

class Folder {
 public:
  Folder() : folder_(Scratch::quick_parent()) { put("plugin.json", "{}"); }

  void put(const std::string& name, const std::string& bytes) const {
    fs::create_directories((path() / name).parent_path());
    std::ofstream(path() / name, std::ios::binary) << bytes;
  }
  /// A file of that length that takes no room on the disk.
  void put_long(const std::string& name, std::uintmax_t bytes) const {
    put(name, "");
    fs::resize_file(path() / name, bytes);
  }
  Result<PluginFiles> read() const { return read_plugin_folder(path()); }
  /// The sentence of the refusal; "taken" when there is none.
  std::string refusal() const {
    const auto files = read();
    if (files.ok()) return "taken";
    CHECK(files.error().code == ErrorCode::refused);
    CHECK_FALSE(files.error().next.empty());
    return files.error().sentence();
  }
  fs::path path() const { return folder_.folder() / "plugin"; }
  const Scratch& scratch() const { return folder_; }

 private:
  Scratch folder_;
};

}  // namespace

using Catch::Contains;

TEST_CASE("a plugin's folder is read whole, with the names that its files have within it") {
  Folder folder;
  folder.put("reports/walks.json", "[1]");
  folder.put("words/cy.json", std::string("\0\xFF", 2));
  folder.put("empty.md", "");
  const auto files = folder.read();
  REQUIRE(files.ok());
  CHECK(*files == PluginFiles{{"plugin.json", "{}"}, {"reports/walks.json", "[1]"}, {"words/cy.json", std::string("\0\xFF", 2)}, {"empty.md", ""}});
}

TEST_CASE("a folder that is not there, a file and a link to a folder are no plugin") {
  Folder folder;
  CHECK(read_plugin_folder(folder.scratch() / "gone").error().code == ErrorCode::not_found);
  CHECK(read_plugin_folder(folder.path() / "plugin.json").error().code == ErrorCode::refused);
  fs::create_directory_symlink(folder.path(), folder.scratch() / "link");
  CHECK(read_plugin_folder(folder.scratch() / "link").error().code == ErrorCode::refused);
}

TEST_CASE("links within a plugin are not followed, wherever they lead") {
  for (const char* target : {"/etc/passwd", "plugin.json", "nowhere", "/", ".."}) {
    Folder folder;
    fs::create_symlink(target, folder.path() / "link.json");
    CHECK_THAT(folder.refusal(), Contains("symbolic link") && Contains("link.json"));
  }
}

TEST_CASE("a pipe is not waited for, and a socket is not opened") {
  Folder piped;
  REQUIRE(::mkfifo((piped.path() / "pipe.json").c_str(), 0600) == 0);
  CHECK_THAT(piped.refusal(), Contains("a pipe") && Contains("pipe.json"));

  Folder socketed;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = (socketed.path() / "s").string();
  REQUIRE(name.size() < sizeof address.sun_path);
  std::memcpy(address.sun_path, name.c_str(), name.size() + 1);
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  CHECK_THAT(socketed.refusal(), Contains("a socket"));
  ::close(descriptor);
}

TEST_CASE("a name that a plugin's file may not have is refused with the name") {
  for (const char* name : {".hidden", "words/.cy.json", ".git/config", "wo rds.json", "w\xC3\xB6rter.json", "back\\slash", "a\nb", "semi;colon"}) {
    Folder folder;
    folder.put(name, "");
    CHECK_THAT(folder.refusal(), Contains("this name is not allowed"));
  }
  Folder folder;
  folder.put(std::string(80, 'a') + "/" + std::string(39, 'b'), "");
  CHECK(folder.refusal() == "taken");
  folder.put(std::string(80, 'a') + "/" + std::string(40, 'b'), "");
  CHECK_THAT(folder.refusal(), Contains("this name is not allowed"));
}

TEST_CASE("too many files, folders within folders and bytes are refused before they are read") {
  Folder many;
  for (std::size_t i = 0; i < kPluginFilesMax; ++i) many.put("f" + std::to_string(i), "");
  CHECK_THAT(many.refusal(), Contains("more than 200"));

  Folder deep;
  std::string path = "a";
  for (int i = 0; i < 8; ++i) path += "/a";
  deep.put(path, "");
  CHECK(deep.refusal() == "taken");
  Folder deeper;
  deeper.put(path + "/a", "");
  CHECK_THAT(deeper.refusal(), Contains("more than 8 deep"));

  Folder longest;
  longest.put_long("a.json", kPluginFileBytesMax + 1);
  CHECK_THAT(longest.refusal(), Contains("longer than 8388608 bytes") && Contains("a.json"));

  Folder library;
  library.put_long("plugin.so", kPluginLibraryBytesMax + 1);
  CHECK_THAT(library.refusal(), Contains("longer than 67108864 bytes"));

  Folder together;
  for (int i = 0; i < 13; ++i) together.put_long("f" + std::to_string(i), kPluginFileBytesMax);
  CHECK_THAT(together.refusal(), Contains("more than 100663296 bytes together"));
}

TEST_CASE("only the library of a plugin may be larger than its other files") {
  CHECK(plugin_file_bytes_max("plugin.so") == kPluginLibraryBytesMax);
  CHECK(plugin_file_bytes_max("other/plugin.so") == kPluginFileBytesMax);
  CHECK(plugin_file_bytes_max("plugin.json") == kPluginFileBytesMax);
}

TEST_CASE("the digest of a plugin is the one of the document, and changes with every name and byte") {
  // docs/formats/plugin.md; tests/conformance/test_plugin_schema.py computes it by itself.
  const PluginFiles files = {{"plugin.json", "{}"}, {"reports/a.json", "[1]"}};
  const std::string digest = digest_of(files);
  CHECK(test::source_file("docs/formats/plugin.md").find("`" + digest + "`") != std::string::npos);

  PluginFiles signed_too = files;
  signed_too["plugin.sig"] = "any";
  CHECK(digest_of(signed_too) == digest);
  CHECK(digest_of({{"plugin.json", "{}"}, {"reports/a.json", "[2]"}}) != digest);
  CHECK(digest_of({{"plugin.json", "{}"}, {"reports/b.json", "[1]"}}) != digest);
  CHECK(digest_of({{"plugin.json", "{}"}, {"reports/a.json", "[1]"}, {"x", ""}}) != digest);
  // Bytes that move from one file or name to the next one make another plugin.
  CHECK(digest_of({{"a", "bc"}, {"d", "e"}}) != digest_of({{"a", "b"}, {"cd", "e"}}));
  CHECK(digest_of({{"a", ""}, {"b", "x"}}) != digest_of({{"a", "x"}, {"b", ""}}));
}
