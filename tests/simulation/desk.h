/// One laptop of a trust with the whole engine on it, as a history of several trusts needs it (tests/simulation/trusts.h).
///
/// Threads: one. Lifetime: its disk lives in the folder of the history.
#pragma once

#include "core/base/clock.h"
#include "core/engine/workspace.h"
#include "sync/replica/workspace_replica.h"
#include "tests/simulation/device.h"

namespace evenhand::simulation {

/// Years off, and always a little later than it was.
struct DeskClock : Clock {
  const std::int64_t& now_ms;
  std::int64_t offset_ms = 0;
  std::int64_t ticks = 0;
  explicit DeskClock(const std::int64_t& now) : now_ms(now) {}
  ClaimedTime now() override { return {now_ms + offset_ms + ++ticks}; }
};

struct Desk {
  std::size_t number;
  std::size_t trust;
  std::filesystem::path folder;
  DeskClock clock;
  SeededRandom random;
  ShortMemory memory = {};
  std::optional<Workspace> workspace = {};
  std::optional<std::uint64_t> room_bytes = {};  ///< while its disk is full: how long a file may become
  std::string heard = {};                        ///< every byte that came over a wire, when nobody compressed
  std::map<SpaceId, std::set<Reference>> confirmed = {};  ///< what it told a person, or a partner, that it had saved

  Desk(std::size_t number_, std::size_t trust_, std::filesystem::path folder_, const std::int64_t& now_ms, std::uint64_t seed)
      : number(number_), trust(trust_), folder(std::move(folder_)), clock(now_ms), random(seed) {}

  std::string name() const { return "desk " + std::to_string(number) + " of trust " + std::string(1, static_cast<char>('A' + trust)); }
  Workspace& operator*() { return *workspace; }
  Workspace* operator->() { return &*workspace; }
  PublicKey device() const { return workspace->keystore().device().public_key(); }
  bool may(const SpaceId& space, Capability what) const {
    const Space* here = workspace->find_space(space);
    return here != nullptr && here->fold.access().find_grant(device(), what).has_value();
  }
  void open();
  void close() { workspace.reset(); }

  std::set<Reference> held(const SpaceId& space) const;
  void confirm_all();
  /// What of the confirmed is not in the logs; empty: nothing.
  std::string find_lost() const;
};

/// Every place in which one of the words stands that a history planted ("canary-17."), in what follows.
std::set<std::uint64_t> canaries_in(std::string_view bytes);
/// The same over every file below a folder.
std::set<std::uint64_t> canaries_below(const std::filesystem::path& folder);
std::string canary(std::uint64_t number);

}  // namespace evenhand::simulation
