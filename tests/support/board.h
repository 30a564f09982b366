/// A trust that signs off: two copies of its workspace, a cycle with something in it, and two people who hold keys.
#pragma once

#include "core/engine/sign_off.h"
#include "tests/support/two_workspaces.h"

namespace evenhand {

inline FieldValue said(std::string field, std::string words) { return {std::move(field), std::move(words)}; }

struct Board {
  TwoWorkspaces both;
  EntityId cycle, grade, action;
  SeededRandom random{3};
  KeyPair sponsor = KeyPair::make(random);
  KeyPair lead = KeyPair::make(random);

  Board() {
    const EntityId organisation = both.one().organisation();
    cycle = both.added("cycle", {said("title", "EDS 2025/26"), said("framework", "eds-2022"), said("policy", "nhs-eds-2022")});
    grade = both.added("grade", {{"organisation", organisation}, {"cycle", cycle}, said("outcome", "2A"), said("kind", "verified"), {"value", *GradeValue::parse("2")}});
    action = both.added("action", {{"organisation", organisation}, {"cycle", cycle}, said("text", "Texts go out."), said("rag", "amber")});
    both.part();
  }

  SignRequest wanted(std::string scope = "report") {
    SignRequest request;
    auto subject = subject_of(both.one(), scope, both.one().organisation(), cycle);
    REQUIRE(subject.ok());
    request.subject = *subject;
    request.title = "EDS report";
    request.seats = {"Board sponsor", "EDS lead"};
    request.seats_needed = 2;
    return request;
  }
  EntityId requested(Workspace& workspace, const SignRequest& request) {
    auto id = request_sign_off(workspace, request);
    INFO((id.ok() ? "" : id.error().sentence()));
    REQUIRE(id.ok());
    return *id;
  }
  void approve(Workspace& workspace, const EntityId& id) {
    for (const auto& [seat, key] : {std::pair("Board sponsor", &sponsor), std::pair("EDS lead", &lead)}) {
      const auto given = give_verdict(workspace, *sign_off_of(workspace, id), seat, true, "", *key);
      INFO((given.ok() ? "" : given.error().sentence()));
      REQUIRE(given.ok());
    }
  }
  EntityId signed_report() {
    const EntityId id = requested(both.one(), wanted());
    approve(both.one(), id);
    REQUIRE(state(id) == SignState::in_force);
    return id;
  }
  SignState state(const EntityId& id) { return sign_off_of(both.one(), id)->state; }
  std::vector<LateEvent> late(const EntityId& id) { return *late_events(both.one(), *sign_off_of(both.one(), id)); }
  void change(Workspace& workspace, std::string type, const EntityId& id, FieldValue value) { TwoWorkspaces::entered(workspace, {std::move(type), id, Verb::changed, {std::move(value)}}); }
};

}  // namespace evenhand
