/// How the tree of commands describes itself: help texts and what to say about a word that is none of its.
///
/// Threads: pure.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}

namespace evenhand::cli {

/// Examples first, then words, flags, commands; lines of at most 80 letters.
std::string help_text(const CLI::App& app);
/// Makes `root` and everything below it use help_text().
void use_own_help(CLI::App& root);

/// The commands of an app that people are told of, in order; hidden ones begin with "_".
std::vector<const CLI::App*> shown_commands(const CLI::App& app);
/// The flags of an app, without --help.
std::vector<const CLI::Option*> shown_flags(const CLI::App& app);
std::vector<const CLI::Option*> shown_words(const CLI::App& app);  ///< what stands without a flag

/// "evenhand evidence add"
std::string full_name(const CLI::App& app);

/// What is wrong with the words typed, when a command or a flag is misspelt or missing, as a sentence; else empty.
std::string explain_wrong_words(const CLI::App& root, const std::vector<std::string>& words);

}  // namespace evenhand::cli
