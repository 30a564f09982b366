#include <catch2/catch.hpp>

#include "plugins/manifest/manifest.h"
#include "tests/support/source_file.h"

using namespace evenhand;

TEST_CASE("the manifest in the document is one that the host takes") {
  const auto manifest = plugins::read_manifest(test::example_in("docs/formats/plugin.md"));
  REQUIRE(manifest.ok());
  CHECK(manifest->id == "org.example.walks");
  CHECK(manifest->may_read("score", "maximum"));
}
