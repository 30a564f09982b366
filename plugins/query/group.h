/// Rows put together by what they have in common, and tables with columns out of the data.
#pragma once

#include "plugins/query/frame.h"

namespace evenhand::query {

/// Groups in the order in which they first appear. Errors: refused (more than kGroupsMax; a sum beyond 64 bits).
Result<Table> grouped(const Query& query, const Frame& frame, Results& results);

/// The groups as rows and columns, both in the order in which they first appear. Errors: as grouped(), and more than kPivotColumnsMax.
Result<Table> pivoted(const Query& query, const Frame& frame, Results& results);

}  // namespace evenhand::query
