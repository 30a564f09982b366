/// A number of a view's row, exact: sums of any number of rows lose nothing, and amounts sort as bytes.
///
/// Threads: values.
#pragma once

#include <cstdint>
#include <string>

#include "core/base/ids.h"
#include "plugins/host/input_writer.h"

namespace evenhand::plugins {

/// Sorts as the amounts do.
using AmountBytes = Id<struct AmountTag, 16>;

class Amount {
 public:
  static constexpr unsigned kDecimals = 6;

  Amount() = default;
  /// value / 10^decimals; decimals 0..6.
  Amount(std::int64_t value, unsigned decimals);

  /// 2^127 millionths are more than 10^13 rows of the largest number there is.
  Amount operator+(const Amount& other) const { return Amount(millionths_ + other.millionths_); }
  Amount operator-(const Amount& other) const { return Amount(millionths_ - other.millionths_); }
  auto operator<=>(const Amount&) const = default;

  AmountBytes sortable() const;
  static Amount from_sortable(const AmountBytes& sortable);

  /// "-3.5": without trailing noughts.
  std::string text() const;
  /// As a plugin reads it: text, and the number when it fits 64 bits.
  InputField field(std::string name) const;

 private:
  __extension__ using Wide = __int128;
  explicit Amount(Wide millionths) : millionths_(millionths) {}
  Wide millionths_ = 0;
};

}  // namespace evenhand::plugins
