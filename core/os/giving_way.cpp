#include "core/os/giving_way.h"

#include <sys/resource.h>
#include <unistd.h>

#include <future>
#include <system_error>

namespace evenhand {

namespace {

thread_local bool gives_way = false;
constexpr int kNice = 10;  ///< about a tenth of what a thread beside it gets while both want the same core; sched(7)

}  // namespace

void run_giving_way(const std::function<void()>& work) {
  std::future<void> done;
  try {
    done = std::async(std::launch::async, [&] {
      gives_way = true;
      (void)setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNice);
      work();
    });
  } catch (const std::system_error&) {
    return work();
  }
  done.get();
}

bool is_giving_way() { return gives_way; }

}  // namespace evenhand
