#include "core/policy/name_key.h"

#include <catch2/catch.hpp>

using namespace evenhand;

TEST_CASE("names that people would call the same have the same key") {
  CHECK(name_key("iCaSH") == name_key("  ICASH "));
  CHECK(name_key("Luton  respiratory") == name_key("Luton\u00A0Respiratory"));
  CHECK(name_key("Caf\u00E9") == name_key("CAFE\u0301"));
  CHECK(name_key("ŁÓDŹ") == name_key("łódź"));
  CHECK(name_key("ΑΘΗΝΑ") == name_key("αθηνα"));
  CHECK(name_key("МОСКВА") == name_key("москва"));
  CHECK(name_key("Virtual\u200B Wards") == name_key("virtual wards"));
}

TEST_CASE("names that differ keep different keys") {
  CHECK(name_key("Ward 1") != name_key("Ward 2"));
  CHECK(name_key("cafe") != name_key("café"));
  CHECK(name_key("ab") != name_key("a b"));
}

TEST_CASE("a name of nothing but spaces and invisible marks has an empty key") {
  CHECK(name_key(" \t\u00A0\u200B\uFEFF").empty());
}

TEST_CASE("a harmless name holds nothing that moves a terminal or turns the text") {
  CHECK(harmless_name("A\x1b[31m\u202EB\u0085C\x7f") == "A[31mB C");
  CHECK(harmless_name("日本 😀") == "日本 😀");
}
