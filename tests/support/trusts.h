/// Trusts with their laptops, joined in-process: no wire, the same replicas that a session speaks for.
#pragma once

#include <catch2/catch.hpp>

#include "core/engine/membership.h"
#include "sync/replica/workspace_replica.h"
#include "tests/support/scratch.h"
#include "tests/support/seeded_random.h"

namespace evenhand::test {

struct TickingClock : Clock {
  std::int64_t ms = 1'700'000'000'000;
  ClaimedTime now() override { return {ms += 1000}; }
};

/// The value, or a failed test that says why.
template <class T>
T good(Result<T> result) {
  INFO((result.ok() ? std::string() : result.error().sentence()));
  REQUIRE(result.ok());
  return std::move(*result);
}
inline void good(const Result<void>& result) {
  INFO((result.ok() ? std::string() : result.error().sentence()));
  REQUIRE(result.ok());
}

struct Laptop {
  Scratch scratch;
  TickingClock clock;
  SeededRandom random;
  std::filesystem::path folder = scratch.folder() / "ws";
  std::optional<Workspace> workspace;

  explicit Laptop(std::uint64_t seed) : random(seed) {}
  void found(const std::string& name) { workspace.emplace(good(Workspace::create(folder, {name + " NHS Trust", name, name + " laptop"}, clock, random))); }
  Bytes join(const Bytes& invitation, const std::string& label) {
    Bytes reply = good(join_organisation(folder, invitation, label, clock, random));
    reopen();
    return reply;
  }
  void reopen() {
    workspace.reset();
    workspace.emplace(good(Workspace::open(folder, OpenMode::read_write, clock, random)));
  }
  Workspace& operator*() { return *workspace; }
  Workspace* operator->() { return &*workspace; }
  PublicKey device() const { return workspace->keystore().device().public_key(); }
  SpaceId cycle() const { return workspace->space_of(SpaceKind::cycle).id; }
  const Access& access(const SpaceId& space) const { return workspace->find_space(space)->fold.access(); }
};

/// Everything that one side has and the other may see and has not, both ways, until nothing is new.
inline std::uint64_t exchange(Laptop& a, Laptop& b) {
  WorkspaceReplica ours(*a);
  WorkspaceReplica theirs(*b);
  std::uint64_t moved = 0;
  const auto push = [&](Replica& from, Replica& to) {
    std::uint64_t events = 0;
    for (ReplicaSpace* source : from.spaces_for(to.device())) {
      if (!good(to.welcome_space(from.device(), source->id()))) continue;
      for (ReplicaSpace* target : to.spaces_for(from.device())) {
        if (target->id() != source->id()) continue;
        const VersionVector has = good(target->vector());
        for (const VersionVector::Entry& entry : good(source->vector()).entries) {
          const VersionVector::Entry* known = has.find(entry.chain);
          if (known != nullptr && *known == entry) continue;
          std::uint64_t cursor = 0;
          const std::uint64_t after = known == nullptr || known->ends.size() > 1 || entry.ends.size() > 1 ? 0 : known->ends.back().seq;
          while (auto segment = good(source->next_segment(entry.chain, after, cursor))) events += good(target->store(std::span(&*segment, 1))).events_new;
        }
      }
    }
    good(to.settle());
    return events;
  };
  for (int round = 0; round < 6; ++round) {
    const std::uint64_t now = push(ours, theirs) + push(theirs, ours);
    moved += now;
    if (now == 0 && round > 0) break;
  }
  return moved;
}

/// The invitee is let in; nothing has been exchanged yet.
inline void let_in(Laptop& host, Laptop& guest, Capabilities may, bool is_same_organisation = false) {
  std::vector<SpaceId> spaces = {host.cycle()};
  if (is_same_organisation) {
    spaces.clear();
    for (const Space& space : host->spaces()) spaces.push_back(space.id);
  }
  const Bytes invitation = good(invite(*host, spaces, is_same_organisation));
  const Bytes reply = guest.workspace ? good(accept(*guest, invitation, "Guest laptop")) : guest.join(invitation, "Second laptop");
  good(admit(*host, reply, may));
}

inline Receipt entered(Workspace& workspace, RecordChange change) {
  Command command;
  command.changes.push_back(std::move(change));
  return good(workspace.submit(command));
}

inline RecordChange new_group(const std::string& name) {
  return {"group", {}, Verb::changed, {{"name", name}, {"code", std::string("code")}, {"category", std::string("local")}}};
}

inline const Capabilities kPartner = Capability::read | Capability::contribute | Capability::facilitate;

}  // namespace evenhand::test
