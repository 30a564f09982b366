// Packs as somebody on a board reads them when hardly anything is on record yet.
#include <catch2/catch.hpp>

#include "plugins/pack/shipped.h"
#include "tests/unit/plugins/host/reports_of.h"
#include "tests/unit/plugins/pack/pack_of.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

/// The report of one trust that has these records.
std::string made(const std::string& report, const std::string& records) {
  DataFileModel model;
  const std::string set_up = R"({"format": "evenhand-data/1", "title": "Few", "published_figures": false, "records": [
    {"type": "organisation", "id": "o", "fields": {"name": "Northmere"}},
    {"type": "cycle", "id": "c", "fields": {"title": "EDS 2024/25", "framework": "eds-2022", "policy": "nhs-eds-2022", "starts": "2024-04-01"}})";
  const auto added = model.add_text("few", set_up + (records.empty() ? "" : ", ") + records + "]}");
  EVENHAND_ASSERT(added.ok(), added ? "" : added.error().sentence().c_str());
  const auto all = plugins::shipped_plugins(plugins::built_in_plugins(), plugins::shipped_pack_files());
  const auto bytes = plugins::run_report(all, model, report, {.organisation = model.id_of("few", "o")}, plugins::Format::json);
  return bytes ? *bytes : bytes.error().sentence();
}

constexpr const char* kEvidence = R"({"type": "evidence", "id": "e", "fields": {"organisation": "@o", "cycle": "@c", "outcome": "2A", "title": "Health checks", "groups": ["race"]}})";

}  // namespace

TEST_CASE("without a list of groups the nine characteristics are named as owed, and evidence is counted by the codes that it names") {
  const std::string json = made("evidence-by-group", kEvidence);
  CHECK(says(json, "The Equality Act 2010 names nine"));
  CHECK(says(json, R"([{"text": "Race"}, {"number": 1}, {"text": "2A"}, {"missing": "a date"}])"));
}

TEST_CASE("a date is owed of evidence that is there, and of none that is not") {
  for (const char* report : {"coverage", "domain-overview"}) {
    const std::string json = made(report, kEvidence);
    INFO(report);
    CHECK(says(json, R"({"number": 0}, {"text": "No evidence"})"));
    CHECK(says(json, R"({"number": 1}, {"missing": "a date"})"));
    CHECK_FALSE(says(json, R"({"number": 0}, {"missing": "a date"})"));
  }
}

TEST_CASE("a domain that is graded by service says that there is no service, and shows no bare heading") {
  CHECK(says(made("domain-overview", ""), "No service is on record"));
}

TEST_CASE("a gap about an action stands at the action's outcome with its words, and equal gaps stand in one row") {
  const std::string action = R"({"type": "action", "id": "a", "fields": {"organisation": "@o", "cycle": "@c", "text": "Talk to nurses.", "outcomes": ["2D"]}})";
  const std::string gap = R"({"type": "gap", "id": "g1", "fields": {"organisation": "@o", "cycle": "@c", "kind": "no_date", "about": ["@a"], "field": "due", "status": "open"}})";
  const std::string again = R"({"type": "gap", "id": "g2", "fields": {"organisation": "@o", "cycle": "@c", "kind": "no_date", "about": ["@a"], "field": "due", "status": "open"}})";
  const std::string json = made("gaps-by-owner", action + ", " + gap + ", " + again);
  CHECK(says(json, R"([{"text": "2D"}, {"text": "No date"}, {"text": "Talk to nurses."}, {"text": "Due"}, {"text": ""}, {"missing": "a date"}, {"number": 2}])"));
}

TEST_CASE("a gap of a service stands under the service's name alone, and one of a domain under the domain") {
  const std::string json = made("gaps-by-owner", R"({"type": "service", "id": "s", "fields": {"organisation": "@o", "cycle": "@c", "name": "Virtual wards"}},
    {"type": "gap", "id": "g", "fields": {"organisation": "@o", "cycle": "@c", "kind": "no_data", "service": "@s", "status": "open"}},
    {"type": "gap", "id": "h", "fields": {"organisation": "@o", "cycle": "@c", "kind": "no_data", "domain": "3", "status": "open"}})");
  CHECK(says(json, R"([{"text": "Virtual wards"}, {"text": "Data missing"})"));
  CHECK(says(json, R"([{"text": "Domain 3"}, {"text": "Data missing"})"));
}

TEST_CASE("a plan of a whole domain owes no service, and an action no objective") {
  const std::string json = made("action-tracker", R"({"type": "plan", "id": "p", "fields": {"organisation": "@o", "cycle": "@c", "title": "Plan", "domain": "2"}},
    {"type": "action", "id": "a", "fields": {"organisation": "@o", "cycle": "@c", "plan": "@p", "text": "Talk to nurses."}})");
  CHECK(says(json, R"({"name": "Service", "value": {"text": "The whole domain"}})"));
  CHECK_FALSE(says(json, R"({"missing": "an objective"})"));
}
