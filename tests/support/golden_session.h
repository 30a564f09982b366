/// The golden transcript: a small session of two devices from fixed seeds, every byte that each said, with both logs.
#pragma once

#include <string>

namespace evenhand::test {

/// The text of tests/golden/vectors/session.json. Nothing in it is compressed, so that it holds whatever zstd does.
std::string golden_session();

}  // namespace evenhand::test
