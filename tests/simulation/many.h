/// Many histories side by side, a process per core, so that one that dies is a failure with a seed like any other.
#pragma once

#include "tests/simulation/history.h"

namespace evenhand::simulation {

struct Failure {
  std::uint64_t seed = 0;
  std::string what;
};

struct Verdict {
  std::uint64_t histories = 0;  ///< that ended well
  Tally tally;
  std::optional<Failure> failure;  ///< the first that was found; the others were stopped
};

/// Seeds first .. first + count - 1.
Verdict run_many(std::uint64_t first, std::uint64_t count, const Options& options);

}  // namespace evenhand::simulation
