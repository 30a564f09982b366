/// Takes away from this process what a plugin has no need of, but for system calls (filter.h).
///
/// Threads: one; nothing of the plugin's has run yet.
#pragma once

#include <cstdint>

namespace evenhand::worker {

inline constexpr std::uint64_t kStackBytes = std::uint64_t{8} << 20;

/// Descriptors, privileges, namespaces (where the kernel lets us), and being looked at by others. From then on the kernel ends this
/// process when the host is gone. False when the system would not: then nothing may be run here.
bool give_up_rights();

/// Memory beyond what is in use now, stack, files, processes, core dumps. Processor time is the host's to set, call by call.
/// False when the system would not: then nothing may be run here.
bool limit_resources(std::uint64_t memory_bytes);

}  // namespace evenhand::worker
