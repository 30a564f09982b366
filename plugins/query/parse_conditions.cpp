#include <algorithm>
#include <array>

#include "plugins/query/parse_steps.h"
#include "plugins/query/run_terms.h"

namespace evenhand::query {

namespace {

struct Word {
  std::string_view word;
  Test test;
};
constexpr std::array<Word, 4> kStates = {Word{"missing", Test::missing}, Word{"masked", Test::masked}, Word{"in conflict", Test::conflict}, Word{"known", Test::known}};
constexpr std::array<Word, 11> kTests = {Word{"equals", Test::one_of},   Word{"in", Test::one_of},         Word{"is", Test::missing},
                                         Word{"before", Test::before},   Word{"after", Test::after},       Word{"less", Test::less},
                                         Word{"greater", Test::greater}, Word{"at_least", Test::at_least}, Word{"at_most", Test::at_most},
                                         Word{"contains", Test::contains}, Word{"starts", Test::starts}};

bool is_date_test(Test test) { return test == Test::before || test == Test::after; }
bool is_number_test(Test test) { return test == Test::less || test == Test::greater || test == Test::at_least || test == Test::at_most; }

}  // namespace

Condition StepParser::condition(const Json& json, const Layout& layout, const std::string& place, std::size_t depth) {
  Condition all;
  if (depth > kConditionDepthMax) {
    complain(json, "pack.too-deep", place, "conditions more than " + std::to_string(kConditionDepthMax) + " deep", "fewer within each other");
    return all;
  }
  if (!json.is_object()) {
    complain(json, "pack.wrong-type", place, std::string(json.kind_words()), "an object of conditions");
    return all;
  }
  for (std::size_t i = 0; i < json.size(); ++i) {
    const std::string& key = json.keys()[i];
    const Json& value = json.items()[i];
    const std::string here = json_path(place, key);
    if (++conditions_ > kConditionsMax) {
      complain(value, "pack.too-many", here, "more than " + std::to_string(kConditionsMax) + " conditions in one query", "fewer");
      return all;
    }
    if (key == "not") {
      Condition no;
      no.kind = Condition::Kind::no;
      no.parts.push_back(condition(value, layout, here, depth + 1));
      all.parts.push_back(std::move(no));
    } else if (key == "any" || key == "all") {
      Condition several;
      several.kind = key == "any" ? Condition::Kind::any : Condition::Kind::all;
      if (!value.is_array()) complain(value, "pack.wrong-type", here, std::string(value.kind_words()), "a list of conditions");
      for (std::size_t k = 0; k < value.size() && value.is_array(); ++k) several.parts.push_back(condition(value.items()[k], layout, json_path(here, k), depth + 1));
      all.parts.push_back(std::move(several));
    } else {
      all.parts.push_back(test(value, layout, key, here));
    }
  }
  return all;
}

Literal StepParser::literal(const Json& json, const std::string& place) {
  Literal literal;
  if (json.is_string()) {
    literal.text = json.text();
    literal.is_option = literal.text.starts_with("$");
    if (literal.is_option) literal.text.erase(0, 1);
    return literal;
  }
  if (json.is_boolean()) {
    literal.text = *json.boolean() ? "yes" : "no";
    return literal;
  }
  const auto number = json.is_number() ? number_from(json.number_text()) : std::nullopt;
  if (!number) {
    complain(json, "pack.wrong-type", place, std::string(json.kind_words()), "a text, a number with at most 6 decimals, true or false");
    return literal;
  }
  literal.text = json.number_text();
  literal.has_number = true;
  literal.number = number->value;
  literal.decimals = number->decimals;
  return literal;
}

Condition StepParser::test(const Json& json, const Layout& layout, const std::string& field, const std::string& place) {
  Condition condition;
  condition.kind = Condition::Kind::test;
  condition.field = path(field, layout, place, json);
  if (json.is_array()) {
    for (std::size_t i = 0; i < json.size(); ++i) condition.literals.push_back(literal(json.items()[i], json_path(place, i)));
    return condition;
  }
  if (!json.is_object()) {
    condition.literals.push_back(literal(json, place));
    return condition;
  }
  if (json.size() == 1) {
    test_of(condition, json.keys()[0], json.items()[0], layout, json_path(place, json.keys()[0]));
    return condition;
  }
  Condition all;  // {"after": …, "before": …}: both
  for (std::size_t i = 0; i < json.size(); ++i) {
    test_of(condition, json.keys()[i], json.items()[i], layout, json_path(place, json.keys()[i]));
    all.parts.push_back(condition);
    condition.literals.clear();
  }
  return all;
}

void StepParser::test_of(Condition& condition, const std::string& word, const Json& json, const Layout& layout, const std::string& place) {
  if (word == "same_as") {
    condition.test = Test::same_as;
    condition.other = path(json, layout, place);
    return;
  }
  const auto at = std::find_if(kTests.begin(), kTests.end(), [&](const Word& one) { return one.word == word; });
  if (at == kTests.end()) {
    complain(json, "pack.unknown-word", place, "\"" + word + "\"", "equals, in, is, before, after, less, greater, at_least, at_most, contains, starts or same_as");
    return;
  }
  condition.test = at->test;
  if (word == "is") {
    const auto state = std::find_if(kStates.begin(), kStates.end(), [&](const Word& one) { return one.word == json.text(); });
    if (state == kStates.end()) complain(json, "pack.unknown-word", place, "\"" + json.text() + "\"", "missing, known, masked or in conflict");
    else condition.test = state->test;
    return;
  }
  if (word == "in") {
    if (!json.is_array()) complain(json, "pack.wrong-type", place, std::string(json.kind_words()), "a list");
    for (std::size_t i = 0; i < json.size() && json.is_array(); ++i) condition.literals.push_back(literal(json.items()[i], json_path(place, i)));
    return;
  }
  Literal one = literal(json, place);
  if (is_date_test(condition.test) && !one.is_option) {
    const auto day = day_from(one.text);
    if (!day) complain(json, "pack.wrong-type", place, "\"" + one.text + "\"", "a day as YYYY-MM-DD");
    one.has_number = true;
    one.number = day.value_or(0);
    one.decimals = 0;
  } else if (is_number_test(condition.test) && !one.has_number) {
    complain(json, "pack.wrong-type", place, std::string(json.kind_words()), "a number");
  }
  condition.literals.push_back(std::move(one));
}

}  // namespace evenhand::query
