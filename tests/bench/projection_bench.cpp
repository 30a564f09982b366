// How fast a view is made, and what that costs those who write to the log meanwhile: appends alone, while a view is rebuilt, and while
// a plugin runs away, in one run, alternating. One JSON line per measurement.
//
// Usage: projection_bench [records = 250000] [appends a round = 500] [rounds = 12] [folder]

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <map>
#include <thread>

#include "core/record/value.h"
#include "core/store/log.h"
#include "plugins/host/built_in.h"
#include "plugins/projection/projections.h"
#include "plugins/sdk/plugin.h"
#include "tests/bench/timing.h"
#include "tests/support/chain_writer.h"
#include "tests/support/scratch.h"

using namespace evenhand;
using bench::median;
using bench::seconds;

namespace {

sdk::Rows map_actions(const sdk::Input& input) {
  sdk::Rows rows;
  for (const sdk::Row& action : input.rows("action")) {
    for (const std::string& lead : action.list("leads")) {
      rows.row("owners", action.id()).text("lead", lead).text("status", action.text("status")).number("letters", static_cast<std::int64_t>(action.text("text").size()));
    }
  }
  return rows;
}

/// A mistake in a loop: a thousand rows of everything.
sdk::Rows run_away(const sdk::Input& input) {
  sdk::Rows rows;
  for (const sdk::Row& action : input.rows("action")) {
    for (int i = 0; i < 1000; ++i) rows.row("owners", action.id()).text("lead", "lead " + std::to_string(i)).text("status", std::string(200, 'x')).number("letters", i);
  }
  return rows;
}

constexpr sdk::Contribution kHonest[] = {sdk::projection<map_actions>("owners")};
constexpr sdk::Contribution kRunaway[] = {sdk::projection<run_away>("owners")};

void must(bool well, const char* what) { EVENHAND_ASSERT(well, what); }

class Actions : public Model {
 public:
  explicit Actions(std::size_t count) {
    SeededRandom random(5);
    const RecordSpec& spec = *find_record_type("action");
    const FieldSpec& text = *spec.find_field("text");
    const FieldSpec& leads = *spec.find_field("leads");
    const FieldSpec& status = *spec.find_field("status");
    for (std::size_t i = 0; i < count; ++i) {
      EntityState state;
      state.id = random.make_id<EntityId>();
      state.type = "action";
      state.make(text.id).values.push_back({{}, false, encode_value(text, Value(std::string(40 + random.below(120), 'a'))).value()});
      state.make(status.id).values.push_back({{}, false, encode_value(status, Value(std::string("agreed"))).value()});
      state.make(leads.id).items.push_back({encode_items(leads, Value(std::vector<std::string>{"Lead " + std::to_string(random.below(200))})).value().front(), {}});
      records_.emplace_back(spec, std::move(state));
    }
  }
  Result<std::vector<Record>> records(std::string_view type) const override { return type == "action" ? records_ : std::vector<Record>(); }
  Result<std::optional<Record>> find(const EntityId&) const override { return std::optional<Record>(); }

 private:
  std::vector<Record> records_;
};

plugins::Plugin plugin_of(std::string id, evenhand_plugin_entry entry) {
  using namespace plugins;
  Manifest manifest;
  manifest.id = std::move(id);
  manifest.version = "1.0.0";
  manifest.reads["action"] = {"text", "leads", "status"};
  ProjectionEntry owners{"owners", {"action"}, {{"lead", ColumnType::text, "Lead"}, {"status", ColumnType::text, "Status"}, {"letters", ColumnType::number, "Letters"}}, {}};
  owners.aggregates.push_back({"by-lead", {"lead"}, {{"rows", "", AggregateRule::count}, {"all", "letters", AggregateRule::sum}, {"most", "letters", AggregateRule::max}}});
  manifest.projections.push_back(std::move(owners));
  return {manifest, "", [entry] { return run_built_in(entry, 64); }};
}

/// Times of appends, those of all rounds together: the slowest hundredth of one round is a handful, and says little.
struct Side {
  std::vector<double> times;
  void add(const std::vector<double>& more) { times.insert(times.end(), more.begin(), more.end()); }
  double at(std::size_t percent) {
    std::sort(times.begin(), times.end());
    return times[times.size() * percent / 100];
  }
  void say(const char* name, Side* alone = nullptr) {
    std::printf("{\"name\": \"%s\", \"unit\": \"ms\", \"appends\": %zu, \"p50\": %.3f, \"p90\": %.3f, \"p99\": %.3f", name, times.size(), at(50), at(90), at(99));
    if (alone != nullptr) std::printf(", \"ratio of p99\": %.3f, \"goal\": 1.5, \"met\": %s", at(99) / alone->at(99), at(99) <= 1.5 * alone->at(99) ? "true" : "false");
    std::printf("}\n");
  }
};

/// One append after the other, as people write, with a little time between.
std::vector<double> append_times(Log& log, ChainWriter& writer, std::size_t appends) {
  std::vector<double> times;
  for (std::size_t i = 0; i < appends; ++i) {
    const Bytes commit = writer.commit(1, 400);
    const ByteView view(commit);
    times.push_back(1000 * seconds([&] { must(log.append(std::span(&view, 1)).ok(), "the log appends"); }));
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return times;
}

/// The same while `work` goes on in another thread, again and again.
std::vector<double> append_times_beside(Log& log, ChainWriter& writer, std::size_t appends, const std::function<void()>& work) {
  std::atomic<bool> is_over = false;
  std::thread beside([&] {
    while (!is_over) work();
  });
  std::vector<double> times = append_times(log, writer, appends);
  is_over = true;
  beside.join();
  return times;
}

}  // namespace

EVENHAND_PLUGIN_OF(bench_honest, kHonest)
EVENHAND_PLUGIN_OF(bench_runaway, kRunaway)

int main(int argc, char** argv) {
  const std::size_t records = argc > 1 ? std::stoul(argv[1]) : 250'000;
  const std::size_t appends = argc > 2 ? std::stoul(argv[2]) : 500;
  const int rounds = argc > 3 ? std::stoi(argv[3]) : 12;
  const Scratch scratch(argc > 4 ? std::filesystem::path(argv[4]) : std::filesystem::temp_directory_path());
  const Actions model(records);
  plugins::Plugin honest = plugin_of("org.example.honest", bench_honest);
  plugins::Plugin wild = plugin_of("org.example.wild", bench_runaway);
  plugins::Projections views(scratch.folder());

  std::vector<double> rebuilds, nothing;
  for (int i = 0; i < 3; ++i) {
    rebuilds.push_back(static_cast<double>(records) / seconds([&] { must(views.rebuild(honest, model).ok(), "a view is made"); }));
    nothing.push_back(static_cast<double>(records) / seconds([&] { must(views.catch_up(honest, model).ok(), "a view is compared"); }));
  }
  std::printf("{\"name\": \"projection: rebuild, built-in\", \"unit\": \"records/s\", \"median\": %.0f}\n", median(rebuilds));
  std::printf("{\"name\": \"projection: catch-up with nothing to do\", \"unit\": \"records/s\", \"median\": %.0f}\n", median(nothing));

  SpaceId space;
  space.bytes[0] = 1;
  Log log = Log::create(scratch.folder() / "log", space).value();
  ChainWriter writer(space, 3);
  Side alone, rebuild, runaway;
  for (int round = 0; round < rounds; ++round) {
    alone.add(append_times(log, writer, appends));
    rebuild.add(append_times_beside(log, writer, appends, [&] { must(views.rebuild(honest, model).ok(), "a view is made"); }));
    runaway.add(append_times_beside(log, writer, appends, [&] { must(views.rebuild(wild, model).ok(), "a view is paused"); }));
  }
  alone.say("log append alone");
  rebuild.say("log append while a view is rebuilt", &alone);
  runaway.say("log append while a plugin runs away", &alone);
  return 0;
}
