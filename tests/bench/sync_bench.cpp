// Two replicas in one process: first sync of N events of 200 chains, parts and whole, then what meeting again costs in bytes.
// One JSON line per measurement.
//
// Usage: sync_bench [events = 1000000] [folder]. An event is about 400 bytes of header and body; bodies are made of words with
// the frequencies of English prose, so they compress like text, not like random bytes. Payload = canonical header + stored body.

#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>

#include "core/codec/archive.h"
#include "core/projection/space_fold.h"
#include "core/record/body.h"
#include "sync/protocol/message.h"
#include "tests/bench/founding.h"
#include "tests/support/session_pair.h"

using namespace evenhand;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kChains = 200;
constexpr std::size_t kTextBytes = 200;

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void say(const char* name, double value, const char* unit) {
  std::printf("{\"name\": \"%s\", \"unit\": \"%s\", \"median\": %.3f}\n", name, unit, value);
  std::fflush(stdout);
}
void say_goal(const char* name, double value, const char* unit, double most) {
  std::printf("{\"name\": \"%s\", \"unit\": \"%s\", \"median\": %.3f, \"goal\": %.3f, \"met\": %s}\n", name, unit, value, most, value <= most ? "true" : "false");
  std::fflush(stdout);
}

double status_mb(const char* line_start) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(line_start)) return std::stod(line.substr(std::string(line_start).size())) / 1024;
  }
  return 0;
}

/// Prose of made-up words, the k-th as frequent as 1/k (Zipf).
class Prose {
 public:
  explicit Prose(SeededRandom& random) : random_(random) {
    for (int i = 0; i < 3000; ++i) {
      std::string word;
      for (std::size_t letters = 2 + random.below(8); word.size() < letters;) word += "etaoinshrdlcumwfgypb"[random.below(20)];
      words_.push_back(word);
    }
  }
  std::string text(std::size_t bytes) {
    std::string text;
    while (text.size() < bytes) {
      const double u = static_cast<double>(random_.below(1 << 20)) / (1 << 20);
      text += words_[static_cast<std::size_t>(std::pow(static_cast<double>(words_.size()), u)) - 1] + ' ';
    }
    text.resize(bytes);
    return text;
  }

 private:
  SeededRandom& random_;
  std::vector<std::string> words_;
};

/// A space with a device per chain, writing records that several of them edit.
class Filler {
 public:
  void found(LogReplica& replica) const { bench::append_all(replica.log(), founded_.founding); }
  const SpaceId& space() const { return founded_.id; }

  /// One commit of that device; counts its payload.
  Bytes commit(std::size_t who, std::size_t events) {
    EventDraft draft;
    draft.type = "evidence.changed";
    draft.grant = founded_.grants[who];
    for (std::size_t i = 0; i < events; ++i, ++made_) {
      if (made_ % 50 == 0 || records_.empty()) records_.push_back({random_.make_id<EntityId>(), {}});
      const std::size_t back = random_.below(std::min<std::size_t>(records_.size(), 200));
      auto& [entity, head] = records_[records_.size() - 1 - back];
      draft.entity = entity;
      draft.parents = head.is_none() ? std::vector<Reference>{} : std::vector<Reference>{head};
      const std::string text = prose_.text(kTextBytes);
      draft.body = encode_body({{5, encode(text.substr(0, 20))}, {6, encode(text)}});
      head = founded_.pens[who].add(draft, random_).value();
      payload += EventHeader::kFixedBytes + draft.type.size() + 32 * draft.parents.size() + draft.body.size();
    }
    return founded_.pens[who].finish();
  }

  void fill(LogReplica& replica, std::size_t events) {
    std::vector<Bytes> batch;
    for (std::size_t turn = 0; made_ < events; ++turn) {
      batch.push_back(commit(turn % kChains, std::min<std::size_t>(1 + random_.below(40), events - made_)));
      if (batch.size() < 100 && made_ < events) continue;
      bench::append_all(replica.log(), batch);
      batch.clear();
    }
  }

  double payload = 0;

 private:
  SeededRandom random_{1};
  Prose prose_{random_};
  bench::FoundedSpace founded_{kChains, random_};
  std::vector<std::pair<EntityId, Reference>> records_;
  std::size_t made_ = 0;
};

/// Bytes that the commits of one side have on the wire, and all others.
struct Cost {
  std::size_t all = 0;
  std::size_t held = 0;
  std::size_t flights = 0;
  std::size_t commits = 0;  ///< bytes of commits, as they went over the wire
  double seconds = 0;
};

std::size_t bytes_of_commits(const Bytes& said) {
  wire::MessageReader reader;
  reader.give(said);
  std::size_t bytes = 0;
  for (auto message = reader.next(); message && *message; message = reader.next()) {
    if ((*message)->type != static_cast<std::uint8_t>(wire::MessageType::segment)) continue;
    bytes += wire::read_message<wire::SegmentMessage>((*message)->body).value().payload.size();
  }
  return bytes;
}

Cost sync(LogReplica& left, SessionMemory& left_memory, LogReplica& right, SessionMemory& right_memory, std::uint64_t seed, bool compressed, bool count_events = false) {
  const auto begin = std::chrono::steady_clock::now();
  SessionPair pair(left, left_memory, right, right_memory, seed, {.compression = compressed});
  pair.record = count_events;
  EVENHAND_ASSERT(pair.run() && pair.left.outcome().end == SessionEnd::in_sync, "the replicas sync");
  const double seconds = seconds_since(begin);
  return {pair.from_left + pair.from_right, pair.held_max, pair.flights, bytes_of_commits(pair.left_said) + bytes_of_commits(pair.right_said), seconds};
}

void fold(Filler& filler, LogReplica& right, double synced_s, std::size_t events) {
  const auto begin = std::chrono::steady_clock::now();
  SpaceFold fold(filler.space());
  EVENHAND_ASSERT(fold.catch_up(right.log()).ok() && fold.counts().waiting == 0 && fold.counts().quarantined == 0, "every event counts");
  const double folded = seconds_since(begin);
  say("first sync: folded in memory", folded, "s");
  say_goal("first sync: verified, stored and folded, for 10^6 events", (synced_s + folded) * 1e6 / static_cast<double>(events), "s", 6);
  say("first sync: events per second", static_cast<double>(events) / (synced_s + folded), "1/s");
  say_goal("anonymous memory after folding", status_mb("RssAnon:"), "MB", 256);
}

void first_sync(Filler& filler, LogReplica& left, const fs::path& folder, std::size_t events) {
  for (const bool compressed : {false, true}) {
    LogReplica right(folder / (compressed ? "compressed" : "plain"), 3);
    right.add_space(filler.space());
    ShortMemory forgotten[2];
    const Cost cost = sync(left, forgotten[0], right, forgotten[1], 5, compressed);
    say_goal(compressed ? "wire / payload, compressed" : "wire / payload, plain", static_cast<double>(cost.all) / filler.payload, "ratio", compressed ? 0.5 : 1.05);
    say(compressed ? "first sync, compressed: verified and stored" : "first sync, plain: verified and stored", cost.seconds, "s");
    say("session holds at most", static_cast<double>(cost.held) / 1e6, "MB");
    if (!compressed) continue;
    say("anonymous memory after storing", status_mb("RssAnon:"), "MB");
    fold(filler, right, cost.seconds, events);
    say("peak memory, pages of both logs' files included", status_mb("VmHWM:"), "MB");
  }
}

/// What meeting again costs, beyond the commits themselves.
void meet_again(Filler& filler, LogReplica& left, const fs::path& folder) {
  LogReplica right(folder / "compressed", 3);
  right.add_space(filler.space());
  const auto meet = [&](const char* name, double most, std::size_t chains, std::size_t events, bool remembered, std::size_t flights_max) {
    for (std::size_t i = 0; i < chains; ++i) {
      right.append(filler.commit(i * 7 % kChains, events / chains));
    }
    ShortMemory forgotten[2];
    const Cost cost = sync(left, remembered ? left.memory() : forgotten[0], right, remembered ? right.memory() : forgotten[1], 6, false, true);
    say_goal(name, static_cast<double>(cost.all - cost.commits), "bytes", most);
    if (flights_max > 0) say("  flights in all", static_cast<double>(cost.flights), "");
    if (remembered && events == 100) say("catch-up of 100 events in 10 chains: took", cost.seconds, "s");
  };
  ShortMemory forgotten[2];
  say_goal("already in sync, strangers", static_cast<double>(sync(left, forgotten[0], right, forgotten[1], 7, true).all), "bytes", 150);
  (void)sync(left, left.memory(), right, right.memory(), 8, true);
  say_goal("already in sync, partners that remember", static_cast<double>(sync(left, left.memory(), right, right.memory(), 9, true).all), "bytes", 150);
  meet("3 chains changed, partners that remember", 250, 3, 3, true, 4);
  meet("1,000 events from 10 laptops, strangers", 4000, 10, 1000, false, 6);
  (void)sync(left, left.memory(), right, right.memory(), 10, true);
  meet("1,000 events from 10 laptops, partners that remember", 4000, 10, 1000, true, 4);
  meet("catch-up of 100 events in 10 chains, partners that remember", 64 + 24 * 10, 10, 100, true, 4);
  meet("catch-up of 100 events in 10 chains, strangers, 200 chains", 64 + 24 * 200, 10, 100, false, 6);
}

}  // namespace

int main(int count, char** values) {
  const std::size_t events = count > 1 ? std::stoul(values[1]) : 1'000'000;
  std::optional<Scratch> scratch;
  if (count <= 2) scratch.emplace();
  const fs::path folder = count > 2 ? fs::path(values[2]) : scratch->folder();
  Filler filler;
  LogReplica left(folder / "left", 2);
  left.add_space(filler.space());
  filler.found(left);
  filler.fill(left, events);
  say("events", static_cast<double>(events), "");
  say("payload per event", filler.payload / static_cast<double>(events), "bytes");
  first_sync(filler, left, folder, events);
  meet_again(filler, left, folder);
}
