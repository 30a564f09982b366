/// One value on its way through a query: what it is, and why it is not there when it is not.
///
/// Always: a hidden value stays hidden and a disputed one disputed, whatever is done with it; no arithmetic turns either
/// into a number. Lifetime: texts are views into the input or the Pool. Threads: values; a Pool belongs to one run.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace evenhand::query {

/// In the order in which they sort: values first.
enum class State : std::uint8_t {
  known,
  conflict,  ///< several values stand and nobody has decided; the texts are the versions
  masked,    ///< hidden by the policy
  missing,
};

struct Value {
  std::string_view text;    ///< the first, or only, text
  std::int64_t number = 0;  ///< divided by 10^decimals; of a value with several texts: where they start in the pool
  std::uint32_t count = 0;  ///< how many texts, when it has several; else 0
  State state = State::missing;
  std::uint8_t decimals = 0;
  bool has_number = false;
  bool is_rounded = false;

  bool is_known() const { return state == State::known; }
};

/// Not known, and why: missing, hidden or disputed.
inline Value nothing(State why) {
  Value value;
  value.state = why;
  return value;
}

/// Texts that are not in the input, and the lists of values with several.
class Pool {
 public:
  std::string_view keep(std::string text) { return owned_.emplace_back(std::move(text)); }
  /// Of a known value or a disputed one; empty for the others.
  std::span<const std::string_view> texts(const Value& value) const {
    if (value.count != 0) return {lists_.data() + value.number, value.count};
    return {&value.text, value.state == State::known || (value.state == State::conflict && !value.text.empty()) ? 1u : 0u};
  }
  /// A known value; missing when there is no text.
  Value value_of(std::span<const std::string_view> texts);
  Value value_of(std::string text);
  Value number(std::int64_t value, unsigned decimals = 0);
  /// As people read it: several texts joined by "; ".
  std::string words(const Value& value) const;

  std::vector<std::string_view>& lists() { return lists_; }  ///< for the decoder, which appends as it reads

 private:
  std::deque<std::string> owned_;
  std::vector<std::string_view> lists_;
};

/// "1.50" for 150 and 2.
std::string digits(std::int64_t value, unsigned decimals);
/// Less than, equal to or greater than 0. Numbers by size, texts in natural order ("2" before "10", "1A" before "1B"), then by state.
int compare(const Value& a, const Value& b);
int compare_natural(std::string_view a, std::string_view b);
/// By value, whatever the decimals: 7.5 equals 7.50.
int compare_numbers(std::int64_t a, unsigned a_decimals, std::int64_t b, unsigned b_decimals);
/// The same state and the same texts.
bool are_same(const Value& a, const Value& b, const Pool& pool);
std::uint64_t hash_of(const Value& value, const Pool& pool);

}  // namespace evenhand::query
