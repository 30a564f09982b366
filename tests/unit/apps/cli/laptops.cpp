// What laptops are called where several trusts see them.
#include <catch2/catch.hpp>

#include "tests/unit/apps/cli/desk.h"

using namespace evenhand;
using test::Desk;
using Catch::Contains;

TEST_CASE("who wrote is told by organisation and laptop in history and log, and no laptop is called \"this computer\" by default") {
  Desk host, guest;
  host.good({"init", "--name", "Northmere Community NHS Trust", "--short-name", "NCT"});
  host.good({"cycle", "add", "EDS 2025/26"});
  host.good({"service", "add", "Dental care"});
  guest.good({"init", "--name", "Westfen Trust", "--short-name", "WFT", "--device", "board room laptop"});
  const auto path = [&](const char* name) { return (host.scratch / name).string(); };
  host.good({"partner", "invite", "--to", path("invitation")});
  guest.good({"join", path("invitation"), "--to", path("reply")});
  host.good({"partner", "admit", path("reply"), "--yes"});
  CHECK_THAT(host.good({"partner", "list"}), Contains("first laptop") && Contains("board room laptop") && !Contains("this computer"));
  host.good({"sync", "send", "--to", path("stick")});
  guest.good({"sync", "receive", path("stick")});

  CHECK_THAT(guest.good({"service", "history", "Dental care"}), Contains("UTC, NCT, first laptop"));
  const Json history = guest.json({"service", "history", "Dental care"});
  CHECK(history.items().front().find("organisation")->text() == "NCT");
  CHECK(history.items().front().find("device")->text() == "first laptop");
  CHECK_THAT(guest.good({"log", "list", "--limit", "100", "--plain"}), Contains("NCT, first laptop") && Contains("WFT, board room laptop"));
  CHECK(guest.json({"log", "list"}).items().front().find("organisation")->text() != "");
  CHECK_THAT(guest.good({"log", "verify"}), Contains("by NCT, first laptop"));
  CHECK(guest.json({"log", "verify"}).items().back().find("chains")->items().front().find("organisation")->text() == "NCT");
}

TEST_CASE("a further laptop of a trust that nobody names is another one, not the first") {
  Desk first, further;
  first.good({"init", "--name", "Northmere Community NHS Trust", "--short-name", "NCT"});
  const auto path = [&](const char* name) { return (first.scratch / name).string(); };
  first.good({"partner", "invite", "--to", path("invitation"), "--same-organisation"});
  further.good({"init", "--join", path("invitation"), "--to", path("reply")});
  first.good({"partner", "admit", path("reply"), "--yes", "--may", "all"});
  CHECK_THAT(first.good({"organisation", "devices"}), Contains("first laptop") && Contains("another laptop"));
}
