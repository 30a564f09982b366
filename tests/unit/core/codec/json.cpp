#include "core/codec/json.h"

#include <catch2/catch.hpp>

using namespace evenhand;

namespace {

std::string refusal_of(std::string_view text, JsonLimits limits = {}) {
  const auto result = parse_json(text, limits);
  return result ? "taken: " + write_json(*result) : result.error().sentence();
}

bool is_refused(std::string_view text) { return !parse_json(text); }

std::string written(std::string_view text) {
  const auto result = parse_json(text);
  return result ? write_json(*result) : result.error().sentence();
}

std::string nested(std::size_t depth, std::string_view open, std::string_view close) {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) text += open;
  text += "1";
  for (std::size_t i = 0; i < depth; ++i) text += close;
  return text;
}

}  // namespace

TEST_CASE("what is not RFC 8259 is refused, however common it is elsewhere") {
  const char* const kBad[] = {
      "", "  ", "[1,]", "{\"a\":1,}", "{'a':1}", "[01]", "[-01]", "[00]", "[1.]", "[.5]", "[-]", "[+1]", "[1e]", "[1e+]",
      "/*c*/[1]", "[1]//x", "[1] x", "[1][2]", "{}{}", "nul", "[NaN]", "[-NaN]", "[Infinity]", "[-Infinity]", "[Inf]", "[TRUE]",
      "[tru]", "[truex]", "[0x10]", "{a:1}", "{\"a\" 1}", "[1 2]", "{\"a\":}", "[,1]", "{,}", "[", "]", "{", "}", "\"", "[\"a", "{\"a\"",
      "{\"a\":", "[\"\\x41\"]", "[\"\\'\"]", "[\"a\tb\"]", "[\"a\nb\"]", "[\f1]", "[\v1]", "[1]\f", "{1:2}", "{null:2}", "[1;2]",
      "\xC2\xA0[1]", "[1,\xEF\xBB\xBF" "2]", "[\"\\u12\"]", "[\"\\u00g0\"]", "[1e5.5]", "[1.5.5]", "[--1]", "[1_000]", "[1,,2]", "[]]", "{}}"};
  for (const char* text : kBad) {
    INFO(text);
    CHECK(is_refused(text));
  }
}

TEST_CASE("every value of JSON is taken, bare or nested, and comes back in the same order") {
  for (const char* text : {"null", "true", "false", "0", "-1", "\"\"", "[]", "{}", "{\"b\":1,\"a\":[2,{\"\":null}],\"B\":\"x\"}"}) {
    CHECK(written(text) == text);
  }
  CHECK(written(" \t\r\n[ 1 , 2 ] \n") == "[1,2]");
}

TEST_CASE("a number keeps its text: no digit is lost, however long") {
  for (const char* text : {"7.50", "18446744073709551615", "18446744073709551616", "-9223372036854775808", "1e0", "1E+2", "-0", "0.1",
                           "123456789012345678901234567890.123456789012345678", "1e-300", "1e-999", "5e-324", "1.7976931348623157e308",
                           "0.00000000000000000000000000000001"}) {
    CHECK(written(text) == text);
  }
}

TEST_CASE("numbers that no double can hold are refused, and so are endless ones") {
  CHECK(is_refused("[1e400]"));
  CHECK(is_refused("[-1e309]"));
  CHECK(is_refused("[1e99999999999999999999]"));
  CHECK(is_refused("[1.8e308]"));
  CHECK(is_refused("[" + std::string(400, '9') + "]"));
  CHECK(is_refused("[0." + std::string(400, '1') + "]"));
}

TEST_CASE("integers are exact up to 64 bits and nothing beyond") {
  CHECK(parse_json("9223372036854775807")->integer() == INT64_MAX);
  CHECK(parse_json("-9223372036854775808")->integer() == INT64_MIN);
  CHECK(parse_json("18446744073709551615")->natural() == UINT64_MAX);
  CHECK_FALSE(parse_json("9223372036854775808")->integer());
  CHECK_FALSE(parse_json("18446744073709551616")->natural());
  CHECK_FALSE(parse_json("1.0")->integer());
  CHECK_FALSE(parse_json("\"1\"")->integer());
  CHECK_FALSE(parse_json("-1")->natural());
  CHECK(parse_json("-0")->natural() == 0u);
}

TEST_CASE("depth is bounded and 200,000 levels end in a sentence, not in a crash") {
  CHECK(parse_json(nested(32, "[", "]")).ok());
  CHECK_THAT(refusal_of(nested(33, "[", "]")), Catch::Contains("more than 32 deep") && Catch::Contains("line 1, column"));
  CHECK_THAT(refusal_of(nested(200000, "[", "]")), Catch::Contains("deep"));
  CHECK_THAT(refusal_of(nested(200000, "{\"a\":", "}")), Catch::Contains("deep"));
  CHECK_THAT(refusal_of(std::string(200000, '[')), Catch::Contains("deep"));
}

TEST_CASE("size and number of values are bounded") {
  CHECK_THAT(refusal_of("[1,2,3]", {.text_bytes_max = 6}), Catch::Contains("more than 6 bytes"));
  CHECK_THAT(refusal_of("[1,2,3]", {.nodes_max = 3}), Catch::Contains("more than 3 values"));
  CHECK(parse_json("[1,2,3]", {.nodes_max = 4}).ok());
}

TEST_CASE("a name given twice is refused with its path, at any level and however it is escaped") {
  CHECK_THAT(refusal_of("{\"a\":1,\"a\":2}"), Catch::Contains("given twice") && Catch::Contains("(a, line 1, column"));
  CHECK_THAT(refusal_of("{\"services\":[{},{\"grades\":{\"1A\":1,\"\\u0031A\":2}}]}"), Catch::Contains("services[1].grades.1A"));
  CHECK(written("{\"a\":{\"a\":1},\"b\":{\"a\":1}}") == "{\"a\":{\"a\":1},\"b\":{\"a\":1}}");
}

TEST_CASE("text must be UTF-8 without NUL, raw or escaped, and the byte is named") {
  CHECK_THAT(refusal_of("[\"ab\xFF\"]"), Catch::Contains("not UTF-8") && Catch::Contains("byte 5"));
  CHECK_THAT(refusal_of("[\"\xED\xA0\x80\"]"), Catch::Contains("not UTF-8"));
  CHECK_THAT(refusal_of(std::string_view("[\"a\0\"]", 6)), Catch::Contains("NUL") && Catch::Contains("byte 4"));
  CHECK_THAT(refusal_of("[\"a\\u0000b\"]"), Catch::Contains("NUL"));
  CHECK_THAT(refusal_of("{\"a\\u0000b\":1}"), Catch::Contains("NUL"));
  CHECK_THAT(refusal_of(std::string_view("\xFF\xFE[\0]\0", 6)), Catch::Contains("not UTF-8"));
}

TEST_CASE("half a surrogate pair is refused and a whole one is one character") {
  for (const char* text : {"[\"\\ud800\"]", "[\"\\udc00\"]", "[\"\\ud83dx\"]", "[\"\\ud83d\\u0041\"]", "[\"\\ude00\\ud83d\"]", "[\"\\ud83d\\ud83d\"]"}) {
    INFO(text);
    CHECK(is_refused(text));
  }
  CHECK(written("\"\\ud83d\\ude00\"") == "\"😀\"");
}

TEST_CASE("an error names the line and the column in characters") {
  CHECK_THAT(refusal_of("{\n  \"ä\": x\n}"), Catch::Contains("line 2, column 8"));
  CHECK_THAT(refusal_of("[1] 2"), Catch::Contains("follows the end") && Catch::Contains("line 1, column 5"));
}

TEST_CASE("a byte order mark is skipped at the start only") {
  CHECK(written("\xEF\xBB\xBF[1]") == "[1]");
  CHECK(is_refused("\xEF\xBB\xBF\xEF\xBB\xBF[1]"));
}

TEST_CASE("writing escapes what would break a line, a terminal or a script") {
  Json json = Json::object();
  json.set("k\"", "a\"\\\n\t\r\x01\x1b\x7f\u2028\u2029é").set("n", Json::array().push(1).push(nullptr).push(true));
  CHECK(write_json(json) == "{\"k\\\"\":\"a\\\"\\\\\\n\\t\\r\\u0001\\u001b\\u007f\\u2028\\u2029é\",\"n\":[1,null,true]}");
  const auto again = parse_json(write_json(json, JsonStyle::pretty));
  REQUIRE(again.ok());
  CHECK(*again == json);
  CHECK(write_json(Json::object().set("a", Json::array()), JsonStyle::pretty) == "{\n  \"a\": []\n}\n");
}

TEST_CASE("members are found by name, replaced by set, and absent ones are no crash") {
  Json json = Json::object();
  json.set("a", 1).set("b", "x").set("a", 2);
  CHECK(json.size() == 2);
  CHECK(json.find("a")->integer() == 2);
  CHECK(json.find("b")->text() == "x");
  CHECK(json.find("c") == nullptr);
  CHECK(Json(5).find("c") == nullptr);
  CHECK(Json(5).text().empty());
}

TEST_CASE("a number built from text must be one") {
  CHECK(Json::number("7.50")->number_text() == "7.50");
  for (const char* text : {"", "1.", "01", "+1", "1e", "NaN", "1 ", " 1", "0x1", "1e999", "--1"}) CHECK_FALSE(Json::number(text).ok());
}

TEST_CASE("a parsed value knows the line it stood on, an object the one where it opens") {
  const Json json = parse_json("\xEF\xBB\xBF\n{\n  \"a\": 1, \"b\": [\n    true,\r\n\n    {\"c\": \"x\\ny\"}\n  ],\n\"d\": null}\n").value();
  CHECK(json.line() == 2);
  CHECK(json.find("a")->line() == 3);
  CHECK(json.find("b")->line() == 3);
  CHECK(json.find("b")->items()[0].line() == 4);
  CHECK(json.find("b")->items()[1].line() == 6);
  CHECK(json.find("b")->items()[1].find("c")->line() == 6);
  CHECK(json.find("d")->line() == 8);
}

TEST_CASE("where a value stood is no part of what it equals, and a built value stood nowhere") {
  CHECK(parse_json("[1,\n2]").value() == parse_json("\n\n[1,2]").value());
  CHECK(Json::array().push(1).line() == 0);
  CHECK(sizeof(Json) == sizeof(std::string) + sizeof(std::vector<std::string>) + sizeof(std::vector<Json>) + 8);
}
