#include "plugins/query/measure.h"

#include <algorithm>
#include <cstdint>
#include <unordered_set>

#include "core/policy/disclosure.h"
#include "plugins/query/run.h"

namespace evenhand::query {

void Gathered::add_value(const Value& value) {
  if (rule_ == Rule::first) {
    if (count_ == 1) best_ = value;
    return;
  }
  if (value.state == State::missing) return;
  if (!value.is_known()) {
    worst_ = std::max(worst_, value.state);  // conflict < masked
    return;
  }
  is_rounded_ = is_rounded_ || value.is_rounded;
  if (rule_ == Rule::sum) return add_number(value);
  if (rule_ == Rule::distinct || rule_ == Rule::list) {
    values_.push_back(value);
  } else if (!has_any_ || (rule_ == Rule::min ? compare(value, best_) < 0 : compare(value, best_) > 0)) {
    best_ = value;
  }
  has_any_ = true;
}

void Gathered::add_number(const Value& value) {
  if (!value.has_number) {
    has_text_ = true;
    return;
  }
  if (value.number != 0 && amounts_++ == 0) amount_ = value;
  is_one_amount_ = is_one_amount_ && (value.number == 0 || compare_numbers(value.number, value.decimals, amount_.number, amount_.decimals) == 0);
  Wide number = value.number;
  for (unsigned i = value.decimals; i < decimals_; ++i) number *= 10;
  for (; decimals_ < value.decimals; ++decimals_) sum_ *= 10;
  sum_ += number;
  has_any_ = true;
}

Result<Value> Gathered::sum(Pool& pool) const {
  if (has_text_) return refused("a sum of what is no number", "", "Sum a field of whole numbers or decimals");
  if (sum_ > INT64_MAX || sum_ < INT64_MIN) return refused("a sum goes beyond 64 bits");
  if (!has_any_) return Value{};
  Value value = pool.number(static_cast<std::int64_t>(sum_), decimals_);
  value.is_rounded = is_rounded_;
  return value;
}

Value Gathered::distinct(Pool& pool) const {
  std::unordered_set<std::string_view> seen;
  for (const Value& value : values_) {
    for (const std::string_view text : pool.texts(value)) seen.insert(text);
  }
  return pool.number(static_cast<std::int64_t>(seen.size()));
}

Value Gathered::list(Pool& pool) const {
  std::unordered_set<std::string_view> seen;
  std::vector<std::string_view> texts;
  for (const Value& value : values_) {
    for (const std::string_view text : pool.texts(value)) {
      if (seen.insert(text).second) texts.push_back(text);
    }
  }
  std::sort(texts.begin(), texts.end(), [](std::string_view a, std::string_view b) { return compare_natural(a, b) < 0; });
  if (texts.size() > kListTextsMax) {
    const std::string rest = "and " + std::to_string(texts.size() - kListTextsMax) + " more";
    texts.resize(kListTextsMax);
    texts.push_back(pool.keep(rest));
  }
  return pool.value_of(texts);
}

Result<Value> Gathered::value(Pool& pool) const {
  if (rule_ == Rule::count) return pool.number(count_);
  if (rule_ == Rule::first) return best_;
  if (worst_ != State::known) return nothing(worst_);
  if (rule_ == Rule::sum) return sum(pool);
  if (rule_ == Rule::distinct) return distinct(pool);
  if (rule_ == Rule::list) return list(pool);
  Value value = best_;
  value.is_rounded = is_rounded_;
  return value;
}

Result<Value> Gathered::people_value(Pool& pool, const DisclosureRule& rule) const {
  EVENHAND_TRY(const Value bare, value(pool));
  if (!bare.is_known() || !is_additive(rule_)) return bare;
  const std::int64_t people = different(people_);
  return rule_ == Rule::sum ? people_sum(bare, people, pool, rule) : shown_people(bare.number, people, pool, rule);
}

Value Gathered::people_sum(const Value& bare, std::int64_t people, Pool& pool, const DisclosureRule& rule) const {
  if (show_people(people, rule).how == Shown::masked) return nothing(State::masked);
  if (!is_one_amount_) return bare;
  const Value shown = shown_people(amounts_, people, pool, rule);
  const Wide sum = Wide{shown.number} * amount_.number;
  if (!shown.is_known() || sum > INT64_MAX || sum < INT64_MIN) return nothing(State::masked);
  Value value = pool.number(static_cast<std::int64_t>(sum), amount_.decimals);
  value.is_rounded = shown.is_rounded || bare.is_rounded;
  return value;
}

std::int64_t different(std::vector<std::string_view> people) {
  std::sort(people.begin(), people.end());
  return std::unique(people.begin(), people.end()) - people.begin();
}

Value shown_rows(const Table& table, Pool& pool, const DisclosureRule& rule) {
  std::vector<std::string_view> people;
  for (std::size_t row = 0; row < table.rows(); ++row) people.push_back(table.whom_at(row));
  return shown_people(static_cast<std::int64_t>(table.rows()), different(std::move(people)), pool, rule);
}

Value shown_people(std::int64_t count, std::int64_t people, Pool& pool, const DisclosureRule& rule) {
  const ShownCount shown = show_people(count, rule);
  if (shown.how == Shown::masked || show_people(people, rule).how == Shown::masked) return nothing(State::masked);
  Value value = pool.number(*shown.value);
  value.is_rounded = shown.how == Shown::rounded && count > 0;
  return value;
}

bool hide_a_second(const std::vector<Value*>& counts) {
  std::size_t hidden = 0;
  Value* smallest = nullptr;
  for (Value* one : counts) {
    if (one->state == State::masked) ++hidden;
    const bool is_count = one->is_known() && one->has_number && one->number != 0;
    if (is_count && (!smallest || compare(*one, *smallest) < 0)) smallest = one;
  }
  if (hidden != 1 || !smallest) return false;
  *smallest = nothing(State::masked);
  return true;
}

}  // namespace evenhand::query
