// A native plugin through its worker beside the same functions called in this process, in one run, alternating, medians of five.
// One JSON line per measurement.
//
// Usage: worker_bench [batches = 20]. A batch is 5,000 rows of four fields, as a projection gets them.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "plugins/host/built_in.h"
#include "plugins/host/input_writer.h"
#include "plugins/worker/worker.h"
#include "tests/bench/timing.h"

using namespace evenhand;
using bench::kRepetitions;
using bench::median;
using bench::seconds;

extern "C" const evenhand_plugin* evenhand_plugin_bench(void);

namespace {

constexpr int kBatchRows = 5000;
constexpr int kSmallCalls = 2000;

void say(const char* name, double value, const char* unit) {
  std::printf("{\"name\": \"%s\", \"unit\": \"%s\", \"median\": %.3f}\n", name, unit, value);
}
void say_ratio(const char* name, double ratio, double goal) {
  std::printf("{\"name\": \"%s\", \"unit\": \"ratio\", \"ratio\": %.3f, \"goal\": %.3f, \"met\": %s}\n", name, ratio, goal, ratio >= goal ? "true" : "false");
}

plugins::Manifest manifest() {
  plugins::Manifest made;
  made.id = "org.example.bench";
  made.reads["action"] = {"text", "owner", "due", "status"};
  return made;
}

std::string batch_of(int rows) {
  const plugins::Manifest reads = manifest();
  plugins::InputWriter input(reads, "by-owner");
  for (int i = 0; i < rows; ++i) {
    char id[33];
    std::snprintf(id, sizeof id, "%032x", static_cast<unsigned>(i));
    input.row({"action", id,
               {{.name = "text", .texts = {"Write to everybody who has not answered, in the format that they asked for"}},
                {.name = "owner", .texts = {"Lead of ward " + std::to_string(i % 40)}},
                {.name = "due", .texts = {"2026-03-31"}},
                {.name = "status", .texts = {i % 3 == 0 ? "done" : "open"}}}});
  }
  return input.bytes();
}

std::shared_ptr<plugins::Runner> worker() {
  const auto program = plugins::find_worker_program();
  EVENHAND_ASSERT(program.ok(), "the worker program was not built");
  auto runner = plugins::run_in_worker(manifest(), std::filesystem::path(EVENHAND_BENCH_PLUGIN), *program);
  EVENHAND_ASSERT(runner.ok(), runner ? "" : runner.error().sentence().c_str());
  return std::move(runner).value();
}

std::size_t call(plugins::Runner& runner, const std::string& input) {
  const auto answer = runner.run(EVENHAND_ABILITY_PROJECTION, input);
  EVENHAND_ASSERT(answer.ok(), answer ? "" : answer.error().sentence().c_str());
  return answer->size();
}

double rows_a_second(plugins::Runner& runner, const std::string& input, int batches) {
  const double took = seconds([&] {
    for (int i = 0; i < batches; ++i) call(runner, input);
  });
  return batches * kBatchRows / took;
}

}  // namespace

int main(int count, char** arguments) {
  const int batches = count > 1 ? std::max(1, std::atoi(arguments[1])) : 20;
  const std::string small = batch_of(1);
  const std::string batch = batch_of(kBatchRows);

  std::vector<double> cold, small_calls, inside, outside;
  for (int i = 0; i < 25; ++i) cold.push_back(1000 * seconds([&] { call(*worker(), small); }));
  const auto in_worker = worker();
  const auto in_process = plugins::run_built_in(evenhand_plugin_bench, 16);
  EVENHAND_ASSERT(in_process.ok(), "the same plugin, linked in");
  EVENHAND_ASSERT(call(*in_worker, batch) == call(**in_process, batch), "both give the same answer");
  for (int i = 0; i < kRepetitions; ++i) {
    small_calls.push_back(kSmallCalls / seconds([&] {
      for (int j = 0; j < kSmallCalls; ++j) call(*in_worker, small);
    }));
    inside.push_back(rows_a_second(**in_process, batch, batches));
    outside.push_back(rows_a_second(*in_worker, batch, batches));
  }
  std::sort(cold.begin(), cold.end());
  say("worker: library to first answer", cold[cold.size() / 2], "ms");
  say("worker: library to first answer, 24th of 25", cold[23], "ms");
  say("worker: small calls", median(small_calls), "calls/s");
  say("projection in this process", median(inside), "rows/s");
  say("projection in a worker", median(outside), "rows/s");
  say_ratio("projection in a worker to in this process", median(outside) / median(inside), 0.5);
}
