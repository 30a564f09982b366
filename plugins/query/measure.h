/// Several values become one: count, distinct, sum, min, max, first, list.
///
/// A hidden value among them makes the outcome hidden, else a disputed one makes it disputed; count counts rows and
/// first takes the first row's value, so neither is touched by the others. What is missing counts for nothing.
#pragma once

#include <vector>

#include "core/base/result.h"
#include "plugins/query/query.h"
#include "plugins/query/value.h"

namespace evenhand::query {

class Gathered {
 public:
  explicit Gathered(Rule rule) : rule_(rule) {}
  /// `value`: not looked at by count.
  void add(const Value& value) {
    ++count_;
    if (rule_ != Rule::count) add_value(value);
  }
  /// Errors: refused (a sum beyond 64 bits).
  Result<Value> value(Pool& pool) const;

 private:
  __extension__ using Wide = __int128;
  void add_value(const Value& value);
  void add_number(const Value& value);
  Result<Value> sum(Pool& pool) const;
  Value distinct(Pool& pool) const;
  Value list(Pool& pool) const;

  Rule rule_;
  bool has_any_ = false;
  bool has_text_ = false;  ///< a sum over words
  bool is_rounded_ = false;
  State worst_ = State::known;
  std::int64_t count_ = 0;
  unsigned decimals_ = 0;
  Wide sum_ = 0;
  Value best_;
  std::vector<Value> values_;  ///< distinct, list
};

}  // namespace evenhand::query
