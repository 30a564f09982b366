// A pack's query over very many rows: from the bytes that a plugin gets to the groups, beside a loop written by hand for
// that one question over the same bytes.
//
// Usage: query_bench [rows = 200000]. One JSON line per measurement.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <unordered_map>

#include "core/codec/json.h"
#include "plugins/host/input_writer.h"
#include "plugins/query/parse.h"
#include "plugins/query/run.h"
#include "plugins/sdk/input.h"
#include "tests/bench/timing.h"
#include "tests/support/seeded_random.h"

using namespace evenhand;

namespace {

const query::Catalogue kTypes = {{"evidence", {{{"id", "evidence"}, {"outcome"}, {"service", "service"}, {"title"}, {"owner"}, {"groups"}, {"date"}, {"people"}}}},
                                 {"service", {{{"id", "service"}, {"name"}}}}};

plugins::InputField field(std::string name, std::vector<std::string> texts, std::optional<std::int64_t> number = {}) { return {std::move(name), 0, std::move(texts), number}; }

std::string input_of(std::size_t count) {
  SeededRandom random(1);
  plugins::Manifest manifest;
  for (const auto& [type, layout] : kTypes) {
    for (const query::Column& column : layout.columns) manifest.reads[type].insert(column.name);
  }
  plugins::InputWriter writer(manifest, "bench");
  std::vector<std::string> services;
  for (int i = 0; i < 40; ++i) {
    services.push_back(random.make_id<EntityId>().hex());
    writer.row({"service", services.back(), {field("name", {"Service " + std::to_string(i)})}});
  }
  for (std::size_t i = 0; i < count; ++i) {
    plugins::InputRow row{"evidence", random.make_id<EntityId>().hex(), {}};
    row.fields.push_back(field("outcome", {std::string(1, static_cast<char>('1' + random.below(3))) + static_cast<char>('A' + random.below(4))}));
    row.fields.push_back(field("service", {services[random.below(services.size())]}));
    row.fields.push_back(field("title", {"A piece of evidence with number " + std::to_string(i)}));
    row.fields.push_back(field("owner", {"Role " + std::to_string(random.below(500))}));
    row.fields.push_back(field("groups", {"age", "sex"}));
    row.fields.push_back(field("date", {"2025-06-0" + std::to_string(1 + random.below(9))}, 20240 + static_cast<std::int64_t>(random.below(9))));
    const auto people = static_cast<std::int64_t>(random.below(1000));
    row.fields.push_back(field("people", {std::to_string(people)}, people));
    writer.row(row);
  }
  return writer.bytes();
}

struct Question {
  const char* name;
  const char* queries;
};
constexpr Question kQuestions[] = {
    {"group", R"({"q": {"from": "evidence", "where": {"people": {"at_least": 100}}, "group": ["outcome", "service"],
        "measures": {"n": "count", "people": {"sum": "people"}, "newest": {"newest": "date"}}, "sort": ["outcome", "-people"]}})"},
    {"join_and_pivot", R"({"q": {"from": "evidence", "columns": {"where_": "service.name"}, "group": "outcome", "pivot": "where_", "measures": {"n": "count"}, "sort": "outcome"}})"},
    {"unfold", R"({"q": {"from": "evidence", "unfold": "groups", "group": ["groups", "outcome"], "measures": {"n": "count"}}})"},
};

struct Sum {
  std::int64_t count = 0, people = 0, newest = 0;
};

/// The first question, by hand: reads what it needs from the bytes and nothing else.
std::size_t by_hand(std::string_view bytes) {
  namespace b = sdk::input_bytes;
  std::unordered_map<std::string, Sum> groups;
  for (b::Reader in(bytes.substr(5)); in.more();) {
    const auto [tag, row] = in.field();
    if (tag != EVENHAND_INPUT_ROW) continue;
    std::string_view outcome, service;
    std::int64_t people = -1, day = 0;
    bool is_evidence = false;
    for (b::Reader fields(row); fields.more();) {
      const auto [inner, value] = fields.field();
      if (inner == EVENHAND_INPUT_TYPE) is_evidence = value == "evidence";
      if (inner != EVENHAND_INPUT_FIELD || !is_evidence) continue;
      std::string_view name, text;
      std::int64_t number = 0;
      for (b::Reader parts(value); parts.more();) {
        const auto [part, content] = parts.field();
        if (part == EVENHAND_INPUT_NAME) name = content;
        if (part == EVENHAND_INPUT_TEXT) text = content;
        if (part == EVENHAND_INPUT_NUMBER) number = b::signed_number(content);
      }
      if (name == "outcome") outcome = text;
      else if (name == "service") service = text;
      else if (name == "people") people = number;
      else if (name == "date") day = number;
    }
    if (people < 100) continue;
    Sum& sum = groups[std::string(outcome) + std::string(service)];
    ++sum.count;
    sum.people += people;
    sum.newest = std::max(sum.newest, day);
  }
  return groups.size();
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t rows = argc > 1 ? static_cast<std::size_t>(std::atoll(argv[1])) : 200'000;
  const std::string bytes = input_of(rows);
  std::vector<double> hand;
  std::size_t groups = 0;
  for (int i = 0; i < bench::kRepetitions; ++i) hand.push_back(bench::seconds([&] { groups = by_hand(bytes); }));
  const double base = bench::median(hand);
  std::printf("{\"bench\": \"query\", \"what\": \"by_hand\", \"rows\": %zu, \"input_bytes\": %zu, \"groups\": %zu, \"ms\": %.1f}\n", rows, bytes.size(), groups, base * 1000);
  for (const Question& question : kQuestions) {
    const auto parsed = query::parse_queries(parse_json(question.queries).value(), kTypes);
    EVENHAND_ASSERT(parsed.problems.empty(), "the question is none");
    const query::Names names = query::names_in(std::string(question.queries) + " id");  // as a pack asks
    std::vector<double> times;
    std::size_t made = 0;
    for (int i = 0; i < bench::kRepetitions; ++i) {
      times.push_back(bench::seconds([&] { made = query::run_queries(parsed.queries, kTypes, names, bytes).value()->tables.at("q").rows(); }));
    }
    const double middle = bench::median(times);
    std::printf("{\"bench\": \"query\", \"what\": \"%s\", \"rows\": %zu, \"result_rows\": %zu, \"ms\": %.1f, \"times_by_hand\": %.2f}\n", question.name, rows, made, middle * 1000, middle / base);
  }
  return 0;
}
