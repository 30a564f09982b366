#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "core/os/files.h"
#include "core/os/giving_way.h"
#include "plugins/document/decode.h"
#include "plugins/document/json.h"
#include "plugins/host/run_report.h"
#include "tests/support/data_file_model.h"
#include "tests/support/scratch.h"
#include "tests/unit/plugins/worker/workers.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

bool has_children() { return ::waitpid(-1, nullptr, WNOHANG) != -1 || errno != ECHILD; }

std::string bytes_of(const std::filesystem::path& file) {
  const auto bytes = read_file(file, plugins::kLibraryBytesMax);
  EVENHAND_ASSERT(bytes.ok(), "the file is not there");
  return std::string(text_of(*bytes));
}

/// One core with a program on it that never rests.
class BusyCore {
 public:
  BusyCore() {
    cpu_set_t all;
    REQUIRE(::sched_getaffinity(0, sizeof all, &all) == 0);
    int core = 0;
    while (!CPU_ISSET(core, &all)) ++core;
    CPU_ZERO(&core_);
    CPU_SET(core, &core_);
    worker_ = std::thread([this] {
      join();
      while (!is_over_) {
      }
    });
  }
  ~BusyCore() {
    is_over_ = true;
    worker_.join();
  }
  BusyCore(const BusyCore&) = delete;
  BusyCore& operator=(const BusyCore&) = delete;
  /// The calling thread, and what it starts, from now on gets about a hundredth of that core.
  void join_as_last() const {
    join();
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 19);
  }

 private:
  void join() const { ::sched_setaffinity(0, sizeof core_, &core_); }
  cpu_set_t core_;
  std::atomic<bool> is_over_ = false;
  std::thread worker_;
};

}  // namespace

TEST_CASE("a native report in a worker says what is declared, hidden or owed, and nothing that it has not declared") {
  const std::filesystem::path folder = build_folder() / "plugins/example";
  const auto manifest = plugins::read_manifest(bytes_of(folder / "plugin.json"));
  REQUIRE(manifest.ok());
  CHECK(manifest->kind == plugins::Kind::native);
  REQUIRE(manifest->reports.size() == 1);
  const auto runner = plugins::run_in_worker(*manifest, folder / "plugin.so", *plugins::find_worker_program());
  REQUIRE(runner.ok());

  plugins::InputWriter input(*manifest, manifest->reports.front().id);
  input.row({"outreach", "01", {{.name = "title", .texts = {"Kit day"}}, {.name = "attended", .number = 38}}});
  input.row({"outreach", "02", {{.name = "title", .texts = {"Breakfast"}}, {.name = "attended", .state = EVENHAND_INPUT_MASKED}}});
  input.row({"outreach", "03", {{.name = "title", .texts = {"Library"}}, {.name = "notes", .texts = {"not declared"}}}});
  const auto answer = (*runner)->run(EVENHAND_ABILITY_REPORT, input.bytes());
  REQUIRE(answer.ok());
  const auto document = document::decode_untrusted(view_of(*answer));
  REQUIRE(document.ok());
  const std::string json = document::write_json(*document);
  CHECK(has(json, "Kit day"));
  CHECK(has(json, "38"));
  CHECK(has(json, "too few to show"));
  CHECK(has(json, "who came"));
  CHECK_FALSE(has(json, "not declared"));
}

TEST_CASE("a native report is one of the reports, made from records and written in every format") {
  const char* const kFenmarsh = "data/demonstration/fenmarsh-2025-26.json";
  DataFileModel model;
  REQUIRE(model.add_file(kFenmarsh).ok());
  const std::filesystem::path folder = build_folder() / "plugins/example";
  auto manifest = plugins::read_manifest(bytes_of(folder / "plugin.json"));
  REQUIRE(manifest.ok());
  plugins::Registry registry;
  const auto make_runner = [limits = *manifest, folder] { return plugins::run_in_worker(limits, folder / "plugin.so", *plugins::find_worker_program()); };
  REQUIRE(registry.add({*manifest, "", make_runner}).ok());
  const plugins::ReportOptions northmere{.organisation = model.id_of(kFenmarsh, "northmere")};
  const auto page = plugins::run_report(registry, model, "outreach", northmere, plugins::Format::html);
  INFO((page ? "" : page.error().sentence()));
  REQUIRE(page.ok());
  CHECK(has(*page, "Kit day on the ferry pier"));
  for (const auto format : {plugins::Format::docx, plugins::Format::xlsx, plugins::Format::csv, plugins::Format::json}) {
    CHECK(plugins::run_report(registry, model, "outreach", northmere, format).ok());
  }
}

TEST_CASE("a plugin that sorts, counts, formats, prints and catches is not taken for one that tries things") {
  CHECK(said(*worker_of("honest"), "works") == "200 2.33 1000 2.500 1e+100 a+b+c caught");
}

TEST_CASE("a worker stays between calls, and one that was killed is followed by a fresh one") {
  const auto runner = worker_of("misbehaves");
  CHECK(said(*runner, "counts") == "1");
  CHECK(said(*runner, "counts") == "2");  // kept by chance: docs/formats/worker.md promises nothing
  CHECK_FALSE(ask(*runner, "crashes").ok());
  CHECK(said(*runner, "counts") == "1");
}

TEST_CASE("a failing call takes neither a descriptor nor a process with it") {
  {
    const auto warm = worker_of("misbehaves");
    CHECK(said(*warm, "good") == "good");
  }
  CHECK_FALSE(has_children());
  const std::size_t before = open_descriptors();
  {
    const auto runner = worker_of("misbehaves");
    for (int i = 0; i < 20; ++i) {
      CHECK_FALSE(ask(*runner, i % 2 == 0 ? "crashes" : "opens-file").ok());
      CHECK_FALSE(has_children());
    }
    CHECK(open_descriptors() == before + 1);  // the library
  }
  CHECK(open_descriptors() == before);
  CHECK_FALSE(has_children());
}

TEST_CASE("a worker ends with its runner, also in the midst of nothing") {
  CHECK(said(*worker_of("misbehaves"), "good") == "good");
  CHECK_FALSE(has_children());
}

TEST_CASE("workers of several threads answer side by side, whatever befalls one of them") {
  std::vector<std::string> heard(4);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < heard.size(); ++i) {
    threads.emplace_back([i, &heard] {
      const auto runner = worker_of("misbehaves");
      for (int round = 0; round < 10; ++round) heard[i] = said(*runner, i == 0 && round % 2 == 0 ? "crashes" : "good");
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& one : heard) CHECK(one == "good");
  CHECK_FALSE(has_children());
}

TEST_CASE("a runner whose worker was started by a thread that has ended still answers") {
  const auto runner = worker_of("misbehaves");
  std::thread([&] { CHECK(said(*runner, "good") == "good"); }).join();
  CHECK(said(*runner, "good") == "good");
}

TEST_CASE("a plugin that a busy computer keeps from its processor time is unavailable, neither refused nor dead, and answers once there is time") {
  const auto runner = worker_of("misbehaves");
  const BusyCore busy;
  std::string outcome;
  std::thread([&] {
    busy.join_as_last();
    outcome = said(*runner, "loops");
  }).join();
  CHECK(outcome == "unavailable: the computer was too busy with other things for this plugin to answer within 6 s");
  CHECK(runner->deaths() == 0);
  CHECK_FALSE(has_children());
  CHECK(said(*runner, "good") == "good");
}

TEST_CASE("a worker that was started at a lower priority answers nobody who does not give way") {
  const auto runner = worker_of("misbehaves");
  run_giving_way([&] { CHECK(said(*runner, "counts") == "1"); });
  CHECK(said(*runner, "counts") == "1");  // by another one
  CHECK(said(*runner, "counts") == "2");
  run_giving_way([&] { CHECK(said(*runner, "counts") == "1"); });
}

TEST_CASE("a worker dies with its host, however that went, though its plugin is at work") {
  REQUIRE(::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);  // the orphan becomes ours
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const pid_t host = ::fork();
  if (host == 0) {
    const auto runner = worker_of("misbehaves");
    const std::string first = said(*runner, "good");
    const auto told = ::write(ends[1], first.data(), first.size());
    ::_exit(ask(*runner, "loops").ok() || told != 4 ? 1 : 0);
  }
  char word[4] = {};
  REQUIRE(::read(ends[0], word, sizeof word) == sizeof word);
  ::kill(host, SIGKILL);
  REQUIRE(::waitpid(host, nullptr, 0) == host);
  int status = 0;
  CHECK(::waitpid(-1, &status, 0) > 0);
  CHECK(((WIFSIGNALED(status) && WTERMSIG(status) == SIGIO) || (WIFEXITED(status) && WEXITSTATUS(status) == 0)));  // at work, or waiting for work
  ::close(ends[0]);
  ::close(ends[1]);
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

TEST_CASE("a large input and a large answer go through whole") {
  plugins::Manifest manifest = tight();
  plugins::InputWriter input(manifest, "sees");
  std::string expected;
  for (int i = 0; i < 20000; ++i) {
    const std::string title = "Evidence number " + std::to_string(i) + " with some words to it";
    input.row({"evidence", "0123", {{.name = "title", .texts = {title}}}});
    expected += title + "||1;";
  }
  const auto runner = worker_of("misbehaves");
  const auto seen = runner->run(EVENHAND_ABILITY_EXPORT, input.bytes());
  REQUIRE(seen.ok());
  CHECK((*seen == expected));
}

TEST_CASE("an input beyond the plugin's memory is refused before it is sent") {
  plugins::Manifest manifest = tight();
  manifest.limits.memory_mib = 1;
  const auto runner = worker_of("misbehaves", manifest);
  const auto answer = runner->run(EVENHAND_ABILITY_EXPORT, std::string((1 << 20) + 1, 'x'));
  REQUIRE_FALSE(answer.ok());
  CHECK(has(answer.error().what, "larger than the memory"));
}

TEST_CASE("the library that was trusted is the one that runs, whatever stands in its file later") {
  const Scratch scratch;
  const auto file = scratch / "plugin.so";
  std::filesystem::copy_file(bad_plugin("twin_one"), file);
  const auto runner = plugins::run_in_worker(tight(), file, *plugins::find_worker_program());
  REQUIRE(runner.ok());
  std::filesystem::copy_file(bad_plugin("twin_two"), file, std::filesystem::copy_options::overwrite_existing);
  CHECK(said(**runner, "good") == "twin one");
}

TEST_CASE("an ability or contribution that a native plugin does not have is refused, and it goes on") {
  const auto runner = worker_of("misbehaves");
  const auto none = runner->run("org.evenhand.poetry/1", question("good"));
  REQUIRE_FALSE(none.ok());
  CHECK(none.error().what == "it has no such ability");
  CHECK(said(*runner, "sonnet") == "refused: this plugin contributes nothing of that name");
  CHECK(said(*runner, "good") == "good");
}

TEST_CASE("without its program a worker is an error that names it") {
  const auto runner = plugins::run_in_worker(tight(), bad_plugin("misbehaves"), "/nowhere/evenhand-plugin-worker");
  REQUIRE(runner.ok());  // nothing is started yet
  const auto answer = ask(**runner, "good");
  REQUIRE_FALSE(answer.ok());
  CHECK(answer.error().code == ErrorCode::not_found);
  CHECK(has(answer.error().where, "evenhand-plugin-worker"));
}

TEST_CASE("a program that is no worker is an error, not a wait without end") {
  const auto runner = plugins::run_in_worker(tight(), bad_plugin("misbehaves"), "/bin/false");
  REQUIRE(runner.ok());
  CHECK(has(said(**runner, "good"), "it ended its process instead of answering"));
}

TEST_CASE("the worker program is found beside its program or in libexec, and nowhere else") {
  const Scratch scratch;
  const auto found = [&] {
    const auto place = plugins::find_worker_program(scratch / "bin");
    return place ? place->string() : std::string(to_word(place.error().code));
  };
  CHECK(found() == "not_found");
  for (const std::string folder : {"libexec/evenhand", "bin"}) {
    std::filesystem::create_directories(scratch / folder);
    const auto program = scratch / (folder + "/evenhand-plugin-worker");
    std::ofstream(program) << "worker";
    CHECK(found() == program.string());
  }
}

TEST_CASE("the worker program started by hand says that there is nothing to do by hand") {
  const auto program = plugins::find_worker_program();
  REQUIRE(program.ok());
  const int ended = std::system((program->string() + " 2>/dev/null </dev/null").c_str());
  CHECK(WEXITSTATUS(ended) == 2);
}
