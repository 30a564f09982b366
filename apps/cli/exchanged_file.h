/// Which of the files that laptops exchange one is, by how it begins: people mix them up, as they come the same way.
///
/// Threads: any. Lifetime: values.
#pragma once

#include <filesystem>

#include "core/base/result.h"

namespace evenhand::cli {

enum class ExchangedFile { bundle, invitation, reply, request };

/// Errors: refused (a folder: with the files of that kind in it), corrupt (a file of another kind: with the command that takes it). What begins like none of
/// them, or cannot be read, is left to whoever reads it.
Result<void> check_kind_of(const std::filesystem::path& file, ExchangedFile wanted);

}  // namespace evenhand::cli
