// The packs that we ship are what an author copies: each passes the author's own checks where it lies.
#include <catch2/catch.hpp>

#include "plugins/kit/checks.h"
#include "plugins/pack/pack.h"

using namespace evenhand;
using namespace evenhand::plugins;

TEST_CASE("every pack that we ship passes plugin test in its own folder") {
  std::size_t packs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(EVENHAND_SOURCE_DIR "/plugins/packs")) {
    if (!entry.is_directory()) continue;
    INFO(entry.path().filename().string());
    const auto bench = Workbench::open(entry.path(), {open_pack, {}});
    REQUIRE(bench.ok());
    CheckOptions options;
    options.odd_inputs = 10;
    options.orders = 2;
    const auto results = run_checks(*bench, options);
    REQUIRE(results.ok());
    for (const CheckResult& one : *results) {
      INFO(one.check << " (" << one.about << "): " << one.text);
      const bool has_golden = one.check != "golden" || one.verdict == Verdict::passed;
      CHECK(has_golden);
      CHECK(one.verdict != Verdict::failed);
    }
    ++packs;
  }
  CHECK(packs == 12);
}
