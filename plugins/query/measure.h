/// Several values become one: count, distinct, sum, min, max, first, list.
///
/// A hidden value among them makes the outcome hidden, else a disputed one makes it disputed; count counts rows and
/// first takes the first row's value, so neither is touched by the others. What is missing counts for nothing.
#pragma once

#include <vector>

#include "core/base/result.h"
#include "core/policy/scoring_policy.h"
#include "plugins/query/query.h"
#include "plugins/query/table.h"
#include "plugins/query/value.h"

namespace evenhand::query {

class Gathered {
 public:
  explicit Gathered(Rule rule) : rule_(rule) {}
  /// `value`: not looked at by count. `whom`: whose it is, where people_value() is asked for.
  void add(const Value& value, std::string_view whom = {}) {
    ++count_;
    if (rule_ != Rule::count) add_value(value);
    if (!whom.empty() && adds_somebody(value) && (people_.empty() || people_.back() != whom)) people_.push_back(whom);
  }
  /// Errors: refused (a sum beyond 64 bits).
  Result<Value> value(Pool& pool) const;
  /// The same where each value added is a person's: a count, a number of different values and a sum of noughts and one other number say how
  /// many people there are, so they are hidden or rounded by the rule (twelve times 10 as ten times 10); any other sum is hidden when it is over few people. People, not rows:
  /// what ten rows of one person say is about one.
  /// Errors: those of value().
  Result<Value> people_value(Pool& pool, const DisclosureRule& rule) const;

 private:
  __extension__ using Wide = __int128;
  /// Noughts add nobody to a sum that may count people.
  bool adds_somebody(const Value& value) const {
    return rule_ == Rule::count || (value.is_known() && (rule_ != Rule::sum || (value.has_number && value.number != 0)));
  }
  void add_value(const Value& value);
  void add_number(const Value& value);
  Result<Value> sum(Pool& pool) const;
  Value people_sum(const Value& bare, std::int64_t people, Pool& pool, const DisclosureRule& rule) const;
  Value distinct(Pool& pool) const;
  Value list(Pool& pool) const;

  Rule rule_;
  bool has_any_ = false;
  bool has_text_ = false;  ///< a sum over words
  bool is_one_amount_ = true;  ///< a sum over noughts and one other number
  std::int64_t amounts_ = 0;   ///< how many were no noughts
  Value amount_;               ///< the first of them
  bool is_rounded_ = false;
  State worst_ = State::known;
  std::int64_t count_ = 0;
  unsigned decimals_ = 0;
  Wide sum_ = 0;
  Value best_;
  std::vector<Value> values_;  ///< distinct, list
  std::vector<std::string_view> people_;  ///< some of them more than once
};

/// How many different people they are.
std::int64_t different(std::vector<std::string_view> people);
/// A number of rows, things or people that came from so many people, as the rule lets it be seen.
Value shown_people(std::int64_t count, std::int64_t people, Pool& pool, const DisclosureRule& rule);
/// The number of a table's rows, which stand for people.
Value shown_rows(const Table& table, Pool& pool, const DisclosureRule& rule);
/// May a total less the others give one of them away, as of counts and sums?
constexpr bool is_additive(Rule rule) { return rule == Rule::count || rule == Rule::sum || rule == Rule::distinct; }
/// Hides the smallest of the others when one alone is hidden: a total less the others would give it away. Did it hide one?
bool hide_a_second(const std::vector<Value*>& counts);

}  // namespace evenhand::query
