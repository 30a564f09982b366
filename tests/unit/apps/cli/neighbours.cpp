// What two trusts that share a space by files see of each other's work, and of where their own goes.
#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "tests/unit/apps/cli/neighbours.h"

using namespace evenhand;
using test::Desk;
using test::Neighbours;
using Catch::Contains;

TEST_CASE("what conflict show prints decides a dispute about a shared copy once, is refused after, and can be taken back") {
  Neighbours both;
  const std::string copy = both.shared();
  both.guest.good({"evidence", "edit", copy, "--text", "In person."});
  both.carry(both.guest, both.host);
  both.host.good({"evidence", "edit", "Interpreters", "--text", "By video."});
  CHECK(both.host.run({"share", "copy", "Interpreters"}).exit == 4);
  std::istringstream shown(both.host.run({"conflict", "show", copy}).out);
  std::vector<std::string> words;
  for (std::string line; std::getline(shown, line) && words.empty();) {
    const std::size_t at = line.find("evenhand conflict resolve");
    if (at == std::string::npos) continue;
    std::istringstream typed(line.substr(at + std::string_view("evenhand ").size()));
    for (std::string word; typed >> word;) words.push_back(word);
  }
  REQUIRE(std::find(words.begin(), words.end(), "--seen") != words.end());
  CHECK_THAT(both.host.good(words), Contains("Decided"));
  const auto again = both.host.run(words);
  CHECK(again.exit == 4);
  CHECK_THAT(again.err, Contains("changed after you looked at it: text by NCT, EDI laptop"));
  CHECK_THAT(both.host.good({"conflict", "undo", copy}), Contains("Open again") && Contains("text"));
  CHECK_THAT(both.host.run({"conflict", "list"}).out, Contains(copy));
}

TEST_CASE("same or different is refused when one of the two was changed, or somebody decided, after they were shown, and says what") {
  Neighbours both;
  both.host.good({"service", "add", "Virtual wards", "--cycle", "EDS joint"});
  const std::string first = both.host.json({"service", "list"}).items()[0].find("short_id")->text();
  both.guest.good({"service", "add", "Virtual Wards"});
  const std::string second = both.guest.json({"service", "list"}).items()[0].find("short_id")->text();
  both.carry(both.host, both.guest);
  both.carry(both.guest, both.host);
  const auto shown = parse_json(both.host.run({"conflict", "twins", "--json"}).out);
  REQUIRE(shown->size() == 1);
  const std::string view = shown->items()[0].find("view")->text();

  both.guest.good({"service", "edit", second, "--selected-because", "unknown"});
  both.carry(both.guest, both.host);
  for (const char* verdict : {"same", "different"}) {
    const auto late = both.host.run({"conflict", verdict, first, second});
    CHECK(late.exit == 4);
    CHECK_THAT(late.err, Contains("changed after you looked") && Contains(second + ": selected_because by Westfen Trust") && Contains("evenhand conflict twins"));
  }
  CHECK(both.host.run({"conflict", "twins"}).exit == 4);
  both.guest.good({"conflict", "different", second, first});  // never shown there: both are named
  both.carry(both.guest, both.host);
  const auto overtaken = both.host.run({"conflict", "same", first, second});
  CHECK(overtaken.exit == 4);
  CHECK_THAT(overtaken.err, Contains("a word on the two: ") && Contains("Westfen"));
  CHECK(both.host.run({"conflict", "same", first, second, "--seen", view}).exit == 4);
  CHECK(both.host.run({"conflict", "same", first, second, "--seen", "nonsense"}).exit == 2);
  CHECK(both.host.run({"conflict", "twins"}).exit == 0);  // decided, and nothing to show
}

TEST_CASE("a trust that left tells the others by a file, with what it shared before") {
  Neighbours both;
  both.guest.good({"evidence", "add", "Braille letters", "--outcome", "1A", "--text", "Since May.", "--cycle", "EDS joint"});
  both.guest.good({"share", "copy", "Braille letters"});
  both.guest.good({"partner", "leave", "--space", "Second space", "--yes"});
  both.carry(both.guest, both.host);
  CHECK_THAT(both.host.good({"partner", "list"}), Contains("left"));
  CHECK_THAT(both.host.good({"evidence", "list"}), Contains("Braille letters"));
}

TEST_CASE("a file that partners may open says what of ours is not in it, and how the second laptop gets that") {
  Neighbours both;
  Desk second;
  const std::string invitation = (both.host.scratch / "own").string();
  const std::string reply = (both.host.scratch / "own-reply").string();
  const auto file = [&](const char* name) { return (both.host.scratch / name).string(); };
  both.host.good({"partner", "invite", "--to", invitation, "--same-organisation"});
  second.good({"init", "--join", invitation, "--to", reply, "--device", "Second laptop"});
  both.host.good({"partner", "admit", reply, "--may", "all", "--yes"});
  const auto sent = both.host.run({"sync", "send", "--to", file("all")});
  CHECK_THAT(sent.err, Contains("Spaces of your organisation alone are not in it") && Contains("--for \"Second laptop\""));
  second.good({"sync", "receive", file("all")});
  CHECK_THAT(second.good({"space", "list"}), Contains("(nothing has come"));
  CHECK(both.host.run({"sync", "send", "--to", file("own-file"), "--for", "Second laptop"}).err.find("not in it") == std::string::npos);
  second.good({"sync", "receive", file("own-file")});
  CHECK(second.good({"space", "list"}).find("(nothing has come") == std::string::npos);
}

TEST_CASE("deciding a field never decides whether a record that one removed and another edited stays") {
  Neighbours both;
  const std::string copy = both.shared();
  both.guest.good({"evidence", "edit", copy, "--text", "In person."});
  both.host.good({"evidence", "edit", copy, "--text", "By video."});
  both.host.good({"evidence", "remove", copy});
  both.carry(both.guest, both.host);
  const auto listed = [&] { return both.host.run({"conflict", "list"}).out; };
  CHECK_THAT(listed(), Contains("removed") && Contains("text"));
  const auto field = both.host.run({"conflict", "resolve", copy, "--field", "text", "--keep", "1"});
  CHECK(field.exit == 2);
  CHECK_THAT(field.err, Contains("say first whether it stays") && Contains("--keep, without a number"));
  CHECK_THAT(listed(), Contains("removed") && Contains("text"));
  both.host.good({"conflict", "resolve", copy, "--keep"});
  both.host.good({"conflict", "resolve", copy, "--field", "text", "--keep", "1"});
  CHECK_THAT(listed(), Contains("Nothing needs a decision"));
}

TEST_CASE("a new record of a cycle goes where its cycle stands, and who writes where nobody else reads is told") {
  Neighbours both;
  both.guest.good({"space", "use", "WFT"});
  CHECK_THAT(both.guest.good({"status"}), Contains("where nobody else is a member"));
  both.guest.good({"service", "add", "Virtual ward", "--cycle", "EDS joint"});
  CHECK_THAT(both.guest.run({"sync", "send", "--to", (both.guest.scratch / "nobody").string()}).err, Contains("evenhand space use"));
  both.carry(both.guest, both.host, "--for=EDI laptop");
  CHECK_THAT(both.host.good({"service", "list"}), Contains("Virtual ward"));
  both.guest.good({"evidence", "add", "Interpreters", "--outcome", "1A", "--text", "By phone.", "--cycle", "EDS joint"});
  CHECK_THAT(both.guest.run({"share", "copy", "Interpreters"}).out, Contains("Shared with everybody in Second space"));
  CHECK_THAT(both.guest.run({"share", "copy", "Interpreters", "--into", "WFT"}).err, Contains("Nobody else is a member"));
  both.host.good({"cycle", "add", "EDS next"});
  CHECK_THAT(both.host.good({"status"}), Contains("EDS joint"));
}

TEST_CASE("two admins who removed each other hand each other a file, and both come to say the same of who is in") {
  Neighbours both;
  both.host.good({"partner", "invite", "--to", (both.host.scratch / "again").string()});
  both.guest.good({"join", (both.host.scratch / "again").string(), "--to", (both.host.scratch / "again-reply").string()});
  both.host.good({"partner", "admit", (both.host.scratch / "again-reply").string(), "--may", "all", "--yes"});
  both.carry(both.host, both.guest);
  both.host.good({"partner", "remove", "Westfen", "--yes"});
  both.guest.good({"partner", "remove", "EDI laptop", "--yes"});
  both.host.good({"evidence", "add", "Written after", "--outcome", "1A", "--text", "By phone.", "--cycle", "EDS joint"});
  both.host.good({"share", "copy", "Written after"});
  const auto sent = both.host.run({"sync", "send", "--to", (both.host.scratch / "told").string(), "--for", "Westfen"});
  CHECK(sent.exit == 0);
  CHECK_THAT(sent.err, Contains("that laptop was removed from \"Second space\", and nothing that was written after"));
  both.guest.run({"sync", "receive", (both.host.scratch / "told").string()});
  CHECK(both.guest.good({"evidence", "list"}).find("Written after") == std::string::npos);
  both.guest.run({"sync", "send", "--to", (both.host.scratch / "told-back").string(), "--for", "EDI laptop"});
  both.host.run({"sync", "receive", (both.host.scratch / "told-back").string()});
  const auto removed = [](const Desk& desk) {
    std::map<std::string, std::string> found;
    const Json list = desk.json({"partner", "list"});
    for (const Json& one : list.items()) {
      if (one.find("space")->text() == list.items()[list.size() - 1].find("space")->text()) found[one.find("device")->text()] = one.find("may")->text();
    }
    return found;
  };
  CHECK(removed(both.host) == removed(both.guest));
  std::size_t admins = 0;
  for (const auto& [device, may] : removed(both.host)) admins += may.find("admin") != std::string::npos;
  CHECK(removed(both.host).size() == 2);
  CHECK(admins == 1);
}

TEST_CASE("a file whose shared copy was taken away goes into no bundle") {
  Neighbours both;
  const std::filesystem::path file = both.host.scratch / "letter.txt";
  std::ofstream(file) << std::string(100'000, 'w');
  both.host.good({"evidence", "add", "Interviews", "--outcome", "1A", "--text", "Held.", "--cycle", "EDS joint"});
  both.host.good({"evidence", "attach", "Interviews", file.string(), "--title", "Raw notes"});
  const std::string shared = both.host.good({"share", "copy", "Raw notes", "--into", "Second space"});
  const std::string copy = shared.substr(shared.find("(copy ") + 6, 9);
  const auto to = [&](const char* name) { return (both.host.scratch / name).string(); };
  CHECK_THAT(both.host.good({"sync", "send", "--to", to("with")}), Contains("and 1 attachment,"));
  both.host.good({"file", "remove", copy});
  CHECK_THAT(both.host.good({"sync", "send", "--to", to("without")}), Contains("and 0 attachments,"));
}
