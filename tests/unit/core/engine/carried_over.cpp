#include "core/engine/carried_over.h"

#include "tests/support/two_workspaces.h"

using namespace evenhand;

namespace {

FieldValue said(std::string field, std::string words) { return {std::move(field), std::move(words)}; }

/// A report of one cycle signed by one seat, the next cycle, and a change that came after signing.
struct Years {
  TwoWorkspaces both;
  EntityId last_year, this_year, grade, signed_one;
  LateEvent late;

  Years() {
    Workspace& one = both.one();
    last_year = both.added("cycle", {said("title", "EDS 2024/25"), said("framework", "eds-2022"), said("policy", "nhs-eds-2022")});
    this_year = both.added("cycle", {said("title", "EDS 2025/26"), said("framework", "eds-2022"), said("policy", "nhs-eds-2022")});
    grade = both.added("grade", {{"organisation", one.organisation()}, {"cycle", last_year}, said("outcome", "2A"), said("kind", "verified"), {"value", *GradeValue::parse("2")}});
    SignRequest request;
    request.subject = *subject_of(one, "report", one.organisation(), last_year);
    request.title = "EDS report";
    signed_one = *request_sign_off(one, request);
    SeededRandom random(3);
    REQUIRE(give_verdict(one, *sign_off_of(one, signed_one), "Board sponsor", true, "", KeyPair::make(random)).ok());
    TwoWorkspaces::entered(one, {"grade", grade, Verb::changed, {{"value", *GradeValue::parse("1")}}});
    late = late_events(one, *sign_off_of(one, signed_one))->at(0);
    both.part();
  }
  EntityId carry(Workspace& workspace) {
    return TwoWorkspaces::entered(workspace, {"late", {}, Verb::changed, {{"sign_off", signed_one}, said("event", long_text(late.event)), said("entity", grade.hex()), said("verdict", "carried"), said("reason", "For next year"), {"cycle", this_year}}}).entities.front();
  }
  std::vector<CarriedOver> carried(Workspace& workspace) { return *carried_into(workspace, this_year); }
};

}  // namespace

TEST_CASE("a cycle lists what was carried over into it: the record, what changed, from where, by whom, why; and no other cycle does") {
  Years years;
  Workspace& one = years.both.one();
  CHECK(years.carried(one).empty());
  const EntityId id = years.carry(one);
  const auto carried = years.carried(one);
  REQUIRE(carried.size() == 1);
  CHECK(carried[0].id == id);
  CHECK(carried[0].is_open());
  CHECK(carried[0].entity == years.grade);
  REQUIRE(carried[0].change);
  CHECK(carried[0].change->what == "value");
  CHECK(carried[0].change->event == years.late.event);
  CHECK(carried[0].from == years.last_year);
  CHECK(carried[0].signed_title == "EDS report");
  CHECK(carried[0].reason == "For next year");
  CHECK(carried[0].carried_by.device_label == "EDI laptop");
  CHECK(carried[0].carried.ms > carried[0].change->claimed.ms);
  CHECK(carried_into(one, years.last_year)->empty());
}

TEST_CASE("what was carried over is open until words or a record of that cycle close it, once") {
  Years years;
  Workspace& one = years.both.one();
  years.carry(one);
  const CarriedOver open = years.carried(one).at(0);
  CHECK(closing_of(one, open, "", {}).error().code == ErrorCode::refused);
  CHECK(closing_of(one, open, "", years.grade).error().code == ErrorCode::refused);  // of the cycle that was signed
  CHECK(closing_of(one, open, "", EntityId{}).error().code == ErrorCode::not_found);
  const EntityId taken_up = years.both.added("grade", {{"organisation", one.organisation()}, {"cycle", years.this_year}, said("outcome", "2A"), said("kind", "verified"), {"value", *GradeValue::parse("1")}});
  TwoWorkspaces::entered(one, *closing_of(one, open, "Graded anew.", taken_up));
  const CarriedOver closed = years.carried(one).at(0);
  CHECK_FALSE(closed.is_open());
  CHECK(closed.closing == "Graded anew.");
  CHECK(closed.closed_by == taken_up);
  CHECK(closing_of(one, closed, "Again.", {}).error().code == ErrorCode::refused);
}

TEST_CASE("a change that two laptops carried over stands once, and closing either closes it on both") {
  Years years;
  years.carry(years.both.one());
  years.carry(years.both.two());
  TwoWorkspaces::entered(years.both.two(), *closing_of(years.both.two(), years.carried(years.both.two()).at(0), "Taken up.", {}));
  years.both.meet();
  for (Workspace* one : {&years.both.one(), &years.both.two()}) {
    REQUIRE(years.carried(*one).size() == 1);
    CHECK_FALSE(years.carried(*one)[0].is_open());
  }
  CHECK(years.carried(years.both.one())[0].id == years.carried(years.both.two())[0].id);
}

TEST_CASE("what was carried over from a sign-off that is not here is listed all the same, without saying what it was") {
  Years years;
  Workspace& one = years.both.one();
  TwoWorkspaces::entered(one, {"late", {}, Verb::changed, {{"sign_off", years.signed_one}, said("event", std::string(64, 'a')), said("entity", years.grade.hex()), said("verdict", "carried"), {"cycle", years.this_year}}});
  REQUIRE(years.carried(one).size() == 1);
  CHECK_FALSE(years.carried(one)[0].change);
  CHECK(years.carried(one)[0].is_open());
}
