#include <catch2/catch.hpp>

#include "apps/dictionary/dictionary.h"
#include "tests/support/source_file.h"

using namespace evenhand;

TEST_CASE("the committed field names are those that the vocabulary gives") {
  CHECK(test::source_file("plugins/sdk/fields.h") == dictionary::fields_header());
}

TEST_CASE("the committed data dictionary is the one that the vocabulary gives") {
  CHECK(test::source_file("docs/data-dictionary.md") == dictionary::data_dictionary());
}
