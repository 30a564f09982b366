/// Work in two halves: the first of each job stands alone, the second must happen in order.
///
/// Other threads prepare jobs ahead of the one that takes them, oldest first. The thread that takes never waits while there
/// is a job that nobody has begun: it prepares that one itself. So what comes out does not depend on how many threads
/// there are, and on a machine of one core everything happens on the caller's.
///
/// Threads:  add(), size() and take() belong to one thread. `prepare` runs on any, for different jobs at once; it must
///           not throw. Nothing is started before a second job waits, so a single one costs no thread.
/// Lifetime: the destructor waits for jobs that are being prepared; those that nobody has begun are dropped.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "core/base/result.h"

namespace evenhand {

/// As many threads as leave one core to the caller, at most two: the second half is then what takes longest.
inline std::size_t threads_to_spare() {
  const std::size_t cores = std::thread::hardware_concurrency();  // 0 when the system does not say
  return std::min<std::size_t>(std::max<std::size_t>(cores, 1) - 1, 2);
}

template <class Job>
class WorkAhead {
 public:
  explicit WorkAhead(std::function<void(Job&)> prepare, std::size_t threads_max = threads_to_spare())
      : prepare_(std::move(prepare)), threads_max_(threads_max) {}
  WorkAhead(const WorkAhead&) = delete;
  WorkAhead& operator=(const WorkAhead&) = delete;
  ~WorkAhead() {
    {
      const std::lock_guard lock(mutex_);
      is_ending_ = true;
    }
    to_begin_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  /// Jobs added and not yet taken: the caller bounds them.
  std::size_t size() const { return size_; }

  void add(Job job) {
    {
      const std::lock_guard lock(mutex_);
      slots_.push_back({std::move(job), false});
    }
    if (++size_ > 1 && threads_.size() < threads_max_) threads_.emplace_back([this] { prepare_all(); });
    to_begin_.notify_one();
  }

  /// The oldest job, prepared. There must be one.
  Job take() {
    EVENHAND_ASSERT(size_ > 0, "only a job that was added can be taken");
    std::unique_lock lock(mutex_);
    while (!slots_.front().is_ready) {
      if (begun_ < slots_.size()) {
        prepare_next(lock);
      } else {
        made_ready_.wait(lock);
      }
    }
    Job job = std::move(slots_.front().job);
    slots_.pop_front();
    --begun_;
    --size_;
    return job;
  }

 private:
  struct Slot {
    Job job;
    bool is_ready;
  };

  void prepare_all() {
    std::unique_lock lock(mutex_);
    while (true) {
      to_begin_.wait(lock, [&] { return is_ending_ || begun_ < slots_.size(); });
      if (is_ending_) return;
      prepare_next(lock);
    }
  }

  // A deque keeps its other elements in place when one is added behind or taken in front.
  void prepare_next(std::unique_lock<std::mutex>& lock) {
    Slot& slot = slots_[begun_++];
    lock.unlock();
    prepare_(slot.job);
    lock.lock();
    slot.is_ready = true;
    made_ready_.notify_one();
  }

  const std::function<void(Job&)> prepare_;
  const std::size_t threads_max_;
  std::size_t size_ = 0;
  std::vector<std::thread> threads_;

  std::mutex mutex_;  ///< over all that follows
  std::condition_variable to_begin_;
  std::condition_variable made_ready_;
  std::deque<Slot> slots_;
  std::size_t begun_ = 0;  ///< slots at the front that somebody has begun
  bool is_ending_ = false;
};

}  // namespace evenhand
