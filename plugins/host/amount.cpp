#include "plugins/host/amount.h"

#include <limits>

#include "core/base/bytes.h"

namespace evenhand::plugins {

namespace {

__extension__ using Natural = unsigned __int128;

constexpr Natural kSignBit = Natural{1} << 127;

std::int64_t power_of_ten(unsigned exponent) {
  std::int64_t power = 1;
  for (; exponent > 0; --exponent) power *= 10;
  return power;
}

}  // namespace

Amount::Amount(std::int64_t value, unsigned decimals) {
  EVENHAND_ASSERT(decimals <= kDecimals, "a number has at most six decimals");
  millionths_ = static_cast<Wide>(value) * power_of_ten(kDecimals - decimals);
}

AmountBytes Amount::sortable() const {
  const Natural bits = static_cast<Natural>(millionths_) ^ kSignBit;
  AmountBytes sortable;
  put_u64_be(sortable.bytes.data(), static_cast<std::uint64_t>(bits >> 64));
  put_u64_be(sortable.bytes.data() + 8, static_cast<std::uint64_t>(bits));
  return sortable;
}

Amount Amount::from_sortable(const AmountBytes& sortable) {
  const Natural bits = (Natural{get_u64_be(sortable.bytes.data())} << 64) | get_u64_be(sortable.bytes.data() + 8);
  return Amount(static_cast<Wide>(bits ^ kSignBit));
}

std::string Amount::text() const {
  Natural left = millionths_ < 0 ? Natural{0} - static_cast<Natural>(millionths_) : static_cast<Natural>(millionths_);
  std::string digits;
  for (unsigned at = 0; left != 0 || at <= kDecimals; ++at, left /= 10) {
    if (at == kDecimals) digits += '.';
    digits += static_cast<char>('0' + static_cast<int>(left % 10));
  }
  std::string words(digits.rbegin(), digits.rend());
  words.erase(words.find_last_not_of('0') + 1);
  if (words.back() == '.') words.pop_back();
  return (millionths_ < 0 ? "-" : "") + words;
}

InputField Amount::field(std::string name) const {
  InputField field{std::move(name), 0, {text()}};
  Wide value = millionths_;
  unsigned decimals = kDecimals;
  for (; decimals > 0 && value % 10 == 0; --decimals) value /= 10;
  if (value < std::numeric_limits<std::int64_t>::min() || value > std::numeric_limits<std::int64_t>::max()) return field;
  field.number = static_cast<std::int64_t>(value);
  field.decimals = decimals;
  return field;
}

}  // namespace evenhand::plugins
