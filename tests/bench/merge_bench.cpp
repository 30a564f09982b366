// Three replicas that know the same 10,000 events write 10,000 changes each, unseen by each other, and merge: every session,
// verification, durable append and fold counts, one after another on one thread, as if one computer did the work of all three.
// One JSON line per measurement, medians of five.
//
// Usage: merge_bench [changes = 10000]. Two in ten changes are of records that others change too, so that there is something to merge.

#include <cstdio>

#include "core/projection/space_fold.h"
#include "core/record/body.h"
#include "tests/bench/founding.h"
#include "tests/bench/timing.h"
#include "tests/support/session_pair.h"

using namespace evenhand;

namespace {

constexpr std::size_t kReplicas = 3;
constexpr std::size_t kRecords = 2000;
constexpr std::size_t kCommitEvents = 25;  // what a person saves at a time, and an import now and then

class Merge {
 public:
  Merge(const std::filesystem::path& folder, std::size_t changes) {
    for (std::size_t i = 0; i < kReplicas; ++i) {
      sides_.push_back(std::make_unique<Side>(folder / std::to_string(i), i + 1, space_.id));
      bench::append_all(sides_[i]->replica.log(), space_.founding);
    }
    for (std::size_t i = 0; i < kRecords; ++i) heads_.push_back({random_.make_id<EntityId>(), {}});
    write(0, 10'000, heads_);
    for (const std::size_t other : {1, 2}) (void)meet(0, other);
    fold_all();
    for (std::size_t who = 0; who < kReplicas; ++who) {
      auto seen = heads_;  // each goes on from what all know
      write(who, changes, seen);
    }
    fold_all();  // each has folded its own work long since
  }

  /// Until all hold the same, folded. Seconds of the exchanges and of the folds.
  std::pair<double, double> run() {
    double exchanged = meet(0, 1) + meet(1, 2) + meet(0, 1);
    const double folded = fold_all();
    const Hash expected = sides_[0]->fold.state_digest().value();
    for (const auto& side : sides_) {
      EVENHAND_ASSERT(side->fold.state_digest().value() == expected, "all replicas end with one state");
      EVENHAND_ASSERT(side->fold.counts().waiting == 0 && side->fold.counts().quarantined == 0, "every event counts");
    }
    return {exchanged, folded};
  }

 private:
  using Heads = std::vector<std::pair<EntityId, Reference>>;
  struct Side {
    Side(const std::filesystem::path& folder, std::uint64_t seed, const SpaceId& space) : replica(folder, seed), fold(space) { replica.add_space(space); }
    LogReplica replica;
    SpaceFold fold;
  };

  void write(std::size_t who, std::size_t events, Heads& heads) {
    std::vector<Bytes> commits;
    EventDraft draft;
    draft.type = "evidence.changed";
    draft.grant = space_.grants[who];
    for (std::size_t i = 0; i < events; ++i) {
      const bool is_shared = random_.chance(20);
      const std::size_t own = random_.below(kRecords / kReplicas) * kReplicas + who;
      auto& [entity, head] = heads[is_shared ? random_.below(kRecords) : std::min(own, kRecords - 1)];
      draft.entity = entity;
      draft.parents = head.is_none() ? std::vector<Reference>{} : std::vector<Reference>{head};
      draft.body = encode_body({{5, encode("title " + std::to_string(i))}, {6, encode(std::string(200, static_cast<char>('a' + i % 26)))}});
      head = space_.pens[who].add(draft, random_).value();
      if (space_.pens[who].event_count() == kCommitEvents || i + 1 == events) commits.push_back(space_.pens[who].finish());
    }
    bench::append_all(sides_[who]->replica.log(), commits);
  }

  double meet(std::size_t a, std::size_t b) {
    return bench::seconds([&] {
      SessionPair pair(sides_[a]->replica, sides_[b]->replica, 7 + met_++);
      EVENHAND_ASSERT(pair.run() && pair.left.outcome().end == SessionEnd::in_sync, "the replicas sync");
    });
  }
  double fold_all() {
    return bench::seconds([&] {
      for (const auto& side : sides_) EVENHAND_ASSERT(side->fold.catch_up(side->replica.log()).ok(), "the log folds");
    });
  }

  SeededRandom random_{1};
  bench::FoundedSpace space_{kReplicas, random_};
  std::vector<std::unique_ptr<Side>> sides_;
  Heads heads_;
  std::uint64_t met_ = 0;
};

void say(const std::string& name, double value, double goal = 0) {
  std::printf("{\"name\": \"%s\", \"unit\": \"s\", \"median\": %.3f", name.c_str(), value);
  if (goal > 0) std::printf(", \"goal\": %.3f, \"met\": %s", goal, value <= goal ? "true" : "false");
  std::printf("}\n");
}

}  // namespace

int main(int count, char** words) {
  const std::size_t changes = count > 1 ? std::stoul(words[1]) : 10'000;
  std::vector<double> whole, exchanged, folded;
  for (int turn = 0; turn < bench::kRepetitions; ++turn) {
    const Scratch scratch;
    Merge merge(scratch.folder(), changes);
    const auto [exchanges, folds] = merge.run();
    exchanged.push_back(exchanges);
    folded.push_back(folds);
    whole.push_back(exchanges + folds);
  }
  const std::string name = "three replicas, " + std::to_string(changes) + " offline changes each";
  say(name + ": merged, verified, stored and folded", bench::median(whole), 3);
  say(name + ": exchanges", bench::median(exchanged));
  say(name + ": folds", bench::median(folded));
}
