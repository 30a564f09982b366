#include <catch2/catch.hpp>

#include "tests/unit/plugins/host/reports_of.h"

using namespace evenhand;
using namespace evenhand::test;

TEST_CASE("organisations of different systems stand side by side for the same year, in the order of their names") {
  const std::string json = report(model_of({kLpt, kCcs}), "comparison");
  CHECK(has(json, "not a ranking"));
  CHECK(has(json, "28 of 33, Achieving"));
  CHECK(has(json, "Not known, out of 33"));
  CHECK(json.find("Cambridgeshire Community Services NHS Trust") < json.find("Leicestershire Partnership NHS Trust"));
}

TEST_CASE("a comparison does not say \"first\", \"best\" or \"rank\" of anybody") {
  const std::string json = report(model_of({kFenmarsh}), "comparison");
  for (const char* word : {"best", "worst", "rank 1", "highest", "lowest"}) CHECK_FALSE(has(json, word));
}

TEST_CASE("an organisation with a grade still owed has no total in a comparison, the others do") {
  const std::string json = report(model_of({kFenmarsh}), "comparison");
  CHECK(has(json, "Osierbeck Partnership NHS Trust"));
  CHECK(count(json, "Not known, out of 33") == 1);
}

TEST_CASE("each domain view is about its own domain only") {
  const DataFileModel model = model_of({kCcs});
  CHECK(has(report(model, "services"), "Luton Adult Respiratory Service"));
  CHECK_FALSE(has(report(model, "services"), "2A: "));
  CHECK(has(report(model, "workforce"), "2A: "));
  CHECK_FALSE(has(report(model, "workforce"), "3A: "));
  CHECK(has(report(model, "leadership"), "3A: "));
}

TEST_CASE("a domain view gives the newest date of the evidence, however dates are written") {
  const DataFileModel model = model_of({kFenmarsh});
  const std::string json = report(model, "services", {.organisation = model.id_of(kFenmarsh, "northmere")});
  CHECK(has(json, "2025-10-06"));  // 1A of the virtual ward: 2025-10-02, 2025-10-06, 2025-07-24
}
