// The log beside bare LMDB and SQLite (WAL, synchronous FULL), in one run, alternating, medians of five.
// Prints one JSON line per measurement: {"name", "unit", "median", "ratio", "goal", "met"}.
//
// Usage: log_bench [events = 1000000] [folder]. An event is about 400 bytes of header and body.

#include <lmdb.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>

#include "core/store/check.h"
#include "tests/bench/founding.h"
#include "tests/bench/timing.h"
#include "tests/support/scratch.h"

using namespace evenhand;
using bench::kRepetitions;
using bench::median;
using bench::seconds;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kBatchEvents = 1000;
constexpr std::size_t kCommitEvents = 500;
constexpr std::size_t kEventBytes = bench::PlainChain::kEventBytes;

void say(const char* name, double value, const char* unit, double ratio = 0, double goal = 0, bool at_most = false) {
  std::printf("{\"name\": \"%s\", \"unit\": \"%s\", \"median\": %.1f", name, unit, value);
  if (goal > 0) std::printf(", \"ratio\": %.3f, \"goal\": %.2f, \"met\": %s", ratio, goal, (at_most ? ratio <= goal : ratio >= goal) ? "true" : "false");
  std::printf("}\n");
  std::fflush(stdout);
}

void must(bool well, const char* what) { EVENHAND_ASSERT(well, what); }

using Maker = bench::PlainChain;

// ---- the three stores

class BareLmdb {
 public:
  explicit BareLmdb(const fs::path& folder) {
    fs::create_directories(folder);
    must(mdb_env_create(&env_) == 0 && mdb_env_set_mapsize(env_, std::size_t{16} << 30) == 0, "LMDB is made");
    must(mdb_env_open(env_, folder.c_str(), MDB_NOTLS, 0600) == 0, "LMDB opens");
  }
  ~BareLmdb() { mdb_env_close(env_); }
  void put(std::span<const ByteView> values) {
    MDB_txn* txn = nullptr;
    MDB_dbi dbi = 0;
    must(mdb_txn_begin(env_, nullptr, 0, &txn) == 0 && mdb_dbi_open(txn, nullptr, MDB_INTEGERKEY, &dbi) == 0, "LMDB begins");
    for (const ByteView value : values) {
      ++last_;
      MDB_val k{8, &last_}, v{value.size(), const_cast<std::uint8_t*>(value.data())};
      must(mdb_put(txn, dbi, &k, &v, MDB_APPEND) == 0, "LMDB puts");
    }
    must(mdb_txn_commit(txn) == 0, "LMDB commits");
  }
  std::uint64_t scan() {
    MDB_txn* txn = nullptr;
    MDB_dbi dbi = 0;
    MDB_cursor* cursor = nullptr;
    must(mdb_txn_begin(env_, nullptr, MDB_RDONLY, &txn) == 0 && mdb_dbi_open(txn, nullptr, MDB_INTEGERKEY, &dbi) == 0, "LMDB begins");
    must(mdb_cursor_open(txn, dbi, &cursor) == 0, "LMDB reads");
    std::uint64_t sum = 0;
    MDB_val k, v;
    while (mdb_cursor_get(cursor, &k, &v, MDB_NEXT) == 0) {
      for (std::size_t at = 0; at + 64 <= v.mv_size; at += 64) sum += static_cast<const std::uint8_t*>(v.mv_data)[at];
    }
    mdb_cursor_close(cursor);
    mdb_txn_abort(txn);
    return sum;
  }

 private:
  MDB_env* env_ = nullptr;
  std::size_t last_ = 0;
};

class Sqlite {
 public:
  explicit Sqlite(const fs::path& file) {
    must(sqlite3_open(file.c_str(), &db_) == SQLITE_OK, "SQLite opens");
    run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE e (k INTEGER PRIMARY KEY, v BLOB)");
    must(sqlite3_prepare_v2(db_, "INSERT INTO e(v) VALUES (?)", -1, &insert_, nullptr) == SQLITE_OK, "SQLite prepares");
  }
  ~Sqlite() {
    sqlite3_finalize(insert_);
    sqlite3_close(db_);
  }
  void put(std::span<const ByteView> values) {
    run("BEGIN");
    for (const ByteView value : values) {
      sqlite3_bind_blob(insert_, 1, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
      must(sqlite3_step(insert_) == SQLITE_DONE, "SQLite inserts");
      sqlite3_reset(insert_);
    }
    run("COMMIT");
  }

 private:
  void run(const char* sql) { must(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) == SQLITE_OK, sql); }
  sqlite3* db_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
};

using bench::append_all;

// ---- measurements

void one_durable_commit(const fs::path& folder) {
  constexpr int kCommits = 300;
  Maker maker;
  std::vector<double> ours, bare;
  for (int r = 0; r < kRepetitions; ++r) {
    std::vector<Bytes> commits;
    Maker fresh;
    for (int i = 0; i < kCommits; ++i) commits.push_back(fresh.commit(1));
    Log log = Log::create(folder / ("one-" + std::to_string(r)), SpaceId{}).value();
    BareLmdb lmdb(folder / ("one-bare-" + std::to_string(r)));
    ours.push_back(kCommits / seconds([&] { for (const Bytes& c : commits) append_all(log, {c}); }));
    bare.push_back(kCommits / seconds([&] { for (const Bytes& c : commits) { const ByteView v = c; lmdb.put({&v, 1}); } }));
  }
  say("bare LMDB, one durable commit", median(bare), "commits/s");
  say("log, one durable commit", median(ours), "commits/s", median(ours) / median(bare), 0.7);
}

void transactions_of_1000(const fs::path& folder, std::size_t events) {
  const std::size_t batches = std::max<std::size_t>(events / kBatchEvents / 5, 10);
  Bytes filler(kEventBytes);
  SeededRandom(3).fill(filler);
  const std::vector<ByteView> batch(kBatchEvents, ByteView(filler));
  std::vector<double> ours, built, bare, sqlite;
  for (int r = 0; r < kRepetitions; ++r) {
    const std::string n = std::to_string(r);
    const double total = static_cast<double>(batches * kBatchEvents);
    {
      Maker maker;
      std::vector<std::vector<Bytes>> ready(batches);
      const double making = seconds([&] { for (auto& b : ready) b = {maker.commit(kCommitEvents), maker.commit(kCommitEvents)}; });
      Log log = Log::create(folder / ("many-" + n), SpaceId{}).value();
      const double appending = seconds([&] { for (const auto& b : ready) append_all(log, b); });
      ours.push_back(total / appending);
      built.push_back(total / (appending + making));
    }
    BareLmdb lmdb(folder / ("many-bare-" + n));
    bare.push_back(total / seconds([&] { for (std::size_t i = 0; i < batches; ++i) lmdb.put(batch); }));
    Sqlite database(folder / ("many-" + n + ".sqlite"));
    sqlite.push_back(total / seconds([&] { for (std::size_t i = 0; i < batches; ++i) database.put(batch); }));
    for (const std::string& name : {"many-" + n, "many-bare-" + n}) fs::remove_all(folder / name);
  }
  say("bare LMDB, transactions of 1000", median(bare), "events/s");
  say("SQLite WAL FULL, transactions of 1000", median(sqlite), "events/s");
  say("log, transactions of 1000 against LMDB", median(ours), "events/s", median(ours) / median(bare), 0.5);
  say("log, transactions of 1000 against SQLite", median(ours), "events/s", median(ours) / median(sqlite), 1.3);
  say("log, encoded, hashed, sealed and appended, against LMDB", median(built), "events/s", median(built) / median(bare), 0.5);
}

void scan_and_size(const fs::path& folder, std::size_t events) {
  Log log = Log::create(folder / "scan", SpaceId{}).value();
  BareLmdb lmdb(folder / "scan-bare");
  Maker maker;
  Bytes filler(kEventBytes);
  const std::vector<ByteView> batch(10 * kBatchEvents, ByteView(filler));
  for (std::size_t done = 0; done < events; done += 10 * kBatchEvents) {
    std::vector<Bytes> commits;
    for (std::size_t i = 0; i < 10 * kBatchEvents / kCommitEvents; ++i) commits.push_back(maker.commit(kCommitEvents));
    append_all(log, commits);
    lmdb.put(batch);
  }
  std::vector<double> replay, checked, bare;
  std::uint64_t sum = 0;
  double total = 0;
  for (int r = 0; r < kRepetitions + 1; ++r) {
    const auto view = log.read().value();
    total = static_cast<double>(view.event_count());
    const double one = seconds([&] {
      must(view.scan(1, [&](Arrival, const CommitView& c) {
        return c.walk([&](std::size_t, const EventView& e) { sum += e.header.entity.bytes[0] + e.body[0]; return true; }).ok();
      }).ok(), "the log scans");
    });
    const double two = seconds([&] {
      must(view.scan(1, [&](Arrival, const CommitView& c) { sum += c.event_hashes().value().size(); return true; }).ok(), "the log scans");
    });
    const double three = seconds([&] { sum += lmdb.scan(); });
    if (r == 0) continue;  // warming up
    replay.push_back(total / one);
    checked.push_back(total / two);
    bare.push_back(total / three);
  }
  say("bare LMDB, warm scan", median(bare), "events/s");
  say("log, warm replay, checksums looked at", median(replay), "events/s", median(replay) / median(bare), 0.5);
  say("log, warm scan, every event hashed again", median(checked), "events/s", median(checked) / median(bare));
  const double payload = total * kEventBytes;
  say("log on disk by payload", static_cast<double>(log.bytes_on_disk()), "bytes", static_cast<double>(log.bytes_on_disk()) / payload, 1.35, true);
  { [[maybe_unused]] const Log closed = std::move(log); }
  std::vector<double> look, open;
  for (int r = 0; r < kRepetitions; ++r) {
    look.push_back(1000 * seconds([&] { must(check_log(folder / "scan").ok(), "the log is sound"); }));
    open.push_back(1000 * seconds([&] { must(Log::open(folder / "scan", OpenMode::read_write).ok(), "the log opens"); }));
  }
  say("log, whole look at the file", median(look), "ms", median(look) / 2000, 1.0, true);
  say("log, open after a clean end", median(open), "ms");
  EVENHAND_ASSERT(sum != 0, "what was read was looked at");
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t events = argc > 1 ? std::stoul(argv[1]) : 1'000'000;
  const Scratch scratch;
  const fs::path folder = argc > 2 ? fs::path(argv[2]) : scratch.folder();
  one_durable_commit(folder);
  transactions_of_1000(folder, events);
  scan_and_size(folder, events);
}
