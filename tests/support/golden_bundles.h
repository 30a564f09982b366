/// The golden bundle: a small one of two chains and an attachment, made from a fixed seed, with all that opens it.
#pragma once

#include <string>

namespace evenhand::test {

/// The text of tests/golden/vectors/bundles-2.json; bundles.json is of before 2026-11, when attachments stood under the bundle's key alone. Its bytes hold for the zstd of Debian 12; what must hold for ever is that it is read.
std::string golden_bundles();

}  // namespace evenhand::test
