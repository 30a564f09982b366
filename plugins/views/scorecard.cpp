#include "plugins/views/scorecard.h"

#include <algorithm>

#include "plugins/views/words.h"

namespace evenhand::views {

namespace f = sdk::fields;
namespace c = sdk::computed;

namespace {

const sdk::Row* score_of(const sdk::Input& input, const std::string& organisation) {
  for (const sdk::Row& row : input.rows(c::score::kType)) {
    if (row.reference(c::score::kOrganisation) == organisation) return &row;
  }
  return nullptr;
}

std::vector<const sdk::Row*> parts_of(const sdk::Input& input, const std::string& organisation, const std::string& domain) {
  return input.rows(c::part::kType, [&](const sdk::Row& row) {
    return row.reference(c::part::kOrganisation) == organisation && (domain.empty() || row.text(c::part::kDomain) == domain);
  });
}

bool is_domain(const sdk::Row& part) { return part.is_missing(c::part::kService); }

std::string part_name(const sdk::Input& input, const sdk::Row& part) {
  return is_domain(part) ? domain_heading(input, part.text(c::part::kDomain)) : part.text(c::part::kName);
}

/// "3 + 2 + 3 + 3": the grades that a total adds up, in the framework's order; "?" where there is none.
std::string sum_words(const sdk::Input& input, const sdk::Row& part) {
  std::string words;
  for (const sdk::Row& outcome : input.rows(c::outcome::kType)) {
    if (outcome.text(c::outcome::kDomain) != part.text(c::part::kDomain)) continue;
    const sdk::Row* grade = counted_grade(input, outcome.text(c::outcome::kCode), part.reference(c::part::kService),
                                          part.reference(c::part::kOrganisation));
    words += (words.empty() ? "" : " + ") + (grade ? grade->text(c::counted::kValue) : std::string("?"));
  }
  return words;
}

/// How a part's points come about, in one line.
std::string working(const sdk::Input& input, const sdk::Row& part, const std::vector<const sdk::Row*>& parts) {
  const std::string basis = part.text(c::part::kBasis);
  if (basis == "published_total") return "The total as published; its grades were not";
  if (basis == "assumed_rating") return "Assumed: the published rating read as the grade of every outcome";
  if (basis == "grades") return sum_words(input, part);
  std::string totals, middle;
  bool has_services = false;
  for (const sdk::Row* other : parts) {
    if (is_domain(*other) || other->text(c::part::kDomain) != part.text(c::part::kDomain)) continue;
    has_services = true;
    totals += (totals.empty() ? "" : ", ") + (other->is_missing(c::part::kTotal) ? std::string("not known") : other->text(c::part::kTotal));
    if (other->flag(c::part::kIsMiddle)) middle = other->text(c::part::kName);
  }
  if (is_domain(part) && has_services) {
    return "The middle of the service totals " + totals + (middle.empty() ? "" : " (" + middle + ")");
  }
  const std::string sum = sum_words(input, part);
  const bool knows_any = sum.find_first_of("0123456789") != std::string::npos;
  return knows_any ? sum + ": not every grade is known" : "No grade of its outcomes is known";
}

std::string range_words(const sdk::Row& row, std::string_view low, std::string_view high) {
  if (row.is_missing(low) || row.text(low) == row.text(high)) return {};
  return row.text(low) + " to " + row.text(high);
}

std::string band_words(const sdk::Row& score) {
  if (!score.is_missing(c::score::kBand)) return score.text(c::score::kBand);
  if (score.is_missing(c::score::kTotal)) return "None, because the total is not known";
  return "None: settling the ties one way or the other could lead to different bands, or the policy names none";
}

void add_chart(sdk::Document& document, const sdk::Input& input, const std::vector<const sdk::Row*>& parts) {
  std::vector<std::string> labels;
  std::vector<sdk::Cell> values;
  std::string words;
  bool is_any_known = false;
  std::int64_t scale_end = 0;
  for (const sdk::Row* part : parts) {
    if (!is_domain(*part)) continue;
    scale_end = std::max(scale_end, part->number(c::part::kMaximum).value_or(0));
    labels.push_back(part_name(input, *part));
    values.push_back(points_cell(*part, c::part::kTotal, c::part::kMaximum));
    const bool is_known = !part->is_missing(c::part::kTotal);
    is_any_known = is_any_known || is_known;
    words += "Domain " + part->text(c::part::kDomain) + (is_known ? " has " + part->text(c::part::kTotal) + " of " + part->text(c::part::kMaximum) + " points. " : " has no total. ");
  }
  // A chart of nothing would only look like a result.
  if (!is_any_known) return;
  document.chart(sdk::bar_chart("Points of each domain", words, labels).maximum(scale_end).series("Points", values));
}

void add_working(sdk::Document& document, const sdk::Input& input, const std::vector<const sdk::Row*>& parts, const sdk::Row& score) {
  sdk::Table table("How the points come about", {sdk::text_column("Part"), sdk::text_column("Working"), sdk::number_column("Points"),
                                                 sdk::text_column("If ties are settled")});
  table.row_headers().note("Grades run 0 to " + std::to_string(grade_maximum(input)) +
                           ". A half is a tie that nobody has settled. Policy: " + score.text(c::score::kPolicy) + ".");
  for (const sdk::Row* part : parts) {
    table.row({part_name(input, *part), working(input, *part, parts), points_cell(*part, c::part::kTotal, c::part::kMaximum),
               range_words(*part, c::part::kLow, c::part::kHigh)});
  }
  table.row({"Organisation", "The sum of the domains", points_cell(score, c::score::kTotal, c::score::kMaximum),
             range_words(score, c::score::kLow, c::score::kHigh)});
  document.table(table);
}

void add_checks(sdk::Document& document, const sdk::Input& input, const std::vector<const sdk::Row*>& parts) {
  for (const sdk::Row* part : parts) {
    if (part->is_missing(c::part::kCheckTotal) || part->text(c::part::kCheckTotal) == part->text(c::part::kTotal)) continue;
    document.paragraph("Check only: taking the middle grade of each outcome first would give " + part->text(c::part::kCheckTotal) +
                       " of " + part->text(c::part::kMaximum) + " for " + part_name(input, *part) + ".");
  }
}

/// Why there is no total, in one sentence, before the list of single problems.
void add_reason(sdk::Document& document, const sdk::Input& input, const sdk::Row& score) {
  if (!score.is_missing(c::score::kTotal)) return;
  const auto is_about_ratings = [&](const sdk::Row& row) {
    return row.reference(c::problem::kOrganisation) == score.reference(c::score::kOrganisation) && row.text(c::problem::kCode) == "rating_only";
  };
  const bool has_ratings = !input.rows(c::problem::kType, is_about_ratings).empty();
  document.banner(EVENHAND_BANNER_GAP,
                  has_ratings ? "The total cannot be known. What was published are ratings of whole services and domains, not the grades of their "
                                "outcomes. A rating is not a sum, so no points follow from it. What was published stands below."
                              : "The total is not known, because grades are missing. Owed by " +
                                    organisation_name(input, score.reference(c::score::kOrganisation)) + ".");
}

void add_problems(sdk::Document& document, const sdk::Input& input, const std::string& organisation, unsigned level) {
  std::vector<std::string> words;
  for (const sdk::Row& row : input.rows(c::problem::kType)) {
    if (row.reference(c::problem::kOrganisation) == organisation) words.push_back(row.text(c::problem::kText));
  }
  if (words.empty()) return;
  document.heading(level, "What the result does not settle");
  document.bullets(words);
}

std::string verdict_words(const sdk::Row& row) {
  const auto is_disputed = [&](std::string_view field) { return row.is_conflicted(field); };
  if (is_disputed(c::compared::kPublished) || is_disputed(c::compared::kWords) || is_disputed(c::compared::kKind)) return "In dispute: nobody has decided what was published";
  if (row.is_missing(c::compared::kName)) return "In dispute: nobody has decided what it is about";
  const std::string verdict = row.text(c::compared::kVerdict);
  if (verdict == "agrees") return "Agrees with the grades";
  if (verdict == "disagrees") return "Does not agree with the grades";
  if (verdict == "not_comparable") return "A rating of the whole; it is not the sum of its outcomes, so it cannot be checked";
  return "Cannot be checked: the grades are not known";
}

}  // namespace

sdk::Cell points_cell(const sdk::Row& row, std::string_view total, std::string_view maximum) {
  return number_cell(row, total, "grades", row.number(maximum).value_or(-1));
}

std::string result_words(const sdk::Row& score) {
  const std::string of = " of " + score.text(c::score::kMaximum);
  if (score.is_missing(c::score::kTotal)) return "Not known, out of " + score.text(c::score::kMaximum);
  const std::string range = range_words(score, c::score::kLow, c::score::kHigh);
  std::string words = score.text(c::score::kTotal) + of;
  if (!range.empty()) words += " with ties left open; " + range + of + " once they are settled";
  return words + (score.is_missing(c::score::kBand) ? ", no band" : ", " + score.text(c::score::kBand));
}

void add_domain_result(sdk::Document& document, const sdk::Input& input, const std::string& organisation,
                       const std::string& domain) {
  const auto parts = parts_of(input, organisation, domain);
  sdk::Table table("Points of " + domain_heading(input, domain),
                   {sdk::text_column("Part"), sdk::text_column("Working"), sdk::number_column("Points")});
  table.row_headers();
  for (const sdk::Row* part : parts) {
    table.row({part_name(input, *part), working(input, *part, parts), points_cell(*part, c::part::kTotal, c::part::kMaximum)});
  }
  document.table(table);
}

void add_published(sdk::Document& document, const sdk::Input& input, const std::string& organisation) {
  const auto rows = input.rows(c::compared::kType, [&](const sdk::Row& row) { return row.reference(c::compared::kOrganisation) == organisation; });
  if (rows.empty()) return;
  sdk::Table table("Published figures beside computed ones",
                   {sdk::text_column("About"), sdk::text_column("As published"), sdk::number_column("Computed points"),
                    sdk::text_column("Verdict"), sdk::text_column("Source")});
  table.row_headers();
  for (const sdk::Row* row : rows) {
    const auto value = row->decimal(c::compared::kPublished);
    const std::string figure = value ? digits(*value) : name_or(*row, c::compared::kPublished, "");
    std::string published = figure.empty() ? std::string() : row->is_missing(c::compared::kMaximum) ? figure : figure + " of " + row->text(c::compared::kMaximum);
    const std::string words = name_or(*row, c::compared::kWords, "");
    if (!words.empty() && (!value || words != digits(*value))) published += (published.empty() ? "" : ", ") + words;
    published += " (" + name_or(*row, c::compared::kKind, "") + ")";
    const std::string place = row->text(c::compared::kPlace);
    table.row({name_or(*row, c::compared::kName, "Not settled"), published, points_cell(*row, c::compared::kComputed, c::compared::kComputedMaximum),
               verdict_words(*row), row->text(c::compared::kSource) + (place.empty() ? "" : ", " + place)});
  }
  document.table(table);
}

void add_scorecard(sdk::Document& document, const sdk::Input& input, const std::string& organisation, unsigned level) {
  const sdk::Row* score = score_of(input, organisation);
  if (!score) return;
  const auto parts = parts_of(input, organisation, "");
  if (score->flag(c::score::kIsAssumed)) {
    document.banner(EVENHAND_BANNER_ASSUMPTION, "On request, each published rating is read here as the grade of all its outcomes. No source says so.");
  }
  document.facts("Result", {{"Points", result_words(*score)},
                            {"Band", band_words(*score)},
                            {"Policy", score->text(c::score::kPolicy)},
                            {"Source of the policy", score->text(c::score::kPolicySource)}});
  add_reason(document, input, *score);
  add_problems(document, input, organisation, level + 1);
  document.heading(level + 1, "The working");
  add_chart(document, input, parts);
  add_working(document, input, parts, *score);
  add_checks(document, input, parts);
  add_published(document, input, organisation);
}

}  // namespace evenhand::views
