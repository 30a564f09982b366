/// What examiners need to know of commands that go through another process (core/engine/handover.h). Of this whole process, as the words
/// are that a program was started with. Threads: the one that writes.
#pragma once

#include <functional>

namespace evenhand {

/// What this process hands over is from now on examined by what comes with the program alone (--safe).
void hand_over_safely();
bool hands_over_safely();

/// While a command that was handed over is examined here: was it handed over so? Else false.
bool is_handed_over_safely();

/// Calls `told` after each command that was handed over here, were it refused, and before who handed it over hears of it. It may write.
/// The one before is forgotten; empty: nobody is told.
void when_handed_over(std::function<void()> told);

}  // namespace evenhand
