/// A template and the results of its queries become a document's bytes.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "plugins/pack/template.h"
#include "plugins/query/run.h"

namespace evenhand::plugins::pack {

inline constexpr std::size_t kRenderRowsMax = 4'000'000;  ///< looked at by one template, rows within rows counted each time
inline constexpr std::size_t kTableRowsMax = 50'000;      ///< of one table
inline constexpr std::size_t kChartLabelsMax = 200;

/// What stands on top, and how large the whole may be.
struct Frontage {
  std::string title;
  std::string subtitle;  ///< unless the template says another
  std::size_t bytes_max;
  std::string language = {};  ///< tag; empty: the program's
};

/// Deterministic. Errors: refused (a bound; names the line of the template).
Result<std::string> render(const Template& made, query::Results& results, const Frontage& front);

}  // namespace evenhand::plugins::pack
