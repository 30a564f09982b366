#include "plugins/views/outcome.h"

#include "plugins/views/gaps.h"
#include "plugins/views/words.h"

namespace evenhand::views {

namespace f = sdk::fields;
namespace c = sdk::computed;

namespace {

std::vector<const sdk::Row*> grades_about(const sdk::Input& input, const About& about) {
  return input.rows(f::grade::kType, [&](const sdk::Row& row) {
    return row.text(f::grade::kOutcome) == about.outcome && row.reference(f::grade::kService) == about.service;
  });
}

std::string origin_words(const sdk::Input& input, const sdk::Row& counted) {
  std::string words = counted.text(c::counted::kKind) == "published" ? "As published" : "Verified";
  const std::string source = counted.text(c::counted::kSource);
  if (!source.empty()) words += " in " + source;
  const std::string grader = counted.reference(c::counted::kGradedBy);
  if (grader != input.option("organisation")) words += ", graded by the lead organisation, " + organisation_name(input, grader);
  return words;
}

/// Two grades stand and nobody has decided: said in full, because the outcome counts as not graded.
sdk::Cell ungraded_cell(const std::vector<const sdk::Row*>& grades) {
  for (const sdk::Row* grade : grades) {
    if (grade->is_conflicted(f::grade::kValue)) return text_cell(*grade, f::grade::kValue, "a grade");
  }
  return sdk::missing("a grade");
}

/// What was printed for the whole service or domain, where its outcomes have no grade.
std::string rating_of_whole(const sdk::Input& input, const About& about, const std::string& service) {
  std::string domain;
  for (const sdk::Row& row : input.rows(c::outcome::kType)) {
    if (row.text(c::outcome::kCode) == about.outcome) domain = row.text(c::outcome::kDomain);
  }
  const std::string whole = about.service.empty() ? domain_heading(input, domain) : service;
  for (const sdk::Row& row : input.rows(c::compared::kType)) {
    const auto value = row.decimal(c::compared::kPublished);
    if (!value || row.text(c::compared::kKind) != "rating" || row.text(c::compared::kName) != whole) continue;
    return digits(*value) + " of " + row.text(c::compared::kMaximum) + " (" + row.text(c::compared::kWords) + ") for the whole of " + whole +
           ", as published in " + row.text(c::compared::kSource) + ". It is not the grade of this outcome.";
  }
  return {};
}

void add_rating(sdk::Document& document, const sdk::Input& input, const About& about, const std::string& service, const std::string& place) {
  const auto grades = grades_about(input, about);
  const sdk::Row* counted = counted_grade(input, about.outcome, about.service);
  std::vector<sdk::Fact> facts;
  facts.push_back({"Rating", counted ? sdk::Cell(grade_words(input, *counted->grade(c::counted::kValue))) : ungraded_cell(grades)});
  if (counted) facts.push_back({"How it came about", origin_words(input, *counted)});
  const std::string whole = counted ? std::string() : rating_of_whole(input, about, service);
  if (!whole.empty()) facts.push_back({"What was published", whole});
  for (const sdk::Row* grade : grades) {
    const std::string kind = grade->text(f::grade::kKind);
    const auto value = grade->grade(f::grade::kValue);
    if (kind == "self_assessed" && value) facts.push_back({"Self-assessed before", grade_words(input, *value)});
    if (kind != "self_assessed" && !grade->is_missing(f::grade::kReason)) facts.push_back({"Reason", text_cell(*grade, f::grade::kReason, "")});
    if (kind == "verified" && !grade->is_missing(f::grade::kDate)) facts.push_back({"Agreed on", grade->text(f::grade::kDate)});
  }
  document.facts("Rating of " + place, facts);
}

}  // namespace

void add_outcome(sdk::Document& document, const sdk::Input& input, const About& about, const std::string& service,
                 unsigned level) {
  const std::string place = about.outcome + (service.empty() ? "" : ", " + service);
  document.heading(level, outcome_heading(input, about.outcome) + (service.empty() ? "" : " (" + service + ")"));
  add_rating(document, input, about, service, place);
  if (about.service.empty()) add_narratives(document, input, "outcome", "", about.outcome, "", level + 1);
  add_evidence(document, input, about, place, level + 1);
  add_votes(document, input, about.outcome, about.service, place);
  add_findings(document, input.rows(f::finding::kType, [&](const sdk::Row& row) {
    return row.text(f::finding::kOutcome) == about.outcome && row.reference(f::finding::kService) == about.service;
  }), place);
  add_gap_banners(document, input, open_gaps(input, [&](const sdk::Row& row) {
    return row.text(f::gap::kOutcome) == about.outcome && row.reference(f::gap::kService) == about.service &&
           row.text(f::gap::kKind) != "no_action" && row.text(f::gap::kKind) != "no_grade";
  }));
}

void add_narratives(sdk::Document& document, const sdk::Input& input, std::string_view scope, std::string_view domain,
                    std::string_view outcome, std::string_view service, unsigned level) {
  for (const sdk::Row& row : input.rows(f::narrative::kType)) {
    if (row.text(f::narrative::kScope) != scope) continue;
    if (!domain.empty() && row.text(f::narrative::kDomain) != domain) continue;
    if (!outcome.empty() && row.text(f::narrative::kOutcome) != outcome) continue;
    if (row.reference(f::narrative::kService) != service) continue;
    document.heading(level, name_or(row, f::narrative::kHeading, "Introduction"));
    for (const std::string& version : row.alternatives(f::narrative::kBody)) document.markdown(version);
    if (!row.is_conflicted(f::narrative::kBody)) document.markdown(row.text(f::narrative::kBody));
  }
}

void add_findings(sdk::Document& document, const std::vector<const sdk::Row*>& findings, const std::string& place) {
  if (findings.empty()) return;
  document.paragraph({sdk::bold("Findings for " + place)});
  std::vector<sdk::Item> items;
  for (const sdk::Row* row : findings) {
    items.push_back({{sdk::bold(sentence_case(plain_words(row->text(f::finding::kKind))) + ": "), sdk::plain(row->text(f::finding::kText))}});
  }
  document.list(items);
}

void add_votes(sdk::Document& document, const sdk::Input& input, const std::string& code, const std::string& service,
               const std::string& place) {
  const auto tallies = input.rows(f::tally::kType, [&](const sdk::Row& row) {
    return row.text(f::tally::kCode) == code && row.reference(f::tally::kService) == service;
  });
  if (tallies.empty()) return;
  std::vector<sdk::Column> columns = {sdk::text_column("Count"), sdk::number_column("Took part")};
  for (std::int64_t grade = 0; grade < 4; ++grade) columns.push_back(sdk::number_column(scale_word(input, grade)));
  columns.push_back(sdk::number_column("Did not vote"));
  sdk::Table table("Votes: " + place, std::move(columns));
  table.row_headers();
  bool is_unclear = false;
  for (const sdk::Row* row : tallies) {
    const std::string graders = row->text(f::tally::kGraders);
    const std::string round = row->text(f::tally::kRound);
    std::string name = graders.empty() ? "All graders" : sentence_case(graders);
    if (!round.empty()) name += ", round " + round;
    is_unclear = is_unclear || row->text(f::tally::kLevel) == "unclear";
    const bool has_split = !row->is_missing(f::tally::kVotes0) || !row->is_missing(f::tally::kVotes1) ||
                           !row->is_missing(f::tally::kVotes2) || !row->is_missing(f::tally::kVotes3);
    const std::string owed = has_split ? "" : "the split of votes";
    table.row({name, number_cell(*row, f::tally::kParticipants, "the number of graders"), number_cell(*row, f::tally::kVotes0, owed),
               number_cell(*row, f::tally::kVotes1, owed), number_cell(*row, f::tally::kVotes2, owed),
               number_cell(*row, f::tally::kVotes3, owed), number_cell(*row, f::tally::kAbstained, "")});
  }
  if (is_unclear) table.note("The source does not say what one vote covers; it may pool several outcomes.");
  document.table(table);
}

}  // namespace evenhand::views
