/// Looks at the head of a shared library before anybody loads it. Threads: pure.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace evenhand::plugins {

/// Is it a shared library for this kind of computer? Reads its first bytes only (System V ABI, chapter 4: ELF header).
/// Errors: refused, saying what it is instead.
Result<void> check_library(ByteView bytes);

}  // namespace evenhand::plugins
