/// The two lists of system calls that a worker may make.
///
/// The first holds while the library is loaded and its constructors run: what the dynamic linker needs, on descriptors that
/// are open already. The second, narrower one holds for good. No file is ever opened: traps.h answers the linker.
/// A call that is on no list raises SIGSYS; one of another architecture kills the process.
#pragma once

#include <cstdint>
#include <vector>

namespace evenhand::worker {

enum class Phase : std::uint8_t { loading, working };

/// The kernel's program for a phase; empty when it cannot be made. Made before the first is put in force.
using FilterProgram = std::vector<std::uint64_t>;
FilterProgram make_filter(Phase phase);

/// From now on, in addition to what is in force already. False when the kernel refuses.
bool enforce(const FilterProgram& program);

}  // namespace evenhand::worker
