// What came after a sign-off, and touches what was signed.
#include <algorithm>

#include "core/engine/carried_over.h"
#include "core/engine/late_verdict.h"
#include "core/engine/problems.h"
#include "tests/support/board.h"

using namespace evenhand;

TEST_CASE("a change of what was signed is late on both replicas; an update, a colour and a comment never are") {
  Board board;
  const EntityId id = board.signed_report();
  CHECK(board.late(id).empty());
  board.change(board.both.one(), "action", board.action, said("rag", "red"));
  TwoWorkspaces::entered(board.both.one(), {"action_update", {}, Verb::changed, {{"action", board.action}, said("text", "Two courses run.")}});
  TwoWorkspaces::entered(board.both.one(), {"comment", {}, Verb::changed, {{"organisation", board.both.one().organisation()}, {"cycle", board.cycle}, said("text", "Thank you.")}});
  CHECK(board.late(id).empty());
  board.change(board.both.two(), "grade", board.grade, {"value", *GradeValue::parse("1")});  // it had not seen the signing
  board.both.meet();
  const auto late = board.late(id);
  REQUIRE(late.size() == 1);
  CHECK(late.front().entity == board.grade);
  CHECK(late.front().what == "value");
  CHECK(late.front().author.device_label == "EDI laptop");
  CHECK(late_events(board.both.two(), *sign_off_of(board.both.two(), id))->size() == 1);
  CHECK(board.state(id) == SignState::in_force);
}

TEST_CASE("a new grade in a signed report is late, and what was said about it stays said") {
  Board board;
  const EntityId id = board.signed_report();
  board.both.added("grade", {{"organisation", board.both.one().organisation()}, {"cycle", board.cycle}, said("outcome", "2B"), said("kind", "verified")});
  REQUIRE(board.late(id).size() == 1);
  RecordChange said_of_it{"late", {}, Verb::changed, {{"sign_off", id}, said("event", long_text(board.late(id).front().event)), said("entity", "x"), said("verdict", "dismissed"), said("reason", "Entered twice")}};
  TwoWorkspaces::entered(board.both.one(), said_of_it);
  CHECK(board.late(id).front().verdict == "dismissed");
}

TEST_CASE("what another process writes while a sign-off is put forward is in its snapshot or late, never signed unseen") {
  Board board;
  board.change(board.both.two(), "action", board.action, said("text", "Nothing goes out."));
  // In the log of the first, as a holder beside it writes, and not in what the first has read.
  for (Space& space : board.both.one().spaces()) {
    std::vector<Bytes> commits;
    const auto view = board.both.two().find_space(space.id)->log.read();
    REQUIRE(view->scan(1, [&](Arrival, const CommitView& commit) {
      commits.emplace_back(commit.bytes().begin(), commit.bytes().end());
      return true;
    }).ok());
    const std::vector<ByteView> views(commits.begin(), commits.end());
    REQUIRE(space.log.append_untrusted(views).ok());
  }
  REQUIRE(board.both.one().find(board.action).value()->text("text") == "Texts go out.");
  const EntityId id = board.signed_report();
  const bool is_in_snapshot = read_snapshot(board.both.one(), *sign_off_of(board.both.one(), id))->find("Nothing goes out.") != std::string::npos;
  CHECK(is_in_snapshot != (board.late(id).size() == 1));
  CHECK(board.late(id).size() <= 1);
}

TEST_CASE("what leaves a signed report for another one is late, and so is what happens to it there") {
  Board board;
  Workspace& one = board.both.one();
  const EntityId organisation = one.organisation();
  const EntityId next = board.both.added("cycle", {said("title", "EDS 2026/27"), said("framework", "eds-2022"), said("policy", "nhs-eds-2022")});
  const auto workshop = [&](const EntityId& cycle, const char* title) { return board.both.added("workshop", {{"organisation", organisation}, {"cycle", cycle}, said("title", title)}); };
  const EntityId autumn = workshop(board.cycle, "Autumn");
  const EntityId winter = workshop(board.cycle, "Winter");
  const EntityId spring = workshop(next, "Spring");
  const auto tally = [&](const EntityId& of) { return board.both.added("tally", {{"workshop", of}, said("level", "outcome"), said("code", "1A")}); };
  const EntityId moved = tally(autumn);
  const EntityId stays = tally(winter);
  const EntityId of_spring = tally(spring);
  const EntityId id = board.signed_report();
  REQUIRE(board.late(id).empty());
  const auto late_of = [&](const EntityId& entity) {
    std::string what;
    for (const LateEvent& late : board.late(id)) what += late.entity == entity ? late.what + "." : "";
    return what;
  };

  board.change(one, "tally", of_spring, said("code", "1B"));
  board.both.added("tally", {{"workshop", spring}, said("level", "outcome"), said("code", "1C")});
  CHECK(board.late(id).empty());  // the next cycle's own
  board.change(one, "tally", moved, {"workshop", spring});
  CHECK(late_of(moved) == "workshop.");
  board.change(one, "tally", moved, said("code", "1D"));
  CHECK(late_of(moved) == "workshop.code.");

  board.change(one, "workshop", winter, {"cycle", next});
  CHECK(late_of(winter) == "cycle.");
  CHECK(late_of(stays).empty());
  board.change(one, "tally", stays, said("code", "1B"));
  CHECK(late_of(stays) == "code.");
  tally(winter);  // it never was in the signed one
  CHECK(board.late(id).size() == 4);
}

namespace {

/// A signed report, a grade changed since, and two laptops that have not yet met again.
struct Judged {
  Board board;
  EntityId id = board.signed_report();
  LateEvent late;
  EntityId next;

  Judged() {
    board.change(board.both.one(), "grade", board.grade, {"value", *GradeValue::parse("1")});
    next = board.both.added("cycle", {said("title", "EDS 2026/27"), said("framework", "eds-2022"), said("policy", "nhs-eds-2022")});
    board.both.meet();
    late = board.late(id).at(0);
  }
  Result<Receipt> say(Workspace& workspace, const LateWords& words) {
    EVENHAND_TRY(const LateVerdicts earlier, LateVerdicts::read(workspace));
    Command command;
    EVENHAND_TRY(command.changes, late_changes(earlier, id, late.event, late.entity, words));
    return workspace.submit(command);
  }
  // As versions before wrote it, under an id of its own.
  void say_as_before(Workspace& workspace, const char* verdict) {
    TwoWorkspaces::entered(workspace, {"late", {}, Verb::changed, {{"sign_off", id}, said("event", long_text(late.event)), said("entity", late.entity.hex()), said("verdict", verdict), {"cycle", next}}});
  }
  LateEvent seen_by(Workspace& workspace) { return late_events(workspace, *sign_off_of(workspace, id))->at(0); }
};

const std::vector<std::string> kBoth = {"carried", "dismissed"};

}  // namespace

TEST_CASE("two laptops' different verdicts on one late change are both kept, and it waits until a person decides with a reason") {
  Judged judged;
  Workspace& one = judged.board.both.one();
  Workspace& two = judged.board.both.two();
  REQUIRE(judged.say(one, {"carried", "Came after the board", judged.next}).ok());
  CHECK(judged.seen_by(one).verdict == "carried");
  REQUIRE(judged.say(two, {"dismissed", "Entered twice", {}}).ok());
  judged.board.both.meet();
  for (Workspace* each : {&one, &two}) {
    CHECK(judged.seen_by(*each).verdict.empty());
    CHECK(judged.seen_by(*each).disputed == kBoth);
    CHECK(carried_into(*each, judged.next)->empty());
    const auto conflicts = *each->conflicts();
    CHECK(std::any_of(conflicts.begin(), conflicts.end(), [](const Conflict& one) { return one.type == "late" && one.field == "verdict" && one.versions.size() == 2; }));
  }
  CHECK(judged.say(two, {"dismissed", "", {}}).error().code == ErrorCode::refused);
  REQUIRE(judged.say(two, {"carried", "The board wants it next year", judged.next}).ok());
  judged.board.both.meet();
  for (Workspace* each : {&one, &two}) {
    CHECK(judged.seen_by(*each).verdict == "carried");
    CHECK(judged.seen_by(*each).disputed.empty());
    CHECK(carried_into(*each, judged.next)->size() == 1);
    CHECK(each->conflicts()->empty());
  }
}

TEST_CASE("the same verdict given twice with different reasons is no dispute, and both reasons stand and stay in the history") {
  Judged judged;
  Workspace& one = judged.board.both.one();
  Workspace& two = judged.board.both.two();
  REQUIRE(judged.say(one, {"carried", "The board met before", judged.next}).ok());
  REQUIRE(judged.say(two, {"carried", "Came in by post", judged.next}).ok());
  judged.board.both.meet();
  for (Workspace* each : {&one, &two}) {
    CHECK(each->conflicts()->empty());
    CHECK(judged.seen_by(*each).verdict == "carried");
    CHECK(judged.seen_by(*each).disputed.empty());
    REQUIRE(carried_into(*each, judged.next)->size() == 1);
    CHECK(carried_into(*each, judged.next)->front().reason == "Came in by post; The board met before");
    const auto problems = *find_problems(*each);
    CHECK(std::none_of(problems.begin(), problems.end(), [](const RecordProblem& problem) { return problem.record_type == "late"; }));
    const Record late = each->records("late")->front();
    CHECK_FALSE(late.is_conflicted("reason"));
    CHECK(each->history(late.id())->size() == 2);
  }
}

TEST_CASE("verdicts under ids of their own, as versions before wrote them, count, contradict each other, and are settled as one") {
  Judged judged;
  Workspace& one = judged.board.both.one();
  Workspace& two = judged.board.both.two();
  judged.say_as_before(one, "carried");
  CHECK(judged.seen_by(one).verdict == "carried");
  REQUIRE(judged.say(two, {"dismissed", "Entered twice", {}}).ok());
  judged.board.both.meet();
  CHECK(judged.seen_by(one).disputed == kBoth);
  CHECK(judged.seen_by(two).disputed == kBoth);
  REQUIRE(judged.say(one, {"dismissed", "Entered twice indeed", {}}).ok());
  judged.board.both.meet();
  CHECK(judged.seen_by(one).verdict == "dismissed");
  CHECK(judged.seen_by(two).verdict == "dismissed");
}

TEST_CASE("one change carried over to two cycles is in dispute") {
  Judged judged;
  const EntityId other = judged.board.both.added("cycle", {said("title", "EDS 2027/28"), said("framework", "eds-2022"), said("policy", "nhs-eds-2022")});
  judged.board.both.meet();
  REQUIRE(judged.say(judged.board.both.one(), {"carried", "Late", judged.next}).ok());
  REQUIRE(judged.say(judged.board.both.two(), {"carried", "Late", other}).ok());
  judged.board.both.meet();
  CHECK(judged.seen_by(judged.board.both.one()).disputed == std::vector<std::string>{"carried"});
}
