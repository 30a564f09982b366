// A key of the space that an admin made before it had heard of a member: what is sealed with it waits, and everything else is in step.
#include "tests/support/hub_desk.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

/// An admin that re-keys the space while the host lets somebody in; the hub brings both together.
struct Rekeyed {
  Community all;
  Laptop admin{2}, leaver{3}, late{4};

  Rekeyed() {
    join(all, admin, "Admin", Capabilities::all());
    join(all, leaver, "Leaver");
    for (Laptop* laptop : {&all.host, &admin, &leaver}) all.agree(*laptop);
    join(all, late, "Late");
    for (Laptop* laptop : {&late, &admin}) good((*laptop)->use_cycle_space(all.shared));
    all.agree(all.host);
    all.agree(late);
    good(remove_devices(*admin, all.shared, {leaver.device()}));
    entered(*admin, new_group("Under the new key"));
    (void)all.meet(admin);
  }
  void waits_for_the_key() {
    const SessionOutcome outcome = all.meet(late);
    INFO(outcome.why.sentence());
    CHECK(outcome.end == SessionEnd::in_sync);
    REQUIRE(outcome.left_out.size() == 1);
    CHECK(outcome.left_out.front().what.find("has not been handed to this laptop yet") != std::string::npos);
    CHECK(outcome.left_out.front().next.find("exchange with an admin") != std::string::npos);
    CHECK(outcome.passed_over.empty());
    REQUIRE(late->current_epoch(all.shared) == nullptr);
  }
  bool has(Laptop& laptop, const std::string& name) {
    for (const Record& record : good(laptop->records("group"))) {
      if (record.text("name") == name) return true;
    }
    return false;
  }
};

}  // namespace

TEST_CASE("a laptop that waits for a key of the space is in step but for what is sealed with it, and has that once the key was handed on") {
  Rekeyed desk;
  entered(*desk.all.host, new_group("Under the old key"));
  desk.waits_for_the_key();
  CHECK_FALSE(desk.has(desk.late, "Under the new key"));
  desk.waits_for_the_key();

  desk.all.agree(desk.admin);  // hands it on
  desk.all.agree(desk.late);
  CHECK(desk.has(desk.late, "Under the new key"));
  CHECK(desk.all.meet(desk.late).left_out.empty());
}

TEST_CASE("what a laptop writes while it waits for the newest key goes to the hub once it has that, and under no older one") {
  Rekeyed desk;
  desk.waits_for_the_key();
  entered(*desk.late, new_group("Written while waiting"));
  const RelayCounters before = desk.all.hub.replica->counters();
  desk.waits_for_the_key();
  desk.waits_for_the_key();
  CHECK(desk.all.hub.replica->counters().frames_kept == before.frames_kept);

  desk.all.agree(desk.admin);
  desk.all.agree(desk.late);
  CHECK(desk.all.meet(desk.late).left_out.empty());
  desk.all.agree(desk.admin);
  desk.all.agree(desk.all.host);
  CHECK(desk.has(desk.admin, "Written while waiting"));
  CHECK(desk.has(desk.all.host, "Written while waiting"));
  CHECK(desk.all.state(desk.late) == desk.all.state(desk.admin));
}
