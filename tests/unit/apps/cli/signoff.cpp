// Signing a report, what comes after it, and records entered twice, with the real program.
#include <catch2/catch.hpp>

#include "apps/cli/session.h"
#include "core/engine/workspace.h"
#include "sync/partners/partner_book.h"
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
  CHECK_THAT(desk.run({"signoff", "approve", "nosuch", "--seat", "Board sponsor"}).err, Contains("evenhand signoff status"));
  desk.good({"signoff", "request", "--title", "EDS report", "--seat", "Board sponsor"});
  const auto twice = desk.run({"signoff", "request", "--title", "Once more", "--seat", "Board sponsor"});
  CHECK(twice.exit == 2);
  CHECK_THAT(twice.err, Contains("waits for approval already: \"EDS report\"") && Contains("--amends"));
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

TEST_CASE("a late change carried over stands in the next cycle's list and status until somebody says what was done about it") {
  Desk desk;
  desk.found();
  desk.good({"cycle", "add", "EDS 2026/27"});
  desk.good({"grade", "record", "2A", "2", "--cycle", "EDS 2025/26"});
  desk.good({"signoff", "key"});
  desk.good({"signoff", "request", "--title", "EDS report", "--seat", "Board sponsor", "--cycle", "EDS 2025/26"});
  desk.good({"signoff", "approve", "EDS report", "--seat", "Board sponsor"});
  const std::string grade = desk.json({"grade", "list", "--cycle", "EDS 2025/26"}).items().front().find("short_id")->text();
  desk.good({"grade", "edit", grade, "--value", "1"});
  CHECK_THAT(desk.good({"signoff", "late", "list", "--cycle", "EDS 2026/27"}), Contains("Nothing was carried over into EDS 2026/27"));
  desk.good({"signoff", "late", "carry", "EDS report", "--to", "EDS 2026/27", "--reason", "Came after the board"});

  const auto listed = desk.run({"signoff", "late", "list", "--cycle", "EDS 2026/27"});
  CHECK(listed.exit == 4);
  CHECK_THAT(listed.out, Contains("grade " + grade + "  value") && Contains("from EDS 2025/26, after \"EDS report\" was signed") && Contains("Came after the board") && Contains("EDI laptop"));
  CHECK_THAT(desk.good({"status", "--cycle", "EDS 2026/27"}), Contains("Carried  1 change came over from a signed cycle") && !Contains("Nothing needs a decision"));
  CHECK_THAT(desk.good({"status", "--cycle", "EDS 2025/26"}), !Contains("Carried  "));
  const auto json = parse_json(desk.run({"signoff", "late", "list", "--cycle", "EDS 2026/27", "--json"}).out);
  REQUIRE(json.ok());
  const std::string late = json->items().at(0).find("short_id")->text();
  CHECK(json->items().at(0).find("what")->text() == "value");

  CHECK(desk.run({"signoff", "late", "close", late}).exit == 2);
  CHECK(desk.run({"signoff", "late", "close", late, "--with", grade}).exit == 2);  // of the cycle that was signed
  CHECK_THAT(desk.good({"signoff", "late", "close", late, "--reason", "Graded anew", "--dry-run"}), Contains("Would close"));
  CHECK(desk.run({"signoff", "late", "list", "--cycle", "EDS 2026/27"}).exit == 4);
  desk.good({"signoff", "late", "close", late, "--reason", "Graded anew"});
  CHECK_THAT(desk.good({"signoff", "late", "list", "--cycle", "EDS 2026/27"}), Contains("(closed)") && Contains("closed: Graded anew"));
  CHECK_THAT(desk.good({"status", "--cycle", "EDS 2026/27"}), !Contains("Carried  "));
  CHECK(desk.run({"signoff", "late", "close", late, "--reason", "Again"}).exit == 2);
}

TEST_CASE("a service entered twice is asked about, stands in the way of signing, steps back, and comes back by undo") {
  Desk desk;
  desk.found();
  desk.good({"service", "add", "Virtual wards"});
  desk.good({"service", "add", " virtual WARDS"});
  CHECK(desk.run({"conflict", "twins"}).exit == 4);
  const auto listed = desk.run({"conflict", "list", "--json"});
  CHECK(listed.exit == 4);
  CHECK_THAT(listed.out, Contains("\"twins\""));
  CHECK_THAT(desk.good({"status"}), Contains("Decide   1 may stand twice"));
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
  CHECK(desk.run({"conflict", "list"}).exit == 0);
  desk.good({"undo"});
  CHECK(desk.json({"service", "list"}).size() == 2);
  desk.good({"conflict", "different", first, second});
  CHECK(desk.run({"conflict", "twins"}).exit == 0);
}

TEST_CASE("an amendment is stopped by what stands in its way until that is waived by name") {
  Desk desk;
  desk.found();
  desk.good({"service", "add", "Virtual wards"});
  desk.good({"signoff", "key"});
  desk.good({"signoff", "request", "--title", "EDS report", "--seat", "Board sponsor"});
  desk.good({"signoff", "approve", "EDS report", "--seat", "Board sponsor"});
  desk.good({"service", "add", "Virtual wards"});
  const auto stopped = desk.run({"signoff", "late", "amend", "EDS report"});
  CHECK(stopped.exit == 3);
  const std::size_t at = stopped.out.find("same_twice");
  REQUIRE(at != std::string::npos);
  const std::string name = stopped.out.substr(at, stopped.out.find('\n', at) - at);
  CHECK_THAT(desk.good({"signoff", "late", "amend", "EDS report", "--waive", name}), Contains("Put forward anew"));
}

TEST_CASE("status says what no partner holds, with no partner all of it, and stops when one agreed on it") {
  Desk desk;
  desk.found();
  CHECK_THAT(desk.good({"status"}), Contains("Only on this laptop: ") && Contains(" events, oldest 0 days"));
  auto book = PartnerBook::open(desk.workspace);
  REQUIRE(book.ok());
  Partner hub;
  hub.device = *PublicKey::from_hex(std::string(64, '7'));
  hub.title = "Regional hub";
  hub.is_hub = true;
  REQUIRE(book->save(hub).ok());
  CHECK_THAT(desk.good({"status"}), Contains("Only on this laptop: ") && Contains(" events, oldest 0 days; nothing of what is shared"));
  auto workspace = Workspace::open(desk.workspace, OpenMode::read_only, cli::machine_clock(), cli::machine_random());
  REQUIRE(workspace.ok());
  for (const Space& space : workspace->spaces()) {
    VersionVector all;
    const auto chains = space.log.read()->chains();
    for (const auto& [id, chain] : *chains) all.entries.push_back({id, {{chain.branches.front().seq, shorten(chain.branches.front().head)}}});
    book->remember(hub.device, space.id, {all, {}});
  }
  CHECK_THAT(desk.good({"status"}), !Contains("Only on this laptop"));
  desk.good({"service", "add", "Dental care"});
  CHECK_THAT(desk.good({"status"}), Contains("Only on this laptop: 1 event, oldest 0 days"));
}

TEST_CASE("a document of what was signed is the same to the byte whatever was edited since, and shows no small count") {
  Desk desk;
  desk.found();
  desk.good({"service", "add", "Virtual wards"});
  desk.good({"grade", "record", "2A", "2"});
  desk.good({"evidence", "add", "Survey", "--outcome", "2A"});
  desk.good({"measure", "add", "Canary figure", "--evidence", "Survey", "--outcome", "2A", "--unit", "people", "--value", "6", "--denominator", "4219"});
  desk.good({"signoff", "key"});
  desk.good({"signoff", "request", "--title", "EDS report", "--seat", "Board sponsor"});
  const std::vector<std::string> formats = {"json", "html", "docx", "xlsx", "csv"};
  const auto made = [&](const std::string& format) { return desk.good({"report", "run", "workforce", "--signed", "EDS report", "--format", format}); };
  std::map<std::string, std::string> before;
  for (const std::string& format : formats) before[format] = made(format);
  CHECK_THAT(before["json"], Contains("Canary figure") && Contains("masked") && Contains("As put forward for signing: snapshot sha256:"));
  CHECK_THAT(before["json"], !Contains("\"6 people\"") && !Contains("\"number\": \"6\""));
  CHECK_THAT(before["html"], !Contains("6 people"));

  desk.good({"signoff", "approve", "EDS report", "--seat", "Board sponsor"});
  const std::string grade = desk.json({"grade", "list"}).items().front().find("short_id")->text();
  desk.good({"grade", "edit", grade, "--value", "3"});
  desk.good({"measure", "edit", "Canary figure", "--value", "5000"});
  desk.good({"evidence", "add", "Canary of later", "--outcome", "2A"});
  for (const std::string& format : formats) CHECK((made(format) == before[format]));
  CHECK_THAT(desk.good({"report", "run", "workforce", "--format", "json"}), Contains("5000 people"));
  CHECK(desk.run({"report", "run", "workforce", "--signed", "EDS report", "--policy", "nhs-eds-2022"}).exit == 2);
}
