/// What a plugin did wrong, in words for people. Threads: pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace evenhand::plugins {

/// "it tried to open a file (system call openat), which no plugin may".
std::string sentence_for_call(std::uint32_t number);

/// "it crashed: …", for the signal that ended it.
std::string sentence_for_signal(int signal, std::uint32_t seconds);

/// The text with everything that a terminal or a reader might take for something else written as \xNN: control characters,
/// invisible ones, those that turn the direction, and whatever is no UTF-8.
std::string harmless(std::string_view text);

}  // namespace evenhand::plugins
