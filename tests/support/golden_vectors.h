/// The golden vectors of docs/formats/event.md: made with fixed seeds, kept in tests/golden/vectors/, read by our own
/// test and by a reader that shares no code with us (tests/conformance/read_log.py).
///
/// Threads: pure functions. The same text on every machine and every run.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace evenhand::test {

/// File name below tests/golden/vectors/ and the whole text.
std::vector<std::pair<std::string, std::string>> golden_vectors();

}  // namespace evenhand::test
