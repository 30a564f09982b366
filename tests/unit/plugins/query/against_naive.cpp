// Queries over random rows beside the plainest loops that say the same.
#include <catch2/catch.hpp>
#include <map>
#include <optional>
#include <set>

#include "tests/support/seeded_random.h"
#include "tests/unit/plugins/query/query_of.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

struct Plain {
  std::string outcome;
  std::vector<std::string> groups;
  char state = 'k';  ///< known, masked, disputed, missing
  std::int64_t people = 0;
};

std::vector<Plain> random_rows(SeededRandom& random) {
  std::vector<Plain> rows(random.below(60));
  for (Plain& row : rows) {
    row.outcome = std::string(1, static_cast<char>('1' + random.below(3))) + std::string(1, static_cast<char>('A' + random.below(4)));
    for (const char* group : {"age", "sex", "race"}) {
      if (random.below(3) == 0) row.groups.emplace_back(group);
    }
    row.state = "kkkkkkmd-"[random.below(9)];
    row.people = static_cast<std::int64_t>(random.below(2000)) - 500;
  }
  return rows;
}

Rows written(const std::vector<Plain>& plain) {
  Rows rows({{"evidence", {{{"id", "evidence"}, {"outcome"}, {"groups"}, {"people"}}}}});
  for (std::size_t i = 0; i < plain.size(); ++i) {
    std::vector<plugins::InputField> fields = {text("outcome", {plain[i].outcome})};
    if (!plain[i].groups.empty()) fields.push_back(text("groups", plain[i].groups));
    if (plain[i].state == 'k') fields.push_back(number("people", plain[i].people));
    if (plain[i].state == 'm') fields.push_back(masked("people"));
    if (plain[i].state == 'd') fields.push_back(disputed("people", {"1", "2"}));
    rows.add("evidence", std::to_string(i), std::move(fields));
  }
  return rows;
}

/// What the rows come to, said as simply as it can be.
std::string naive(const std::vector<const Plain*>& rows) {
  bool is_masked = false, is_disputed = false, has_any = false;
  std::int64_t sum = 0, least = 0, most = 0;
  std::set<std::int64_t> kinds;
  for (const Plain* row : rows) {
    is_masked = is_masked || row->state == 'm';
    is_disputed = is_disputed || row->state == 'd';
    if (row->state != 'k') continue;
    sum += row->people;
    least = has_any ? std::min(least, row->people) : row->people;
    most = has_any ? std::max(most, row->people) : row->people;
    kinds.insert(row->people);
    has_any = true;
  }
  const std::string count = std::to_string(rows.size());
  if (is_masked) return count + "|#|#|#|#\n";
  if (is_disputed) return count + "|!|!|!|!\n";
  const auto shown = [&](std::int64_t value) { return has_any ? std::to_string(value) : std::string("-"); };
  return count + "|" + shown(sum) + "|" + shown(least) + "|" + shown(most) + "|" + std::to_string(kinds.size()) + "\n";
}

constexpr const char* kMeasures = R"("measures": {"n": "count", "sum": {"sum": "people"}, "min": {"min": "people"}, "max": {"max": "people"}, "kinds": {"distinct": "people"}})";

}  // namespace

TEST_CASE("groups over random rows come to what the plainest loop says") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SeededRandom random(seed);
    const std::vector<Plain> plain = random_rows(random);
    std::map<std::string, std::vector<const Plain*>> groups;
    for (const Plain& row : plain) groups[row.outcome].push_back(&row);
    std::string expected;
    for (const auto& [outcome, rows] : groups) expected += outcome + "|" + naive(rows);
    INFO("seed " << seed);
    REQUIRE(written(plain).table(std::string(R"({"from": "evidence", "group": "outcome", "sort": "outcome", )") + kMeasures + "}") == expected);
  }
}

TEST_CASE("unfolded groups over random rows come to what the plainest loop says") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SeededRandom random(seed + 1000);
    const std::vector<Plain> plain = random_rows(random);
    std::map<std::string, std::vector<const Plain*>> groups;
    for (const Plain& row : plain) {
      for (const std::string& group : row.groups) groups[group].push_back(&row);
      if (row.groups.empty()) groups["~"].push_back(&row);  // sorts last, as what is missing does
    }
    std::string expected;
    for (const auto& [group, rows] : groups) expected += (group == "~" ? "-" : group) + "|" + naive(rows);
    INFO("seed " << seed);
    REQUIRE(written(plain).table(std::string(R"({"from": "evidence", "unfold": "groups", "group": "groups", "sort": "groups", )") + kMeasures + "}") == expected);
  }
}

TEST_CASE("a condition over random rows keeps those that hold for sure, and its opposite those that surely do not") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SeededRandom random(seed + 2000);
    const std::vector<Plain> plain = random_rows(random);
    std::string yes, no;
    for (std::size_t i = 0; i < plain.size(); ++i) {
      const Plain& row = plain[i];
      const bool is_first = row.outcome[0] == '1';
      const bool is_open = row.state == 'm' || row.state == 'd';
      const bool is_many = row.state == 'k' && row.people > 100;
      if (is_first || is_many) yes += std::to_string(i) + "\n";
      else if (!is_open) no += std::to_string(i) + "\n";
    }
    INFO("seed " << seed);
    const std::string condition = R"({"any": [{"outcome": {"starts": "1"}}, {"people": {"greater": 100}}]})";
    Rows rows = written(plain);
    REQUIRE(rows.table(R"({"from": "evidence", "where": )" + condition + R"(, "group": "id"})") == yes);
    REQUIRE(rows.table(R"({"from": "evidence", "where": {"not": )" + condition + R"(}, "group": "id"})") == no);
  }
}
