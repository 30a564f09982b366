// Signing a report, what comes after it, and records entered twice, with the real program.
#include <catch2/catch.hpp>

#include "tests/unit/apps/cli/desk.h"

using namespace evenhand;
using test::Desk;
using Catch::Contains;

TEST_CASE("a report is put forward, approved with a seal key, verified; a later change is late until it is dismissed") {
  Desk desk;
  desk.found();
  desk.good({"service", "add", "Virtual wards"});
  desk.good({"grade", "record", "1A", "2", "--service", "Virtual wards"});
  CHECK(desk.run({"signoff", "approve", "EDS report", "--seat", "Board sponsor"}).exit == 5);
  desk.good({"signoff", "request", "--title", "EDS report", "--seat", "Board sponsor"});
  CHECK(desk.run({"signoff", "approve", "EDS report", "--seat", "Board sponsor"}).exit == 5);  // no key yet
  CHECK_THAT(desk.run({"signoff", "key"}).err, Contains("without a passphrase"));
  CHECK(desk.run({"signoff", "approve", "EDS report", "--seat", "Cleaner"}).exit == 2);
  CHECK_THAT(desk.good({"signoff", "approve", "EDS report", "--seat", "Board sponsor"}), Contains("in force"));
  CHECK(desk.run({"signoff", "request"}).exit == 2);  // signed already
  CHECK(desk.json({"signoff", "verify", "EDS report"}).find("chains_missing")->integer() == 0);

  desk.good({"service", "add", "Dental care"});
  const auto late = desk.run({"signoff", "late", "list", "EDS report"});
  CHECK(late.exit == 4);
  CHECK_THAT(late.out, Contains("Dental care"));
  CHECK_THAT(desk.good({"status"}), Contains("Late     1"));
  desk.good({"signoff", "late", "dismiss", "EDS report", "--reason", "Entered by mistake"});
  CHECK(desk.run({"signoff", "late", "list", "EDS report"}).exit == 0);
}

TEST_CASE("a service entered twice is asked about, stands in the way of signing, steps back, and comes back by undo") {
  Desk desk;
  desk.found();
  desk.good({"service", "add", "Virtual wards"});
  desk.good({"service", "add", " virtual WARDS"});
  CHECK(desk.run({"conflict", "twins"}).exit == 4);
  const auto blocked = desk.run({"signoff", "request"});
  CHECK(blocked.exit == 3);
  CHECK_THAT(blocked.out, Contains("same_twice"));
  const Json services = desk.json({"service", "list"});
  REQUIRE(services.size() == 2);
  const std::string first = services.items()[0].find("short_id")->text();
  const std::string second = services.items()[1].find("short_id")->text();
  desk.good({"conflict", "same", first, second, "--lead", second});
  CHECK(desk.json({"service", "list"}).size() == 1);
  CHECK(desk.run({"conflict", "twins"}).exit == 0);
  desk.good({"undo"});
  CHECK(desk.json({"service", "list"}).size() == 2);
  desk.good({"conflict", "different", first, second});
  CHECK(desk.run({"conflict", "twins"}).exit == 0);
}
