#include "plugins/host/mask.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "core/policy/disclosure.h"

namespace evenhand::plugins {

namespace {

constexpr std::array<std::string_view, 4> kVotes = {"votes_0", "votes_1", "votes_2", "votes_3"};

InputField* find(InputRow& row, std::string_view name) {
  const auto at = std::find_if(row.fields.begin(), row.fields.end(), [&](const InputField& f) { return f.name == name; });
  return at == row.fields.end() ? nullptr : &*at;
}

void hide(InputField* field) {
  if (!field || (field->texts.empty() && !field->number && field->alternatives.empty())) return;
  *field = {field->name, EVENHAND_INPUT_MASKED};
}

bool is_hidden(std::int64_t count, const DisclosureRule& rule) {
  return count >= 0 && show_people(count, rule).how == Shown::masked;
}

void set_number(InputField& field, std::int64_t number) {
  if (field.number == number) return;
  field.number = number;
  field.texts = {std::to_string(number)};
  field.state |= EVENHAND_INPUT_ROUNDED;
}

void mask_count(InputField* field, const DisclosureRule& rule) {
  if (!field) return;
  // In conflict or with a fraction: no count can be shown, so none is.
  if (!field->alternatives.empty() || (field->number && field->decimals != 0)) return hide(field);
  if (!field->number) return;
  // A number of people below nought is nonsense that entry refuses; hide it rather than show it.
  if (*field->number < 0 || is_hidden(*field->number, rule)) return hide(field);
  set_number(*field, *show_people(*field->number, rule).value);
}

void round_participants(InputField* field, const DisclosureRule& rule) {
  if (!field) return;
  // In conflict: no version can be rounded, so where the rule rounds none is shown.
  if (!field->alternatives.empty() && rule.participants_rounded_to > 1) return hide(field);
  if (!field->number) return;
  if (*field->number < 0) return hide(field);
  set_number(*field, *show_participants(*field->number, rule).value);
}

bool is_participant_total(std::string_view type, std::string_view field) {
  return (type == "workshop" && (field == "participants" || field == "quorum")) || (type == "tally" && field == "participants") ||
         (type == "outreach" && field == "attended") || (type == "measure" && field == "denominator");
}

/// Every version that stands, one unless it is in conflict: what could be shown, so what must be judged.
template <class T>
std::vector<T> versions(const Record& record, std::string_view field) {
  std::vector<T> all;
  for (const Value& value : record.values(field)) {
    if (const T* typed = std::get_if<T>(&value)) all.push_back(*typed);
  }
  return all;
}

bool may_be(const Record& record, std::string_view field, std::string_view word) {
  const std::vector<std::string> all = versions<std::string>(record, field);
  return std::find(all.begin(), all.end(), word) != all.end();
}

bool points_at_few(const Record& record, const std::vector<std::int64_t>& denominators, const DisclosureRule& rule) {
  if (!may_be(record, "unit", "percent")) return false;
  for (const Decimal& value : versions<Decimal>(record, "value")) {
    for (const std::int64_t n : denominators) {
      if (!may_show_percentage(value.text(), n, rule)) return true;
    }
  }
  return false;
}

void mask_measure(InputRow& row, const Record& record, const DisclosureRule& rule) {
  const bool may_be_people = may_be(record, "unit", "people");
  for (const char* name : {"value", "baseline", "target"}) {
    if (!may_be_people) break;
    // While it is not settled what is counted, rounding would say that it is people.
    if (record.is_conflicted("unit")) hide(find(row, name));
    else mask_count(find(row, name), rule);
  }
  const std::vector<std::int64_t> denominators = versions<std::int64_t>(record, "denominator"), numerators = versions<std::int64_t>(record, "numerator");
  const auto is_few = [&](std::int64_t count) { return is_hidden(count, rule); };
  const bool is_small = std::any_of(denominators.begin(), denominators.end(), is_few) || std::any_of(numerators.begin(), numerators.end(), is_few);
  if (!is_small && !points_at_few(record, denominators, rule)) return;
  for (const char* name : {"value", "numerator", "denominator"}) hide(find(row, name));
}

/// The fewest that there may be.
std::optional<std::int64_t> votes_in(const Record& tally) {
  std::optional<std::int64_t> all;
  for (const std::string_view name : kVotes) {
    const std::vector<std::int64_t> votes = versions<std::int64_t>(tally, name);
    if (!votes.empty()) all = all.value_or(0) + *std::min_element(votes.begin(), votes.end());
  }
  return all;
}

bool has_too_few(const Record& tally, const DisclosureRule& rule) {
  const auto votes = votes_in(tally);
  return votes && !may_show_split(*votes, rule);
}

void mask_tally(InputRow& row, const Record& record, const DisclosureRule& rule, const TallySurroundings& around) {
  if (around.is_closed && around.every_group_passes && !has_too_few(record, rule)) return;
  for (const std::string_view name : kVotes) hide(find(row, name));
  hide(find(row, "abstained"));
}

/// Digits and spaces as ASCII has them, for those that look the same: full-width digits (U+FF10-19), spaces of other widths (U+2000-200A, U+202F).
std::string plain_letters(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view next = text.substr(i, 3);
    const auto last = static_cast<unsigned char>(next.size() == 3 ? next[2] : 0);
    const bool is_digit = next.starts_with("\xEF\xBC") && last >= 0x90 && last <= 0x99;
    const bool is_space = next.starts_with("\xE2\x80") && ((last >= 0x80 && last <= 0x8A) || last == 0xAF);
    plain += is_digit ? static_cast<char>('0' + last - 0x90) : is_space ? ' ' : text[i];
    if (is_digit || is_space) i += 2;
  }
  return plain;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The number that begins there, commas left out that stand between groups of three: "1,204.50" of "1,204.50 hours", "1" of "1,2".
std::string number_at(std::string_view text, std::size_t& at) {
  const auto digits_from = [&](std::size_t from) { return std::min(text.find_first_not_of("0123456789", from), text.size()) - from; };
  std::size_t many = digits_from(at);
  std::string number(text.substr(at, many));
  for (at += many; many >= 1 && many <= 3 && at < text.size() && text[at] == ',' && digits_from(at + 1) == 3; at += 4) number += text.substr(at + 1, 3);
  if (at + 1 >= text.size() || text[at] != '.' || !is_digit(text[at + 1])) return number;
  many = digits_from(at + 1);
  number += text.substr(at, many + 1);
  at += many + 1;
  return number;
}

/// The only number of a text, percentages left out, when it is a whole one: 4 of "4*", "n=4", "4 (20%)". Nothing of "4 of 20", "4.5 hours", "2025/26".
std::optional<std::int64_t> only_count_in(std::string_view text) {
  std::optional<std::string> only;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_digit(text[at])) {
      ++at;
      continue;
    }
    std::string number = number_at(text, at);
    if (const std::size_t next = text.find_first_not_of(' ', at); next != std::string_view::npos && text[next] == '%') continue;
    if (only) return std::nullopt;
    only = std::move(number);
  }
  if (!only) return std::nullopt;
  const std::size_t point = std::min(only->find('.'), only->size());
  std::int64_t whole = 0;
  const auto read = std::from_chars(only->data(), only->data() + point, whole);
  return read.ec == std::errc() && only->find_first_not_of(".0", point) == std::string::npos ? std::optional(whole) : std::nullopt;
}

/// A whole number as tables have it, in whatever way it was pasted: "4", " 1,204 ", "5.0", "3e0", "5 people". Nothing: another text.
std::optional<std::int64_t> count_in(std::string text) {
  const auto strip = [&] {
    const std::size_t first = text.find_first_not_of(" \t\n\r\xA0\xC2"), last = text.find_last_not_of(" \t\n\r\xA0\xC2");  // C2 A0: a space that does not break
    text = first == std::string::npos ? "" : text.substr(first, last - first + 1);
  };
  strip();
  for (const std::string_view word : {"people", "persons", "person"}) {
    if (!text.ends_with(word)) continue;
    text.resize(text.size() - word.size());
    strip();
    break;
  }
  if (text.starts_with('+')) text.erase(0, 1);
  const std::size_t sign = text.starts_with('-') ? 1 : 0;
  std::size_t behind = sign;
  if (const std::string bare = number_at(text, behind); behind == text.size()) text = text.substr(0, sign) + bare;
  const char* const end = text.data() + text.size();
  std::int64_t whole = 0;
  if (const auto read = std::from_chars(text.data(), end, whole); read.ec == std::errc() && read.ptr == end) return whole;
  double number = 0;
  const auto read = std::from_chars(text.data(), end, number);
  constexpr double kExact = 9007199254740992.0;  // beyond it not every whole number has a double
  if (read.ec != std::errc() || read.ptr != end || !(std::abs(number) <= kExact) || number != std::floor(number)) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

std::string cell_text(const Json& cell, bool is_first, bool is_head, const DisclosureRule* rule, InputField& field) {
  const std::string text = cell.is_number() ? cell.number_text() : cell.text();
  if (rule == nullptr || is_first || is_head) return text;
  const std::string plain = plain_letters(text);
  const auto count = count_in(plain), beside_words = only_count_in(plain);
  if ((count && (*count < 0 || is_hidden(*count, *rule))) || (beside_words && is_hidden(*beside_words, *rule))) {
    field.state |= EVENHAND_INPUT_MASKED;
    return "\x18";
  }
  if (!count) return text;
  const ShownCount shown = show_people(*count, *rule);
  if (shown.value == *count) return text;
  field.state |= EVENHAND_INPUT_ROUNDED;
  return std::to_string(*shown.value);
}

bool counts_people(const Record& table) {
  const std::string unit = table.text("unit");
  return table.is_conflicted("unit") || unit.empty() || unit == "people";
}

/// The rows of a data table as texts, cells joined by U+001F, a hidden cell as U+0018 (docs/formats/plugin-input.md).
void write_table(InputField* field, const Record& record, const DisclosureRule* rule) {
  if (!field) return;
  const auto json = parse_json(record.text("rows"));
  *field = {field->name};
  if (!json) return;
  for (const Json& line : json->items()) {
    std::string text;
    for (std::size_t i = 0; i < line.size(); ++i) {
      text += (i == 0 ? "" : "\x1F") + cell_text(line.items()[i], i == 0, field->texts.empty(), rule, *field);
    }
    field->texts.push_back(std::move(text));
  }
}

}  // namespace

bool stands_for_a_person(const RecordSpec& spec) {
  if (spec.name == "comment") return true;  // one voice each: "1 comment" points at who was in the room
  const auto is_private = [](const FieldSpec& field) { return field.data_class >= DataClass::personal; };
  return spec.home == HomeSpace::people && std::any_of(spec.fields.begin(), spec.fields.end(), is_private);
}

void mask_people(InputField& count, const DisclosureRule& rule) { mask_count(&count, rule); }

Result<TallySurroundings> surroundings_of(const Record& tally, const std::vector<Record>& tallies, const Model& model,
                                          const DisclosureRule& rule) {
  TallySurroundings around;
  const auto workshop = tally.reference("workshop");
  if (workshop) {
    EVENHAND_TRY(const auto record, model.find(*workshop));
    const std::string status = record ? record->text("status") : std::string();
    around.is_closed = status == "closed" || status == "sealed";
  }
  const auto is_of_a_group = [](const Record& one) { return one.is_conflicted("graders") || !one.text("graders").empty(); };
  if (!is_of_a_group(tally)) return around;
  for (const Record& other : tallies) {
    const bool is_sibling = other.reference("workshop") == workshop && other.text("code") == tally.text("code") &&
                            other.reference("service") == tally.reference("service") && is_of_a_group(other);
    if (is_sibling && has_too_few(other, rule)) around.every_group_passes = false;
  }
  return around;
}

void mask_row(InputRow& row, const Record& record, const DisclosureRule& rule, const TallySurroundings& tally, Origin origin) {
  if (row.type == "data_table") write_table(find(row, "rows"), record, origin == Origin::published || !counts_people(record) ? nullptr : &rule);
  if (origin == Origin::published) return;
  for (const FieldSpec& field : record.spec().fields) {
    if (is_participant_total(row.type, field.name)) round_participants(find(row, field.name), rule);
    else if (field.unit == "people") mask_count(find(row, field.name), rule);
  }
  if (row.type == "measure") mask_measure(row, record, rule);
  if (row.type == "tally") mask_tally(row, record, rule, tally);
}

}  // namespace evenhand::plugins
