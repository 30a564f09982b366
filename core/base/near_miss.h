/// Slips of the pen: the known word that somebody may have meant.
///
/// Threads: pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace evenhand {

/// Letters to insert, drop, replace or swap with the next one, without regard to case; counted in bytes.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `word`, or empty when none is near: one slip for each three letters, and at least one. The start
/// of a candidate ("evid" for "evidence") counts as one slip. The first of equals wins.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace evenhand
