/// A log with everything in it: chains, a fork, small and large commits, one that waits beyond a gap.
#pragma once

#include <map>

#include "core/store/log.h"
#include "tests/support/chain_writer.h"

namespace evenhand {

inline SpaceId sample_space() {
  SpaceId id;
  id.bytes.fill(7);
  return id;
}

struct SampleLog {
  std::vector<Bytes> commits;           ///< in order of arrival
  std::vector<Bytes> parked;
  std::vector<Reference> references;    ///< of every event that is not parked

  /// Makes the log in `folder`, appends in several transactions and closes it.
  static SampleLog make(const std::filesystem::path& folder, std::uint64_t seed, int rounds) {
    SampleLog sample;
    SeededRandom random(seed);
    Log log = Log::create(folder, sample_space()).value();
    std::vector<ChainWriter> writers;
    for (std::uint64_t i = 0; i < 3; ++i) writers.emplace_back(sample_space(), 100 * seed + i);
    for (int round = 0; round < rounds; ++round) {
      std::vector<Bytes> batch;
      for (std::uint64_t i = 0; i < 1 + random.below(4); ++i) {
        batch.push_back(writers[random.below(3)].commit(1 + random.below(4), random.chance(10) ? 6000 : 20 + random.below(500)));
      }
      const std::vector<ByteView> views(batch.begin(), batch.end());
      EVENHAND_ASSERT(log.append(views).ok(), "a sample is appended");
      sample.commits.insert(sample.commits.end(), batch.begin(), batch.end());
      if (round == rounds / 2) sample.fork(log, writers[0]);
    }
    for (const ChainWriter& writer : writers) sample.references.insert(sample.references.end(), writer.references().begin(), writer.references().end());
    [[maybe_unused]] const Bytes missing = writers[1].commit();
    sample.parked.push_back(writers[1].commit(2));
    const ByteView beyond = sample.parked.back();
    EVENHAND_ASSERT(log.append({&beyond, 1}).value().commits_parked == 1, "a sample waits");
    return sample;
  }

 private:
  void fork(Log& log, ChainWriter& writer) {
    const auto base = writer.end();
    for (int side = 0; side < 2; ++side) {
      writer.go_back_to(base);
      commits.push_back(writer.commit(2));
      const ByteView view = commits.back();
      EVENHAND_ASSERT(log.append({&view, 1}).value().events_new == 2, "a sample forks");
    }
  }
};

inline std::vector<Bytes> commits_of(const LogReadView& view) {
  std::vector<Bytes> found;
  const auto scanned = view.scan(1, [&](Arrival, const CommitView& commit) {
    found.emplace_back(commit.bytes().begin(), commit.bytes().end());
    return true;
  });
  EVENHAND_ASSERT(scanned.ok(), scanned.ok() ? "" : scanned.error().what.c_str());
  return found;
}

}  // namespace evenhand
