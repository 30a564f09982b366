#include <catch2/catch.hpp>

#include "apps/dictionary/computed_fields.h"
#include "apps/dictionary/dictionary.h"
#include "plugins/sdk/computed.h"
#include "tests/support/source_file.h"

using namespace evenhand;

TEST_CASE("the committed field names are those that the vocabulary gives") {
  CHECK(test::source_file("plugins/sdk/fields.h") == dictionary::fields_header());
}

TEST_CASE("a field that was given up stands in the dictionary with the version and what to use, and warns whoever compiles with its name") {
  const Deprecation rows[] = {{"action", "due", 2, "rag"}};
  const std::string text = dictionary::data_dictionary(rows);
  CHECK(text.find("| `due` | date |  | none | earlier_date | 1 | since version 2; use \"rag\" |") != std::string::npos);
  CHECK(dictionary::data_dictionary().find("since version") == std::string::npos);
  CHECK(dictionary::fields_header(rows).find("[[deprecated(\"use rag\")]] inline constexpr std::string_view kDue = \"due\";") != std::string::npos);
}

TEST_CASE("every table of the data dictionary says field, type, unit, data class, example, since and deprecated") {
  const std::string text = dictionary::data_dictionary();
  std::size_t tables = 0;
  for (std::size_t at = text.find("\n## "); at != std::string::npos; at = text.find("\n## ", at + 1)) ++tables;
  std::size_t heads = 0;
  for (std::size_t at = text.find("| Id | Field |"); at != std::string::npos; at = text.find("| Id | Field |", at + 1)) {
    const std::string head = text.substr(at, text.find('\n', at) - at);
    for (const char* column : {"Field", "Type", "Unit", "Data class", "Since", "Deprecated", "Example"}) CHECK(head.find("| " + std::string(column) + " |") != std::string::npos);
    ++heads;
  }
  CHECK(heads + 1 == tables);  // the last is of computed rows
  CHECK(heads == vocabulary().size());
}

TEST_CASE("the committed data dictionary is the one that the vocabulary gives") {
  CHECK(test::source_file("docs/data-dictionary.md") == dictionary::data_dictionary());
}

TEST_CASE("every field of every computed row is described, and none that is not there") {
  std::size_t used = 0;
  for (const sdk::computed::Kind& kind : sdk::computed::kKinds) {
    for (const std::string_view field : kind.fields) {
      INFO(kind.type << "." << field);
      const dictionary::ComputedField* found = dictionary::find_computed_field(kind.type, field);
      REQUIRE(found != nullptr);
      CHECK_FALSE((found->type.empty() || found->meaning.empty() || found->example.empty()));
      used += found->row.empty() ? 0 : 1;
    }
  }
  std::size_t own = 0;
  for (const dictionary::ComputedField& field : dictionary::computed_fields()) own += field.row.empty() ? 0 : 1;
  CHECK(used == own);
}
