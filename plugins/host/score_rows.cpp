#include "plugins/host/score_rows.h"

#include <algorithm>
#include <tuple>

#include "core/base/embedded.h"
#include "plugins/host/score_input.h"
#include "plugins/sdk/computed.h"

namespace evenhand::plugins {

namespace {

namespace c = sdk::computed;

/// A row in the making.
class RowBuilder {
 public:
  explicit RowBuilder(std::string_view type) { row_.type = type; }
  RowBuilder& text(std::string_view name, std::string_view words) {
    if (!words.empty()) row_.fields.push_back({std::string(name), 0, {std::string(words)}});
    return *this;
  }
  RowBuilder& list(std::string_view name, const std::vector<std::string>& words) {
    row_.fields.push_back({std::string(name), 0, words});
    return *this;
  }
  RowBuilder& number(std::string_view name, std::int64_t value, unsigned decimals = 0, std::string words = {}) {
    if (words.empty()) words = std::to_string(value);
    row_.fields.push_back({std::string(name), 0, {std::move(words)}, value, decimals});
    return *this;
  }
  /// Every version of what people entered differently; false when they did not.
  bool disputed(std::string_view name, const Record& record, std::string_view field) {
    if (!record.is_conflicted(field)) return false;
    InputField all{std::string(name), EVENHAND_INPUT_CONFLICTED};
    for (const Value& value : record.values(field)) all.alternatives.push_back(to_text(*record.spec().find_field(field), value));
    row_.fields.push_back(std::move(all));
    return true;
  }
  RowBuilder& flag(std::string_view name, bool value) { return number(name, value ? 1 : 0, 0, value ? "yes" : "no"); }
  /// "7.5" is 75 with one decimal; whole points have none.
  RowBuilder& points(std::string_view name, const std::optional<HalfPoints>& points) {
    if (!points) return *this;
    return points->is_tie() ? number(name, points->count * 5, 1, points->text()) : number(name, points->count / 2);
  }
  RowBuilder& reference(std::string_view name, const EntityId& id) { return text(name, id.hex()); }
  RowBuilder& score(const Score& score, std::string_view total, std::string_view low, std::string_view high, std::string_view max) {
    points(total, score.total).number(max, score.max);
    if (score.range) number(low, score.range->low).number(high, score.range->high);
    return *this;
  }
  InputRow done() { return std::move(row_); }

 private:
  InputRow row_;
};

/// The definition of an installed record with that code, or nothing.
Result<std::optional<std::string>> installed(const Model& model, std::string_view type, const std::string& code) {
  EVENHAND_TRY(const std::vector<Record> records, model.records(type));
  for (const Record& record : records) {
    if (!record.is_removed() && record.text("code") == code) return std::optional(record.text("definition"));
  }
  return std::optional<std::string>();
}

Result<void> add_questions(const Framework& framework, std::vector<InputRow>& rows) {
  const auto file = embedded_file("data/frameworks/" + framework.code + "-questions.json");
  if (!file) return {};
  EVENHAND_TRY(const Json json, parse_json(*file));
  for (const Json& one : json.items()) {
    RowBuilder row(c::question::kType);
    for (const std::string_view key : {c::question::kCode, c::question::kTitle, c::question::kPart}) {
      const Json* value = one.find(key);
      if (!value) return corrupt("the list of questions is incomplete", framework.code);
      row.text(key, value->text());
    }
    rows.push_back(row.done());
  }
  return {};
}

InputRow part_row(const EntityId& organisation, const std::string& domain, const std::string& name, const Score& score,
                  const EntityId* service, bool is_middle, const std::optional<HalfPoints>& check) {
  RowBuilder row(c::part::kType);
  row.reference(c::part::kOrganisation, organisation).text(c::part::kDomain, domain).text(c::part::kName, name);
  if (service) row.reference(c::part::kService, *service);
  row.score(score, c::part::kTotal, c::part::kLow, c::part::kHigh, c::part::kMaximum);
  row.text(c::part::kBasis, to_word(score.basis)).flag(c::part::kIsMiddle, is_middle).points(c::part::kCheckTotal, check);
  return row.done();
}

/// Services in their order, then domains, then the organisation.
std::vector<Record> in_reading_order(std::vector<Record> published, const std::vector<EntityId>& services) {
  const auto place = [&](const Record& figure) {
    const auto service = figure.reference("service");
    const auto at = service ? std::find(services.begin(), services.end(), *service) : services.end();
    const std::string level = figure.text("level");
    return std::tuple(level == "service" ? 0 : level == "domain" ? 1 : 2, at - services.begin(), figure.text("code"), figure.id());
  };
  std::sort(published.begin(), published.end(), [&](const Record& a, const Record& b) { return place(a) < place(b); });
  return published;
}

/// What a published figure is beside: the part, or the whole.
struct Beside {
  std::string name;
  Score score;
};

Beside beside(const Record& figure, const Scorecard& card, const GatheredFigures& figures) {
  for (const char* field : {"level", "code", "service"}) {
    if (figure.is_conflicted(field)) return {};
  }
  const std::string code = outcome_code(figure.text("code"));
  const std::string level = figure.text("level");
  if (level == "organisation") return {"Organisation", card.score};
  for (const DomainScore& domain : card.domains) {
    if (level == "domain" && domain.code == code) return {"Domain " + domain.code + ": " + domain.title, domain.score};
    for (std::size_t i = 0; level == "service" && i < domain.services.size(); ++i) {
      if (figure.reference("service") == figures.services[i]) return {domain.services[i].name, domain.services[i].score};
    }
  }
  return {};
}

std::string verdict_of(const Record& figure, const Beside& other, const Scorecard& card) {
  const std::string kind = figure.text("kind");
  if (kind == "total") {
    const auto value = figure.decimal("value");
    const auto points = value ? points_of(*value, other.score.max) : std::nullopt;
    if (!points || !other.score.total || other.score.basis == Basis::published_total) return "not_computed";
    return *points == *other.score.total ? "agrees" : "disagrees";
  }
  if (figure.text("level") != "organisation") return "not_comparable";
  if (!card.band || card.is_assumed) return "not_computed";
  return figure.text("words") == *card.band ? "agrees" : "disagrees";
}

InputRow compared_row(const EntityId& organisation, const Record& figure, const Scorecard& card,
                      const GatheredFigures& figures, const Framework& framework) {
  const Beside other = beside(figure, card, figures);
  RowBuilder row(c::compared::kType);
  row.reference(c::compared::kOrganisation, organisation).text(c::compared::kName, other.name);
  if (!row.disputed(c::compared::kKind, figure, "kind")) row.text(c::compared::kKind, figure.text("kind"));
  if (!row.disputed(c::compared::kWords, figure, "words")) row.text(c::compared::kWords, figure.text("words"));
  const auto value = figure.decimal("value");
  const bool is_disputed = row.disputed(c::compared::kPublished, figure, "value");
  if (value && !is_disputed) row.number(c::compared::kPublished, value->mantissa, value->decimals, value->text());
  const bool is_rating = figure.text("kind") == "rating", is_placed = !other.name.empty();
  if ((value || is_disputed) && (is_rating || (is_placed && !figure.is_conflicted("kind")))) {
    row.number(c::compared::kMaximum, is_rating ? framework.grade_max() : other.score.max);
  }
  if (is_placed) row.points(c::compared::kComputed, other.score.total).number(c::compared::kComputedMaximum, other.score.max);
  if (figure.text("level") == "organisation" && card.band) row.text(c::compared::kComputedBand, *card.band);
  row.text(c::compared::kVerdict, verdict_of(figure, other, card));
  return row.text(c::compared::kSource, figure.text("source")).text(c::compared::kPlace, figure.text("place")).done();
}

InputRow grade_row(const EntityId& organisation, const CountedGrade& grade) {
  RowBuilder row(c::counted::kType);
  row.reference(c::counted::kOrganisation, organisation).text(c::counted::kOutcome, grade.outcome);
  if (grade.service) row.reference(c::counted::kService, *grade.service);
  row.number(c::counted::kValue, grade.value.halves, 0, grade.value.text());
  row.text(c::counted::kKind, grade.kind).text(c::counted::kSource, grade.source);
  return row.reference(c::counted::kGradedBy, grade.graded_by).done();
}

InputRow whole_row(const EntityId& organisation, const Scorecard& card, const ScoringPolicy& policy) {
  RowBuilder row(c::score::kType);
  row.reference(c::score::kOrganisation, organisation);
  row.score(card.score, c::score::kTotal, c::score::kLow, c::score::kHigh, c::score::kMaximum);
  row.text(c::score::kBand, card.band.value_or("")).text(c::score::kPolicy, policy.title + " (" + policy.name() + ")");
  return row.text(c::score::kPolicySource, policy.source).flag(c::score::kIsAssumed, card.is_assumed).done();
}

}  // namespace

Result<Rules> rules_of(const Model& model, const Record& cycle, const std::string& policy) {
  Rules rules;
  const std::string framework_code = cycle.text("framework");
  EVENHAND_TRY(const auto framework, installed(model, "framework", framework_code));
  EVENHAND_TRY(rules.framework, framework ? read_framework(*framework) : built_in_framework(framework_code));
  const std::string policy_code = policy.empty() ? cycle.text("policy") : policy;
  EVENHAND_TRY(const auto definition, installed(model, "policy", policy_code));
  EVENHAND_TRY(rules.policy, definition ? read_policy(*definition) : built_in_policy(policy_code));
  if (rules.policy.framework != rules.framework.code) {
    return refused("the policy " + rules.policy.name() + " scores " + rules.policy.framework + ", not " + rules.framework.code,
                   cycle.title(), "Choose a policy for this framework");
  }
  return rules;
}

Result<std::vector<InputRow>> framework_rows(const Framework& framework) {
  std::vector<InputRow> rows;
  rows.push_back(RowBuilder(c::framework::kType)
                     .text(c::framework::kCode, framework.code)
                     .text(c::framework::kTitle, framework.title)
                     .text(c::framework::kSource, framework.source)
                     .done());
  for (std::size_t i = 0; i < framework.scale.size(); ++i) {
    rows.push_back(RowBuilder(c::scale::kType)
                       .number(c::scale::kValue, static_cast<std::int64_t>(i))
                       .text(c::scale::kWord, framework.scale[i].word)
                       .done());
  }
  for (const Domain& domain : framework.domains) {
    rows.push_back(RowBuilder(c::domain::kType)
                       .text(c::domain::kCode, domain.code)
                       .text(c::domain::kTitle, domain.title)
                       .flag(c::domain::kPerService, domain.per_service)
                       .list(c::domain::kGradedBy, domain.graded_by)
                       .number(c::domain::kMaximum, framework.total_max(domain))
                       .done());
    for (const Outcome& outcome : domain.outcomes) {
      rows.push_back(RowBuilder(c::outcome::kType)
                         .text(c::outcome::kCode, outcome.code)
                         .text(c::outcome::kDomain, domain.code)
                         .text(c::outcome::kTitle, outcome.title)
                         .text(c::outcome::kShortTitle, outcome.short_title)
                         .text(c::outcome::kQuestion, outcome.question.text)
                         .done());
    }
  }
  EVENHAND_CHECK(add_questions(framework, rows));
  return rows;
}

Result<std::vector<InputRow>> score_rows(const Model& model, const EntityId& organisation, const EntityId& cycle,
                                         const Rules& rules, Ratings ratings) {
  EVENHAND_TRY(const GatheredFigures figures, gather_figures(model, organisation, cycle, rules.framework));
  const Scorecard card = make_scorecard(figures.input, rules.framework, rules.policy, ratings);
  std::vector<InputRow> rows;
  rows.push_back(whole_row(organisation, card, rules.policy));
  for (const DomainScore& domain : card.domains) {
    for (std::size_t i = 0; i < domain.services.size(); ++i) {
      const ServiceScore& service = domain.services[i];
      const EntityId* id = i < figures.services.size() ? &figures.services[i] : nullptr;
      rows.push_back(part_row(organisation, domain.code, service.name, service.score, id, service.is_middle, {}));
    }
    rows.push_back(part_row(organisation, domain.code, domain.title, domain.score, nullptr, false, domain.check_total));
  }
  for (const CountedGrade& grade : figures.grades) rows.push_back(grade_row(organisation, grade));
  for (const Problem& problem : card.problems) {
    rows.push_back(RowBuilder(c::problem::kType)
                       .reference(c::problem::kOrganisation, organisation)
                       .text(c::problem::kCode, to_word(problem.code))
                       .text(c::problem::kText, problem.message)
                       .done());
  }
  for (const Record& figure : in_reading_order(figures.published, figures.services)) {
    rows.push_back(compared_row(organisation, figure, card, figures, rules.framework));
  }
  for (InputRow& row : rows) row.fields.push_back({std::string(c::kCycle), 0, {cycle.hex()}});
  return rows;
}

}  // namespace evenhand::plugins
