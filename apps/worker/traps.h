/// What happens when the filter says no, or the stack is full: the host is told, then the process ends.
///
/// While the library is loaded, the dynamic linker's own questions are answered here instead of by the kernel: it gets the
/// library's descriptor once, and hears of every other file that it is not there. So no file is ever opened, and who asks from
/// outside the linker's code (a constructor) is told on.
#pragma once

namespace evenhand::worker {

/// The name under which the linker asks for the library.
inline constexpr const char* kLibraryPath = "/proc/self/fd/4";

/// To be called once, from main(), whose frame marks the top of the stack. False when the system would not.
bool set_traps();
/// From now on nobody's questions are answered.
void end_of_loading();

}  // namespace evenhand::worker
