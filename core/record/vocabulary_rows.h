/// Short hands for the rows of the vocabulary table. Included by vocabulary_*.cpp only.
#pragma once

#include "core/record/vocabulary.h"

namespace evenhand::rows {

constexpr bool kRequired = true;
constexpr DataClass kOpen = DataClass::none;
constexpr DataClass kCount = DataClass::aggregate;
constexpr DataClass kFree = DataClass::free_text;
constexpr DataClass kPersonal = DataClass::personal;
constexpr DataClass kSpecial = DataClass::special;

struct Text {
  std::string_view meaning;
  std::string_view example;
};

constexpr FieldSpec word(std::uint16_t id, std::string_view name, Text text, bool required = false,
                         DataClass data_class = kOpen) {
  return {id, name, FieldType::word, data_class, MergeRule::single, "", "", text.meaning, text.example, required};
}
constexpr FieldSpec prose(std::uint16_t id, std::string_view name, Text text, bool required = false,
                          DataClass data_class = kFree) {
  return {id, name, FieldType::prose, data_class, MergeRule::text, "", "", text.meaning, text.example, required};
}
constexpr FieldSpec integer(std::uint16_t id, std::string_view name, std::string_view unit, Text text,
                            bool required = false, DataClass data_class = kCount) {
  return {id, name, FieldType::integer, data_class, MergeRule::single, "", unit, text.meaning, text.example, required};
}
constexpr FieldSpec decimal(std::uint16_t id, std::string_view name, std::string_view unit, Text text,
                            bool required = false, DataClass data_class = kCount) {
  return {id, name, FieldType::decimal, data_class, MergeRule::single, "", unit, text.meaning, text.example, required};
}
constexpr FieldSpec grade(std::uint16_t id, std::string_view name, Text text, bool required = false) {
  return {id,           name,        FieldType::grade, kCount, MergeRule::not_graded, "", "grade", text.meaning,
          text.example, required};
}
constexpr FieldSpec flag(std::uint16_t id, std::string_view name, Text text) {
  return {id, name, FieldType::flag, kOpen, MergeRule::single, "", "", text.meaning, text.example};
}
constexpr FieldSpec date(std::uint16_t id, std::string_view name, Text text, MergeRule merge = MergeRule::earlier_date,
                         DataClass data_class = kOpen) {
  return {id, name, FieldType::date, data_class, merge, "", "", text.meaning, text.example};
}
constexpr FieldSpec choice(std::uint16_t id, std::string_view name, std::string_view choices, Text text,
                           bool required = false, MergeRule merge = MergeRule::single, DataClass data_class = kOpen) {
  return {id, name, FieldType::choice, data_class, merge, choices, "", text.meaning, text.example, required};
}
constexpr FieldSpec code(std::uint16_t id, std::string_view name, Text text, bool required = false) {
  return {id, name, FieldType::code, kOpen, MergeRule::single, "", "", text.meaning, text.example, required};
}
constexpr FieldSpec reference(std::uint16_t id, std::string_view name, std::string_view target, Text text,
                              bool required = false) {
  return {id, name, FieldType::reference, kOpen, MergeRule::single, target, "", text.meaning, text.example, required};
}
constexpr FieldSpec references(std::uint16_t id, std::string_view name, std::string_view target, Text text) {
  return {id, name, FieldType::references, kOpen, MergeRule::items, target, "", text.meaning, text.example};
}
constexpr FieldSpec words(std::uint16_t id, std::string_view name, Text text, DataClass data_class = kOpen) {
  return {id, name, FieldType::words, data_class, MergeRule::items, "", "", text.meaning, text.example};
}
constexpr FieldSpec blob(std::uint16_t id, std::string_view name, Text text, DataClass data_class = kFree) {
  return {id, name, FieldType::blob, data_class, MergeRule::single, "", "bytes", text.meaning, text.example};
}
constexpr FieldSpec rag(std::uint16_t id) {
  return {id, "rag", FieldType::choice, kOpen, MergeRule::worse_rag, "red|amber|green|blue", "",
          "Progress colour: red, amber, green, blue = done", "amber"};
}
constexpr FieldSpec position(std::uint16_t id) {
  return {id, "position", FieldType::integer, kOpen, MergeRule::single, "", "", "Order within its list, from 1", "1"};
}

}  // namespace evenhand::rows
