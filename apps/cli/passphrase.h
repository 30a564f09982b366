/// Passphrases: from a terminal, unseen, or out of a file; never in a flag.
///
/// Threads: one.
#pragma once

#include <string>

#include "apps/cli/console.h"

namespace evenhand::cli {

/// One line from the terminal, without showing it; from a pipe as it comes.
std::string hidden_line(Console& console, const std::string& question);
/// The file's text without line ends at its end. Says so when others on this computer can read it. Errors: those of read_file().
Result<std::string> passphrase_from_file(Console& console, const std::string& file);

}  // namespace evenhand::cli
