#include "core/record/deprecated.h"

#include <catch2/catch.hpp>

#include "core/record/vocabulary.h"

using namespace evenhand;

namespace {

/// What is wrong with a row; empty when it is in order.
std::string fault_of(const Deprecation& row) {
  const RecordSpec* record = find_record_type(row.type);
  if (record == nullptr) return "no such record type";
  const FieldSpec* field = record->find_field(row.field);
  if (field == nullptr) return "no such field";
  if (field->required) return "a required field cannot be given up";
  if (row.since <= field->since || row.since > record->version) return "not a version after the one that brought it, up to this one";
  const std::size_t dot = row.instead.find('.');
  const RecordSpec* other = dot == std::string_view::npos ? record : find_record_type(row.instead.substr(0, dot));
  const bool is_there = other != nullptr && other->find_field(dot == std::string_view::npos ? row.instead : row.instead.substr(dot + 1)) != nullptr;
  return is_there ? "" : "what is named instead is no field";
}

}  // namespace

TEST_CASE("every field given up is a field that there is, since a version that there was, with another field in its place") {
  for (const Deprecation& row : deprecations()) {
    INFO(row.type << "." << row.field);
    CHECK(fault_of(row) == "");
  }
  CHECK(fault_of({"evidenze", "date", 2, "text"}) == "no such record type");
  CHECK(fault_of({"evidence", "datum", 2, "text"}) == "no such field");
  CHECK(fault_of({"evidence", "date", 1, "text"}) == "not a version after the one that brought it, up to this one");
  CHECK(fault_of({"evidence", "title", 2, "text"}) == "a required field cannot be given up");
}

TEST_CASE("a field is found among those given up by its type and its name, and by nothing less") {
  const Deprecation rows[] = {{"evidence", "date", 2, "text"}, {"action", "due", 3, "plan.title"}};
  REQUIRE(find_deprecation(rows, "action", "due") != nullptr);
  CHECK(find_deprecation(rows, "action", "due")->words() == "since version 3; use \"plan.title\"");
  CHECK(find_deprecation(rows, "action", "date") == nullptr);
  CHECK(find_deprecation(rows, "evidence", "due") == nullptr);
}
