// Two organisations in one space: the lead grades a shared service, the other adopts its grades, with the real program.
#include <catch2/catch.hpp>

#include "tests/unit/apps/cli/desk.h"

using namespace evenhand;
using test::Desk;
using Catch::Contains;

namespace {

/// NCT leads the virtual wards, which FCT provides too.
struct Shared : Desk {
  Shared() {
    found();
    good({"organisation", "add", "Fenmarsh Community NHS Trust", "--short-name", "FCT"});
    good({"service", "add", "Virtual wards", "--org", "NCT", "--providers", "NCT; FCT", "--lead-organisation", "NCT"});
    good({"grade", "record", "1A", "2", "--service", "Virtual wards", "--org", "NCT"});
    good({"grade", "record", "1B", "1", "--service", "Virtual wards", "--org", "NCT"});
  }
  /// What the scorecard of an organisation says of an outcome of the service.
  std::string scored(const std::string& organisation, const std::string& outcome) const {
    const Json card = json({"scorecard", "--org", organisation});
    const Json* grade = nullptr;
    for (const Json& domain : card.find("domains")->items()) {
      const Json* services = domain.find("services");
      if (services != nullptr && services->size() > 0) grade = services->items().front().find("grades")->find(outcome);
    }
    return grade == nullptr || !grade->is_number() ? "none" : grade->number_text();
  }
  std::string id_of(const std::string& outcome) const {
    const Json grades = json({"grade", "list"});
    for (const Json& grade : grades.items()) {
      if (grade.find("title")->text() == outcome) return grade.find("short_id")->text();
    }
    return "none";
  }
};

}  // namespace

TEST_CASE("an adopted grade stays as it was at adoption when the lead grades anew, and its adopter is told") {
  Shared desk;
  CHECK(desk.scored("FCT", "1A") == "2");  // nobody adopted yet: the lead's present grade
  CHECK_THAT(desk.good({"grade", "adopt", "Virtual wards", "1A", "--org", "FCT"}), Contains("Adopted  1A  2") && Contains("(by FCT, graded by NCT)"));
  CHECK_THAT(desk.good({"grade-adoption", "list"}), Contains("Organisation") && Contains("FCT"));
  CHECK_THAT(desk.good({"grade", "show", desk.id_of("1A")}), Contains("Adopted by FCT") || Contains("Adopted by Fenmarsh"));
  CHECK(desk.json({"status"}).find("regraded")->integer() == 0);

  CHECK_THAT(desk.good({"grade", "explain", "1A", "--org", "NCT"}), Contains("Adopted by FCT") || Contains("Adopted by Fenmarsh"));
  desk.good({"grade", "edit", desk.id_of("1A"), "--value", "3"});
  CHECK_THAT(desk.good({"grade", "explain", "1A", "--service", "Virtual wards", "--org", "FCT"}),
             Contains("Achieving") && Contains("(adopted, graded by ") && Contains("Regraded since") && Contains("The lead's grade as it stands now:") && Contains("Excelling"));
  const Json explained = desk.json({"grade", "explain", "1A", "--org", "FCT"});
  REQUIRE(explained.size() == 1);
  CHECK(*explained.items().front().find("adoptions")->items().front().find("regraded") == Json(true));
  CHECK(desk.scored("NCT", "1A") == "3");
  CHECK(desk.scored("FCT", "1A") == "2");
  CHECK_THAT(desk.good({"status"}), Contains("1 adopted grade was regraded by the lead"));
  CHECK_THAT(desk.good({"grade", "show", desk.id_of("1A")}), Contains("another one by now"));
  const auto blocked = desk.run({"signoff", "request", "--org", "FCT"});
  CHECK(blocked.exit == 3);
  CHECK_THAT(blocked.out, Contains("regraded_after_adoption"));
  CHECK(desk.run({"signoff", "request", "--org", "NCT", "--dry-run"}).exit == 0);  // no concern of the lead's

  desk.good({"grade", "adopt", "Virtual wards", "--all", "--org", "FCT"});
  CHECK(desk.scored("FCT", "1A") == "3");
  CHECK(desk.json({"status"}).find("regraded")->integer() == 0);
  CHECK(desk.json({"grade-adoption", "list"}).size() == 2);  // 1A brought up to date, 1B new
  CHECK_THAT(desk.good({"grade", "adopt", "Virtual wards", "--all", "--org", "FCT"}), Contains("Nothing to adopt"));
}

TEST_CASE("a comparison shows the lead's grade of a shared service, and whose adoption is behind") {
  Shared desk;
  desk.good({"organisation", "add", "Abbeyfen NHS Trust", "--short-name", "AFT"});
  desk.good({"service", "edit", "Virtual wards", "--providers", "NCT; FCT; AFT"});
  for (const char* adopter : {"FCT", "AFT"}) {
    desk.good({"grade", "record", "2A", "1", "--org", adopter});  // it has something of its own to compare
    desk.good({"grade", "adopt", "Virtual wards", "--all", "--org", adopter});
  }
  const auto compared = [&](const char* report) { return desk.good({"report", "run", report, "--format", "json"}); };
  CHECK_THAT(compared("comparison"), !Contains("Counted otherwise"));
  desk.good({"grade", "edit", desk.id_of("1A"), "--value", "3"});
  desk.good({"grade", "adopt", "Virtual wards", "1A", "--org", "AFT"});
  const std::string all = compared("comparison");
  CHECK_THAT(all, Contains(R"({"number": 3, "maximum": 3}, {"number": 1, "maximum": 3})") && !Contains(R"({"number": 2, "maximum": 3}, {"number": 1, "maximum": 3})"));
  CHECK_THAT(all, Contains(R"("1A: 2 as adopted by FCT")") && Contains("until it adopts the lead's anew"));
  CHECK_THAT(compared("comparison-table"), Contains(R"({"number": 3}, {"number": 1})") && !Contains(R"({"number": 2}, {"number": 1})"));
  desk.good({"grade", "remove", desk.id_of("1A"), "--yes"});  // what the lead took back is nobody's grade but theirs who adopted it
  CHECK_THAT(compared("comparison"), Contains(R"({"missing": "a grade"}, {"number": 1, "maximum": 3})") && Contains("1A: 3 as adopted by AFT; 1A: 2 as adopted by FCT"));
}

TEST_CASE("the lead adopts nothing of its own, a stranger nothing of the lead's, and what is not graded cannot be adopted") {
  Shared desk;
  desk.good({"organisation", "add", "Westfen NHS Trust", "--short-name", "WFT"});
  CHECK_THAT(desk.run({"grade", "adopt", "Virtual wards", "1A", "--org", "NCT"}).err, Contains("leads the service"));
  CHECK_THAT(desk.run({"grade", "adopt", "Virtual wards", "1A", "--org", "WFT"}).err, Contains("does not provide"));
  CHECK_THAT(desk.run({"grade", "adopt", "Virtual wards", "1D", "--org", "FCT"}).err, Contains("no settled grade"));
  CHECK_THAT(desk.run({"grade", "adopt", "Virtual wards", "--org", "FCT"}).err, Contains("--all"));
  desk.good({"service", "add", "Dental care"});
  CHECK_THAT(desk.run({"grade", "adopt", "Dental care", "--all", "--org", "FCT"}).err, Contains("no lead"));
}
