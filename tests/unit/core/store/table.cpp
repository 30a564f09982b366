#include "core/store/table.h"

#include <catch2/catch.hpp>
#include <map>

#include "core/os/files.h"
#include "tests/support/scratch.h"
#include "tests/support/seeded_random.h"

using namespace evenhand;

namespace {

TableStore open(const std::filesystem::path& folder, OpenMode mode = OpenMode::read_write) {
  return TableStore::open(folder, mode, {"rows", "totals"}).value();
}

std::map<std::string, std::string> all(const TableStore& store, std::string_view table, std::string_view prefix = "") {
  std::map<std::string, std::string> found;
  const auto view = store.read().value();
  view.scan(table, view_of(prefix), [&](ByteView key, ByteView value) {
    found.emplace(text_of(key), text_of(value));
    return true;
  });
  return found;
}

}  // namespace

TEST_CASE("a batch counts whole or not at all, and only when committed") {
  Scratch scratch;
  TableStore store = open(scratch / "tables");
  {
    WriteBatch given_up = store.write().value();
    REQUIRE(given_up.put("rows", view_of("a"), view_of("1")));
    CHECK(text_of(*given_up.find("rows", view_of("a"))) == "1");
  }
  CHECK(all(store, "rows").empty());
  WriteBatch batch = store.write().value();
  REQUIRE(batch.put("rows", view_of("a"), view_of("1")));
  REQUIRE(batch.put("totals", view_of("a"), view_of("2")));
  REQUIRE(batch.commit());
  CHECK(text_of(*store.read().value().find("totals", view_of("a"))) == "2");
  CHECK(store.read().value().count("rows") == 1);
}

TEST_CASE("put and erase in any order of keys leave what a map would hold") {
  Scratch scratch;
  TableStore store = open(scratch / "tables");
  SeededRandom random(3);
  std::map<std::string, std::string> model;
  for (int round = 0; round < 8; ++round) {
    WriteBatch batch = store.write().value();
    if (round == 5) {
      REQUIRE(batch.clear("rows"));
      model.clear();
    }
    for (int i = 0; i < 400; ++i) {
      const std::string key = "k" + std::to_string(round % 2 == 0 ? 100'000 + round * 1000 + i : random.below(2000));
      if (random.chance(20)) {
        REQUIRE(batch.erase("rows", view_of(key)));
        model.erase(key);
      } else {
        REQUIRE(batch.put("rows", view_of(key), view_of(std::to_string(i))));
        model[key] = std::to_string(i);
      }
    }
    REQUIRE(batch.commit());
    CHECK(all(store, "rows") == model);
  }
  { [[maybe_unused]] const TableStore gone = std::move(store); }
  CHECK(all(open(scratch / "tables", OpenMode::read_only), "rows") == model);
}

TEST_CASE("a scan sees the keys of its prefix and no others") {
  Scratch scratch;
  TableStore store = open(scratch / "tables");
  WriteBatch batch = store.write().value();
  for (const std::string key : {"a", "ab", "ab1", "ab2", "ac", "b"}) REQUIRE(batch.put("rows", view_of(key), view_of("x")));
  REQUIRE(batch.commit());
  CHECK(all(store, "rows", "ab").size() == 3);
  CHECK(all(store, "rows", "c").empty());
  CHECK_FALSE(store.read().value().find("rows", view_of("abc")));
}

TEST_CASE("keys that LMDB cannot hold are refused, not cut") {
  Scratch scratch;
  TableStore store = open(scratch / "tables");
  WriteBatch batch = store.write().value();
  CHECK(batch.put("rows", {}, view_of("x")).error().code == ErrorCode::refused);
  CHECK(batch.put("rows", Bytes(512), view_of("x")).error().code == ErrorCode::refused);
  CHECK(batch.put("rows", Bytes(511), view_of("x")).ok());
}

TEST_CASE("a table store is thrown away, a log or anything else is not") {
  Scratch scratch;
  { TableStore store = open(scratch / "tables"); CHECK_FALSE(TableStore::discard(scratch / "tables").ok()); }
  CHECK(TableStore::discard(scratch / "tables").ok());
  CHECK_FALSE(std::filesystem::exists(scratch / "tables"));
  { const Log log = Log::create(scratch / "log", SpaceId{}).value(); }
  CHECK(TableStore::discard(scratch / "log").error().code == ErrorCode::refused);
  CHECK(Log::open(scratch / "log", OpenMode::read_only).ok());
}

TEST_CASE("a log is not opened as a table store, nor one that is absent for reading") {
  Scratch scratch;
  { const Log log = Log::create(scratch / "log", SpaceId{}).value(); }
  CHECK(TableStore::open(scratch / "log", OpenMode::read_write, {"rows"}).error().code == ErrorCode::corrupt);
  CHECK(TableStore::open(scratch / "none", OpenMode::read_only, {"rows"}).error().code == ErrorCode::not_found);
}

namespace {

std::filesystem::path unsynced_in(const std::filesystem::path& folder) { return folder / "unsynced"; }

void put(TableStore& store, std::string_view key) {
  WriteBatch batch = store.write().value();
  REQUIRE(batch.put("rows", view_of(key), view_of("1")));
  REQUIRE(batch.commit());
}

TableStore open_put_off(const std::filesystem::path& folder) {
  return TableStore::open(folder, OpenMode::read_write, {"rows", "totals"}, Syncing::put_off).value();
}

/// As a machine that went down and came up again would find it.
void change_boot(const std::filesystem::path& folder) {
  REQUIRE(write_file_whole(unsynced_in(folder), view_of("4d3c7d3e-0000-4000-8000-000000000001\n")));
}

}  // namespace

TEST_CASE("a store that put off its syncing is whole for everybody as long as the machine runs") {
  Scratch scratch;
  {
    TableStore store = open_put_off(scratch / "tables");
    CHECK(store.put_off_since());
    put(store, "a");
  }
  CHECK(all(open(scratch / "tables", OpenMode::read_only), "rows").size() == 1);
  TableStore again = open(scratch / "tables");
  CHECK(again.put_off_since());
  put(again, "b");
  CHECK(all(again, "rows").size() == 2);
}

TEST_CASE("a store that put off its syncing is refused after another boot, for reading and for writing, and can be made anew") {
  Scratch scratch;
  {
    TableStore store = open_put_off(scratch / "tables");
    put(store, "a");
  }
  SECTION("another boot") { change_boot(scratch / "tables"); }
  SECTION("a note cut short") { REQUIRE(write_file_whole(unsynced_in(scratch / "tables"), {})); }
  for (const OpenMode mode : {OpenMode::read_only, OpenMode::read_write}) {
    for (const Syncing syncing : {Syncing::each_commit, Syncing::put_off}) {
      CHECK(TableStore::open(scratch / "tables", mode, {"rows", "totals"}, syncing).error().code == ErrorCode::corrupt);
    }
  }
  REQUIRE(TableStore::discard(scratch / "tables"));
  TableStore fresh = open(scratch / "tables");
  CHECK(all(fresh, "rows").empty());
  CHECK_FALSE(fresh.put_off_since());
}

TEST_CASE("a store that was synced, or never put it off, is good after another boot") {
  Scratch scratch;
  {
    TableStore store = open(scratch / "tables");
    put(store, "a");
    CHECK_FALSE(store.put_off_since());
    REQUIRE(store.put_off_syncing());
    CHECK(std::filesystem::exists(unsynced_in(scratch / "tables")));
    put(store, "b");
    REQUIRE(store.sync());
    CHECK_FALSE(store.put_off_since());
    put(store, "c");
  }
  CHECK_FALSE(std::filesystem::exists(unsynced_in(scratch / "tables")));
  CHECK(all(open(scratch / "tables"), "rows").size() == 3);
}
