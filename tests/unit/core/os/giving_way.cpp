#include "core/os/giving_way.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <stdexcept>

using namespace evenhand;

namespace {

int niceness() { return getpriority(PRIO_PROCESS, static_cast<id_t>(gettid())); }

}  // namespace

TEST_CASE("Work that gives way has a lower priority than who waits for it, and leaves that one's as it was") {
  const int before = niceness();
  int within = before;
  run_giving_way([&] { within = niceness(); });
  CHECK(within == std::max(before, 10));
  CHECK(niceness() == before);
}

TEST_CASE("What work that gives way throws comes to who waits for it") {
  CHECK_THROWS_AS(run_giving_way([] { throw std::runtime_error("no"); }), std::runtime_error);
}
