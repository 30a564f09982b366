#include "plugins/document/text.h"

#include <catch2/catch.hpp>

#include "plugins/document/check.h"
#include "plugins/document/csv.h"

using namespace evenhand::document;

TEST_CASE("what XML cannot hold becomes U+FFFD, and what it can hold stays") {
  CHECK(cleaned("a\tb\nc") == "a\tb\nc");
  CHECK(cleaned("a\r\nb\rc") == "a\nb\nc");
  CHECK(cleaned(std::string("x\0y", 3)) == "x\xEF\xBF\xBDy");
  CHECK(cleaned("\x01\x1F\x7F") == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(cleaned("\xEF\xBF\xBE") == "\xEF\xBF\xBD");
  CHECK(cleaned("\xFFok") == "\xEF\xBF\xBDok");
  CHECK(cleaned("\xE2\x80\xAE" "gnp") == "\xEF\xBF\xBDgnp");
  CHECK(cleaned("\xD7\xA9 \xF0\x9F\x98\x80 \xE2\x80\x8F") == "\xD7\xA9 \xF0\x9F\x98\x80 \xE2\x80\x8F");
}

TEST_CASE("markup is escaped for elements and for both sorts of quotes") {
  CHECK(escaped("<a href=\"x\">'&") == "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
}

TEST_CASE("cutting never splits a character and counts UTF-16 units") {
  CHECK(first_units("a\xF0\x9F\x98\x80", 2) == "a");
  CHECK(first_units("a\xF0\x9F\x98\x80", 3) == "a\xF0\x9F\x98\x80");
  CHECK(one_line("a\nb\xC3\xA9z", 4) == "a b\xC3\xA9");
}

TEST_CASE("only http, https and mailto addresses are links") {
  CHECK(is_safe_link("https://example.org/a?b=c#d"));
  CHECK(is_safe_link("MAILTO:a@example.org"));
  CHECK_FALSE(is_safe_link("javascript:alert(1)"));
  CHECK_FALSE(is_safe_link("java\nscript:alert(1)"));
  CHECK_FALSE(is_safe_link("data:text/html,x"));
  CHECK_FALSE(is_safe_link("https://example.org/\"><script>"));
  CHECK_FALSE(is_safe_link("//example.org"));
  CHECK_FALSE(is_safe_link("https://"));
}

TEST_CASE("no CSV field can start a formula, and plain numbers stay numbers") {
  CHECK(csv_field("=1+1") == "'=1+1");
  CHECK(csv_field("+44 20") == "'+44 20");
  CHECK(csv_field("-1+cmd") == "'-1+cmd");
  CHECK(csv_field("@SUM(A1)") == "'@SUM(A1)");
  CHECK(csv_field("  =1") == "'  =1");
  CHECK(csv_field("\xC2\xA0=1") == "'\xC2\xA0=1");
  CHECK(csv_field("\xEF\xBC\x9D" "1") == "'\xEF\xBC\x9D" "1");
  CHECK(csv_field("\t=1") == "\"'\t=1\"");
  CHECK(csv_field(std::string("\0=1", 3)) == "'\xEF\xBF\xBD=1");
  CHECK(csv_field("-3.50") == "-3.50");
  CHECK(csv_field("-3.5.0") == "'-3.5.0");
  CHECK(csv_field("-") == "'-");
  CHECK(csv_field("1A") == "1A");
  CHECK(csv_field("a,\"b\"") == "\"a,\"\"b\"\"\"");
  CHECK(csv_field("a;=1") == "\"a;=1\"");
}
