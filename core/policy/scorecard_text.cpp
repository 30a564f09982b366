#include <algorithm>

#include "core/policy/name_key.h"
#include "core/policy/scorecard_output.h"

namespace evenhand {

namespace {

constexpr std::size_t kColumns = 80;
constexpr std::size_t kNameColumns = 48;  // leaves room for " 10.5 of 12  (10-11) middle"

// Columns are counted as characters; wide and combining ones are rare in names and only bend a line.
std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string cut(std::string text, std::size_t most) {
  if (columns(text) <= most) return text;
  while (columns(text) > most - 1) text.pop_back();
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0x80) != 0) {
    // Drops a character that was cut through; a whole one at the end goes with it, which costs one column.
    const bool is_first = (static_cast<unsigned char>(text.back()) & 0xC0) == 0xC0;
    text.pop_back();
    if (is_first) break;
  }
  return text + "…";
}

std::string padded(const std::string& text, std::size_t width) {
  const std::size_t used = columns(text);
  return used < width ? text + std::string(width - used, ' ') : text;
}

// "10 of 12", right-aligned; unknown is said, never left blank.
std::string points(const Score& score) {
  const std::string total = score.total ? score.total->text() : "unknown";
  return std::string(8 - total.size(), ' ') + total + " of " + std::to_string(score.max);
}

std::string range_words(const Score& score) {
  if (!score.range || score.range->low == score.range->high) return "";
  return "  (" + std::to_string(score.range->low) + "-" + std::to_string(score.range->high) + ")";
}

void add_wrapped(std::string& out, const std::string& first, const std::string& indent, const std::string& text) {
  std::string line = first;
  bool has_word = false;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = cut(text.substr(at, end - at), kColumns - columns(indent) - 1);
    if (has_word && columns(line) + 1 + columns(word) > kColumns) {
      out += line + "\n";
      line = indent;
      has_word = false;
    }
    line += (has_word ? " " : "") + word;
    has_word = true;
    at = end + 1;
  }
  out += line + "\n";
}

std::string grades_words(const std::map<std::string, HalfPoints>& grades, const Domain& domain) {
  std::string text;
  for (const Outcome& outcome : domain.outcomes) {
    const auto found = grades.find(outcome.code);
    text += (text.empty() ? "" : "  ") + outcome.code + " " + (found == grades.end() ? "-" : found->second.text());
  }
  return text;
}

std::string basis_words(const Score& score) {
  switch (score.basis) {
    case Basis::published_total: return "total as published";
    case Basis::assumed_rating: return "assumed: the published rating read as every grade";
    case Basis::unknown:
    case Basis::grades:
    case Basis::services:
    case Basis::domains: return "";
  }
  return "";
}

// The grades, or what stands instead of them.
void add_working(std::string& out, const std::map<std::string, HalfPoints>& grades, const std::optional<HalfPoints>& rating, const Score& score,
                 const Domain& domain) {
  const std::string each = std::to_string(score.max / static_cast<int>(domain.outcomes.size()));
  const std::string most = "  (of " + each + " each)";
  if (rating) out += "      rating as published: " + rating->text() + " of " + each + "\n";
  if (!grades.empty()) out += "      " + grades_words(grades, domain) + most + "\n";
  if (!basis_words(score).empty()) out += "      " + basis_words(score) + "\n";
}

void add_domain(std::string& out, const DomainScore& score, const Domain& domain, Detail detail) {
  out += padded(cut("Domain " + score.code + "  " + score.title, kNameColumns + 2), kNameColumns + 2) + points(score.score) +
         range_words(score.score) + "\n";
  const bool stands_alone = !score.per_service || score.services.empty();
  if (stands_alone || score.rating) add_working(out, score.grades, score.rating, stands_alone ? score.score : Score{{}, {}, score.score.max}, domain);
  for (const ServiceScore& service : score.services) {
    out += "  " + padded(cut(harmless_name(service.name), kNameColumns), kNameColumns) + points(service.score) +
           range_words(service.score) + (service.is_middle ? " middle" : "") + "\n";
    add_working(out, service.grades, service.rating, service.score, domain);
  }
  if (detail == Detail::with_check && score.check_total) {
    out += "      check only: middle grade of each outcome, added up: " + score.check_total->text() + " of " +
           std::to_string(score.score.max) + "\n";
  }
}

std::string sum_words(const Scorecard& card) {
  std::string text;
  for (const DomainScore& domain : card.domains) text += (text.empty() ? "" : " + ") + domain.score.total->text();
  return text + " = " + card.score.total->text();
}

void add_organisation(std::string& out, const Scorecard& card, const ScoringPolicy& policy) {
  const std::size_t width = kNameColumns + 2;
  if (!policy.has_total) {
    out += padded("Organisation", width) + "    no total\n";
    return;
  }
  out += padded("Organisation", width) + points(card.score) + range_words(card.score) + "\n";
  if (card.score.total) out += "      " + sum_words(card) + "\n";
  const std::string label = card.is_assumed && card.band ? " (assumed)" : "";
  out += padded("Band", width + 4) + (card.band ? *card.band + label : "none") + "\n";
}

std::string bands_words(const ScoringPolicy& policy) {
  std::string text;
  for (const Band& band : policy.bands) {
    const std::string from = std::to_string(band.from);
    text += (text.empty() ? "" : ", ") + band.word + " " + (band.from == band.to ? from : from + "-" + std::to_string(band.to));
  }
  return text.empty() ? "none" : text;
}

}  // namespace

std::string scorecard_text(const Scorecard& card, const Framework& framework, const ScoringPolicy& policy, Detail detail) {
  std::string out;
  add_wrapped(out, "Scorecard  ", "           ", card.organisation.empty() ? "(no organisation named)" : harmless_name(card.organisation));
  add_wrapped(out, "Policy     ", "           ", policy.name() + ": " + policy.title);
  add_wrapped(out, "Bands      ", "           ", bands_words(policy));
  if (card.is_assumed) add_wrapped(out, "Assumption ", "           ", "published ratings are read as the grade of every outcome");
  out += "\n";
  for (const DomainScore& domain : card.domains) add_domain(out, domain, *framework.find_domain(domain.code), detail);
  out += "\n";
  add_organisation(out, card, policy);
  if (!card.problems.empty()) out += "\nTo look at\n";
  for (const Problem& problem : card.problems) {
    add_wrapped(out, "  " + padded(std::string(to_word(problem.code)), 18) + "  ", "      ", harmless_name(problem.message));
  }
  return out;
}

}  // namespace evenhand
