// A bundle of N events written (sealed, synced, read back) and read (verified, stored durably), alternating, in one run; medians of five.
// Prints one JSON line per measurement: {"name", "unit", "median", "goal", "met"}.
//
// Usage: bundle_bench [events = 1000000]. An event is about 400 bytes of header and body, of which 64 are random.

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <string>

#include "sync/bundle/bundle.h"
#include "sync/session/log_space.h"
#include "tests/bench/founding.h"
#include "tests/bench/timing.h"
#include "tests/support/scratch.h"
#include "tests/support/seeded_random.h"

using namespace evenhand;

namespace {

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void say(const char* name, double value, const char* unit, double goal = 0) {
  std::printf("{\"name\": \"%s\", \"unit\": \"%s\", \"median\": %.3f", name, unit, value);
  if (goal > 0) std::printf(", \"goal\": %.2f, \"met\": %s", goal, value <= goal ? "true" : "false");
  std::printf("}\n");
  std::fflush(stdout);
}

double peak_mb() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_maxrss) / 1024;
}

std::uint64_t fill(Log& log, std::size_t events) {
  bench::PlainChain chain(log.space());
  std::uint64_t payload = 0;
  for (std::size_t left = events; left > 0;) {
    const std::size_t count = std::min<std::size_t>(left, 500);
    const std::vector<Bytes> commits = {chain.commit(count)};
    payload += commits.front().size();
    bench::append_all(log, commits);
    left -= count;
  }
  return payload;
}

}  // namespace

int main(int count, char** words) {
  const std::size_t events = count > 1 ? std::stoul(words[1]) : 1'000'000;
  Scratch scratch;
  SeededRandom random(1);
  const SpaceId space_id = random.make_id<SpaceId>();
  const KeyPair maker = KeyPair::make(random), reader = KeyPair::make(random);
  const SealKey epoch = SealKey::make(random);
  Log from = Log::create(scratch / "from", space_id).value();
  const std::uint64_t payload = fill(from, events);

  const LogSpace own(from);
  std::vector<double> written_s, read_s;
  std::uint64_t bytes = 0;
  for (int round = 0; round < bench::kRepetitions; ++round) {
    const Scratch folder;
    BundleOrder order;
    order.file = folder / "bench.bundle";
    order.devices = {reader.public_key()};
    order.spaces = {{&own, {}, &epoch, {}}};
    auto begin = std::chrono::steady_clock::now();
    const BundleWritten written = write_bundle(order, maker, random, {}).value();
    written_s.push_back(seconds_since(begin));
    bytes = written.bytes;

    Log into = Log::create(folder / "into", space_id).value();
    LogSpace theirs(into);
    const BundleSink sink{[&](const SpaceId&) { return &theirs; }, [&](const SpaceId&, const KeyId&) { return &epoch; }, {}};
    begin = std::chrono::steady_clock::now();
    const auto report = read_bundle(written.parts, {&reader, std::nullopt}, sink, {}).value();
    read_s.push_back(seconds_since(begin));
    EVENHAND_ASSERT(report.is_whole && report.spaces[0].events_new == events, "everything arrived");
    EVENHAND_ASSERT(theirs.log_digest().value() == own.log_digest().value(), "both logs are the same");
  }
  const double scale = static_cast<double>(events) / 1e6;
  say("bundle written", bench::median(written_s), "s", 6 * scale);
  say("bundle size / payload", static_cast<double>(bytes) / static_cast<double>(payload), "ratio", 0.5);
  say("bundle read, verified and stored", bench::median(read_s), "s", 6 * scale);
  say("peak memory, with the pages of both logs that are mapped", peak_mb(), "MB");
  return 0;
}
