// Folding beside a bare LMDB scan of the same events, in one run, alternating, medians of five; then how append, fold,
// memory and disk grow. One JSON line per measurement.
//
// Usage: fold_bench [events = 1000000] [chains = 10] [folder]. An event is about 400 bytes of header and body.

#include <lmdb.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>

#include "core/codec/archive.h"
#include "core/projection/space_fold.h"
#include "core/record/body.h"
#include "tests/bench/founding.h"
#include "tests/bench/timing.h"
#include "tests/support/scratch.h"
#include "tests/support/seeded_random.h"

using namespace evenhand;
using bench::kRepetitions;
using bench::median;
using bench::seconds;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kCommitEvents = 500;
constexpr std::size_t kEventsPerRecord = 50;
constexpr std::size_t kPayloadBytes = 400;

void say(const std::string& name, double value, const char* unit) {
  std::printf("{\"name\": \"%s\", \"unit\": \"%s\", \"median\": %.3f}\n", name.c_str(), unit, value);
  std::fflush(stdout);
}
void say_ratio(const std::string& name, double ratio, double goal) {
  std::printf("{\"name\": \"%s\", \"unit\": \"ratio\", \"ratio\": %.3f, \"goal\": %.3f, \"met\": %s}\n", name.c_str(), ratio, goal, ratio >= goal ? "true" : "false");
  std::fflush(stdout);
}

void must(bool well, const char* what) { EVENHAND_ASSERT(well, what); }

double resident_mb() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / 1024;
  }
  return 0;
}

double megabytes_of(const fs::path& folder) {
  double bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) bytes += static_cast<double>(entry.file_size());
  }
  return bytes / 1e6;
}

/// Founds a space and fills its log: records edited again and again by several devices' chains in turn.
class Filler {
 public:
  Filler(const fs::path& folder, std::size_t chains) : founded_(chains, random_), log_(Log::create(folder, founded_.id).value()) {
    bench::append_all(log_, founded_.founding);
  }

  /// Adds events until there are `count`; gives the payloads too, for the bare scan.
  void fill_to(std::size_t count, const std::function<void(ByteView payload)>& also) {
    while (made_ < count) {
      std::vector<Bytes> commits;
      for (int i = 0; i < 2 && made_ < count; ++i) commits.push_back(commit(std::min(kCommitEvents, count - made_), also));
      bench::append_all(log_, commits);
    }
  }

  Log& log() { return log_; }
  const SpaceId& space() const { return founded_.id; }

 private:
  Bytes commit(std::size_t events, const std::function<void(ByteView)>& also) {
    const std::size_t who = turn_++ % founded_.pens.size();
    EventDraft draft;
    draft.type = "evidence.changed";
    draft.grant = founded_.grants[who];
    for (std::size_t i = 0; i < events; ++i, ++made_) {
      if (made_ % kEventsPerRecord == 0 || records_.empty()) records_.push_back({random_.make_id<EntityId>(), {}});
      // Mostly the newer records, as people work; now and then an old one.
      const std::size_t back = random_.chance(90) ? random_.below(std::min<std::size_t>(records_.size(), 200)) : random_.below(records_.size());
      auto& [entity, head] = records_[records_.size() - 1 - back];
      draft.entity = entity;
      draft.parents = head.is_none() ? std::vector<Reference>{} : std::vector<Reference>{head};
      std::string text(kPayloadBytes - EventHeader::kFixedBytes - draft.type.size() - 32 * draft.parents.size() - 20, 'x');
      for (std::size_t at = 0; at < 64; ++at) text[at] = static_cast<char>('a' + random_.below(26));
      draft.body = encode_body({{5, encode(text.substr(0, 12))}, {6, encode(text)}});
      head = founded_.pens[who].add(draft, random_).value();
      also(draft.body);
    }
    return founded_.pens[who].finish();
  }

  SeededRandom random_{1};
  bench::FoundedSpace founded_;
  Log log_;
  std::vector<std::pair<EntityId, Reference>> records_;
  std::size_t made_ = 0;
  std::size_t turn_ = 0;
};

/// One event per value, as a bare LMDB would keep them.
class BareLmdb {
 public:
  explicit BareLmdb(const fs::path& folder) {
    fs::create_directories(folder);
    must(mdb_env_create(&env_) == 0 && mdb_env_set_mapsize(env_, std::size_t{16} << 30) == 0, "LMDB is made");
    must(mdb_env_open(env_, folder.c_str(), MDB_NOTLS | MDB_NOSYNC, 0600) == 0, "LMDB opens");
  }
  ~BareLmdb() { mdb_env_close(env_); }
  void begin() {
    must(mdb_txn_begin(env_, nullptr, 0, &txn_) == 0 && mdb_dbi_open(txn_, nullptr, MDB_INTEGERKEY, &dbi_) == 0, "LMDB begins");
  }
  void put(ByteView body) {
    Bytes value(kPayloadBytes);
    std::copy_n(body.begin(), std::min(body.size(), value.size()), value.begin());
    ++last_;
    MDB_val k{8, &last_}, v{value.size(), value.data()};
    must(mdb_put(txn_, dbi_, &k, &v, MDB_APPEND) == 0, "LMDB puts");
  }
  void commit() { must(mdb_txn_commit(txn_) == 0, "LMDB commits"); }
  std::uint64_t scan() {
    MDB_cursor* cursor = nullptr;
    must(mdb_txn_begin(env_, nullptr, MDB_RDONLY, &txn_) == 0 && mdb_cursor_open(txn_, dbi_, &cursor) == 0, "LMDB reads");
    std::uint64_t sum = 0;
    MDB_val k, v;
    while (mdb_cursor_get(cursor, &k, &v, MDB_NEXT) == 0) {
      for (std::size_t at = 0; at + 64 <= v.mv_size; at += 64) sum += static_cast<const std::uint8_t*>(v.mv_data)[at];
    }
    mdb_cursor_close(cursor);
    mdb_txn_abort(txn_);
    return sum;
  }

 private:
  MDB_env* env_ = nullptr;
  MDB_txn* txn_ = nullptr;
  MDB_dbi dbi_ = 0;
  std::size_t last_ = 0;
};

void compare(Filler& filler, BareLmdb& bare, const fs::path& folder, const std::string& size) {
  std::vector<double> scans, replays, rebuilds, starts;
  for (int i = 0; i < kRepetitions; ++i) {
    volatile std::uint64_t sink = 0;
    scans.push_back(seconds([&] { sink = bare.scan(); }));
    replays.push_back(seconds([&] {
      SpaceFold fold(filler.space());
      must(fold.catch_up(filler.log()).ok(), "the log folds");
      must(fold.counts().waiting == 0 && fold.counts().quarantined == 0, "every event counts");
    }));
    fs::remove_all(folder / "views");
    rebuilds.push_back(seconds([&] {
      auto fold = SpaceFold::open(filler.space(), folder / "views", OpenMode::read_write);
      must(fold.ok() && fold->catch_up(filler.log()).ok(), "the views rebuild");
    }));
    starts.push_back(seconds([&] {
      auto fold = SpaceFold::open(filler.space(), folder / "views", OpenMode::read_only);
      must(fold.ok() && fold->catch_up(filler.log()).ok(), "the views open");
    }));
  }
  say("scan.bare_lmdb." + size, median(scans) * 1e3, "ms");
  say("replay.memory." + size, median(replays) * 1e3, "ms");
  say("rebuild.views." + size, median(rebuilds) * 1e3, "ms");
  say("open.views." + size, median(starts) * 1e3, "ms");
  say_ratio("replay with chain check and fold / bare scan, " + size, median(scans) / median(replays), 0.25);
  say_ratio("rebuild of the core views / bare scan, " + size, median(scans) / median(rebuilds), 0.05);
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t most = argc > 1 ? std::stoul(argv[1]) : 1'000'000;
  const std::size_t chains = argc > 2 ? std::stoul(argv[2]) : 10;
  Scratch scratch;
  const fs::path folder = argc > 3 ? fs::path(argv[3]) : scratch.folder();
  Filler filler(folder / "log", chains);
  BareLmdb bare(folder / "bare");
  for (std::size_t size = 1000; size <= most; size *= 10) {
    const std::string name = std::to_string(size) + " events, " + std::to_string(chains) + " chains";
    bare.begin();
    const double appended = seconds([&] { filler.fill_to(size, [&](ByteView body) { bare.put(body); }); });
    bare.commit();
    say("append (with making, sealing and the bare copy)." + name, appended * 1e3, "ms");
    compare(filler, bare, folder, name);
    say("log on disk." + name, megabytes_of(folder / "log"), "MB");
    say("views on disk." + name, megabytes_of(folder / "views"), "MB");
    say("resident memory." + name, resident_mb(), "MB");
  }
  return 0;
}
