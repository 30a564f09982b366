#include <catch2/catch.hpp>

#include <sys/syscall.h>

#include <set>

#include "core/os/files.h"
#include "plugins/document/decode.h"
#include "plugins/document/html.h"
#include "tests/unit/plugins/worker/workers.h"

using namespace evenhand;
using namespace evenhand::test;
using plugins::Runner;

namespace {

/// Asks for the bad thing, with a good plugin in a worker of its own before and after, then asks the bad one for something good:
/// everything else went on, and so does the plugin when it is asked again.
std::string survived(const std::string& asked, const plugins::Manifest& manifest = tight()) {
  const auto bad = worker_of("misbehaves", manifest);
  const auto good = worker_of("misbehaves");
  CHECK(said(*good, "counts") == "1");
  const std::string outcome = said(*bad, asked);
  CHECK(said(*good, "counts") == "2");
  CHECK(said(*bad, "good") == "good");
  return outcome;
}

std::string refused_because(const std::string& outcome) {
  const std::string begin = "refused: ";
  INFO(outcome);
  CHECK(outcome.starts_with(begin));
  return outcome.substr(std::min(begin.size(), outcome.size()));
}

}  // namespace

TEST_CASE("a native plugin that throws is refused with its words, made harmless") {
  CHECK(refused_because(survived("throws")) == "no ink left\\x1b[31m");
}

TEST_CASE("a native plugin that throws across the border is refused, and its worker goes on") {
  const auto bad = worker_of("throws_across");
  CHECK(said(*bad, "x") == "refused: it threw something without words");
  CHECK(said(*bad, "x") == "refused: it threw something without words");
}

TEST_CASE("a native plugin that crashes, aborts, divides by nought or leaves takes nobody with it") {
  CHECK(refused_because(survived("crashes")) == "it crashed: it touched memory that is not there");
  CHECK(refused_because(survived("aborts")) == "it gave itself up (abort)");
  CHECK(has(refused_because(survived("divides")), "a division by nought"));
  CHECK(has(refused_because(survived("exits")), "it ended its process instead of answering (exit code 3)"));
}

TEST_CASE("a worker that died or was stopped is counted, one that refuses in a sentence is not") {
  const auto bad = worker_of("misbehaves", tight());
  CHECK(refused_because(said(*bad, "throws")) == "no ink left\\x1b[31m");
  CHECK(bad->deaths() == 0);
  CHECK(has(said(*bad, "crashes"), "it crashed"));
  CHECK(bad->deaths() == 1);
  CHECK(has(said(*bad, "loops"), "processor time"));
  CHECK(bad->deaths() == 2);
}

TEST_CASE("a native plugin that loops for ever is ended by its processor time") {
  CHECK(has(refused_because(survived("loops")), "it took more than 1 s of processor time"));
}

TEST_CASE("a native plugin that waits for ever is ended by the clock") {
  CHECK(refused_because(survived("waits")) == "it did not answer within 6 s");
}

TEST_CASE("a native plugin that eats memory gets no more than its manifest says") {
  CHECK(refused_because(survived("eats")) == "it needs more memory than it may have");
  CHECK(refused_because(survived("leaks")) == "it needs more memory than it may have");
  CHECK(survived("takes-all-at-once") == "refused");
}

TEST_CASE("a native plugin that calls itself without end is told from one that crashes") {
  CHECK(refused_because(survived("recurses")) == "it calls itself without end: its stack is full");
}

TEST_CASE("a native plugin that answers with more than it may is refused, were it 10 GB") {
  CHECK(refused_because(survived("answers-too-much")) == "its answer is larger than it may be");
  const auto floods = worker_of("floods");
  CHECK(said(*floods, "x") == "refused: its answer is larger than it may be");
}

TEST_CASE("a native plugin that speaks on the worker's line itself is bounded all the same") {
  CHECK(refused_because(survived("floods-line")) == "its answer is larger than it may be");
  CHECK(refused_because(survived("forges")) == "it answers in a way that makes no sense");
  CHECK(refused_because(survived("forges-kind")) == "it answers in a way that makes no sense");
}

TEST_CASE("what a native plugin prints goes nowhere but, bounded and made harmless, into the words of a failure") {
  CHECK(survived("prints") == "printed");
  const std::string words = refused_because(survived("prints-and-throws"));
  CHECK(words == "out of paper; it printed: \"what I read was \\x1b[2J\"this\"\\x0a\"");
}

TEST_CASE("a native plugin opens and looks at no file") {
  CHECK(refused_because(survived("opens-file")) == "it tried to open a file (system call openat), which no plugin may");
  CHECK(has(refused_because(survived("looks-at-files")), "it tried to look at files"));
}

TEST_CASE("a native plugin opens no file while it is loaded either") {
  const auto bad = worker_of("opens_in_constructor");
  CHECK(said(*bad, "good") == "refused: it tried to open a file (system call openat), which no plugin may");
  const auto loads = worker_of("loads_in_constructor");
  CHECK(said(*loads, "good") == "alone");
}

TEST_CASE("a native plugin that never finishes being loaded is ended by its processor time") {
  const auto bad = worker_of("loops_in_constructor");
  CHECK(has(said(*bad, "good"), "refused: it took more than 1 s of processor time"));
}

TEST_CASE("a native plugin opens no network connection") {
  CHECK(refused_because(survived("opens-socket")) == "it tried to open a network connection (system call socket), which no plugin may");
}

TEST_CASE("a native plugin starts no process, program or thread") {
  CHECK(has(refused_because(survived("forks")), "it tried to start another process or thread"));
  CHECK(has(refused_because(survived("execs")), "it tried to start a program (system call execve)"));
  CHECK(has(refused_because(survived("spawns-thread")), "it tried to handle or block signals, as who starts a thread does"));
}

TEST_CASE("a native plugin reaches no other process") {
  CHECK(has(refused_because(survived("traces")), "it tried to reach another process (system call ptrace)"));
  CHECK(has(refused_because(survived("signals-parent")), "it tried to reach another process (system call kill)"));
  CHECK(has(refused_because(survived("asks-parent")), "it tried to reach another process (system call getppid)"));
}

TEST_CASE("a native plugin cannot loosen what holds it") {
  CHECK(has(refused_because(survived("makes-code")), "it tried to make memory that code runs from"));
  CHECK(has(refused_because(survived("raises-limits")), "(system call prlimit64)"));
  CHECK(has(refused_because(survived("unloads-filter")), "it tried to do something that no plugin may"));
  CHECK(has(refused_because(survived("blocks-signals")), "it tried to handle or block signals"));
  CHECK(has(refused_because(survived("sleeps")), "it tried to wait"));
}

TEST_CASE("of all system calls a native plugin has those on the list, and every other ends it") {
  // Those that hold for any arguments. The others of docs/formats/worker.md look at theirs, and those of this test fit none.
  const std::set<long> listed = {SYS_munmap, SYS_mremap, SYS_brk, SYS_madvise, SYS_futex, SYS_restart_syscall, SYS_getpid, SYS_gettid};
  const std::set<long> ends = {SYS_exit, SYS_exit_group, SYS_rt_sigreturn, SYS_newfstatat, SYS_sysinfo};  // or crash on such arguments
  const std::set<long> probes = {335, 336};  // uretprobe, uprobe: Linux 6.14 lets them past every filter, and they serve its own trampolines only
  constexpr long kBeyondAll = 480;
  const plugins::Manifest manifest = tight();
  const auto bad = worker_of("misbehaves");
  for (long number = 0; number < kBeyondAll; ++number) {
    plugins::InputWriter input(manifest, "makes-call");
    input.option("number", std::to_string(number));
    const auto answer = bad->run(EVENHAND_ABILITY_EXPORT, input.bytes());
    INFO(number << ": " << (answer ? *answer : answer.error().what));
    if (probes.contains(number)) {
      CHECK((!answer.ok() || *answer == "came back"));
    } else if (listed.contains(number)) {
      CHECK(answer.ok());
    } else if (ends.contains(number)) {
      CHECK_FALSE(answer.ok());
    } else {
      CHECK((!answer.ok() && has(answer.error().what, "system call")));
    }
  }
}

TEST_CASE("a system call made as another architecture makes it ends a native plugin") {
  CHECK(refused_because(survived("makes-old-call")).starts_with("it "));
  constexpr long kNarrow = 0x40000000;  // x32
  const plugins::Manifest manifest = tight();
  plugins::InputWriter input(manifest, "makes-call");
  input.option("number", std::to_string(kNarrow + SYS_openat));
  CHECK_FALSE(worker_of("misbehaves")->run(EVENHAND_ABILITY_EXPORT, input.bytes()).ok());
}

TEST_CASE("a native plugin finds an empty environment") {
  CHECK(survived("reads-environment") == "empty");
}

TEST_CASE("bytes of a native plugin that are no document are refused by the host") {
  const std::string answer = survived("nonsense");
  CHECK(answer == "nonsense");
  CHECK_FALSE(document::decode_untrusted(view_of(answer)).ok());
}

TEST_CASE("a native plugin does not see a field that it has not declared, though it asks for it") {
  const plugins::Manifest manifest = tight();
  plugins::InputWriter input(manifest, "sees");
  input.row({"evidence", "0123", {{.name = "title", .texts = {"Interpreters"}}, {.name = "owner", .texts = {"Ward manager"}}}});
  const auto bad = worker_of("misbehaves");
  const auto seen = bad->run(EVENHAND_ABILITY_EXPORT, input.bytes());
  REQUIRE(seen.ok());
  CHECK(*seen == "Interpreters||1;");
}

TEST_CASE("a script in a native plugin's text is text in the page") {
  const auto bad = worker_of("misbehaves");
  const auto answer = bad->run(EVENHAND_ABILITY_REPORT, question("scripts"));
  REQUIRE(answer.ok());
  const auto document = document::decode_untrusted(view_of(*answer));
  REQUIRE(document.ok());
  const std::string page = document::write_html(*document);
  CHECK_FALSE(has(page, "<script"));
  CHECK_FALSE(has(page, "javascript:"));
  CHECK(has(page, "&lt;script&gt;alert(2)"));
}

TEST_CASE("two native plugins with one class name each run their own code") {
  const auto one = worker_of("twin_one");
  const auto two = worker_of("twin_two");
  CHECK(said(*one, "good") == "twin one");
  CHECK(said(*two, "good") == "twin two");
  CHECK(said(*one, "good") == "twin one");
}

TEST_CASE("a library that is no plugin for this program is refused, and the sentence says which way") {
  CHECK(said(*worker_of("wrong_abi"), "x") == "refused: it was built for version 99 of the border; this program knows version 1");
  CHECK(said(*worker_of("no_entry"), "x") == "refused: its library has no function called evenhand_plugin_1");
  CHECK(has(said(*worker_of("needs_a_library"), "x"), "refused: its library cannot be loaded: libbad_plugin_absent.so: cannot open shared object file"));
}

TEST_CASE("a library for another kind of computer, or no library at all, is refused before anything is started") {
  const auto bytes = read_file(bad_plugin("twin_one"), plugins::kLibraryBytesMax);
  REQUIRE(bytes.ok());
  const auto why = [](const std::string& library) {
    const auto runner = plugins::run_bytes_in_worker(tight(), library, "/nowhere/worker");
    return runner ? std::string("taken") : runner.error().what;
  };
  const std::string sound(text_of(*bytes));
  CHECK(why(sound) == "taken");
  std::string other = sound;
  other[18] = '\xF3', other[19] = 0;  // e_machine
  CHECK(has(why(other), "its library was built for RISC-V"));
  std::string narrow = sound;
  narrow[4] = 1;  // EI_CLASS
  CHECK(has(why(narrow), "its library was built for"));
  std::string program = sound;
  program[16] = 2;  // e_type
  CHECK(why(program) == "its library is another kind of program file, not a shared library");
  CHECK(why("#!/bin/sh\n") == "its library is no shared library of Linux");
  CHECK(why("") == "its library is no shared library of Linux");
  CHECK(why(std::string(plugins::kLibraryBytesMax + 1, 'x')) == "its library is larger than 64 MiB");
}

TEST_CASE("a library cut off at any length, or with damage in its head, is refused and harms nobody") {
  const auto bytes = read_file(bad_plugin("twin_one"), plugins::kLibraryBytesMax);
  REQUIRE(bytes.ok());
  const auto program = plugins::find_worker_program();
  REQUIRE(program.ok());
  for (const std::size_t length : {std::size_t{64}, std::size_t{600}, std::size_t{4096}, bytes->size() / 2, bytes->size() - 1000}) {
    const auto runner = plugins::run_bytes_in_worker(tight(), text_of(*bytes).substr(0, length), *program);
    REQUIRE(runner.ok());
    INFO(length);
    const auto answer = ask(**runner, "good");
    CHECK((!answer.ok() || *answer == "twin one"));  // what follows the last segment is not needed
  }
  for (std::size_t at = 20; at < 64; ++at) {
    std::string damaged(text_of(*bytes));
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    const auto runner = plugins::run_bytes_in_worker(tight(), damaged, *program);
    REQUIRE(runner.ok());
    const auto answer = ask(**runner, "good");
    INFO(at);
    CHECK((!answer.ok() || *answer == "twin one"));
  }
}
