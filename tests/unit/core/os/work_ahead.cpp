#include "core/os/work_ahead.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <latch>

using namespace evenhand;

namespace {

struct Job {
  int number = 0;
  int times_prepared = 0;
  std::thread::id by;
};

void note(Job& job) {
  ++job.times_prepared;
  job.by = std::this_thread::get_id();
}

}  // namespace

TEST_CASE("jobs are taken in the order of adding, each prepared once, however many threads prepare") {
  for (const std::size_t threads : {0, 1, 2, 5}) {
    WorkAhead<Job> ahead(note, threads);
    int taken = 0;
    const auto take = [&] {
      const Job job = ahead.take();
      CHECK(job.number == taken++);
      CHECK(job.times_prepared == 1);
    };
    for (int number = 0; number < 500; ++number) {
      ahead.add({number, 0, {}});
      if (ahead.size() == 7) take();
    }
    while (ahead.size() > 0) take();
    CHECK(taken == 500);
  }
}

TEST_CASE("without a thread to spare, and for a single job, everything happens on the caller's thread") {
  for (const std::size_t threads : {0, 3}) {
    WorkAhead<Job> ahead(note, threads);
    for (int number = 0; number < 3; ++number) {
      ahead.add({number, 0, {}});
      CHECK(ahead.take().by == std::this_thread::get_id());
    }
  }
}

TEST_CASE("whoever takes prepares the next job while another thread is busy with the one wanted") {
  std::latch both_begun(2);  // opens only when two jobs are being prepared at once
  WorkAhead<Job> ahead([&](Job&) { both_begun.arrive_and_wait(); }, 1);
  ahead.add({0, 0, {}});
  ahead.add({1, 0, {}});
  CHECK(ahead.take().number == 0);
  CHECK(ahead.take().number == 1);
}

TEST_CASE("jobs that nobody has begun are dropped with their queue") {
  std::atomic<int> prepared = 0;
  {
    WorkAhead<Job> nobody([&](Job&) { ++prepared; }, 0);
    nobody.add({0, 0, {}});
    nobody.add({1, 0, {}});
  }
  CHECK(prepared == 0);
  {
    WorkAhead<Job> somebody([&](Job&) { ++prepared; }, 2);
    for (int number = 0; number < 100; ++number) somebody.add({number, 0, {}});
    somebody.take();
  }
  CHECK(prepared >= 1);
  CHECK(prepared <= 100);
}
