#include "plugins/catalogue/consent.h"

#include <catch2/catch.hpp>

#include "core/codec/json.h"

using namespace evenhand;
using namespace evenhand::plugins;

namespace {

Manifest reading(std::map<std::string, std::set<std::string, std::less<>>, std::less<>> reads, DataClass data_class) {
  Manifest manifest;
  manifest.id = "org.example.walks";
  manifest.version = "1.0.0";
  manifest.title = "Walks";
  manifest.reads = std::move(reads);
  manifest.data_class = data_class;
  return manifest;
}

bool says(const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; }

}  // namespace

TEST_CASE("what a person agrees to names special and personal fields first, in words, and says what no plugin can do") {
  const std::string text = consent_text(reading({{"person", {"name", "characteristics"}}, {"evidence", {"title", "text"}}}, DataClass::special));
  CHECK(says(text, "Reads what the law protects most about people: characteristics of people."));
  CHECK(says(text, "Reads about people who could be named: name of people."));
  CHECK(says(text, "Reads free text, which may speak of people: text of evidence items."));
  CHECK(says(text, "Reads: title of evidence items."));
  CHECK(says(text, "Cannot use the network or files."));
}

TEST_CASE("a plugin that reads nothing about people is told to be one") {
  const std::string text = consent_text(reading({{"score", {"total"}}}, DataClass::none));
  CHECK(says(text, "Reads no names and nothing kept about single people."));
  CHECK_FALSE(says(text, "who could be named"));
}

TEST_CASE("rows of another plugin count as of the class that this one declares, and nobody is told that it reads no names") {
  const std::string text = consent_text(reading({{"org.example.other/rows", {"name", "condition"}}}, DataClass::special));
  CHECK(says(text, "Reads what the law protects most about people: condition and name of org.example.other/rows."));
  CHECK_FALSE(says(text, "Reads no names"));
  CHECK(says(consent_text(reading({{"org.example.walks/rows", {"days"}}}, DataClass::aggregate)), "Reads: days of org.example.walks/rows."));
}

TEST_CASE("free text in a record type of its own is told as free text, and so is another plugin's type") {
  Manifest manifest = reading({{"walk", {"place", "words"}}, {"round-0123456789abcdef0123456789abcdef", {"place"}}}, DataClass::free_text);
  manifest.types.push_back(*parse_json(R"({"name": "walk", "plural": "walks", "home": "organisation", "meaning": "One walk", "title_field": "place", "fields": [
    {"name": "place", "type": "word", "data_class": "none", "merge": "single", "meaning": "Where"},
    {"name": "words", "type": "prose", "data_class": "free text", "merge": "text", "meaning": "What was said"}]})"));
  const std::string text = consent_text(manifest);
  CHECK(says(text, "which may speak of people: place of round-0123456789abcdef0123456789abcdef; words of its own records \"walk\".\n"));
  CHECK(says(text, "Reads: place of its own records \"walk\".\n"));
}

TEST_CASE("a plugin that is linked into the program is not said to be kept from the network and files") {
  Manifest manifest = reading({{"score", {"total"}}}, DataClass::aggregate);
  manifest.kind = Kind::built_in;
  CHECK_FALSE(says(consent_text(manifest), "Cannot use"));
}

TEST_CASE("what a version contributes more is a line that was not agreed to, and its version alone is none") {
  Manifest before = reading({{"action", {"due"}}}, DataClass::none);
  before.reports.push_back({"walks", "Walks", "", {}, {}, ""});
  Manifest after = before;
  after.version = "1.0.1";
  CHECK(other_lines(consent_text(before), after).empty());
  after.validators.push_back({"dates", {"action"}, "An action has a date."});
  after.commands.push_back({"plan", "Plan walks", "", {}, {"action"}});
  CHECK(other_lines(consent_text(before), after) == std::vector<std::string>{"Checks what people enter in actions: An action has a date.", "Proposes changes when asked (plan, Plan walks): action."});
}

TEST_CASE("a version whose report covers more organisations or years, or that checks or keeps more types of record, says a line that was not agreed to") {
  Manifest before = reading({{"action", {"due"}}, {"comment", {"text"}}}, DataClass::free_text);
  before.reports.push_back({"walks", "Walks", "", ReportScope::one_organisation, {}, ""});
  before.validators.push_back({"dates", {"action"}, "An action has a date."});
  before.projections.push_back({"due", {"action"}, {}, {}});
  const std::string agreed = consent_text(before);
  const auto told = [&](const Manifest& after) { return other_lines(agreed, after); };
  Manifest after = before;
  after.reports[0].scope = ReportScope::all_organisations;
  CHECK(told(after) == std::vector<std::string>{"Makes reports, of all organisations: Walks."});
  after.reports[0].scope = ReportScope::all_cycles;
  CHECK(told(after) == std::vector<std::string>{"Makes reports, of all cycles: Walks."});
  after = before;
  after.validators[0].on.push_back("comment");
  CHECK(told(after) == std::vector<std::string>{"Checks what people enter in actions and comments: An action has a date."});
  after = before;
  after.projections[0].on.push_back("comment");
  CHECK(told(after) == std::vector<std::string>{"Keeps tables of its own: due (of actions and comments)."});
}

TEST_CASE("a version whose report moves to where it is shown unasked, or that may use up more, says a line that was not agreed to") {
  Manifest before = reading({{"person", {"name"}}}, DataClass::personal);
  before.reports.push_back({"walks", "Walks", "", ReportScope::one_organisation, ReportPlace::report, ""});
  const std::string agreed = consent_text(before);
  const auto told = [&](const Manifest& after) { return other_lines(agreed, after); };
  Manifest after = before;
  after.reports[0].place = ReportPlace::card;
  CHECK(told(after) == std::vector<std::string>{"Shows on the dashboard: Walks."});
  after.reports[0].scope = ReportScope::all_organisations;
  CHECK(told(after) == std::vector<std::string>{"Shows on the dashboard, of all organisations: Walks."});
  after.reports[0] = before.reports[0];
  after.reports[0].place = ReportPlace::page;
  CHECK(told(after) == std::vector<std::string>{"Makes pages of the desk: Walks."});
  after = before;
  after.limits = {1024, 60, 16};
  CHECK(told(after) == std::vector<std::string>{"May use more of the computer than others: up to 60 seconds and 1024 MiB of memory."});
  after.limits = {64, 5, 8};
  CHECK(told(after).empty());
}

TEST_CASE("no title, and no plural of a record type of its own, words a version as one that was agreed to") {
  Manifest before = reading({{"action", {"text"}}, {"walk", {"place"}}}, DataClass::free_text);
  const auto declares = [](const std::string& name) {
    return *parse_json(R"({"name": ")" + name + R"(", "plural": "actions", "home": "organisation", "meaning": "One walk", "title_field": "place", "fields": [
      {"name": "place", "type": "word", "data_class": "none", "merge": "single", "meaning": "Where"}]})");
  };
  before.types.push_back(declares("walk"));
  before.validators.push_back({"dates", {"walk"}, "It has a date."});
  before.projections.push_back({"due", {"walk"}, {}, {}});
  before.reports.push_back({"walks", "Walks (on the dashboard), of all organisations", "", ReportScope::one_organisation, ReportPlace::report, ""});
  const std::string agreed = consent_text(before);
  const auto told = [&](const Manifest& after) { return other_lines(agreed, after); };
  Manifest after = before;
  after.validators[0].on = {"action"};
  CHECK(told(after) == std::vector<std::string>{"Checks what people enter in actions: It has a date."});
  after = before;
  after.projections[0].on = {"action"};
  CHECK(told(after) == std::vector<std::string>{"Keeps tables of its own: due (of actions)."});
  after = before;
  after.types[0] = declares("round");
  CHECK(told(after) == std::vector<std::string>{"Reads: place of walk.", "Keeps tables of its own: due (of walk).", "Checks what people enter in walk: It has a date.", "Adds record types of its own: round."});
  after = before;
  after.reports[0] = {"walks", "Walks", "", ReportScope::all_organisations, ReportPlace::card, ""};
  CHECK(told(after) == std::vector<std::string>{"Shows on the dashboard, of all organisations: Walks."});
}

TEST_CASE("a version is lower by its numbers, not by its letters") {
  CHECK(is_lower_version("1.9.0", "1.10.0"));
  CHECK_FALSE(is_lower_version("1.10.0", "1.9.0"));
  CHECK_FALSE(is_lower_version("1.0.0", "1.0.0"));
  CHECK_FALSE(is_lower_version("0.1.0", ""));
}

TEST_CASE("a version that reads a field, a record type or a class more is a widening, one that reads less is none") {
  const Demand before = demand_of(reading({{"evidence", {"title"}}, {"action", {"text", "due"}}}, DataClass::free_text));
  CHECK(widening(before, demand_of(reading({{"evidence", {"title"}}, {"action", {"due"}}}, DataClass::free_text))).empty());
  CHECK(widening(before, demand_of(reading({{"evidence", {"title", "text"}}}, DataClass::free_text))) == std::vector<std::string>{"evidence: text"});
  CHECK(widening(before, demand_of(reading({{"grade", {"value"}}}, DataClass::free_text))) == std::vector<std::string>{"grade: value"});
  CHECK(widening(before, demand_of(reading({{"evidence", {"title"}}}, DataClass::special))).size() == 1);
}

TEST_CASE("a data class that is not known counts as the highest") {
  CHECK(data_class_from("aggregate") == DataClass::aggregate);
  CHECK(data_class_from("free text") == DataClass::free_text);
  CHECK(data_class_from("harmless") == DataClass::special);
  CHECK(data_class_from("") == DataClass::special);
}
