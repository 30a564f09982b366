#include <catch2/catch.hpp>
#include <fstream>

#include "core/os/files.h"
#include "core/os/workspace_lock.h"
#include "tests/support/seeded_random.h"
#include "tests/unit/plugins/projection/steps.h"

using namespace evenhand;
using namespace evenhand::test;
namespace fs = std::filesystem;
using plugins::ViewCondition;

namespace {

void fill(Desk& desk, unsigned actions) {
  for (unsigned i = 0; i < actions; ++i) desk.put(i, std::string(1 + i % 5, 'a'), "EDI lead; Finance");
}

/// Fails at one text, as a plugin with a mistake does.
void fail_at(Desk& desk, const std::string& text) {
  desk.runner->before_row = [text](const sdk::Row& row) {
    if (row.text("text") == text) throw std::runtime_error("it cannot read this one");
  };
}

std::size_t builds_in(const fs::path& folder) {
  std::size_t builds = 0;
  for (const auto& entry : fs::directory_iterator(folder)) builds += entry.is_directory() && entry.path().filename() != "failed" ? 1 : 0;
  return builds;
}

std::string bytes_of(const fs::path& file) { return std::string(text_of(read_file(file, 1 << 26).value())); }

}  // namespace

TEST_CASE("a plugin that fails at one record is stopped there, says so with its record, and the rows of others stay") {
  Desk desk;
  fill(desk, 20);
  desk.catch_up();
  desk.put(9, "the bad one", "Finance");
  desk.put(200, "a new one", "Finance");
  fail_at(desk, "the bad one");
  REQUIRE(desk.views().catch_up(desk.plugin, desk.model).ok());
  const auto status = desk.views().status(desk.plugin).value();
  REQUIRE(status.size() == 1);
  CHECK(status[0].condition == ViewCondition::quarantined);
  CHECK(status[0].record == id_of(9));
  CHECK(status[0].sentence.find("it cannot read this one") != std::string::npos);
  CHECK(status[0].sentence.find(short_id_of(id_of(9))) != std::string::npos);
  CHECK(status[0].sentence.find("org.example.leads 1.0.0") != std::string::npos);
  CHECK(desk.rows().stale.find("not up to date") != std::string::npos);
  CHECK(desk.rows().rows.size() >= 2 * 19);
  for (const plugins::InputRow& row : desk.rows().rows) CHECK(row.id != id_of(9).hex());
}

TEST_CASE("what a plugin says when it fails at a record that may speak of people is kept nowhere: the program's own sentence names the record alone") {
  Desk desk;
  SECTION("it reads free text") { desk.plugin.manifest.data_class = DataClass::free_text; }
  SECTION("it reads what stands for people") { desk.plugin.manifest.reads["comment"] = {"outcome"}; }
  fill(desk, 3);
  desk.put(9, "Canary Name", "Finance");
  desk.runner->before_row = [](const sdk::Row& row) {
    if (row.text("text") == "Canary Name") throw std::runtime_error("cannot read the name " + row.text("text"));
  };
  desk.catch_up();
  const auto status = desk.views().status(desk.plugin).value();
  REQUIRE(status.at(0).condition == ViewCondition::quarantined);
  CHECK(status[0].sentence.find("stopped at record " + short_id_of(id_of(9))) != std::string::npos);
  CHECK(desk.rows().stale.find(short_id_of(id_of(9))) != std::string::npos);
  CHECK((status[0].sentence + desk.rows().stale).find("Canary") == std::string::npos);
  for (const auto& entry : fs::recursive_directory_iterator(desk.folder())) {
    if (entry.is_regular_file()) CHECK(bytes_of(entry.path()).find("cannot read the name") == std::string::npos);
  }
}

TEST_CASE("a batch that fails is halved until the record is found, in few calls") {
  Desk desk;
  desk.limits.batch_records_max = 64;
  fill(desk, 64);
  desk.put(40, "the bad one", "Finance");
  fail_at(desk, "the bad one");
  CHECK(desk.catch_up().calls <= 14);
  CHECK(desk.views().status(desk.plugin).value()[0].record == id_of(40));
}

TEST_CASE("a quarantined view is not tried again for nothing, but when its record or its plugin changes") {
  Desk desk;
  fill(desk, 8);
  desk.put(3, "the bad one", "Finance");
  fail_at(desk, "the bad one");
  desk.catch_up();
  CHECK(desk.catch_up().calls == 0);

  SECTION("the record changes") { desk.put(3, "a good one", "Finance"); }
  SECTION("the record goes") { desk.model.remove(id_of(3)); }
  SECTION("the plugin changes") {
    desk.plugin.digest = "another";
    desk.runner->before_row = {};
  }
  desk.catch_up();
  CHECK(desk.rows().stale.empty());
  check_right(desk);
}

TEST_CASE("what a plugin failed at is written down without anything personal, in as many bytes") {
  Desk desk;
  desk.put(1, "Ms Example asked for this", "Head of wards", "done");
  desk.runner->before_row = [](const sdk::Row&) { throw std::runtime_error("no"); };
  desk.catch_up();
  const auto status = desk.views().status(desk.plugin).value();
  const std::string slice = bytes_of(status.at(0).slice);
  CHECK(slice.find("Example") == std::string::npos);
  const sdk::Input input(slice);
  REQUIRE(input.rows("action").size() == 1);
  CHECK(input.asked() == "leads");
  CHECK(input.rows("action")[0].text("text").size() == std::string("Ms Example asked for this").size());
  CHECK(input.rows("action")[0].text("status") == "done");
}

TEST_CASE("nonsense that a plugin answers stops its view only: other types, columns, records, bytes") {
  Desk desk;
  fill(desk, 3);
  std::string answer;
  SECTION("no rows at all") { answer = "nonsense"; }
  SECTION("another type") { answer = sdk::Rows().row("others", id_of(1).hex()).bytes(); }
  SECTION("a column that is not declared") { answer = sdk::Rows().row("leads", id_of(1).hex()).text("nhs_number", "1").bytes(); }
  SECTION("text where a number is declared") { answer = sdk::Rows().row("leads", id_of(1).hex()).text("letters", "1").bytes(); }
  SECTION("a record that it was not given") { answer = sdk::Rows().row("leads", id_of(77).hex()).text("lead", "1").bytes(); }
  SECTION("a row of no record") { answer = sdk::Rows().row("leads").text("lead", "1").bytes(); }
  SECTION("a thousand and one rows of one record") {
    sdk::Rows rows;
    for (int i = 0; i < 1001; ++i) rows.row("leads", id_of(0).hex()).text("lead", "1");
    answer = rows.bytes();
  }
  desk.runner->before_answer = [&](const std::string&) { return answer; };
  REQUIRE(desk.views().catch_up(desk.plugin, desk.model).ok());
  CHECK(desk.views().status(desk.plugin).value()[0].condition == ViewCondition::quarantined);
  CHECK(desk.rows().rows.empty());
  CHECK_FALSE(desk.rows().stale.empty());
}

TEST_CASE("a plugin that cannot be started is no fault of a record: nothing is quarantined") {
  Desk desk;
  fill(desk, 3);
  bool is_there = false;
  desk.plugin.make_runner = [&]() -> Result<std::shared_ptr<plugins::Runner>> {
    if (is_there) return std::shared_ptr<plugins::Runner>(desk.runner);
    return unavailable("the worker program is not there");
  };
  CHECK(desk.views().catch_up(desk.plugin, desk.model).error().code == ErrorCode::unavailable);
  CHECK(desk.views().rows(desk.plugin, desk.leads(), {}).error().code == ErrorCode::unavailable);
  is_there = true;
  desk.catch_up();
  check_right(desk);
}

TEST_CASE("a view that runs away is paused with a sentence, and what it holds stays within its bound") {
  Desk desk;
  desk.limits.view_bytes_max = 20'000;
  fill(desk, 10);
  desk.catch_up();
  desk.runner->before_answer = [](const std::string& answer) {
    const sdk::Input input(answer);
    sdk::Rows rows;
    for (const sdk::Row& row : input.rows("leads")) {
      for (int i = 0; i < 400; ++i) rows.row("leads", row.id()).text("lead", std::string(100, 'x'));
    }
    return rows.bytes();
  };
  desk.put(5, "other", "Finance");
  desk.catch_up();
  CHECK(desk.views().status(desk.plugin).value()[0].condition == ViewCondition::paused);
  CHECK(desk.rows().stale.find("MiB") != std::string::npos);
  CHECK(desk.rows().rows.size() == 20);
  CHECK(desk.catch_up().calls == 0);
  desk.runner->before_answer = {};
  REQUIRE(desk.views().rebuild(desk.plugin, desk.model).ok());
  CHECK(desk.rows().stale.empty());
  check_right(desk);
}

TEST_CASE("readers are served the old version until the new one is whole") {
  Desk desk;
  fill(desk, 20);
  desk.catch_up();
  const auto before = texts_of(desk.rows());
  desk.plugin.manifest.version = "2.0.0";
  desk.plugin.manifest.projections[0].columns.push_back({"shout", plugins::ColumnType::text, "Shout"});
  desk.runner->before_answer = [](const std::string& answer) {
    const sdk::Input input(answer);
    sdk::Rows rows;
    for (const sdk::Row& row : input.rows("leads")) rows.row("leads", row.id()).text("lead", row.text("lead")).text("shout", "!");
    return rows.bytes();
  };
  CHECK_FALSE(desk.catch_up(2).is_done);
  CHECK(texts_of(desk.rows()) == before);
  CHECK(desk.rows().stale.find("before 2.0.0") != std::string::npos);
  while (!desk.catch_up(2).is_done) continue;
  CHECK(desk.rows().stale.empty());
  CHECK(texts_of(desk.rows()) != before);
  CHECK(builds_in(desk.folder()) == 1);
  check_right(desk);
}

TEST_CASE("a new version that fails leaves the old one in place, and says why") {
  Desk desk;
  fill(desk, 20);
  desk.catch_up();
  const auto before = texts_of(desk.rows());
  desk.plugin.manifest.version = "2.0.0";
  desk.runner->before_row = [](const sdk::Row&) { throw std::runtime_error("version 2 is broken"); };
  desk.catch_up();
  CHECK(texts_of(desk.rows()) == before);
  CHECK(desk.rows().stale.find("version 2 is broken") != std::string::npos);
  desk.plugin.manifest.version = "2.0.1";
  desk.runner->before_row = {};
  desk.catch_up();
  CHECK(desk.rows().stale.empty());
  CHECK(builds_in(desk.folder()) == 1);
}

TEST_CASE("a rebuild ends with the same digest, beside the live view until it is done") {
  Desk desk;
  fill(desk, 20);
  desk.catch_up();
  const Hash before = desk.views().digest(desk.plugin).value();
  const std::string live = bytes_of(desk.folder() / "live");
  CHECK_FALSE(desk.views().rebuild(desk.plugin, desk.model, {2}).value().is_done);
  CHECK(bytes_of(desk.folder() / "live") == live);
  CHECK(builds_in(desk.folder()) == 2);
  while (!desk.views().rebuild(desk.plugin, desk.model, {2}).value().is_done) continue;
  CHECK(bytes_of(desk.folder() / "live") != live);
  CHECK(builds_in(desk.folder()) == 1);
  CHECK(desk.views().digest(desk.plugin).value() == before);
}

TEST_CASE("a rebuild that was cut off is thrown away by the next catch-up, and nothing is lost") {
  Desk desk;
  fill(desk, 20);
  desk.catch_up();
  CHECK_FALSE(desk.views().rebuild(desk.plugin, desk.model, {1}).value().is_done);
  CHECK(desk.catch_up().calls == 0);
  CHECK(builds_in(desk.folder()) == 1);
  check_right(desk);
}

TEST_CASE("a damaged view is thrown away and made anew") {
  Desk desk;
  fill(desk, 20);
  desk.catch_up();
  fs::path file;
  for (const auto& entry : fs::recursive_directory_iterator(desk.folder())) {
    if (entry.path().filename() == "data.mdb") file = entry.path();
  }
  {
    std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
    const std::string nonsense(fs::file_size(file), '\x5A');
    out.write(nonsense.data(), static_cast<std::streamsize>(nonsense.size()));
  }
  REQUIRE(desk.views().catch_up(desk.plugin, desk.model).ok());
  check_right(desk);
}

TEST_CASE("erased words of a record do not lie on in the files of a view") {
  Desk desk;
  desk.plugin.manifest.data_class = DataClass::free_text;
  fill(desk, 20);
  desk.put(7, "four", "Ms Erased Example");
  desk.catch_up();
  const auto holds_it = [&] {
    for (const auto& entry : fs::recursive_directory_iterator(desk.folder())) {
      if (entry.is_regular_file() && bytes_of(entry.path()).find("Erased") != std::string::npos) return true;
    }
    return false;
  };
  CHECK(holds_it());
  desk.put(7, "four", "");
  desk.model.change(id_of(7), [](EntityState& state) { state.erased.push_back({}); });
  desk.catch_up();
  CHECK_FALSE(holds_it());
  check_right(desk);
}

TEST_CASE("two processes do not make the same views at once") {
  Desk desk;
  fill(desk, 3);
  desk.catch_up();
  desk.limits.lock_wait_ms = 0;
  const auto held = WorkspaceLock::take(desk.folder() / "lock", "another", "views");
  REQUIRE(held.ok());
  const auto refused = desk.views().catch_up(desk.plugin, desk.model);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().where == kHeldByAnother);
  CHECK(desk.rows().rows.size() == 6);
}

TEST_CASE("a plugin whose id would lead out of the folder of views is refused") {
  Desk desk;
  fill(desk, 1);
  for (const char* id : {"../../keys", "..", "a/b", "", "A.b.c"}) {
    desk.plugin.manifest.id = id;
    CHECK(desk.views().catch_up(desk.plugin, desk.model).error().code == ErrorCode::refused);
  }
}
