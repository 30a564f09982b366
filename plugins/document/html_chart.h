/// Draws charts as SVG whose text keeps its size at any width: places along x are per cent.
#pragma once

#include <string>

#include "plugins/document/model.h"

namespace evenhand::document {

/// One <svg role="img"> with title and description; `id` makes their ids unique. Every bar and line
/// is named beside itself or in the key, so nothing hangs on colour. Gaps and hidden numbers are said
/// in words (bars) or break the line (lines).
std::string svg_of(const Chart& chart, const std::string& id);

/// A number as a chart places it: value divided by 10^decimals.
double placed(const Number& number);
/// Where the scale ends: the chart's own maximum, else the greatest maximum or value; at least 1.
double scale_end(const Chart& chart);
/// The colour of the n-th series, "#rrggbb"; each at least 4.5 to 1 on white.
const char* series_colour(std::size_t n);

}  // namespace evenhand::document
