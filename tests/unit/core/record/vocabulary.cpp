#include "core/record/vocabulary.h"

#include <catch2/catch.hpp>

#include <set>

#include "core/record/value.h"

using namespace evenhand;

namespace {

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t bar = text.find('|');
    parts.emplace_back(text.substr(0, bar));
    text = bar == std::string_view::npos ? std::string_view{} : text.substr(bar + 1);
  }
  return parts;
}

}  // namespace

TEST_CASE("record types ascend by id, each with fields 1 to n and a field that names it") {
  std::uint16_t before = 0;
  std::set<std::string_view> names;
  for (const RecordSpec& record : vocabulary()) {
    INFO(record.name);
    CHECK(record.id > before);
    before = record.id;
    CHECK(names.insert(record.name).second);
    CHECK(record.find_field(record.title_field) != nullptr);
    CHECK(find_record_type(record.id) == &record);
    std::set<std::string_view> fields;
    for (std::size_t i = 0; i < record.fields.size(); ++i) {
      CHECK(record.fields[i].id == i + 1);
      CHECK(fields.insert(record.fields[i].name).second);
      CHECK_FALSE(record.fields[i].meaning.empty());
    }
  }
  CHECK(vocabulary().size() >= 50);
}

TEST_CASE("references name record types that exist, choices are several, and every example is a value of its field") {
  for (const RecordSpec& record : vocabulary()) {
    for (const FieldSpec& field : record.fields) {
      INFO(record.name << "." << field.name << " " << field.example);
      if (field.type == FieldType::reference || field.type == FieldType::references) {
        for (const std::string& target : split(field.choices)) CHECK(find_record_type(target) != nullptr);
        CHECK(field.example.starts_with("@"));
        continue;
      }
      if (field.type == FieldType::choice) CHECK(split(field.choices).size() >= 2);
      if (field.type == FieldType::blob) continue;
      const auto value = parse_value(field, field.example);
      INFO((value ? "" : value.error().sentence()));
      REQUIRE(value.ok());
      CHECK(encode_value(field, *value).ok());
    }
  }
}

TEST_CASE("what is personal stays in people spaces, but for the names that files had") {
  for (const RecordSpec& record : vocabulary()) {
    for (const FieldSpec& field : record.fields) {
      if (field.data_class < DataClass::personal) continue;
      INFO(record.name << "." << field.name);
      CHECK((record.home == HomeSpace::people || (record.name == "file" && field.name == "original_name")));
    }
  }
}
