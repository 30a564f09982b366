#include "core/policy/framework.h"

#include <algorithm>
#include <set>

#include "core/base/embedded.h"
#include "core/policy/field_reader.h"
#include "core/policy/name_key.h"

namespace evenhand {

namespace {

bool is_origin(const std::string& origin) { return origin == "ours" || origin == "official"; }

Result<OwnedText> read_owned_text(const Json& json, std::string path) {
  FieldReader reader(json, std::move(path));
  OwnedText owned{reader.text("text"), reader.text("origin")};
  reader.expect(is_origin(owned.origin), "origin", "here should be \"ours\" or \"official\"");
  EVENHAND_CHECK(reader.finish());
  return owned;
}

Result<Criterion> read_criterion(const Json& json, std::string path, int grade_max) {
  FieldReader reader(json, std::move(path));
  Criterion criterion;
  criterion.grade = static_cast<int>(reader.integer("grade", 0, grade_max));
  criterion.words = {reader.text("text"), reader.text("origin")};
  reader.expect(is_origin(criterion.words.origin), "origin", "here should be \"ours\" or \"official\"");
  EVENHAND_CHECK(reader.finish());
  return criterion;
}

Result<Outcome> read_outcome(const Json& json, std::string path, int grade_max) {
  FieldReader reader(json, std::move(path));
  Outcome outcome;
  outcome.code = reader.text("code");
  reader.expect(outcome_code(outcome.code) == outcome.code, "code", "a code is written without spaces, colon or small letters");
  outcome.short_title = reader.text("short_title");
  outcome.title = reader.text("title");
  outcome.aliases = reader.texts_if_any("aliases");
  if (const Json* question = reader.object("question")) {
    EVENHAND_TRY(outcome.question, read_owned_text(*question, reader.path("question")));
  }
  const auto& criteria = reader.list_if_any("criteria");
  for (std::size_t i = 0; i < criteria.size(); ++i) {
    EVENHAND_TRY(auto criterion, read_criterion(criteria[i], reader.path("criteria", i), grade_max));
    outcome.criteria.push_back(std::move(criterion));
  }
  EVENHAND_CHECK(reader.finish());
  return outcome;
}

Result<Domain> read_domain(const Json& json, std::string path, int grade_max) {
  FieldReader reader(json, std::move(path));
  Domain domain;
  domain.code = reader.text("code");
  domain.title = reader.text("title");
  domain.aliases = reader.texts_if_any("aliases");
  domain.per_service = reader.flag("per_service");
  domain.graded_by = reader.texts_if_any("graded_by");
  const auto& outcomes = reader.list("outcomes");
  reader.expect(!outcomes.empty() && outcomes.size() <= 50, "outcomes", "a domain has 1 to 50 outcomes");
  for (std::size_t i = 0; i < outcomes.size() && !reader.failed(); ++i) {
    EVENHAND_TRY(auto outcome, read_outcome(outcomes[i], reader.path("outcomes", i), grade_max));
    domain.outcomes.push_back(std::move(outcome));
  }
  EVENHAND_CHECK(reader.finish());
  return domain;
}

Result<ScaleStep> read_step(const Json& json, std::string path, std::size_t place) {
  FieldReader reader(json, std::move(path));
  const auto value = reader.integer("value", 0, 100);
  reader.expect(static_cast<std::size_t>(value) == place, "value", "grades run 0, 1, 2, … in this order");
  ScaleStep step{reader.text("word"), reader.text_if_any("colour")};
  EVENHAND_CHECK(reader.finish());
  return step;
}

Result<void> check_codes(const Framework& framework) {
  std::set<std::string> domains;
  std::set<std::string> outcomes;
  for (const Domain& domain : framework.domains) {
    if (!domains.insert(domain.code).second) return refused("two domains have the code " + domain.code, "domains");
    for (const Outcome& outcome : domain.outcomes) {
      if (!outcomes.insert(outcome.code).second) return refused("two outcomes have the code " + outcome.code, "domains");
    }
  }
  const auto per_service = [](const Domain& domain) { return domain.per_service; };
  if (std::count_if(framework.domains.begin(), framework.domains.end(), per_service) > 1) {
    return refused("only one domain can be graded per service", "domains");
  }
  return {};
}

}  // namespace

std::string outcome_code(std::string_view written) {
  std::string code;
  for (const char c : tidy_name(written)) {
    if (c != ':') code += c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
  }
  return tidy_name(code);  // a space may have stood before a colon
}

int Framework::total_max() const {
  int sum = 0;
  for (const Domain& domain : domains) sum += total_max(domain);
  return sum;
}

const Domain* Framework::find_domain(std::string_view wanted) const {
  for (const Domain& domain : domains) {
    if (domain.code == wanted) return &domain;
  }
  return nullptr;
}

const Outcome* Framework::find_outcome(std::string_view written) const {
  const std::string wanted = outcome_code(written);
  for (const Domain& domain : domains) {
    for (const Outcome& outcome : domain.outcomes) {
      if (outcome.code == wanted) return &outcome;
    }
  }
  return nullptr;
}

const Domain* Framework::domain_of(std::string_view wanted) const {
  for (const Domain& domain : domains) {
    for (const Outcome& outcome : domain.outcomes) {
      if (outcome.code == wanted) return &domain;
    }
  }
  return nullptr;
}

Result<Framework> read_framework(std::string_view json_text) {
  EVENHAND_TRY(const Json json, parse_json(json_text));
  FieldReader reader(json, "");
  Framework framework;
  reader.expect(reader.text("format") == "evenhand-framework/1", "format", "here should be \"evenhand-framework/1\"");
  framework.code = reader.text("code");
  framework.version = static_cast<int>(reader.integer("version", 1, 10000));
  framework.title = reader.text("title");
  framework.source = reader.text("source");
  framework.first_cycle = reader.text("first_cycle");
  const auto& scale = reader.list("scale");
  reader.expect(scale.size() >= 2 && scale.size() <= 11, "scale", "a scale has 2 to 11 grades");
  for (std::size_t i = 0; i < scale.size() && !reader.failed(); ++i) {
    EVENHAND_TRY(auto step, read_step(scale[i], reader.path("scale", i), i));
    framework.scale.push_back(std::move(step));
  }
  const auto& domains = reader.list("domains");
  reader.expect(!domains.empty() && domains.size() <= 20, "domains", "a framework has 1 to 20 domains");
  for (std::size_t i = 0; i < domains.size() && !reader.failed(); ++i) {
    EVENHAND_TRY(auto domain, read_domain(domains[i], reader.path("domains", i), framework.grade_max()));
    framework.domains.push_back(std::move(domain));
  }
  EVENHAND_CHECK(reader.finish());
  EVENHAND_CHECK(check_codes(framework));
  return framework;
}

Result<Framework> built_in_framework(std::string_view code) {
  const auto text = embedded_file("data/frameworks/" + std::string(code) + ".json");
  if (!text) return not_found("there is no framework called \"" + std::string(code) + "\"");
  return read_framework(*text);
}

}  // namespace evenhand
