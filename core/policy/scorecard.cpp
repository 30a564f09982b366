#include "core/policy/scorecard.h"

#include <algorithm>

#include "core/policy/name_key.h"

namespace evenhand {

std::string_view to_word(ProblemCode code) {
  switch (code) {
    case ProblemCode::not_graded: return "not_graded";
    case ProblemCode::tie_open: return "tie_open";
    case ProblemCode::rating_only: return "rating_only";
    case ProblemCode::assumed_uniform: return "assumed_uniform";
    case ProblemCode::rating_not_used: return "rating_not_used";
    case ProblemCode::total_disagrees: return "total_disagrees";
    case ProblemCode::no_service: return "no_service";
    case ProblemCode::fewer_services: return "fewer_services";
    case ProblemCode::no_total: return "no_total";
    case ProblemCode::band_undecided: return "band_undecided";
    case ProblemCode::no_band_in_policy: return "no_band_in_policy";
  }
  assertion_failed("code", "a problem code outside its closed list", __FILE__, __LINE__);
}

std::string_view to_word(Basis basis) {
  switch (basis) {
    case Basis::unknown: return "unknown";
    case Basis::grades: return "grades";
    case Basis::published_total: return "published_total";
    case Basis::assumed_rating: return "assumed_rating";
    case Basis::services: return "services";
    case Basis::domains: return "domains";
  }
  assertion_failed("basis", "a basis outside its closed list", __FILE__, __LINE__);
}

namespace {

// Element ⌊(n−1)/2⌋ of the sorted values: the middle, or the lower of two middles.
template <class Value>
Value lower_median(std::vector<Value> values) {
  EVENHAND_ASSERT(!values.empty(), "the middle of nothing was asked for");
  std::sort(values.begin(), values.end());
  return values[(values.size() - 1) / 2];
}

std::string with_comma(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

PointRange settled(HalfPoints low, HalfPoints high) {
  return {low.settled_down().count / 2, high.settled_up().count / 2};
}

std::vector<std::string> tied_grades(const Figures& figures) {
  std::vector<std::string> tied;
  for (const auto& [code, grade] : figures.grades) {
    if (grade.is_tie()) tied.push_back(code + " (" + grade.text() + ")");
  }
  return tied;
}

std::string allowed_words(const std::string& low, const std::string& high) {
  return low == high ? "allow only " + low : "allow " + low + " to " + high;
}

// One pass over one input; collects the problems on the way.
class Scoring {
 public:
  Scoring(const Framework& framework, const ScoringPolicy& policy, Ratings ratings)
      : framework_(framework), policy_(policy), ratings_(ratings) {}

  Scorecard run(const ScorecardInput& input);

 private:
  Score unit(const Figures& figures, const Domain& domain, const std::string& label);
  Score from_grades(const Figures& figures, const Domain& domain, const std::string& label);
  Score from_total(const Figures& figures, const Domain& domain, const std::string& label);
  Score from_rating(HalfPoints rating, const Domain& domain, const std::string& label);
  DomainScore per_service(const ScorecardInput& input, const Figures& published, const Domain& domain);
  void middle_of(const ScorecardInput& input, const Figures& published, const Domain& domain, DomainScore& result);
  void published_middle(const ScorecardInput& input, const Figures& published, const Domain& domain, DomainScore& result);
  DomainScore per_organisation(const Figures& published, const Domain& domain);
  void organisation();
  void band();

  // The least and most that a service can come to, as far as its grades are known.
  PointRange possible(const Figures& figures, const Score& score, const Domain& domain) const;
  std::vector<std::string> missing(const Figures& figures, const Domain& domain) const;
  void say_ties(const std::vector<std::string>& tied, const std::string& label);
  void say(ProblemCode code, std::string message) { card_.problems.push_back({code, std::move(message)}); }
  Score blank(const Domain& domain) const { return {{}, {}, framework_.total_max(domain), Basis::unknown}; }
  static std::string name_of(const Domain& domain) { return "Domain " + domain.code; }

  const Framework& framework_;
  const ScoringPolicy& policy_;
  Ratings ratings_;
  Scorecard card_;
};

std::vector<std::string> Scoring::missing(const Figures& figures, const Domain& domain) const {
  std::vector<std::string> codes;
  for (const Outcome& outcome : domain.outcomes) {
    if (!figures.grades.contains(outcome.code)) codes.push_back(outcome.code);
  }
  return codes;
}

void Scoring::say_ties(const std::vector<std::string>& tied, const std::string& label) {
  if (tied.empty()) return;
  say(ProblemCode::tie_open, label + ": a tie is open at " + with_comma(tied) + "; until a person settles it, it may go down or up");
}

Score Scoring::from_grades(const Figures& figures, const Domain& domain, const std::string& label) {
  HalfPoints sum, low, high;
  for (const auto& [code, grade] : figures.grades) {
    sum += grade;
    low += grade.settled_down();
    high += grade.settled_up();
  }
  say_ties(tied_grades(figures), label);
  if (figures.total && *figures.total != sum) {
    say(ProblemCode::total_disagrees, label + ": the grades add up to " + sum.text() + ", the published total is " +
                                          figures.total->text() + "; the sum of the grades is used");
  }
  return {sum, settled(low, high), framework_.total_max(domain), Basis::grades};
}

Score Scoring::from_total(const Figures& figures, const Domain& domain, const std::string& label) {
  const HalfPoints total = *figures.total;
  HalfPoints known;
  for (const auto& [code, grade] : figures.grades) known += grade;
  auto tied = tied_grades(figures);
  const int ties = static_cast<int>(tied.size());
  if (total.is_tie()) tied.push_back("the published total (" + total.text() + ")");
  const auto absent = missing(figures, domain);
  if (!figures.grades.empty()) say(ProblemCode::not_graded, label + ": not graded: " + with_comma(absent));
  const HalfPoints most = known + HalfPoints::whole(framework_.grade_max()) * static_cast<int>(absent.size());
  if (total < known || total > most) {
    say(ProblemCode::total_disagrees, label + ": the published total " + total.text() + " cannot be: the grades given " +
                                          allowed_words(known.text(), most.text()) + "; no total is used");
    say_ties(tied_grades(figures), label);
    return blank(domain);
  }
  say_ties(tied, label);
  // A published total of 7.5 hides at least one tie; each tie that is known by name can move it by half a point.
  const HalfPoints low{std::max(total.count - ties, 0)};
  const HalfPoints high{std::min(total.count + ties, HalfPoints::whole(framework_.total_max(domain)).count)};
  return {total, settled(low, high), framework_.total_max(domain), Basis::published_total};
}

Score Scoring::from_rating(HalfPoints rating, const Domain& domain, const std::string& label) {
  if (rating.is_tie()) say_ties({"the rating (" + rating.text() + ")"}, label);
  if (ratings_ == Ratings::as_published) {
    say(ProblemCode::rating_only, label + ": only a rating (" + rating.text() + " of " + std::to_string(framework_.grade_max()) +
                                      ") was published, no grades and no total, so no total follows");
    return blank(domain);
  }
  card_.is_assumed = true;
  say(ProblemCode::assumed_uniform, label + ": assumption: the rating " + rating.text() + " is read as the grade of each of its " +
                                        std::to_string(domain.outcomes.size()) + " outcomes; it was not published so");
  const int outcomes = static_cast<int>(domain.outcomes.size());
  return {rating * outcomes, settled(rating.settled_down() * outcomes, rating.settled_up() * outcomes),
          framework_.total_max(domain), Basis::assumed_rating};
}

Score Scoring::unit(const Figures& figures, const Domain& domain, const std::string& label) {
  const bool only_rating = figures.rating && figures.grades.empty() && !figures.total;
  if (only_rating) return from_rating(*figures.rating, domain, label);
  if (figures.rating) {
    say(ProblemCode::rating_not_used, label + ": the rating " + figures.rating->text() + " is not used, since " +
                                          (figures.grades.empty() ? "a total was" : "grades were") + " published");
  }
  const auto absent = missing(figures, domain);
  if (absent.empty()) return from_grades(figures, domain, label);
  if (figures.total) return from_total(figures, domain, label);
  say(ProblemCode::not_graded, label + ": not graded: " + with_comma(absent) + "; so it has no total");
  say_ties(tied_grades(figures), label);  // a tie needs a person, whatever else is missing
  return blank(domain);
}

PointRange Scoring::possible(const Figures& figures, const Score& score, const Domain& domain) const {
  if (score.range) return *score.range;
  HalfPoints low, high;
  for (const auto& [code, grade] : figures.grades) {
    low += grade.settled_down();
    high += grade.settled_up();
  }
  const int absent = static_cast<int>(missing(figures, domain).size());
  return settled(low, high + HalfPoints::whole(framework_.grade_max()) * absent);
}

std::optional<HalfPoints> median_per_outcome(const std::vector<ServiceScore>& services, const Domain& domain) {
  HalfPoints sum;
  for (const Outcome& outcome : domain.outcomes) {
    std::vector<HalfPoints> grades;
    for (const ServiceScore& service : services) {
      const auto found = service.grades.find(outcome.code);
      if (found == service.grades.end()) return std::nullopt;
      grades.push_back(found->second);
    }
    sum += lower_median(std::move(grades));
  }
  return sum;
}

void Scoring::middle_of(const ScorecardInput& input, const Figures& published, const Domain& domain, DomainScore& result) {
  std::vector<HalfPoints> totals;
  std::vector<int> lows, highs;
  for (const ServiceScore& service : result.services) {
    if (!service.score.total) return published_middle(input, published, domain, result);
    totals.push_back(*service.score.total);
    lows.push_back(service.score.range->low);
    highs.push_back(service.score.range->high);
  }
  result.score.total = lower_median(totals);
  result.score.range = PointRange{lower_median(lows), lower_median(highs)};
  result.score.basis = Basis::services;
  const auto middle = std::find(totals.begin(), totals.end(), *result.score.total);
  result.services[static_cast<std::size_t>(middle - totals.begin())].is_middle = true;
  result.check_total = median_per_outcome(result.services, domain);
  if (published.total && *published.total != *result.score.total) {
    say(ProblemCode::total_disagrees, name_of(domain) + ": the middle of the service totals is " + result.score.total->text() +
                                          ", the published total is " + published.total->text() + "; the middle is used");
  }
}

void Scoring::published_middle(const ScorecardInput& input, const Figures& published, const Domain& domain, DomainScore& result) {
  if (!published.total) return;
  std::vector<int> lows, highs;
  for (std::size_t i = 0; i < result.services.size(); ++i) {
    const PointRange range = possible(input.services[i].figures, result.services[i].score, domain);
    lows.push_back(range.low);
    highs.push_back(range.high);
  }
  const PointRange bounds{lower_median(lows), lower_median(highs)};
  if (*published.total < HalfPoints::whole(bounds.low) || *published.total > HalfPoints::whole(bounds.high)) {
    say(ProblemCode::total_disagrees, name_of(domain) + ": the published total " + published.total->text() +
                                          " cannot be: the services given " +
                                          allowed_words(std::to_string(bounds.low), std::to_string(bounds.high)) +
                                          "; no total is used");
    return;
  }
  Figures total_only;
  total_only.total = published.total;
  result.score = from_total(total_only, domain, name_of(domain));
}

DomainScore Scoring::per_service(const ScorecardInput& input, const Figures& published, const Domain& domain) {
  DomainScore result{domain.code, domain.title, true, {}, published.rating, {}, blank(domain), {}};
  const bool services_blank = std::all_of(input.services.begin(), input.services.end(),
                                          [](const ServiceFigures& service) { return service.figures.is_blank(); });
  const int count = static_cast<int>(input.services.size());
  if (count > 0 && count < policy_.services_expected) {
    say(ProblemCode::fewer_services, name_of(domain) + ": " + std::to_string(count) + (count == 1 ? " service" : " services") +
                                         " instead of " + std::to_string(policy_.services_expected));
  }
  for (const ServiceFigures& service : input.services) {
    const Score score = unit(service.figures, domain, "Service \"" + tidy_name(service.name) + "\"");
    result.services.push_back({service.name, service.figures.grades, service.figures.rating, score, false});
  }
  if (services_blank && !published.is_blank()) {
    result.score = unit(published, domain, name_of(domain));
  } else if (count == 0) {
    say(ProblemCode::no_service, name_of(domain) + ": no service is given, so it has no total");
  } else {
    if (published.rating) {
      say(ProblemCode::rating_not_used, name_of(domain) + ": the rating " + published.rating->text() +
                                            " is not used, since services have figures of their own");
    }
    middle_of(input, published, domain, result);
  }
  return result;
}

DomainScore Scoring::per_organisation(const Figures& published, const Domain& domain) {
  return {domain.code, domain.title, false, published.grades, published.rating, {}, unit(published, domain, name_of(domain)), {}};
}

void Scoring::organisation() {
  HalfPoints sum;
  PointRange range;
  card_.score.max = policy_.has_total ? framework_.total_max() : 0;
  if (!policy_.has_total) {
    say(ProblemCode::no_total, policy_.name() + " has no total for the organisation, so none is made up, and no band");
    return;
  }
  for (const DomainScore& domain : card_.domains) {
    if (!domain.score.total) return;
    sum += *domain.score.total;
    range.low += domain.score.range->low;
    range.high += domain.score.range->high;
  }
  card_.score.total = sum;
  card_.score.range = range;
  card_.score.basis = Basis::domains;
  band();
}

void Scoring::band() {
  std::vector<std::string> words;
  for (int points = card_.score.range->low; points <= card_.score.range->high; ++points) {
    const Band* found = policy_.band_of(points);
    const std::string word = found != nullptr ? found->word : "";
    if (words.empty() || words.back() != word) words.push_back(word);
  }
  const std::string low = std::to_string(card_.score.range->low);
  const std::string high = std::to_string(card_.score.range->high);
  if (words.size() > 1) {
    say(ProblemCode::band_undecided, "No band: settling the open ties gives " + low + " to " + high + ", from " +
                                         (words.front().empty() ? "no band" : words.front()) + " to " +
                                         (words.back().empty() ? "no band" : words.back()));
  } else if (words.front().empty()) {
    say(ProblemCode::no_band_in_policy, "No band: " + policy_.name() + " prints none for " + (low == high ? low : low + " to " + high));
  } else {
    card_.band = words.front();
  }
}

Scorecard Scoring::run(const ScorecardInput& input) {
  card_.organisation = input.organisation;
  for (const Domain& domain : framework_.domains) {
    const auto found = input.domains.find(domain.code);
    const Figures published = found == input.domains.end() ? Figures{} : found->second;
    card_.domains.push_back(domain.per_service ? per_service(input, published, domain) : per_organisation(published, domain));
  }
  organisation();
  return std::move(card_);
}

}  // namespace

Scorecard make_scorecard(const ScorecardInput& input, const Framework& framework, const ScoringPolicy& policy, Ratings ratings) {
  EVENHAND_ASSERT(policy.framework == framework.code, "a policy was used with another framework than its own");
  return Scoring(framework, policy, ratings).run(input);
}

}  // namespace evenhand
