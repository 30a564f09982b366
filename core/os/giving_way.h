/// Work that others need not wait for: it gets the processor's time that nobody else asks for.
#pragma once

#include <functional>

namespace evenhand {

/// Runs `work` at a lower priority and returns when it is done. On a thread of its own, because the system lets a thread lower its priority
/// (setpriority(2), of one thread as in nptl(7)) and never raise it again; processes that `work` starts keep the lower one.
/// What it throws comes out here. Where the priority cannot be lowered, or no thread be had, the work is done all the same.
/// Threads: any; the caller waits, so what it holds may be used by `work`.
void run_giving_way(const std::function<void()>& work);

/// Is the calling thread within run_giving_way()? Processes that it starts then have the lower priority for life.
bool is_giving_way();

}  // namespace evenhand
