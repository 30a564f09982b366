#include "core/os/signals.h"

#include <signal.h>

#include <atomic>

namespace evenhand {

namespace {

std::atomic<bool> flag{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may touch it");

struct sigaction before_interrupt;
struct sigaction before_terminate;

void on_signal(int signal) {
  if (flag.exchange(true)) {
    ::signal(signal, SIG_DFL);
    ::raise(signal);
  }
}

}  // namespace

InterruptWatch::InterruptWatch() {
  flag = false;
  struct sigaction action {};
  action.sa_handler = on_signal;  // no SA_RESTART: a wait for input ends too
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, &before_interrupt);
  ::sigaction(SIGTERM, &action, &before_terminate);
}

InterruptWatch::~InterruptWatch() {
  ::sigaction(SIGINT, &before_interrupt, nullptr);
  ::sigaction(SIGTERM, &before_terminate, nullptr);
}

bool is_interrupted() { return flag; }

void ignore_deadly_write_signals() {
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace evenhand
