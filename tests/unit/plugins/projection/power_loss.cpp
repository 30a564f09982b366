// Views are not synced while they are made. What power loss does to them, and what makes them durable after all.
#include "core/os/workspace_lock.h"
#include "tests/unit/plugins/projection/steps.h"

using namespace evenhand;
using namespace evenhand::test;
namespace fs = std::filesystem;

namespace {

void fill(Desk& desk, unsigned actions) {
  for (unsigned i = 0; i < actions; ++i) desk.put(i, std::string(1 + i % 5, 'a'), "EDI lead; Finance");
}

std::string live_of(const Desk& desk) { return std::string(text_of(read_file(desk.folder() / "live", 64).value())); }

/// As if a view had been made that long ago.
void grow_old(const Desk& desk) {
  for (const fs::path& note : unsynced_below(desk.folder())) fs::last_write_time(note, fs::last_write_time(note) - std::chrono::minutes(5));
}

}  // namespace

TEST_CASE("power loss during a rebuild costs the build beside the live view, never the live one, and the rebuild begins anew") {
  Desk desk;
  fill(desk, 20);
  desk.catch_up();
  grow_old(desk);
  desk.catch_up();
  const std::string live = live_of(desk);
  const auto rows = texts_of(desk.rows());
  CHECK_FALSE(desk.views().rebuild(desk.plugin, desk.model, {3}).value().is_done);
  REQUIRE(unsynced_below(desk.folder()).size() == 1);
  lose_power(desk.folder());
  CHECK(live_of(desk) == live);
  CHECK(texts_of(desk.rows()) == rows);
  CHECK(desk.views().rebuild(desk.plugin, desk.model).value().records == 20);
  CHECK(live_of(desk) != live);
  check_right(desk);
}

TEST_CASE("a rebuild that a process left half done is gone on with in the same boot") {
  Desk desk;
  fill(desk, 20);
  desk.catch_up();
  CHECK(desk.views().rebuild(desk.plugin, desk.model, {3}).value().records == 12);
  CHECK(desk.views().rebuild(desk.plugin, desk.model).value().records == 8);
  check_right(desk);
}

TEST_CASE("a view that was not on the disk when the machine went down is not served, and the next catch-up makes it anew") {
  Desk desk;
  fill(desk, 20);
  desk.catch_up();
  lose_power(desk.folder());
  CHECK(desk.views().rows(desk.plugin, desk.leads(), {}).error().code == ErrorCode::corrupt);
  const auto status = desk.views().status(desk.plugin).value();
  REQUIRE(status.size() == 1);
  CHECK(status[0].is_lost);
  CHECK(desk.catch_up().records == 20);
  CHECK_FALSE(desk.views().status(desk.plugin).value()[0].is_lost);
  check_right(desk);
}

TEST_CASE("a view is made durable by a catch-up once the system has had a minute to write it") {
  Desk desk;
  fill(desk, 20);
  desk.catch_up();
  desk.catch_up();
  CHECK(unsynced_below(desk.folder()).size() == 1);
  grow_old(desk);
  CHECK(desk.catch_up().calls == 0);
  CHECK(unsynced_below(desk.folder()).empty());
  desk.put(3, "another", "Finance");
  desk.catch_up();
  CHECK(unsynced_below(desk.folder()).empty());
  lose_power(desk.folder());
  CHECK(desk.catch_up().calls == 0);
  check_right(desk);
}

TEST_CASE("a catch-up that takes many transactions syncs none but the first") {
  Desk desk;
  desk.limits.batch_records_max = 256;
  fill(desk, 20);
  desk.catch_up();
  grow_old(desk);
  desk.catch_up();
  fill(desk, 3'000);
  desk.catch_up();
  CHECK(unsynced_below(desk.folder()).empty());
  fill(desk, 9'000);
  desk.catch_up();
  CHECK(unsynced_below(desk.folder()).size() == 1);
  check_right(desk);
}

TEST_CASE("rows that an earlier program made of a linked-in plugin are made anew, those of an installed one stay") {
  Desk desk;
  fill(desk, 20);
  SECTION("linked in") {
    desk.catch_up();
    desk.program = {2};
    CHECK(desk.rows().stale.find("not up to date") != std::string::npos);
    CHECK(desk.views().status(desk.plugin).value().at(0).is_outdated);
    CHECK(desk.catch_up().records == 20);
  }
  SECTION("installed") {
    desk.plugin.digest = "some files";
    desk.catch_up();
    desk.program = {2};
    CHECK(desk.catch_up().records == 0);
  }
  CHECK(desk.rows().stale.empty());
  CHECK_FALSE(desk.views().status(desk.plugin).value().at(0).is_outdated);
  check_right(desk);
}

TEST_CASE("a rebuild that ended badly leaves what was live, and the next rebuild tries again from the start") {
  Desk desk;
  fill(desk, 20);
  desk.catch_up();
  const std::string live = live_of(desk);
  desk.runner->before_row = [](const sdk::Row&) { throw std::runtime_error("not today"); };
  REQUIRE(desk.views().rebuild(desk.plugin, desk.model).ok());
  CHECK(live_of(desk) == live);
  auto status = desk.views().status(desk.plugin).value();
  REQUIRE(status.size() == 2);
  CHECK(status[0].is_live);
  CHECK(status[0].sentence.empty());
  CHECK(status[1].sentence.find("not today") != std::string::npos);
  desk.runner->before_row = {};
  CHECK(desk.views().rebuild(desk.plugin, desk.model).value().records == 20);
  CHECK(live_of(desk) != live);
  CHECK(desk.views().status(desk.plugin).value().size() == 1);
  check_right(desk);
}

TEST_CASE("a rebuild lifts a quarantine once the plugin behaves") {
  Desk desk;
  fill(desk, 20);
  desk.runner->before_row = [](const sdk::Row&) { throw std::runtime_error("not today"); };
  desk.catch_up();
  CHECK(desk.views().status(desk.plugin).value().at(0).condition == plugins::ViewCondition::quarantined);
  desk.runner->before_row = {};
  CHECK(desk.catch_up().calls == 0);
  REQUIRE(desk.views().rebuild(desk.plugin, desk.model).ok());
  CHECK(desk.views().status(desk.plugin).value().at(0).condition == plugins::ViewCondition::current);
  check_right(desk);
}

TEST_CASE("the state of a view says how much it holds, of how many records, and how many came or changed since") {
  Desk desk;
  fill(desk, 20);
  CHECK(desk.views().status(desk.plugin, &desk.model).value().empty());
  desk.catch_up();
  desk.put(3, "another", "Finance");
  desk.put(500, "new", "Finance");
  desk.model.remove(id_of(7));
  const auto status = desk.views().status(desk.plugin, &desk.model).value();
  REQUIRE(status.size() == 1);
  CHECK(status[0].records == 20);
  CHECK(status[0].rows == 40);
  CHECK(status[0].bytes > 40 * 20);
  CHECK(status[0].behind == 3);
  CHECK(status[0].made);
  CHECK_FALSE(desk.views().status(desk.plugin).value()[0].behind);
  desk.catch_up();
  CHECK(desk.views().status(desk.plugin, &desk.model).value()[0].behind == 0);
}

TEST_CASE("forgetting a plugin takes its rows away, and no folder that is not one of views") {
  Desk desk;
  fill(desk, 3);
  desk.catch_up();
  REQUIRE(plugins::Projections::forget(desk.scratch.folder(), desk.plugin.manifest.id).ok());
  for (const auto& left : fs::directory_iterator(desk.folder())) CHECK(left.path().filename() == "lock");
  CHECK(plugins::Projections::kept_for(desk.scratch.folder())->empty());
  REQUIRE(plugins::Projections::forget(desk.scratch.folder(), desk.plugin.manifest.id).ok());
  CHECK(plugins::Projections::forget(desk.scratch.folder(), "..").error().code == ErrorCode::refused);
}

TEST_CASE("views that are forgotten while somebody makes them leave that one the lock: nobody else makes them beside it") {
  Desk desk;
  fill(desk, 3);
  std::size_t others = 0;
  desk.runner->before_row = [&](const sdk::Row&) {
    if (++others > 1) return;
    REQUIRE(plugins::Projections::forget(desk.scratch.folder(), desk.plugin.manifest.id).ok());
    const auto second = WorkspaceLock::take(desk.folder() / "lock", "evenhand", "views");
    REQUIRE_FALSE(second.ok());
    CHECK(second.error().where == kHeldByAnother);
  };
  (void)desk.views().catch_up(desk.plugin, desk.model);
  CHECK(others > 0);
  desk.runner->before_row = {};
  desk.catch_up();
  check_right(desk);
}

TEST_CASE("whoever waits for a rebuild is told how far it is, to the end") {
  Desk desk;
  fill(desk, 20);
  std::vector<std::uint64_t> told;
  REQUIRE(desk.views().rebuild(desk.plugin, desk.model, {0, [&](std::string_view view, std::uint64_t done, std::uint64_t all) {
                                                           CHECK(view == "org.example.leads/leads");
                                                           CHECK(all == 20);
                                                           told.push_back(done);
                                                         }}).ok());
  CHECK(told == std::vector<std::uint64_t>{4, 8, 12, 16, 20});
}
