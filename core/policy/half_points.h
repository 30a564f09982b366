/// Grades and totals as whole numbers of half points, so that no arithmetic ever rounds.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace evenhand {

/// 1.5 is 3 half points. A grade runs 0..6, a total of the organisation 0..66.
struct HalfPoints {
  int count = 0;

  static constexpr HalfPoints whole(int points) { return {points * 2}; }
  auto operator<=>(const HalfPoints&) const = default;
  HalfPoints operator+(HalfPoints other) const { return {count + other.count}; }
  HalfPoints& operator+=(HalfPoints other) { return *this = *this + other; }
  HalfPoints operator*(int times) const { return {count * times}; }

  bool is_tie() const { return count % 2 != 0; }
  HalfPoints settled_down() const { return {count - count % 2}; }
  HalfPoints settled_up() const { return {count + count % 2}; }

  /// "7" or "7.5"; also valid JSON.
  std::string text() const;
};

/// From a JSON number as written (1, 1.5, 15e-1, -0), exactly. Nothing when it is negative, no multiple
/// of 0.5, or 1000 and more.
std::optional<HalfPoints> half_points_from(std::string_view number_text);

}  // namespace evenhand
