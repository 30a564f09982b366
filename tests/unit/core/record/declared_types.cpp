#include "core/record/declared_types.h"

#include <catch2/catch.hpp>

#include <set>

#include "core/event/limits.h"
#include "core/record/value.h"
#include "tests/support/declared_sample.h"

using namespace evenhand;
using test::sample_definition;

namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  INFO(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

/// The sample with one thing made otherwise, and where the refusal says it is.
struct Wrong {
  const char* from;
  std::string to;
  const char* where;
};

Error refusal_of(const std::string& definition) {
  const auto read = TypeDefinition::parse_untrusted(definition);
  REQUIRE_FALSE(read.ok());
  return read.error();
}

}  // namespace

TEST_CASE("a declared type is found by its name with its fields, registers from 1 and sets from 16384") {
  const auto declared = declare_record_type(sample_definition());
  REQUIRE(declared.ok());
  const RecordSpec& walk = **declared;
  CHECK(find_record_type(walk.name) == &walk);
  CHECK(short_type(walk.name) == "walk");
  CHECK(plugin_of(walk) == "org.example.walks");
  CHECK(walk.find_field("title")->id == 1);
  CHECK(walk.find_field("findings")->id == kFirstSetField);
  CHECK(walk.find_field("result")->id == 2);
  CHECK(walk.find_field("evidence")->id == kFirstSetField + 1);
  for (const FieldSpec& field : walk.fields) {
    CHECK(walk.find_field(field.id) == &field);
    CHECK(is_set_field(field.id) == is_items(field));
  }
  CHECK(walk.find_field(std::uint16_t{7}) == nullptr);
  CHECK(walk.find_field("result")->choices == "pass|fail");
  CHECK((walk.name.size() + std::string(".decided").size()) <= kTypeBytesMax);
}

TEST_CASE("the name of a type is the first sixteen bytes of the hash of its canonical definition, which anybody can make again") {
  const auto definition = TypeDefinition::parse_untrusted(sample_definition());
  REQUIRE(definition.ok());
  const auto again = TypeDefinition::parse_untrusted(definition->canonical());
  REQUIRE(again.ok());
  CHECK(again->canonical() == definition->canonical());
  CHECK(again->type() == definition->type());
  // Kept as it was first computed: the name stands in logs for ever.
  CHECK(definition->type() == "walk-745474d22df975d66cce097929e9f8ea");
}

TEST_CASE("the same definition with its keys in another order and its defaults written out is the same type") {
  const std::string one = R"({"plugin":"org.example.a","name":"x","plural":"xs","home":"cycle","meaning":"m","title_field":"t","fields":[{"name":"t","type":"word","data_class":"none","merge":"single","meaning":"m"}]})";
  const std::string other = R"({"fields":[{"required":false,"meaning":"m","merge":"single","data_class":"none","type":"word","name":"t"}],"title_field":"t","meaning":"m","home":"cycle","plural":"xs","name":"x","plugin":"org.example.a"})";
  CHECK(TypeDefinition::parse_untrusted(one)->type() == TypeDefinition::parse_untrusted(other)->type());
}

TEST_CASE("any other word in a definition makes another type, so two plugins or two versions never mean the same one") {
  const std::string sample = sample_definition();
  std::set<std::string> types = {TypeDefinition::parse_untrusted(sample)->type()};
  const std::pair<const char*, const char*> kOther[] = {{"org.example.walks", "org.example.other"}, {"What came of it", "What it came to"}, {"\"pass\",\"fail\"", "\"fail\",\"pass\""},
                                                        {"\"unit\":\"steps\",", ""},                {"\"home\":\"organisation\"", "\"home\":\"cycle\""}, {",\"required\":true", ""}};
  for (const auto& [from, to] : kOther) types.insert(TypeDefinition::parse_untrusted(replaced(sample, from, to))->type());
  CHECK(types.size() == std::size(kOther) + 1);
}

TEST_CASE("a definition that could not be used is refused, and the refusal says where") {
  const std::string long_name(21, 'a');
  const Wrong kWrong[] = {
      {"\"name\":\"walk\"", "\"name\":\"Walk\"", "name"},
      {"\"name\":\"walk\"", "\"name\":\"" + long_name + "\"", "name"},
      {"\"name\":\"walk\"", "\"name\":\"walk-1\"", "name"},
      {"org.example.walks", "org example", "plugin"},
      {"\"plugin\":\"org.example.walks\",", "", "plugin"},
      {"\"home\":\"organisation\"", "\"home\":\"people\"", "home"},
      {"\"home\":\"organisation\"", "\"home\":\"moon\"", "home"},
      {"\"title_field\":\"title\"", "\"title_field\":\"name\"", "title_field"},
      {"\"title_field\":\"title\"", "\"title_field\":\"findings\"", "title_field"},
      {"\"title_field\":\"title\",", "\"title_field\":\"title\",\"version\":2,", "version"},
      {"\"name\":\"notes\"", "\"name\":\"result\"", "fields[3].name"},
      {"\"name\":\"notes\"", "\"name\":\"cycle\"", "fields[3].type"},
      {"\"type\":\"integer\"", "\"type\":\"number\"", "fields[5].type"},
      {"\"type\":\"integer\"", "\"type\":\"blob\"", "fields[5].type"},
      {"\"data_class\":\"aggregate\"", "\"data_class\":\"personal\"", "fields[5].data_class"},
      {"\"data_class\":\"aggregate\"", "\"data_class\":\"special\"", "fields[5].data_class"},
      {"\"data_class\":\"free text\"", "\"data_class\":\"none\"", "fields[3].data_class"},
      {"\"merge\":\"text\"", "\"merge\":\"items\"", "fields[3].merge"},
      {"\"merge\":\"earlier_date\"", "\"merge\":\"worse_rag\"", "fields[4].merge"},
      {"\"type\":\"words\",\"data_class\":\"none\",\"merge\":\"items\"", "\"type\":\"words\",\"data_class\":\"none\",\"merge\":\"single\"", "fields[1].merge"},
      {"\"choices\":[\"pass\",\"fail\"],", "", "fields[2].choices"},
      {"\"choices\":[\"pass\",\"fail\"]", "\"choices\":[]", "fields[2].choices"},
      {"\"choices\":[\"pass\",\"fail\"]", "\"choices\":[\"pass\",\"pass\"]", "fields[2].choices[1]"},
      {"\"choices\":[\"pass\",\"fail\"]", "\"choices\":[\"pass|fail\"]", "fields[2].choices[0]"},
      {"\"choices\":[\"pass\",\"fail\"]", "\"choices\":\"pass\"", "fields[2].choices"},
      {"\"choices\":[\"service\"]", "\"choices\":[\"person\"]", "fields[6].choices[0]"},
      {"\"unit\":\"steps\"", "\"choices\":[\"a\"]", "fields[5].choices"},
      {"\"required\":true", "\"required\":\"yes\"", "fields[0].required"},
      {"\"meaning\":\"Where it went\"", "\"meaning\":\"Where\\nit went\"", "fields[0].meaning"},
      {"\"meaning\":\"Where it went\"", "\"meaning\":\"" + std::string(301, 'x') + "\"", "fields[0].meaning"},
      {"\"meaning\":\"Where it went\",", "", "fields[0].meaning"},
  };
  for (const Wrong& wrong : kWrong) {
    INFO(wrong.from << " -> " << wrong.to);
    CHECK(refusal_of(replaced(sample_definition(), wrong.from, wrong.to)).where == wrong.where);
  }
}

TEST_CASE("a definition that is too large is refused before it is looked at closely") {
  const std::string start = R"({"plugin":"org.example.a","name":"x","plural":"xs","home":"cycle","meaning":"m","title_field":"f0","fields":[)";
  const auto with_fields = [&](std::size_t count, const std::string& meaning) {
    std::string text = start;
    for (std::size_t i = 0; i < count; ++i) text += std::string(i == 0 ? "" : ",") + R"({"name":"f)" + std::to_string(i) + R"(","type":"word","data_class":"none","merge":"single","meaning":")" + meaning + "\"}";
    return text + "]}";
  };
  CHECK(TypeDefinition::parse_untrusted(with_fields(kDeclaredFieldsMax, "m")).ok());
  CHECK(refusal_of(with_fields(kDeclaredFieldsMax + 1, "m")).where == "fields");
  CHECK_FALSE(TypeDefinition::parse_untrusted(with_fields(10'000, "m")).ok());
  CHECK_FALSE(TypeDefinition::parse_untrusted(std::string(1'000, '[')).ok());
}

TEST_CASE("names of declared types are told from all others, and read back") {
  const std::string digits = "0123456789abcdef0123456789abcdef";
  CHECK(is_declared_type("walk-" + digits));
  CHECK(is_declared_type("site_walk-" + digits));
  CHECK(short_type("site_walk-" + digits) == "site_walk");
  CHECK(schema_record_of("walk-" + digits).hex() == digits);
  const std::vector<std::string> others = {"walk", "evidence", "walk-" + digits.substr(1), "walk~" + digits, "-" + digits, "Walk-" + digits, "walk-" + digits.substr(1) + "G",
                                   std::string(21, 'a') + "-" + digits, "org.example.walk-" + digits};
  for (const std::string& other : others) {
    INFO(other);
    CHECK_FALSE(is_declared_type(other));
    CHECK(short_type(other) == other);
  }
}

TEST_CASE("no type of the vocabulary has a name that a declared type could have") {
  for (const RecordSpec& spec : vocabulary()) CHECK_FALSE(is_declared_type(spec.name));
}

TEST_CASE("a type declared twice is one, and stands once in the list, behind the vocabulary") {
  const auto first = declare_record_type(sample_definition("twice"));
  const auto second = declare_record_type(sample_definition("twice"));
  REQUIRE((first.ok() && second.ok()));
  CHECK(*first == *second);
  const auto all = all_record_types();
  CHECK(std::count(all.begin(), all.end(), *first) == 1);
  CHECK(all.size() == vocabulary().size() + declared_record_types().size());
  CHECK(all.front() == &vocabulary().front());
}
