#include <algorithm>

#include "plugins/query/look_up.h"
#include "plugins/query/run_terms.h"

namespace evenhand::query {

namespace {

/// Year and month of a day since 1970-01-01.
struct Month {
  std::int64_t year = 0;
  std::int64_t month = 0;  ///< 1..12
};
Month month_of(std::int64_t day) {
  const std::int64_t shifted = day + 719468;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  const std::int64_t of_era = shifted - era * 146097;
  const std::int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t march_month = (5 * of_year + 2) / 153;
  const std::int64_t month = march_month < 10 ? march_month + 3 : march_month - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month};
}

/// "2025/26" for a year from April, "2025" for one from January.
std::string year_words(std::int64_t year, bool is_calendar) {
  const std::string last = std::to_string((year + 1) % 100);
  return is_calendar ? std::to_string(year) : std::to_string(year) + "/" + (last.size() < 2 ? "0" : "") + last;
}

/// The number sorts; the words are read.
Value period_of(const Term& term, const Value& date, Pool& pool) {
  constexpr std::int64_t kDaysFar = 4'000'000;  // some ten thousand years either way
  if (!date.has_number || date.number > kDaysFar || date.number < -700'000) return date;
  Month month = month_of(date.number);
  if (!term.is_calendar) {
    if (month.month <= 3) --month.year;
    month.month = (month.month + 8) % 12 + 1;
  }
  const std::int64_t quarter = (month.month - 1) / 3 + 1;
  std::string words = year_words(month.year, term.is_calendar);
  if (term.kind == Term::Kind::quarter) words = "Q" + std::to_string(quarter) + " " + words;
  Value value = pool.value_of(std::move(words));
  value.has_number = true;
  value.number = term.kind == Term::Kind::quarter ? month.year * 4 + quarter : month.year;
  return value;
}

std::string_view first_characters(std::string_view text, std::size_t most) {
  std::size_t end = 0;
  for (std::size_t seen = 0; end < text.size(); ++end) {
    if ((static_cast<unsigned char>(text[end]) & 0xC0) != 0x80 && seen++ == most) break;
  }
  return text.substr(0, end);
}

std::string plain_words(std::string_view text) {
  std::string words(text);
  std::replace(words.begin(), words.end(), '_', ' ');
  if (!words.empty() && words[0] >= 'a' && words[0] <= 'z') words[0] = static_cast<char>(words[0] - 32);
  return words;
}

class Computer {
 public:
  Computer(const Frame& frame, Results& results) : frame_(frame), results_(results), pool_(results.pool) {}

  Result<Value> value(const Term& term, std::size_t row) {
    EVENHAND_TRY(Value made, bare(term, row));
    if (made.state == State::missing && term.none) return value(*term.none, row);
    return made;
  }

 private:
  Value field(const Term& term, std::size_t row, std::size_t which = 0) { return value_at(term.fields[which], frame_, row, results_); }

  Result<Value> bare(const Term& term, std::size_t row) {
    switch (term.kind) {
      case Term::Kind::field: return field(term, row);
      case Term::Kind::text: return text(term, row);
      case Term::Kind::words: return words(term, row);
      case Term::Kind::minus: return minus(term, row);
      case Term::Kind::choose: return choose(term, row);
      default: return of_one(term, field(term, row));
    }
  }

  /// Columns that change one known value; anything else passes through.
  Value of_one(const Term& term, const Value& value) {
    if (!value.is_known()) return value;
    if (term.kind == Term::Kind::quarter || term.kind == Term::Kind::year) return period_of(term, value, pool_);
    if (term.kind == Term::Kind::plain) return each_text(value, [](std::string_view text) { return plain_words(text); });
    if (term.kind == Term::Kind::first) return each_text(value, [&](std::string_view text) { return std::string(first_characters(text, term.length)); });
    if (!value.has_number || value.decimals != 0 || value.number > 1'000'000 || value.number < 0) return value;
    return value.number % 2 == 0 ? pool_.number(value.number / 2) : pool_.number(value.number * 5, 1);  // half points
  }

  template <class Change>
  Value each_text(const Value& value, Change change) {
    std::vector<std::string_view> texts;
    for (const std::string_view text : pool_.texts(value)) texts.push_back(text);
    for (std::string_view& text : texts) text = pool_.keep(change(text));
    return pool_.value_of(texts);
  }

  /// Hidden when a part is hidden, disputed when one is disputed, missing when every part is missing.
  Value text(const Term& term, std::size_t row) {
    std::string all = term.texts.front();
    State worst = State::known;
    bool has_any = term.fields.empty();
    for (std::size_t i = 0; i < term.fields.size(); ++i) {
      const Value value = field(term, row, i);
      if (value.state == State::masked || value.state == State::conflict) worst = std::max(worst, value.state);
      has_any = has_any || value.state != State::missing;
      all += pool_.words(value) + term.texts[i + 1];
    }
    if (worst != State::known) return nothing(worst);
    return has_any ? pool_.value_of(std::move(all)) : Value{};
  }

  Result<Value> words(const Term& term, std::size_t row) {
    const Value value = field(term, row);
    if (!value.is_known()) return value;
    for (std::size_t i = 0; i + 1 < term.texts.size(); i += 2) {
      if (term.texts[i] == value.text) return pool_.value_of(term.texts[i + 1]);
    }
    return term.otherwise ? this->value(*term.otherwise, row) : Result<Value>(value);
  }

  Result<Value> minus(const Term& term, std::size_t row) {
    const Value a = field(term, row, 0), b = field(term, row, 1);
    const auto is_open = [](const Value& one) { return one.state == State::masked || one.state == State::conflict; };
    if (is_open(a) || is_open(b)) return nothing(std::max(is_open(a) ? a.state : State::known, is_open(b) ? b.state : State::known));
    if (!a.is_known() || !b.is_known() || !a.has_number || !b.has_number) return Value{};
    const unsigned decimals = std::max(a.decimals, b.decimals);
    __extension__ __int128 left = a.number, right = b.number;
    for (unsigned i = a.decimals; i < decimals; ++i) left *= 10;
    for (unsigned i = b.decimals; i < decimals; ++i) right *= 10;
    left -= right;
    if (left > INT64_MAX || left < INT64_MIN) return refused("a difference goes beyond 64 bits");
    return pool_.number(static_cast<std::int64_t>(left), decimals);
  }

  Result<Value> choose(const Term& term, std::size_t row) {
    const Truth truth = holds(term.condition, frame_, row, results_);
    // Neither branch is known to be right; a hidden cell says so without saying which.
    if (truth == Truth::unknown) return nothing(State::masked);
    if (truth == Truth::yes) return value(*term.yes, row);
    return term.otherwise ? value(*term.otherwise, row) : Result<Value>(Value{});
  }

  const Frame& frame_;
  Results& results_;
  Pool& pool_;
};

}  // namespace

Result<std::vector<Value>> compute(const Term& term, const Frame& frame, Results& results, std::size_t& undecided) {
  Computer computer(frame, results);
  std::vector<Value> made;
  if (term.kind == Term::Kind::lookup) {
    EVENHAND_TRY(made, look_up(*term.lookup, frame, results, undecided));
    for (std::size_t row = 0; term.none && row < made.size(); ++row) {
      if (made[row].state != State::missing) continue;
      EVENHAND_TRY(made[row], computer.value(*term.none, row));
    }
    return made;
  }
  made.reserve(frame.size());
  for (std::size_t row = 0; row < frame.size(); ++row) {
    EVENHAND_TRY(const Value value, computer.value(term, row));
    made.push_back(value);
  }
  return made;
}

}  // namespace evenhand::query
