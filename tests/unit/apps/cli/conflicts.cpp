// Deciding what two copies of a workspace disagree on, with the real program.
#include <catch2/catch.hpp>

#include "core/store/log.h"
#include "tests/unit/apps/cli/background.h"
#include "tests/unit/apps/cli/desk.h"

using namespace evenhand;
using test::Desk;
using Catch::Contains;

namespace {

namespace fs = std::filesystem;

// What each log of `from` holds and `to` does not, as a partner would send it.
void send_everything(const std::string& from, const std::string& to) {
  for (const auto& space : fs::directory_iterator(fs::path(from) / "spaces")) {
    auto source = Log::open(space.path() / "log", OpenMode::read_only);
    auto target = Log::open(fs::path(to) / "spaces" / space.path().filename() / "log", OpenMode::read_write);
    REQUIRE(source.ok());
    REQUIRE(target.ok());
    std::vector<Bytes> commits;
    const auto view = source->read();
    REQUIRE(view.ok());
    REQUIRE(view->scan(1, [&](Arrival, const CommitView& commit) {
      commits.emplace_back(commit.bytes().begin(), commit.bytes().end());
      return true;
    }).ok());
    const std::vector<ByteView> views(commits.begin(), commits.end());
    REQUIRE(target->append_untrusted(views).ok());
  }
}

// Two copies of one workspace, in which the same records were changed.
struct TwoDesks {
  Desk one;
  std::string other = (one.scratch / "other").string();

  using Lines = std::vector<std::vector<std::string>>;
  TwoDesks(const Lines& before, const Lines& here, const Lines& there) {
    one.found();
    for (const auto& line : before) one.good(line);
    fs::copy(one.workspace, other, fs::copy_options::recursive);
    for (const auto& line : here) one.good(line);
    for (auto line : there) {
      line.insert(line.begin(), {"--workspace", other});
      REQUIRE(test::run_program(line).exit == 0);
    }
    send_everything(other, one.workspace);
  }

  /// What waits for a decision; the command says by its exit code whether anything does.
  Json waiting() const {
    const auto ran = one.run({"conflict", "list", "--json"});
    auto parsed = parse_json(ran.out);
    REQUIRE(parsed.ok());
    CHECK(ran.exit == (parsed->size() == 0 ? 0 : 4));
    return *parsed;
  }
};

TwoDesks two_colours() {
  return {{{"action", "add", "Texts before each appointment.", "--rag", "amber"}}, {{"action", "edit", "Texts", "--rag", "green"}}, {{"action", "edit", "Texts", "--rag", "red"}}};
}

std::string rag_of(const Desk& desk, const std::string& words) { return desk.json({"action", "show", words}).find("fields")->find("rag")->text(); }

}  // namespace

TEST_CASE("two devices' colours are shown with what stood before, who and when, decided once, and opened again by undo") {
  const TwoDesks desks = two_colours();
  const Json conflicts = desks.waiting();
  REQUIRE(conflicts.size() == 1);
  CHECK(conflicts.items()[0].find("field")->text() == "rag");
  CHECK(conflicts.items()[0].find("before")->find("value")->text() == "amber");
  const auto shown = desks.one.run({"conflict", "show", "Texts"});
  CHECK(shown.exit == 4);
  CHECK_THAT(shown.out, Contains("before  amber") && Contains("green") && Contains("red") && Contains("NCT, EDI laptop") && Contains("--seen "));
  CHECK_THAT(desks.one.good({"action", "list"}), Contains(" or "));
  CHECK_THAT(desks.one.good({"status"}), Contains("1 in dispute"));
  CHECK(desks.one.run({"conflict", "resolve", "Texts", "--keep", "3"}).exit == 2);
  const auto none = desks.one.run({"conflict", "resolve", "Texts", "--keep", "0"});
  CHECK(none.exit == 2);
  CHECK_THAT(none.err, Contains("numbered from 1"));
  desks.one.good({"conflict", "resolve", "Texts", "--field", "rag", "--value", "amber", "--reason", "One course of two was run"});
  CHECK(desks.waiting().size() == 0);
  CHECK(rag_of(desks.one, "Texts") == "amber");
  CHECK_THAT(desks.one.good({"action", "history", "Texts"}), Contains("action.decided") && Contains("One course of two"));
  CHECK(desks.one.json({"conflict", "undo", "Texts", "--field", "rag"}).find("reopened")->size() == 1);
  CHECK(desks.waiting().size() == 1);
  CHECK(desks.one.run({"conflict", "undo", "Texts"}).exit == 5);
}

TEST_CASE("a plain edit of a field in dispute ends with 2, says what stands and what to do, and leaves the dispute open; undo of an earlier edit does too") {
  const TwoDesks desks = two_colours();
  for (const bool is_rehearsal : {true, false}) {
    std::vector<std::string> line = {"action", "edit", "Texts", "--rag", "amber"};
    if (is_rehearsal) line.emplace_back("--dry-run");
    const auto edited = desks.one.run(line);
    CHECK(edited.exit == 2);
    CHECK_THAT(edited.err, Contains("rag is in dispute") && Contains("green") && Contains("red") && Contains("evenhand conflict show") && Contains("--field rag --value TEXT"));
  }
  CHECK(desks.one.run({"action", "update", "Texts", "--rag", "green", "--text", "Two courses run."}).exit == 2);
  CHECK(desks.one.run({"undo"}).exit != 0);
  CHECK(desks.waiting().size() == 1);
  desks.one.good({"action", "edit", "Texts", "--due", "2026-10"});
  CHECK(desks.waiting().size() == 1);
}

TEST_CASE("a dispute is open again after undo also when another process holds the workspace and writes it") {
  const TwoDesks desks = two_colours();
  REQUIRE(desks.waiting().size() == 1);
  desks.one.good({"conflict", "resolve", "Texts", "--field", "rag", "--keep", "1"});
  REQUIRE(desks.waiting().size() == 0);
  auto serving = test::Background::serving(desks.one.scratch, desks.one.workspace);
  CHECK(desks.one.json({"conflict", "undo", "Texts"}).find("reopened")->size() == 1);
  CHECK(serving.end() == 0);
  CHECK(desks.waiting().size() == 1);
  CHECK_THAT(desks.one.good({"action", "list"}), Contains(" or "));
}

TEST_CASE("log verify tells the incarnations of one laptop apart, and says nothing of them where there is one") {
  TwoDesks both = two_colours();
  const auto apart = test::run_program({"--workspace", both.other, "log", "verify"});
  INFO(apart.out);
  CHECK_THAT(apart.out, Contains(" by NCT, EDI laptop, incarnation ") && Contains("since it was last restored or copied"));
  Desk desk;
  desk.found();
  CHECK_THAT(desk.good({"log", "verify"}), !Contains("incarnation"));
}

TEST_CASE("a laptop that is used on two machines is named by status and log verify at the one that knows, with what to do, and not where it was only moved") {
  TwoDesks both = two_colours();
  const std::string status = both.one.good({"status"});
  CHECK_THAT(status, Contains("Alarm    NCT, EDI laptop (this one) wrote two different pasts"));
  const auto verified = both.one.run({"log", "verify"});
  CHECK(verified.exit == 0);
  CHECK_THAT(verified.out, Contains("SIDE BY SIDE") && Contains("ALARM  NCT, EDI laptop (this one)") && Contains("evenhand pair --same-organisation") && Contains("nothing is lost"));
  const Json alarms = *both.one.json({"status"}).find("alarms");
  REQUIRE(alarms.size() == 1);
  CHECK(alarms.items()[0].find("device")->text() == "EDI laptop");
  CHECK(alarms.items()[0].find("organisation")->text() == "NCT");

  const TwoDesks moved({{"action", "add", "Texts before each appointment.", "--rag", "amber"}}, {}, {{"action", "edit", "Texts", "--rag", "red"}});
  CHECK_THAT(moved.one.good({"status"}), !Contains("Alarm"));
  CHECK_THAT(moved.one.good({"log", "verify"}), !Contains("ALARM") && !Contains("SIDE BY SIDE"));
}

TEST_CASE("a decision on an old view ends with 4 and says what was changed") {
  const TwoDesks desks = two_colours();
  const std::string view = desks.waiting().items()[0].find("view")->text();
  desks.one.good({"action", "edit", "Texts", "--due", "2026-10"});
  const auto stale = desks.one.run({"conflict", "resolve", "Texts", "--keep", "1", "--seen", view});
  CHECK(stale.exit == 4);
  CHECK_THAT(stale.err, Contains("due by NCT, EDI laptop"));
  CHECK(desks.one.run({"conflict", "resolve", "Texts", "--keep", "1", "--seen", "0123abcd"}).exit == 5);
  const std::string now = desks.waiting().items()[0].find("view")->text();
  desks.one.good({"conflict", "resolve", "Texts", "--keep", "1", "--seen", now});
}

TEST_CASE("without a view a decision is held against what was shown last on this laptop, and a number needs a look first") {
  const TwoDesks desks = two_colours();
  const auto blind = desks.one.run({"conflict", "resolve", "Texts", "--keep", "1"});
  CHECK(blind.exit == 2);
  CHECK_THAT(blind.err, Contains("was not shown on this laptop yet") && Contains("evenhand conflict show"));
  CHECK(desks.waiting().size() == 1);  // which shows it
  desks.one.good({"action", "edit", "Texts", "--due", "2026-10"});
  for (const std::vector<std::string>& choice : {std::vector<std::string>{"--keep", "1"}, {"--value", "amber"}}) {
    std::vector<std::string> line = {"conflict", "resolve", "Texts"};
    line.insert(line.end(), choice.begin(), choice.end());
    const auto stale = desks.one.run(line);
    CHECK(stale.exit == 4);
    CHECK_THAT(stale.err, Contains("due by NCT, EDI laptop") && Contains("evenhand conflict show"));
  }
  CHECK(desks.one.run({"conflict", "show", "Texts"}).exit == 4);
  desks.one.good({"conflict", "resolve", "Texts", "--keep", "1"});
  CHECK(desks.waiting().size() == 0);
}

TEST_CASE("a joined text is on offer and becomes current when it is taken; one can be typed instead") {
  const TwoDesks desks({{"evidence", "add", "Survey", "--outcome", "1A", "--text", "First.\n\nSecond."}}, {{"evidence", "edit", "Survey", "--text", "First, longer.\n\nSecond."}},
                       {{"evidence", "edit", "Survey", "--text", "First.\n\nSecond, longer."}});
  CHECK(desks.waiting().items()[0].find("merged")->text() == "First, longer.\n\nSecond, longer.");
  desks.one.good({"conflict", "resolve", "Survey", "--merged"});
  CHECK(desks.one.json({"evidence", "show", "Survey"}).find("fields")->find("text")->text() == "First, longer.\n\nSecond, longer.");
  desks.one.good({"conflict", "undo", "Survey"});
  const auto typed = desks.one.run({"conflict", "resolve", "Survey", "--text", "-"}, "Told anew.");
  INFO(typed.err);
  CHECK(typed.exit == 0);
  CHECK_THAT(desks.one.json({"evidence", "show", "Survey"}).find("fields")->find("text")->text(), Contains("Told anew."));
}

TEST_CASE("the same choice for all like this decides only that field between those sides, and only with --yes") {
  const TwoDesks desks({{"action", "add", "One action.", "--rag", "amber"}, {"action", "add", "Two actions.", "--rag", "amber"}},
                       {{"action", "edit", "One action.", "--rag", "green", "--due", "2026-01"}, {"action", "edit", "Two actions.", "--rag", "green"}},
                       {{"action", "edit", "One action.", "--rag", "red", "--due", "2026-02"}, {"action", "edit", "Two actions.", "--rag", "red"}});
  REQUIRE(desks.waiting().size() == 3);
  const Json conflicts = desks.waiting();
  std::string red;
  for (const Json& conflict : conflicts.items()) {
    if (conflict.find("field")->text() != "rag" || conflict.find("title")->text() != "One action.") continue;
    red = conflict.find("versions")->items()[0].find("value")->text() == "red" ? "1" : "2";
  }
  const std::vector<std::string> decide = {"conflict", "resolve", "One action.", "--field", "rag", "--keep", red, "--all-like"};
  const auto asked = desks.one.run(decide);
  CHECK(asked.exit == 2);
  CHECK_THAT(asked.err, Contains("2 disputes alike"));
  CHECK(desks.waiting().size() == 3);
  auto sure = decide;
  sure.push_back("--yes");
  CHECK_THAT(desks.one.good(sure), Contains("Decided 2 disputes alike"));
  CHECK(rag_of(desks.one, "One action.") == "red");
  CHECK(rag_of(desks.one, "Two actions.") == "red");
  CHECK(desks.waiting().size() == 1);
}

TEST_CASE("a record removed here and edited there is kept or removed by a decision") {
  const TwoDesks desks({{"action", "add", "Texts before each appointment."}}, {{"action", "remove", "Texts", "--yes"}}, {{"action", "edit", "Texts", "--rag", "red"}});
  REQUIRE(desks.waiting().size() == 1);
  CHECK(desks.waiting().items()[0].find("kind")->text() == "removed_and_edited");
  const auto numbered = desks.one.run({"conflict", "resolve", "Texts", "--keep", "1"});
  CHECK(numbered.exit == 2);
  CHECK_THAT(numbered.err, Contains("without a number") && Contains("--remove"));
  desks.one.good({"conflict", "resolve", "Texts", "--keep"});
  CHECK(desks.waiting().size() == 0);
  desks.one.good({"conflict", "undo", "Texts"});
  desks.one.good({"conflict", "resolve", "Texts", "--remove"});
  CHECK(desks.one.json({"action", "list"}).size() == 0);
}

TEST_CASE("both texts are kept one after the other by one decision, after they were shown, and a colour takes no such word") {
  const TwoDesks desks({{"action", "add", "Texts before each appointment.", "--progress", "Supplier sought.", "--rag", "amber"}},
                       {{"action", "edit", "Texts", "--progress", "Two courses run, 41 staff."}}, {{"action", "edit", "Texts", "--progress", "Provider cancelled."}});
  const auto unseen = desks.one.run({"conflict", "resolve", "Texts", "--both"});
  CHECK(unseen.exit == 2);
  CHECK_THAT(unseen.err, Contains("evenhand conflict show"));
  const std::string shown = desks.one.run({"conflict", "show", "Texts"}).out;
  CHECK_THAT(shown, Contains("one after the other, as they are numbered: --both"));
  const Json waiting = desks.waiting();
  REQUIRE(waiting.size() == 1);
  const auto& versions = waiting.items()[0].find("versions")->items();
  for (std::size_t i = 0; i < 2; ++i) CHECK_THAT(shown, Contains("\n      " + std::to_string(i + 1) + "       " + versions[i].find("value")->text() + "\n"));  // in the paragraph where they clash
  desks.one.good({"conflict", "resolve", "Texts", "--both", "--reason", "Both happened"});
  CHECK(desks.waiting().size() == 0);
  const Json decisions = desks.one.json({"log", "list", "--decisions"});
  REQUIRE(decisions.size() == 1);
  CHECK(decisions.items()[0].find("reason")->text() == "Both happened");
  CHECK(decisions.items()[0].find("title")->text() == "Texts before each appointment.");
  CHECK_THAT(decisions.items()[0].find("decided")->find("progress")->text(), Contains("Provider cancelled."));
  CHECK_THAT(desks.one.run({"log", "list", "--decisions"}).out, Contains("\n  progress: ") && Contains("; because: Both"));
  CHECK(desks.one.json({"action", "show", "Texts"}).find("fields")->find("progress")->text() == versions[0].find("value")->text() + "\n\n" + versions[1].find("value")->text());
  desks.one.good({"conflict", "undo", "Texts"});
  CHECK(desks.waiting().size() == 1);

  const TwoDesks colours = two_colours();
  (void)colours.one.run({"conflict", "show", "Texts"});
  const auto refused = colours.one.run({"conflict", "resolve", "Texts", "--both"});
  CHECK(refused.exit == 2);
  CHECK_THAT(refused.err, Contains("only long texts can stand one after the other"));
}

TEST_CASE("a dispute says where its record lives: domain, outcome, service, organisation, cycle, when it is due, and what an update belongs to") {
  const TwoDesks desks({{"service", "add", "Virtual wards"},
                        {"action", "add", "Texts before each appointment.", "--outcomes", "1B", "--service", "Virtual wards", "--due", "2026-09", "--rag", "amber"},
                        {"action-update", "add", "--action", "Texts", "--text", "Begun.", "--quarter", "Q1 2026/27", "--rag", "amber"}},
                       {{"action", "edit", "Texts", "--rag", "green"}, {"action-update", "edit", "Q1", "--rag", "green"}},
                       {{"action", "edit", "Texts", "--rag", "red"}, {"action-update", "edit", "Q1", "--rag", "red"}});
  const auto shown = desks.one.run({"conflict", "show", "Texts"});
  INFO(shown.out);
  CHECK_THAT(shown.out, Contains("  Domain 1: ") && Contains(" > 1B > Virtual wards > NCT") && Contains("2025/26 > due 2026-09"));
  for (const Json& one : desks.waiting().items()) {
    const auto& place = one.find("place")->items();
    REQUIRE(place.size() >= 6);
    CHECK(place[0].text().starts_with("Domain 1: "));
    CHECK(place[1].text() == "1B");
    CHECK((one.find("type")->text() == "action_update") == (place.back().text() == "action Texts before each appointment."));
  }
}
