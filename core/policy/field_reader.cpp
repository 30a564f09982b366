#include "core/policy/field_reader.h"

#include <algorithm>

#include "core/base/near_miss.h"

namespace evenhand {

namespace {

const std::vector<Json> kNothing;

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

FieldReader::FieldReader(const Json& json, std::string path) : json_(json), path_(std::move(path)) {
  if (!json_.is_object()) fail(refused("here should be an object, not " + std::string(json_.kind_words()), path_.empty() ? "the whole text" : path_));
}

void FieldReader::fail(Error error) {
  if (outcome_.ok()) outcome_ = std::move(error);
}

void FieldReader::expect(bool holds, std::string_view key, std::string_view what) {
  if (!holds) fail(refused(std::string(what), path(key)));
}

const Json* FieldReader::member(std::string_view key, bool required) {
  known_.emplace_back(key);
  if (failed()) return nullptr;
  const Json* found = json_.find(key);
  if (found != nullptr && found->is_null()) found = nullptr;
  if (required) expect(found != nullptr, key, "this is missing");
  return found;
}

std::string FieldReader::text(std::string_view key) {
  const Json* found = member(key, true);
  if (found != nullptr) expect(found->is_string() && !found->text().empty(), key, "here should be text that is not empty");
  return found != nullptr ? found->text() : "";
}

std::string FieldReader::text_if_any(std::string_view key) {
  const Json* found = member(key, false);
  if (found != nullptr) expect(found->is_string(), key, "here should be text, not " + std::string(found->kind_words()));
  return found != nullptr ? found->text() : "";
}

std::int64_t FieldReader::integer(std::string_view key, std::int64_t from, std::int64_t to) {
  const Json* found = member(key, true);
  if (found == nullptr) return from;
  const auto value = found->integer();
  if (value && *value >= from && *value <= to) return *value;
  expect(false, key, "here should be a whole number from " + std::to_string(from) + " to " + std::to_string(to));
  return from;
}

bool FieldReader::flag(std::string_view key) {
  const Json* found = member(key, true);
  if (found != nullptr) expect(found->is_boolean(), key, "here should be true or false");
  return found != nullptr && found->boolean().value_or(false);
}

std::vector<std::string> FieldReader::texts_if_any(std::string_view key) {
  std::vector<std::string> texts;
  for (const Json& item : list_if_any(key)) {
    expect(item.is_string() && !item.text().empty(), key, "every item should be text that is not empty");
    texts.push_back(item.text());
  }
  return texts;
}

const std::vector<Json>& FieldReader::list(std::string_view key) {
  const Json* found = member(key, true);
  if (found != nullptr) expect(found->is_array(), key, "here should be a list, not " + std::string(found->kind_words()));
  return failed() ? kNothing : found->items();
}

const std::vector<Json>& FieldReader::list_if_any(std::string_view key) {
  const Json* found = member(key, false);
  if (found != nullptr) expect(found->is_array(), key, "here should be a list, not " + std::string(found->kind_words()));
  return failed() || found == nullptr ? kNothing : found->items();
}

const Json* FieldReader::object_if_any(std::string_view key) {
  const Json* found = member(key, false);
  if (found != nullptr) expect(found->is_object(), key, "here should be an object, not " + std::string(found->kind_words()));
  return failed() ? nullptr : found;
}

const Json* FieldReader::object(std::string_view key) {
  const Json* found = object_if_any(key);
  expect(failed() || found != nullptr, key, "this is missing");
  return found;
}

const Json* FieldReader::any(std::string_view key) { return member(key, false); }

Result<void> FieldReader::finish() {
  for (const std::string& key : json_.keys()) {
    if (failed()) break;
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    const std::string near = nearest(key, known_);
    fail(refused("no such name is known here", path(key),
                 near.empty() ? "Known here: " + listed(known_) + "." : "Did you mean \"" + near + "\"?"));
  }
  return outcome_;
}

}  // namespace evenhand
