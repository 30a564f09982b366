#include "tests/simulation/many.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "core/base/result.h"

namespace evenhand::simulation {

namespace {

constexpr std::size_t kWorkers = 2;

struct Worker {
  pid_t process = 0;
  int from = -1;
  std::string unread;
  std::uint64_t running = 0;  ///< seed under way; 0: none
  bool ended = false;
};

std::vector<std::uint64_t*> figures_of(Tally& t) {
  return {&t.events, &t.meetings, &t.bundles, &t.crashes, &t.damaged_disks, &t.forks, &t.conflicts, &t.attacks, &t.quarantined, &t.full_disks, &t.private_words, &t.shares, &t.attachments, &t.people_erased, &t.hub_meetings, &t.hub_wipes, &t.hub_attacks, &t.passed_over, &t.left_out, &t.trust_forks, &t.programs_changed, &t.later_writes, &t.sign_offs, &t.late, &t.left, &t.came_back, &t.roots_used, &t.retired, &t.attacks_seen, &t.hub_attacks_seen, &t.hub_knots_seen};
}

// False: nobody listens any more. Lines are shorter than what a pipe takes at once.
bool say(int to, const std::string& line) { return ::write(to, line.data(), line.size()) == static_cast<ssize_t>(line.size()); }

// Speaks in lines: "begin SEED", "end FIGURES", "wrong WHAT".
[[noreturn]] void work(int to, std::uint64_t first, std::uint64_t count, std::size_t share, const Options& options) {
  for (const int number : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) ::signal(number, SIG_DFL);
  ::signal(SIGPIPE, SIG_IGN);
  for (std::uint64_t i = share; i < count; i += kWorkers) {
    if (!say(to, "begin " + std::to_string(first + i) + "\n")) break;
    try {
      History history(first + i, options);
      Tally t = history.run();
      std::string line = "end";
      for (const std::uint64_t* figure : figures_of(t)) line += " " + std::to_string(*figure);
      say(to, line + "\n");
    } catch (const Wrong& failed) {
      say(to, "wrong " + failed.what + "\n");
      break;
    }
  }
  std::fflush(stdout);
  ::_exit(0);
}

Tally tally_of(const char* figures) {
  Tally t;
  char* at = const_cast<char*>(figures);
  for (std::uint64_t* figure : figures_of(t)) *figure = std::strtoull(at, &at, 10);
  return t;
}

void take_lines(Worker& worker, Verdict& verdict) {
  for (std::size_t end; (end = worker.unread.find('\n')) != std::string::npos;) {
    const std::string line = worker.unread.substr(0, end);
    worker.unread.erase(0, end + 1);
    if (line.starts_with("begin ")) worker.running = std::strtoull(line.c_str() + 6, nullptr, 10);
    if (line.starts_with("end ")) {
      worker.running = 0;
      ++verdict.histories;
      verdict.tally.add(tally_of(line.c_str() + 4));
    }
    if (line.starts_with("wrong ") && !verdict.failure) {
      verdict.failure = Failure{worker.running, line.substr(6)};
      worker.running = 0;
    }
  }
}

void listen(Worker& worker, Verdict& verdict) {
  char piece[4096];
  const ssize_t count = ::read(worker.from, piece, sizeof piece);
  if (count > 0) {
    worker.unread.append(piece, static_cast<std::size_t>(count));
    return take_lines(worker, verdict);
  }
  worker.ended = true;
  if (worker.running != 0 && !verdict.failure) verdict.failure = Failure{worker.running, "the process died"};
}

}  // namespace

Verdict run_many(std::uint64_t first, std::uint64_t count, const Options& options) {
  Verdict verdict;
  std::vector<Worker> workers(kWorkers);
  std::fflush(stdout);
  for (std::size_t i = 0; i < workers.size(); ++i) {
    int ends[2];
    EVENHAND_ASSERT(::pipe(ends) == 0, "a pipe is made");
    workers[i].process = ::fork();
    EVENHAND_ASSERT(workers[i].process >= 0, "a process is made");
    if (workers[i].process == 0) {
      ::close(ends[0]);
      for (std::size_t other = 0; other < i; ++other) ::close(workers[other].from);
      work(ends[1], first, count, i, options);
    }
    ::close(ends[1]);
    workers[i].from = ends[0];
  }
  for (;;) {
    std::vector<pollfd> waiting;
    for (const Worker& worker : workers) {
      if (!worker.ended) waiting.push_back({worker.from, POLLIN, 0});
    }
    if (waiting.empty() || verdict.failure) break;
    ::poll(waiting.data(), waiting.size(), -1);
    for (const pollfd& one : waiting) {
      if (one.revents == 0) continue;
      for (Worker& worker : workers) {
        if (worker.from == one.fd) listen(worker, verdict);
      }
    }
  }
  for (Worker& worker : workers) {
    ::close(worker.from);  // one that still works stops after its history, and takes its folder along
    ::waitpid(worker.process, nullptr, 0);
  }
  return verdict;
}

}  // namespace evenhand::simulation
