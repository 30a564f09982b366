#include <catch2/catch.hpp>

#include "apps/dictionary/computed_fields.h"
#include "apps/dictionary/dictionary.h"
#include "plugins/sdk/computed.h"
#include "tests/support/source_file.h"

using namespace evenhand;

TEST_CASE("the committed field names are those that the vocabulary gives") {
  CHECK(test::source_file("plugins/sdk/fields.h") == dictionary::fields_header());
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
