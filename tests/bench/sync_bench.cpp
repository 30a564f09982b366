// First sync of N events of 200 chains, parts and whole, medians of five, then what meeting again costs in bytes. One JSON line per measurement.
// In the first sync each replica runs in a thread of its own, as on a machine of its own; folding comes after it. "CPU" is the
// processor time of a thread, or of the whole program while it folds: other programs on the machine hardly change it.
//
// Usage: sync_bench [events = 1000000] [folder]. An event is about 400 bytes of header and body; bodies are made of words with
// the frequencies of English prose, so they compress like text, not like random bytes. Payload = canonical header + stored body.

#include <sys/resource.h>

#include <time.h>

#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <fstream>
#include <mutex>
#include <thread>

#include "core/codec/archive.h"
#include "core/projection/space_fold.h"
#include "core/record/body.h"
#include "sync/protocol/message.h"
#include "tests/bench/founding.h"
#include "tests/bench/timing.h"
#include "tests/support/session_pair.h"

using namespace evenhand;
using bench::median;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kChains = 200;
constexpr std::size_t kTextBytes = 200;

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double cpu_seconds(clockid_t of) {
  timespec now{};
  EVENHAND_ASSERT(clock_gettime(of, &now) == 0, "there is a clock of processor time");
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

void say(const char* name, double value, const char* unit) {
  std::printf("{\"name\": \"%s\", \"unit\": \"%s\", \"median\": %.4f}\n", name, unit, value);
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
  double cpu_s = 0;
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
  const double cpu_begin = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID);
  SessionPair pair(left, left_memory, right, right_memory, seed, {.compression = compressed});
  pair.record = count_events;
  EVENHAND_ASSERT(pair.run() && pair.left.outcome().end == SessionEnd::in_sync, "the replicas sync");
  const double seconds = seconds_since(begin), cpu_s = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_begin;
  return {pair.from_left + pair.from_right, pair.held_max, pair.flights, bytes_of_commits(pair.left_said) + bytes_of_commits(pair.right_said), seconds, cpu_s};
}

/// What one side has said and the other has not yet heard; who says more than the bound waits.
class Wire {
 public:
  void push(Bytes bytes) {
    std::unique_lock lock(mutex_);
    moved_.wait(lock, [&] { return held_.size() < kPiecesMax; });
    held_.push_back(std::move(bytes));
    moved_.notify_all();
  }
  /// What has come; nothing when the other side is done. With `wait`: for at least one.
  std::deque<Bytes> pull(bool wait) {
    std::unique_lock lock(mutex_);
    if (wait) moved_.wait(lock, [&] { return !held_.empty() || is_closed_; });
    moved_.notify_all();
    return std::exchange(held_, {});
  }
  void close() {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    moved_.notify_all();
  }

  static constexpr std::size_t kPieceBytes = std::size_t{256} << 10;

 private:
  static constexpr std::size_t kPiecesMax = 16;
  std::mutex mutex_;
  std::condition_variable moved_;
  std::deque<Bytes> held_;
  bool is_closed_ = false;
};

/// One replica's end of a session, in a thread of its own.
struct Side {
  Side(LogReplica& replica, const PublicKey& partner, std::uint64_t seed, SessionRole role, bool compressed)
      : random(seed), session(replica, partner, memory, random, role, {.compression = compressed}) {}

  void run(Wire& from, Wire& to) {
    const double begin = cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
    for (bool has_more = true; has_more;) {
      const Bytes said = session.take(Wire::kPieceBytes);
      bytes_said += said.size();
      const bool is_quiet = said.empty();
      if (!is_quiet) to.push(said);
      held_max = std::max(held_max, session.held_bytes());
      if (is_quiet && session.is_over()) break;
      const auto heard = from.pull(is_quiet);
      has_more = !is_quiet || !heard.empty();
      for (const Bytes& piece : heard) session.receive(piece);
    }
    to.close();
    cpu_s = cpu_seconds(CLOCK_THREAD_CPUTIME_ID) - begin;
  }

  ShortMemory memory;
  SeededRandom random;
  Session session;
  std::size_t bytes_said = 0, held_max = 0;
  double cpu_s = 0;
};

/// Seconds until both are done.
double sync_apart(Side& left, Side& right) {
  Wire to_left, to_right;
  const auto begin = std::chrono::steady_clock::now();
  std::thread other([&] { left.run(to_left, to_right); });
  right.run(to_right, to_left);
  other.join();
  const double seconds = seconds_since(begin);
  EVENHAND_ASSERT(left.session.outcome().end == SessionEnd::in_sync && right.session.outcome().end == SessionEnd::in_sync, "the replicas sync");
  return seconds;
}

struct Folded {
  double seconds = 0, cpu_s = 0;
};

Folded fold(Filler& filler, LogReplica& right) {
  const auto begin = std::chrono::steady_clock::now();
  const double cpu_begin = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID);
  SpaceFold fold(filler.space());
  EVENHAND_ASSERT(fold.catch_up(right.log()).ok() && fold.counts().waiting == 0 && fold.counts().quarantined == 0, "every event counts");
  return {seconds_since(begin), cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_begin};
}

/// Plain and compressed by turns; medians. The last compressed replica stays for meet_again().
void first_sync(Filler& filler, LogReplica& left, const fs::path& folder, std::size_t events) {
  struct Figures {
    std::vector<double> synced_s, sender_cpu_s, receiver_cpu_s;
    double wire_bytes = 0;
  } of[2];
  std::vector<double> folded_s, folded_cpu_s;
  double held_mb = 0, stored_mb = 0, folded_mb = 0;
  for (int round = 0; round < bench::kRepetitions; ++round) {
    for (const bool compressed : {false, true}) {
      const fs::path here = folder / (compressed ? "compressed" : "plain");
      fs::remove_all(here);
      LogReplica right(here, 3);
      right.add_space(filler.space());
      Side sender(left, right.device(), 5, SessionRole::initiator, compressed);
      Side receiver(right, left.device(), 6, SessionRole::responder, compressed);
      Figures& figures = of[compressed];
      figures.synced_s.push_back(sync_apart(sender, receiver));
      figures.sender_cpu_s.push_back(sender.cpu_s);
      figures.receiver_cpu_s.push_back(receiver.cpu_s);
      figures.wire_bytes = static_cast<double>(sender.bytes_said + receiver.bytes_said);
      held_mb = std::max(held_mb, static_cast<double>(std::max(sender.held_max, receiver.held_max)) / 1e6);
      if (!compressed) continue;
      stored_mb = std::max(stored_mb, status_mb("RssAnon:"));
      const Folded folded = fold(filler, right);
      folded_s.push_back(folded.seconds);
      folded_cpu_s.push_back(folded.cpu_s);
      folded_mb = std::max(folded_mb, status_mb("RssAnon:"));
    }
  }
  for (const bool compressed : {false, true}) {
    const Figures& figures = of[compressed];
    const std::string form = compressed ? "compressed" : "plain";
    say_goal(("wire / payload, " + form).c_str(), figures.wire_bytes / filler.payload, "ratio", compressed ? 0.5 : 1.05);
    say(("first sync, " + form + ": verified and stored").c_str(), median(figures.synced_s), "s");
    say(("first sync, " + form + ": the sender's CPU").c_str(), median(figures.sender_cpu_s), "s");
    say(("first sync, " + form + ": the receiver's CPU").c_str(), median(figures.receiver_cpu_s), "s");
    const double all_s = median(figures.synced_s) + median(folded_s);
    say_goal(("first sync, " + form + ": verified, stored and folded, for 10^6 events").c_str(), all_s * 1e6 / static_cast<double>(events), "s", 6);
  }
  say("first sync: folded in memory", median(folded_s), "s");
  say("first sync: folded in memory, CPU", median(folded_cpu_s), "s");
  say("session holds at most", held_mb, "MB");
  say("anonymous memory after storing", stored_mb, "MB");
  say_goal("anonymous memory after folding", folded_mb, "MB", 256);
  say_goal("peak memory of both ends in one process, mapped pages included", status_mb("VmHWM:"), "MB", 256);
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
    const bool is_timed = remembered && events == 100;
    SpaceFold fold(filler.space());
    if (is_timed) EVENHAND_ASSERT(fold.catch_up(left.log()).ok(), "what is here folds");
    const Cost cost = sync(left, remembered ? left.memory() : forgotten[0], right, remembered ? right.memory() : forgotten[1], 6, false, true);
    say_goal(name, static_cast<double>(cost.all - cost.commits), "bytes", most);
    if (flights_max > 0) say("  flights in all", static_cast<double>(cost.flights), "");
    if (!is_timed) return;
    const auto begin = std::chrono::steady_clock::now();
    const double cpu_begin = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID);
    EVENHAND_ASSERT(fold.catch_up(left.log()).ok() && fold.counts().waiting == 0, "what came folds");
    const double folded_s = seconds_since(begin), folded_cpu_s = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_begin;
    say("catch-up of 100 events in 10 chains: verified and stored", cost.seconds, "s");
    say("catch-up of 100 events in 10 chains: verified and stored, CPU", cost.cpu_s, "s");
    say("catch-up of 100 events in 10 chains: folded", folded_s, "s");
    say("catch-up of 100 events in 10 chains: folded, CPU", folded_cpu_s, "s");
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
