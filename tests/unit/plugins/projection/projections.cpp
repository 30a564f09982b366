#include <catch2/catch.hpp>
#include <set>

#include "plugins/host/record_source.h"
#include "tests/support/seeded_random.h"
#include "tests/unit/plugins/projection/steps.h"

using namespace evenhand;
using namespace evenhand::test;
using Texts = std::vector<std::string>;

namespace {

/// Many actions, some with several leads, in an order of the seed's.
void fill(Desk& desk, SeededRandom& random, unsigned actions) {
  const char* kLeads[] = {"Ward manager", "EDI lead", "Finance; EDI lead", ""};
  std::vector<unsigned> numbers;
  for (unsigned i = 0; i < actions; ++i) numbers.push_back(i);
  for (std::size_t i = numbers.size(); i > 1; --i) std::swap(numbers[i - 1], numbers[random.below(i)]);
  for (const unsigned number : numbers) desk.put(number, std::string(1 + number % 7, 'a'), kLeads[number % 4], number % 3 == 0 ? "done" : "agreed");
}

}  // namespace

TEST_CASE("a projection gives the rows of each record, and its aggregates the totals of each group") {
  Desk desk;
  desk.put(1, "four", "EDI lead");
  desk.put(2, "sixsix", "EDI lead; Finance");
  CHECK(desk.catch_up().records == 2);
  CHECK(texts_of(desk.rows()) == Texts{"5900 lead=EDI lead status=agreed letters=4", "b200 lead=Finance status=agreed letters=6", "b200 lead=EDI lead status=agreed letters=6"});
  CHECK(texts_of(desk.aggregate(0)) == Texts{"lead=EDI lead rows=2 all=10 least=4 most=6", "lead=Finance rows=1 all=6 least=6 most=6"});
  CHECK(desk.rows().rows.front().type == "org.example.leads/leads");
  CHECK(desk.aggregate(0).rows.front().type == "org.example.leads/leads/by-lead");
  CHECK(desk.rows().stale.empty());
}

TEST_CASE("when the smallest or the greatest row of a group goes, the next one takes its place") {
  Desk desk;
  desk.put(1, "four", "EDI lead");
  desk.put(2, "sixsix", "EDI lead");
  desk.put(3, "sevenxx", "EDI lead");
  desk.catch_up();
  desk.model.remove(id_of(1));
  desk.put(3, "fives", "EDI lead");
  CHECK(desk.catch_up().records == 2);
  CHECK(texts_of(desk.aggregate(0)) == Texts{"lead=EDI lead rows=2 all=11 least=5 most=6"});
  desk.model.remove(id_of(2));
  desk.model.remove(id_of(3));
  desk.catch_up();
  CHECK(desk.aggregate(0).rows.empty());
  CHECK(desk.rows().rows.empty());
}

TEST_CASE("a catch-up asks about changed records only, and about none when nothing changed") {
  Desk desk;
  SeededRandom random(1);
  fill(desk, random, 40);
  CHECK(desk.catch_up().calls == 10);
  CHECK(desk.catch_up().calls == 0);
  desk.put(7, "other", "Finance");
  const auto done = desk.catch_up();
  CHECK(done.calls == 1);
  CHECK(done.records == 1);
  check_right(desk);
}

TEST_CASE("batch splits, stops and the order of arrival carry no meaning: twenty ways to one digest") {
  std::set<Hash> digests;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    Desk desk;
    SeededRandom random(seed);
    const unsigned steps = 1 + static_cast<unsigned>(random.below(4));
    for (unsigned step = 1; step <= steps; ++step) {
      // Some records come late, some stood otherwise before, some are there only for a while.
      fill(desk, random, step == steps ? 60 : 15 * step);
      if (step < steps) {
        desk.put(static_cast<unsigned>(random.below(60)), "on the way", "Somebody else");
        desk.put(100 + step, "for a while", "Finance");
      } else {
        for (unsigned gone = 100; gone < 110; ++gone) desk.model.remove(id_of(gone));
      }
      for (bool is_done = false; !is_done;) {
        desk.limits.batch_records_max = 1 + random.below(13);
        is_done = desk.catch_up(step == steps ? 1 + random.below(3) : random.below(3)).is_done || (step < steps && random.chance(50));
      }
    }
    check_right(desk);
    digests.insert(desk.views().digest(desk.plugin).value());
  }
  CHECK(digests.size() == 1);
}

TEST_CASE("an aggregate over some records is that of a view of these records alone") {
  Desk desk;
  SeededRandom random(3);
  fill(desk, random, 30);
  desk.catch_up();
  const plugins::Keeps keeps = [](const EntityId& id) { return Result<bool>(id.bytes[2] % 2 == 0); };
  const plugins::ViewRows some = desk.aggregate(0, keeps);
  const plugins::Keeps all = [](const EntityId&) { return Result<bool>(true); };
  CHECK(texts_of(desk.aggregate(0, all)) == texts_of(desk.aggregate(0)));
  CHECK(texts_of(some) != texts_of(desk.aggregate(0)));
  for (unsigned i = 1; i < 30; i += 2) desk.model.remove(id_of(i));
  desk.catch_up();
  CHECK(texts_of(some) == texts_of(desk.aggregate(0)));
}

TEST_CASE("sums with decimals are exact, and 7.50 and 7.5 are one group") {
  using plugins::Amount;
  CHECK((Amount(1, 1) + Amount(2, 1)).text() == "0.3");
  CHECK(Amount(750, 2) == Amount(75, 1));
  CHECK(Amount(-5, 2).text() == "-0.05");
  CHECK(Amount(0, 3).text() == "0");
  CHECK(Amount(-1, 0).sortable() < Amount(0, 0).sortable());
  CHECK(Amount(-1, 0).sortable() < Amount(1, 6).sortable());
  CHECK(Amount::from_sortable(Amount(-123456, 3).sortable()) == Amount(-123456, 3));
  const Amount most(std::numeric_limits<std::int64_t>::max(), 0);
  CHECK((most + most).text() == "18446744073709551614");
  CHECK_FALSE((most + most).field("sum").number);
  CHECK((most + most - most).field("sum").number == std::numeric_limits<std::int64_t>::max());
}

TEST_CASE("undeclared fields of a record never reach a projection") {
  Desk desk;
  desk.model.put(id_of(1), "action", {{"text", "four"}, {"leads", "EDI lead"}, {"progress", "a secret of the board"}});
  bool was_asked = false;
  desk.runner->before_row = [&](const sdk::Row& row) {
    was_asked = true;
    CHECK(row.is_missing("progress"));
  };
  desk.catch_up();
  CHECK(was_asked);
}

TEST_CASE("numbers of people are hidden from a projection as they are from a report") {
  Desk desk;
  desk.plugin.manifest.reads["measure"] = {"value", "unit"};
  desk.plugin.manifest.projections.front().on = {"measure"};
  desk.model.put(id_of(1), "measure", {{"name", "Falls"}, {"unit", "people"}, {"value", "3"}});
  std::string seen;
  plugins::for_each_source_record(desk.plugin.manifest, desk.leads(), desk.model, [&](plugins::SourceRecord record) { seen = record.row; }).ok();
  const sdk::Input input(plugins::input_head(desk.plugin.manifest, desk.leads()) + seen);
  REQUIRE(input.rows("measure").size() == 1);
  CHECK(input.rows("measure")[0].is_masked("value"));
  CHECK_FALSE(input.rows("measure")[0].number("value"));
}
