/// Rows of another source that match a row of this one.
#pragma once

#include "plugins/query/frame.h"

namespace evenhand::query {

/// One value for each row of `frame`. Missing matches missing; a set matches by any of its texts. Our row's hidden or
/// disputed key makes the outcome so; theirs are left out and counted in `undecided`.
/// Errors: refused (more than kPairsMax keys or matches; a sum beyond 64 bits).
Result<std::vector<Value>> look_up(const Lookup& lookup, const Frame& frame, Results& results, std::size_t& undecided);

}  // namespace evenhand::query
