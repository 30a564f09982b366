/// Members of a space at a hub, one of whom has somebody else's program.
///
/// Threads: one at a time.
#pragma once

#include "tests/support/hub_attacks.h"
#include "tests/support/hub_community.h"

namespace evenhand::test {

/// A host, a guest, and a third member with somebody else's program; all three in step.
struct HubDesk {
  Community all;
  Laptop guest{2}, liar{3};
  SpaceId shared = all.shared;
  SeededRandom random{17};

  HubDesk() {
    join(all, guest, "Guest");
    join(all, liar, "Liar");
    all.agree(all.host);
    for (Laptop* laptop : {&guest, &liar}) {
      all.agree(*laptop);
      good((*laptop)->use_cycle_space(shared));
    }
  }
  void write(Laptop& laptop, const std::string& name) { entered(*laptop, new_group(name)); }
  RelayView& seen_by(Laptop& laptop) { return all.hub.replica->view(shared, laptop.device()); }
  /// The last events that laptop wrote in the shared space.
  Segment last_of(Laptop& laptop) {
    LogSpace space(laptop->find_space(shared)->log);
    Segment last;
    for (const VersionVector::Entry& entry : good(space.vector()).entries) {
      const ChainState chain = good(good(laptop->find_space(shared)->log.read()).chain(entry.chain));
      if (chain.descriptor.device != laptop.device() || chain.descriptor.lane != Lane::data) continue;
      std::uint64_t cursor = 0;
      last = *good(space.next_segment(entry.chain, entry.ends.back().seq - 1, cursor));
    }
    REQUIRE_FALSE(last.payload.empty());
    return last;
  }
  HubAssault assault(Laptop& on) { return {seen_by(liar), liar->keystore().device(), *liar->current_epoch(shared), last_of(on), {}, random}; }
  void check_in_step() {
    for (int i = 0; i < 2; ++i) {
      for (Laptop* laptop : {&guest, &all.host}) all.agree(*laptop);
    }
    const RelayCounters before = all.hub.replica->counters();
    for (Laptop* laptop : {&guest, &all.host}) {
      const SessionOutcome outcome = all.meet(*laptop);
      CHECK(outcome.end == SessionEnd::in_sync);
      CHECK(outcome.passed_over.empty());
    }
    CHECK(all.hub.replica->counters().frames_given == before.frames_given);
    CHECK(all.hub.replica->counters().frames_kept == before.frames_kept);
    CHECK(all.state(guest) == all.state(all.host));
  }
};

}  // namespace evenhand::test
