#include "core/base/bytes.h"

#include <catch2/catch.hpp>

using namespace evenhand;

TEST_CASE("hexadecimal survives a round trip and refuses anything else") {
  const Bytes bytes = {0x00, 0x7f, 0xff};
  CHECK(to_hex(bytes) == "007fff");
  CHECK(from_hex("007FfF") == bytes);
  CHECK_FALSE(from_hex("0"));
  CHECK_FALSE(from_hex("zz"));
}

TEST_CASE("UTF-8 is checked byte by byte: surrogates, overlong forms and NUL are refused where they start") {
  CHECK(is_utf8("Grüße \xF0\x9F\x92\x99"));
  CHECK(first_bad_utf8("ab\xC0\xAF") == 2);            // overlong slash
  CHECK(first_bad_utf8("\xED\xA0\x80") == 0);          // surrogate
  CHECK(first_bad_utf8(std::string("a\0b", 3)) == 1);  // NUL
  CHECK(first_bad_utf8("abc\xE2\x82") == 3);           // cut short
  CHECK(first_bad_utf8("\xF4\x90\x80\x80") == 0);      // beyond U+10FFFF
}

TEST_CASE("Crockford letters take five bits each, most significant first") {
  CHECK(to_crockford(Bytes{0xFF}) == "ZW");
  CHECK(to_crockford(Bytes{}) == "");
  CHECK(to_crockford(Bytes{0x00, 0x00, 0x00, 0x00, 0x01}) == "00000001");
}
