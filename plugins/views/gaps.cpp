#include "plugins/views/gaps.h"

#include <algorithm>
#include <map>
#include <utility>

#include "plugins/views/words.h"

namespace evenhand::views {

namespace f = sdk::fields;
namespace c = sdk::computed;

namespace {

struct KindWords {
  std::string_view kind;
  std::string_view words;
};
constexpr KindWords kKinds[] = {
    {"no_owner", "Nobody is named to do it"}, {"no_date", "No date"},
    {"no_status", "Not said where it stands"}, {"no_action", "No action agreed"},
    {"no_evidence", "No evidence"},            {"no_grade", "No grade"},
    {"no_link", "A reference leads nowhere"},  {"no_data", "Data missing"},
    {"no_number", "A number is missing"},      {"other", "Something is missing"},
};

std::string title_of(const sdk::Input& input, const std::string& id) {
  const std::pair<std::string_view, std::string_view> kTitles[] = {
      {f::action::kType, f::action::kText},       {f::evidence::kType, f::evidence::kTitle},
      {f::plan::kType, f::plan::kTitle},          {f::service::kType, f::service::kName},
      {f::objective::kType, f::objective::kText}, {f::measure::kType, f::measure::kName},
      {f::narrative::kType, f::narrative::kHeading}};
  for (const auto& [type, field] : kTitles) {
    if (const sdk::Row* row = input.find(type, id)) return row->text(field);
  }
  return {};
}

/// A title that fits a cell: cut at a blank, with dots.
std::string shortened(std::string title) {
  constexpr std::size_t kBytesMax = 120;
  if (!title.empty() && title.back() == '.') title.pop_back();
  if (title.size() <= kBytesMax) return title;
  return title.substr(0, title.rfind(' ', kBytesMax)) + " ...";
}

std::string about_words(const sdk::Input& input, const sdk::Row& gap) {
  constexpr std::size_t kNamedMax = 3;
  std::string words;
  std::size_t named = 0;
  for (const std::string& id : gap.list(f::gap::kAbout)) {
    const std::string title = shortened(one_line(title_of(input, id)));
    if (title.empty()) continue;
    if (++named <= kNamedMax) words += (words.empty() ? "" : "; ") + title;
  }
  return named <= kNamedMax ? words : words + "; and " + std::to_string(named - kNamedMax) + " more";
}

std::string place_words(const sdk::Input& input, const sdk::Row& gap) {
  std::string words = gap.text(f::gap::kOutcome);
  const std::string service = input.text_of(f::service::kType, gap.reference(f::gap::kService), f::service::kName);
  if (!service.empty()) words += (words.empty() ? "" : ", ") + service;
  return words.empty() ? "Whole report" : words;
}

/// Services in their order, within one the outcomes in theirs; what is about the whole comes first.
std::pair<std::size_t, std::string> reading_place(const sdk::Input& input, const sdk::Row& gap) {
  std::size_t place = 0;
  const auto& services = input.rows(f::service::kType);
  for (std::size_t i = 0; i < services.size(); ++i) {
    if (services[i].id() == gap.reference(f::gap::kService)) place = i + 1;
  }
  return {place, gap.text(f::gap::kOutcome)};
}

std::int64_t count_of(const sdk::Row& gap) { return gap.number(f::gap::kPrintedCount).value_or(1); }

void add_account(sdk::Document& document, const std::vector<const sdk::Row*>& gaps) {
  struct Printed {
    std::int64_t times = 0;
    std::int64_t gaps = 0;
  };
  std::map<std::string, Printed> printed;
  for (const sdk::Row* gap : gaps) {
    if (gap->is_missing(f::gap::kPrinted) || gap->is_missing(f::gap::kPrintedCount)) continue;
    Printed& one = printed[gap->text(f::gap::kPrinted)];
    one.times += count_of(*gap);
    ++one.gaps;
  }
  for (const auto& [word, count] : printed) {
    document.paragraph("The word \"" + word + "\" stands " + std::to_string(count.times) + " times where something is owed; " +
                       std::to_string(count.gaps) + (count.gaps == 1 ? " gap accounts" : " gaps account") + " for all of them.");
  }
}

}  // namespace

std::string what_is_missing(const sdk::Row& gap) {
  const std::string kind = gap.text(f::gap::kKind);
  std::string words = "Something is missing";
  for (const KindWords& one : kKinds) {
    if (one.kind == kind) words = one.words;
  }
  const std::string field = plain_words(gap.text(f::gap::kField));
  const bool says_more = field.find(' ') != std::string::npos || kind == "other" || kind == "no_data" || kind == "no_number";
  if (!field.empty() && says_more) words += ": " + field;
  const std::string printed = gap.text(f::gap::kPrinted);
  if (!printed.empty()) words += " (printed: \"" + printed + "\"";
  const std::int64_t times = count_of(gap);
  if (!printed.empty()) words += times > 1 ? ", " + std::to_string(times) + " times)" : ")";
  return words;
}

std::string who_owes(const sdk::Input& input, const sdk::Row& gap) {
  const std::string owner = gap.text(f::gap::kOwner);
  const std::string organisation = short_organisation_name(input, gap.reference(f::gap::kOrganisation));
  return owner.empty() ? organisation + " (no role is named)" : owner;
}

std::string gap_sentence(const sdk::Input& input, const sdk::Row& gap) {
  const std::string about = about_words(input, gap);
  std::string words = what_is_missing(gap) + (about.empty() ? "" : ", for: " + about) + ". Owed by " + who_owes(input, gap);
  const std::string due = gap.text(f::gap::kDue);
  return words + (due.empty() ? "; no date is set." : ", wanted by " + due + ".");
}

void add_gap_banners(sdk::Document& document, const sdk::Input& input, const std::vector<const sdk::Row*>& gaps) {
  // Equal sentences are said once, with their number: a plan of nothing but "tbc" is one thing to read.
  std::vector<std::pair<std::string, int>> sentences;
  for (const sdk::Row* gap : gaps) {
    const std::string sentence = gap_sentence(input, *gap);
    if (!sentences.empty() && sentences.back().first == sentence) {
      ++sentences.back().second;
    } else {
      sentences.emplace_back(sentence, 1);
    }
  }
  for (const auto& [sentence, times] : sentences) {
    document.banner(EVENHAND_BANNER_GAP, times == 1 ? sentence : std::to_string(times) + " rows: " + sentence);
  }
}

void add_gap_table(sdk::Document& document, const sdk::Input& input, const std::string& title, const std::vector<const sdk::Row*>& gaps) {
  if (gaps.empty()) return;
  sdk::Table table("Owed: " + title, {sdk::text_column("Where"), sdk::text_column("What is missing"), sdk::text_column("From"),
                                      sdk::text_column("Who owes it"), sdk::text_column("Wanted by")});
  table.row_headers();
  auto sorted = gaps;
  std::stable_sort(sorted.begin(), sorted.end(), [&](const sdk::Row* a, const sdk::Row* b) { return reading_place(input, *a) < reading_place(input, *b); });
  for (const sdk::Row* gap : sorted) {
    table.row({place_words(input, *gap), what_is_missing(*gap), about_words(input, *gap), who_owes(input, *gap),
               text_cell(*gap, f::gap::kDue, "a date")});
  }
  document.table(table);
}

void add_all_gaps(sdk::Document& document, const sdk::Input& input) {
  const auto all = open_gaps(input, [](const sdk::Row&) { return true; });
  if (all.empty()) {
    document.paragraph("No gap is on record.");
    return;
  }
  document.paragraph(std::to_string(all.size()) + (all.size() == 1 ? " gap is" : " gaps are") + " open. Each says what is missing and who owes it.");
  add_account(document, all);
  add_gap_table(document, input, "the report as a whole", open_gaps(input, [](const sdk::Row& row) { return row.text(f::gap::kDomain).empty(); }));
  for (const sdk::Row& domain : input.rows(c::domain::kType)) {
    const std::string code = domain.text(c::domain::kCode);
    add_gap_table(document, input, domain_heading(input, code), open_gaps(input, [&](const sdk::Row& row) { return row.text(f::gap::kDomain) == code; }));
  }
}

}  // namespace evenhand::views
