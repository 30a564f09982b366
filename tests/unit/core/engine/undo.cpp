#include <catch2/catch.hpp>

#include <fstream>

#include "core/access/authority.h"
#include "core/codec/archive.h"
#include "core/engine/action_list.h"
#include "core/engine/workspace.h"
#include "tests/support/scratch.h"
#include "tests/support/seeded_random.h"
#include "tests/support/trusts.h"

using namespace evenhand;

namespace {

// Set back whenever a test says so: claimed time must decide nothing.
struct LyingClock : Clock {
  std::int64_t ms = 1'700'000'000'000;
  ClaimedTime now() override { return {ms}; }
};

struct Desk {
  Scratch scratch;
  LyingClock clock;
  SeededRandom random{1};
  std::filesystem::path folder = scratch / "ws";
  std::optional<Workspace> workspace;

  Desk() {
    auto made = Workspace::create(folder, {"Northmere Trust", "NT", "laptop"}, clock, random);
    REQUIRE(made.ok());
    workspace.emplace(std::move(*made));
  }
  Receipt enter(std::vector<RecordChange> changes) {
    Command command;
    command.changes = std::move(changes);
    auto receipt = workspace->submit(command);
    INFO((receipt.ok() ? "" : receipt.error().sentence()));
    REQUIRE(receipt.ok());
    return *receipt;
  }
  void undo() {
    const auto undone = workspace->undo();
    INFO((undone.ok() ? "" : undone.error().sentence()));
    REQUIRE(undone.ok());
  }
  bool is_removed(const EntityId& id) { return (*workspace->find(id))->is_removed(); }
};

RecordChange new_cycle() {
  return {"cycle", {}, Verb::changed, {{"title", std::string("EDS")}, {"framework", std::string("eds-2022")}, {"policy", std::string("nhs-eds-2022")}}};
}

RecordChange new_meeting(const EntityId& organisation) {
  return {"meeting", {}, Verb::changed, {{"organisation", organisation}, {"title", std::string("Board")}}};
}

}  // namespace

TEST_CASE("undo takes back what this device wrote last, whatever its clock said at the time") {
  Desk desk;
  const EntityId cycle = desk.enter({new_cycle()}).entities.front();
  desk.clock.ms -= 1'000'000;
  const EntityId meeting = desk.enter({new_meeting(desk.workspace->organisation())}).entities.front();  // another space, an earlier claimed time
  desk.clock.ms -= 1'000'000;
  const EntityId later = desk.enter({new_cycle()}).entities.front();
  desk.undo();
  CHECK(desk.is_removed(later));
  CHECK_FALSE(desk.is_removed(meeting));
  desk.undo();
  CHECK(desk.is_removed(meeting));
  CHECK_FALSE(desk.is_removed(cycle));
  desk.undo();
  CHECK(desk.is_removed(cycle));
}

TEST_CASE("undo takes a command over two spaces back as one") {
  Desk desk;
  const Receipt receipt = desk.enter({new_cycle(), new_meeting(desk.workspace->organisation())});
  desk.undo();
  for (const EntityId& id : receipt.entities) CHECK(desk.is_removed(id));
}

TEST_CASE("founding, letting somebody in and adding a space are no actions that undo could take back") {
  test::Laptop host(1), guest(2);
  host.found("Northmere");
  guest.found("Westfen");
  const Bytes invitation = test::good(invite(*host, {host.cycle()}, false));
  REQUIRE(admit(*host, test::good(accept(*guest, invitation, "Westfen laptop")), Capabilities::all()).ok());
  REQUIRE(host->found_cycle_space("Second ICS").ok());
  CHECK(read_actions(host.folder).value().empty());
  CHECK(host->undo().error().code == ErrorCode::not_found);
  CHECK_FALSE((*host->find(host->organisation()))->is_removed());
  CHECK((*host->find(guest->organisation()))->text("name") == "Westfen NHS Trust");
}

TEST_CASE("undo passes over the naming of a member that an earlier version noted as an action") {
  Desk desk;
  const EntityId own = desk.workspace->organisation();
  const Reference founding = desk.workspace->history(own).value().front().reference;
  REQUIRE(add_action(desk.folder, {founding}).ok());
  CHECK(desk.workspace->undo().error().code == ErrorCode::not_found);
  CHECK_FALSE(desk.is_removed(own));
  desk.enter({{"organisation", own, Verb::changed, {{"name", std::string("Northmere Partnership")}}}});
  desk.undo();  // a person's word on it is one
  CHECK((*desk.workspace->find(own))->text("name") == "Northmere Trust");
  const EntityId other = desk.enter({{"organisation", {}, Verb::changed, {{"name", std::string("Eastfen")}}}}).entities.front();
  desk.undo();
  CHECK(desk.is_removed(other));
}

TEST_CASE("undo restores no value that was redacted meanwhile") {
  Desk desk;
  const EntityId cycle = desk.enter({new_cycle()}).entities.front();
  const Receipt named = desk.enter({{"cycle", cycle, Verb::changed, {{"title", std::string("canary-title")}}}});
  desk.enter({{"cycle", cycle, Verb::changed, {{"title", std::string("Plain")}}}});
  RedactionOrder order;
  order.event.resize(Reference::kBytes);
  named.events.front().write(order.event.data());
  order.ground = "named a person";
  REQUIRE(desk.workspace->submit_authority(SpaceKind::cycle, {{std::string(authority_type::kRedaction), encode(order)}}).ok());
  desk.undo();
  CHECK((*desk.workspace->find(cycle))->text("title") != "canary-title");
}

TEST_CASE("a line of the list of actions that was cut short spoils none after it, and the list stays small") {
  Scratch scratch;
  const auto reference = [](std::uint64_t seq) { return Reference{ChainId{{1}}, seq, ShortHash{{2}}}; };
  REQUIRE(add_action(scratch.folder(), {reference(1)}).ok());
  std::ofstream(scratch / "actions", std::ios::app) << "\n0123";
  REQUIRE(add_action(scratch.folder(), {reference(2), reference(3)}).ok());
  CHECK(read_actions(scratch.folder()).value() == ActionList{{reference(1)}, {reference(2), reference(3)}});
  for (std::uint64_t seq = 4; seq < 2500; ++seq) REQUIRE(add_action(scratch.folder(), {reference(seq)}).ok());
  const ActionList actions = read_actions(scratch.folder()).value();
  CHECK(actions.size() < 2100);
  CHECK(actions.size() > 900);
  CHECK(actions.back() == std::vector<Reference>{reference(2499)});
}
