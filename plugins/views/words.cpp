#include "plugins/views/words.h"

#include <algorithm>

namespace evenhand::views {

namespace f = sdk::fields;
namespace c = sdk::computed;

std::string plain_words(std::string_view choice) {
  std::string words(choice);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

std::string sentence_case(std::string words) {
  if (!words.empty() && words[0] >= 'a' && words[0] <= 'z') words[0] = static_cast<char>(words[0] - 'a' + 'A');
  return words;
}

std::string one_line(std::string_view prose) {
  std::string line;
  bool at_start = true;
  for (const char letter : prose) {
    if (letter == '\n') {
      at_start = true;
      continue;
    }
    if (at_start && (letter == '-' || letter == ' ' || letter == '*')) continue;
    if (at_start && !line.empty()) line += line.back() == '.' || line.back() == ':' || line.back() == ';' ? " " : "; ";
    at_start = false;
    line += letter;
  }
  return line;
}

namespace {

std::string unsettled(const sdk::Row& row, std::string_view field) {
  std::string words;
  for (const std::string& one : row.alternatives(field)) words += (words.empty() ? "Not settled: " : " or ") + one;
  return words;
}

}  // namespace

std::string within_heading(std::string words) {
  constexpr std::size_t kNameBytesMax = 600;
  if (words.size() <= kNameBytesMax) return words;
  std::size_t end = words.rfind(' ', kNameBytesMax);
  if (end == std::string::npos || end == 0) {
    end = kNameBytesMax;
    while (end > 0 && (static_cast<unsigned char>(words[end]) & 0xC0) == 0x80) --end;
  }
  return words.substr(0, end) + " ...";
}

std::string name_or(const sdk::Row& row, std::string_view field, std::string_view fallback) {
  std::string text = row.text(field);
  if (text.empty()) text = unsettled(row, field);
  return text.empty() ? std::string(fallback) : within_heading(std::move(text));
}

sdk::Cell text_cell(const sdk::Row& row, std::string_view field, std::string_view owed) {
  if (row.is_conflicted(field)) return unsettled(row, field);
  if (row.is_masked(field)) return sdk::masked();
  if (row.is_missing(field)) return owed.empty() ? sdk::Cell("") : sdk::missing(owed);
  return one_line(row.text(field));
}

sdk::Cell number_cell(const sdk::Row& row, std::string_view field, std::string_view owed, std::int64_t maximum) {
  const auto number = row.decimal(field);
  if (!number) return text_cell(row, field, owed);
  std::int64_t scaled = maximum;
  for (unsigned i = 0; i < number->decimals; ++i) scaled *= 10;
  return maximum < 0 ? sdk::decimal(number->value, number->decimals) : sdk::decimal(number->value, scaled, number->decimals);
}

std::string digits(const sdk::Number& number) {
  std::string text = std::to_string(number.value < 0 ? -number.value : number.value);
  if (number.decimals > 0) {
    if (text.size() <= number.decimals) text.insert(0, number.decimals + 1 - text.size(), '0');
    text.insert(text.size() - number.decimals, ".");
  }
  return (number.value < 0 ? "-" : "") + text;
}

std::string organisation_name(const sdk::Input& input, std::string_view id) {
  const sdk::Row* row = input.find(f::organisation::kType, id);
  return row ? name_or(*row, f::organisation::kName, "Organisation without a name") : std::string();
}

std::string short_organisation_name(const sdk::Input& input, std::string_view id) {
  const std::string name = input.text_of(f::organisation::kType, id, f::organisation::kShortName);
  return name.empty() ? organisation_name(input, id) : within_heading(name);
}

std::string outcome_heading(const sdk::Input& input, std::string_view code) {
  for (const sdk::Row& row : input.rows(c::outcome::kType)) {
    if (row.text(c::outcome::kCode) == code) return std::string(code) + ": " + row.text(c::outcome::kTitle);
  }
  return std::string(code);
}

std::string domain_heading(const sdk::Input& input, std::string_view code) {
  for (const sdk::Row& row : input.rows(c::domain::kType)) {
    if (row.text(c::domain::kCode) == code) return "Domain " + within_heading(std::string(code)) + ": " + within_heading(row.text(c::domain::kTitle));
  }
  return "Domain " + within_heading(std::string(code));
}

std::string scale_word(const sdk::Input& input, std::int64_t grade) {
  for (const sdk::Row& row : input.rows(c::scale::kType)) {
    if (row.number(c::scale::kValue) == grade) return row.text(c::scale::kWord);
  }
  return std::to_string(grade);
}

std::int64_t grade_maximum(const sdk::Input& input) {
  std::int64_t most = 0;
  for (const sdk::Row& row : input.rows(c::scale::kType)) most = std::max(most, row.number(c::scale::kValue).value_or(0));
  return most;
}

std::string grade_words(const sdk::Input& input, std::int64_t halves) {
  const std::string of = " of " + std::to_string(grade_maximum(input));
  if (halves % 2 == 0) return std::to_string(halves / 2) + of + ", " + scale_word(input, halves / 2);
  return std::to_string(halves / 2) + ".5" + of + ": a tie between " + scale_word(input, halves / 2) + " and " +
         scale_word(input, halves / 2 + 1) + " that nobody has settled";
}

sdk::Cell grade_cell(const sdk::Input& input, std::int64_t halves) {
  const std::int64_t most = grade_maximum(input);
  return halves % 2 == 0 ? sdk::number(halves / 2, most) : sdk::decimal(halves * 5, most * 10, 1);
}

const sdk::Row* counted_grade(const sdk::Input& input, std::string_view outcome, std::string_view service,
                              std::string_view organisation) {
  for (const sdk::Row& row : input.rows(c::counted::kType)) {
    const bool is_theirs = organisation.empty() || row.reference(c::counted::kOrganisation) == organisation;
    if (is_theirs && row.text(c::counted::kOutcome) == outcome && row.reference(c::counted::kService) == service) return &row;
  }
  return nullptr;
}

std::string subject(const sdk::Input& input) { return organisation_name(input, input.option("organisation")); }

std::string cycle_title(const sdk::Input& input) {
  return input.text_of(f::cycle::kType, input.option("cycle"), f::cycle::kTitle);
}

}  // namespace evenhand::views
