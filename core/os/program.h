/// What names the code of the running program. Threads: any.
#pragma once

#include "core/base/bytes.h"

namespace evenhand {

/// The build id that the linker made of everything linked in: another one after any change of code, the same for the same build.
/// Source: .note.gnu.build-id, elf(5), dl_iterate_phdr(3). Empty when the program was linked without one.
Bytes program_build_id();

}  // namespace evenhand
