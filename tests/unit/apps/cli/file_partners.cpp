// Partners by file: who they are, what waits for them, and what counts as being on another laptop.
#include <filesystem>

#include "tests/unit/apps/cli/neighbours.h"

using namespace evenhand;
using namespace evenhand::test;
using Catch::Matchers::Contains;

namespace {

std::int64_t number(const Json& json, const char* key) { return json.find(key)->integer().value_or(-1); }

Json only_partner(const Desk& desk) {
  const Json all = desk.json({"sync", "partners"});
  REQUIRE(all.size() == 1);
  return all.items()[0];
}

std::int64_t only_here_shared(const Desk& desk) { return number(desk.json({"status"}), "only_here_shared"); }

// Written by the guest and not taken in yet.
std::string sent_by_guest(const Neighbours& both, const std::string& name) {
  const std::string file = (both.host.scratch / name).string();
  both.guest.good({"sync", "send", "--to", file, "--for", "NCT"});
  return file;
}

}  // namespace

TEST_CASE("an organisation that exchanges by file is listed with its last files and with what waits for it, by what it says that it holds") {
  Neighbours both;
  both.carry(both.guest, both.host);
  const Json before = only_partner(both.host);
  CHECK(before.find("partner")->text() == "Westfen Trust");
  CHECK(before.find("by")->text() == "file");
  CHECK(number(before, "waiting") == 0);
  CHECK(number(before, "not_here") == 0);
  CHECK(number(before, "last_file_received_ms") > 0);
  CHECK(number(before, "last_file_sent_ms") > 0);
  both.host.good({"service", "add", "Virtual wards"});
  both.host.good({"service", "add", "Dental care"});
  CHECK(number(only_partner(both.host), "waiting") == 2);
  const auto listed = both.host.run({"sync", "partners", "--plain"});
  CHECK_THAT(listed.err, Contains("evenhand sync send --to FILE --for \"Westfen Trust\""));
  CHECK_THAT(listed.out, Contains("Westfen Trust (by file)") && Contains("2 changes") && Contains("last file received today, sent today"));
  both.carry(both.host, both.guest);
  CHECK(number(only_partner(both.host), "waiting") == 2);  // sent, and nobody knows whether it came
  both.carry(both.guest, both.host);
  CHECK(number(only_partner(both.host), "waiting") == 0);
  CHECK_THAT(both.host.good({"sync", "partners"}), Contains("none"));
}

TEST_CASE("sync now with partners by file alone says so, and what to type for them") {
  Neighbours both;
  both.host.good({"service", "add", "Virtual wards"});
  const auto ran = both.host.run({"sync", "now"});
  CHECK(ran.exit == 5);
  CHECK_THAT(ran.err, Contains("exchange by file") && Contains("Westfen Trust: no file received yet, last one sent today") && Contains("evenhand sync send --to FILE --for \"Westfen Trust\"") && !Contains("No partner is known"));
  both.host.good({"sync", "send", "--to", (both.host.scratch / "by-the-words-of-it").string(), "--for", "Westfen Trust"});
}

TEST_CASE("a partner by file that is taken off the list stays off until a file is written for it by name") {
  Neighbours both;
  both.carry(both.guest, both.host);
  both.host.good({"sync", "partners", "--forget", "Westfen Trust"});
  CHECK(both.host.json({"sync", "partners"}).size() == 0);
  both.carry(both.guest, both.host);
  both.carry(both.host, both.guest);  // for everybody in the space
  CHECK(both.host.json({"sync", "partners"}).size() == 0);
  CHECK(only_here_shared(both.host) == 0);  // what it says that it holds counts all the same
  both.host.good({"sync", "send", "--to", (both.host.scratch / "by-name").string(), "--for", "Westfen Trust"});
  CHECK(number(only_partner(both.host), "waiting") == 0);
}

TEST_CASE("a file that is overtaken by a newer one takes nothing back of what its maker is known to hold") {
  Neighbours both;
  const std::string old = sent_by_guest(both, "old");
  both.host.good({"service", "add", "Virtual wards"});
  both.carry(both.host, both.guest);
  both.carry(both.guest, both.host);
  CHECK(only_here_shared(both.host) == 0);
  both.host.good({"sync", "receive", old});
  CHECK(only_here_shared(both.host) == 0);
  CHECK(number(only_partner(both.host), "waiting") == 0);
}

TEST_CASE("a cut file tells nothing of what its maker holds, and the whole one does") {
  Neighbours both;
  both.host.good({"service", "add", "Virtual wards"});
  both.carry(both.host, both.guest);
  const std::int64_t before = only_here_shared(both.host);
  CHECK(before > 0);
  const std::string whole = sent_by_guest(both, "whole"), cut = whole + "-cut";
  std::filesystem::copy_file(whole, cut);
  std::filesystem::resize_file(cut, std::filesystem::file_size(cut) * 3 / 4);
  CHECK(both.host.run({"sync", "receive", cut}).exit == 9);
  CHECK(only_here_shared(both.host) == before);
  both.host.good({"sync", "receive", whole});
  CHECK(only_here_shared(both.host) == 0);
}

TEST_CASE("what a removed organisation's laptop holds is on no other laptop that counts, whether it said so before or after") {
  Neighbours both;
  both.host.good({"service", "add", "Virtual wards"});
  both.carry(both.host, both.guest);
  const std::string late = sent_by_guest(both, "late");
  both.carry(both.guest, both.host);
  CHECK(only_here_shared(both.host) == 0);
  both.host.good({"partner", "remove", "Westfen Trust", "--yes"});
  const std::int64_t all = only_here_shared(both.host);
  CHECK(all > 0);
  CHECK(both.host.json({"sync", "partners"}).size() == 0);
  (void)both.host.run({"sync", "receive", late});
  CHECK(only_here_shared(both.host) == all);
  CHECK(both.host.json({"sync", "partners"}).size() == 0);
}

TEST_CASE("a file of somebody who is no member here makes no partner of them, and nothing counts as held there") {
  Neighbours both;
  both.host.good({"service", "add", "Virtual wards"});
  both.carry(both.host, both.guest);
  const std::string file = (both.host.scratch / "of-strangers").string();
  Neighbours others;
  others.guest.good({"sync", "send", "--to", file, "--passphrase-file", [&] {
    const auto words = others.host.scratch / "words";
    std::ofstream(words) << "correct horse battery\n";
    std::filesystem::permissions(words, std::filesystem::perms::owner_read);
    return words.string();
  }()});
  const std::int64_t before = only_here_shared(both.host);
  const std::size_t known = both.host.json({"sync", "partners"}).size();
  (void)both.host.run({"sync", "receive", file, "--passphrase-file", (others.host.scratch / "words").string()});
  CHECK(only_here_shared(both.host) == before);
  CHECK(both.host.json({"sync", "partners"}).size() == known);
}
