// The scaffold of a built-in plugin: compiled and linked in, it makes what its golden file says.
#include <catch2/catch.hpp>

#include "plugins/kit/scaffold.h"
#include "plugins/sdk/plugin.h"
#include "tests/unit/plugins/kit/played.h"

// tests/CMakeLists.txt fills the scaffold's code in and compiles it.
extern "C" const evenhand_plugin* evenhand_plugin_linked_in(void);

using namespace evenhand;
using namespace evenhand::plugins;

namespace {

std::string text_of_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("a built-in plugin as the program scaffolds it compiles, and passes every check at once when it is linked in") {
  const auto made = scaffold_report("builtin", "Linked in");
  REQUIRE(made.ok());
  CHECK(made->folder == "linked_in");
  REQUIRE(made->files.at("plugin.cpp") == text_of_file(EVENHAND_LINKED_IN));  // what is compiled here is what the program writes
  Scratch scratch;
  test::write(scratch.folder(), made->files);
  const std::string& manifest = made->files.at("plugin.json");
  const BuiltIn linked_in[] = {{evenhand_plugin_linked_in, manifest}};
  const auto bench = Workbench::open(scratch.folder(), {}, linked_in);
  INFO((bench ? "" : bench.error().sentence()));
  REQUIRE(bench.ok());
  const auto results = run_checks(*bench, {});
  REQUIRE(results.ok());
  bool has_golden = false;
  for (const CheckResult& one : *results) {
    INFO(one.check << " (" << one.about << "): " << one.text);
    CHECK(one.verdict != Verdict::failed);
    has_golden |= one.check == "golden" && one.verdict == Verdict::passed;
  }
  CHECK(has_golden);
  CHECK(results->size() == 8);
}

TEST_CASE("the golden file of a built-in scaffold fails as soon as the plugin makes something else") {
  const auto made = scaffold_report("builtin", "Linked in");
  REQUIRE(made.ok());
  Scratch scratch;
  test::write(scratch.folder(), made->files);
  std::ofstream(scratch / "golden/linked-in.json", std::ios::binary) << "{}\n";
  const BuiltIn linked_in[] = {{evenhand_plugin_linked_in, made->files.at("plugin.json")}};
  const auto bench = Workbench::open(scratch.folder(), {}, linked_in);
  REQUIRE(bench.ok());
  const auto results = run_checks(*bench, {});
  REQUIRE(results.ok());
  CHECK(test::has_failed(*results, "golden"));
}
