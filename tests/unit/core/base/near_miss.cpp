#include "core/base/near_miss.h"

#include <catch2/catch.hpp>

using namespace evenhand;

TEST_CASE("letters put in, left out, mistaken or swapped are one slip each, capitals none") {
  CHECK(edit_distance("title", "title") == 0);
  CHECK(edit_distance("titel", "title") == 1);
  CHECK(edit_distance("tile", "title") == 1);
  CHECK(edit_distance("tittle", "title") == 1);
  CHECK(edit_distance("tiple", "title") == 1);
  CHECK(edit_distance("Title", "title") == 0);
  CHECK(edit_distance("", "title") == 5);
  CHECK(edit_distance("title", "") == 5);
}

TEST_CASE("only what is near is taken for a slip") {
  const std::vector<std::string> known = {"id", "kind", "data_class", "evidence", "version"};
  CHECK(nearest("evidense", known) == "evidence");
  CHECK(nearest("evid", known) == "evidence");
  CHECK(nearest("data-clas", known) == "data_class");
  CHECK(nearest("dI", known) == "id");
  CHECK(nearest("to", known).empty());
  CHECK(nearest("sign", known).empty());
  CHECK(nearest(std::string(100, 'a'), {std::string(100, 'a')}).empty());
  CHECK(nearest("id", {}).empty());
}
