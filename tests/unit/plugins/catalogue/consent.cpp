#include "plugins/catalogue/consent.h"

#include <catch2/catch.hpp>

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
