#include "core/engine/model.h"

#include <algorithm>
#include <array>

#include "core/codec/archive.h"
#include "core/engine/bookkeeping.h"

namespace evenhand {

namespace {

int rag_badness(const std::string& rag) {
  static constexpr std::array<std::string_view, 4> kBest = {"blue", "green", "amber", "red"};
  return static_cast<int>(std::find(kBest.begin(), kBest.end(), rag) - kBest.begin());
}

// How restrictive a consent is: withdrawn most, then in the order of the choices (none, …).
int permissiveness(const FieldSpec& field, const std::string& word) {
  if (word == "withdrawn") return -1;
  return static_cast<int>(std::min(field.choices.find(word), field.choices.size()));
}

template <class Less>
std::optional<Value> least(const std::vector<Value>& values, Less less) {
  return *std::min_element(values.begin(), values.end(), [&](const Value& a, const Value& b) {
    return less(std::get<std::string>(a), std::get<std::string>(b));
  });
}

std::int32_t first_day_of(const std::string& words) {
  const auto date = parse_date(words);
  return date ? date->first_day : std::numeric_limits<std::int32_t>::max();
}

std::optional<Value> rolled_up(const FieldSpec& field, const std::vector<Value>& values) {
  switch (field.merge) {
    case MergeRule::worse_rag:
      return least(values, [](const auto& a, const auto& b) { return rag_badness(a) > rag_badness(b); });
    case MergeRule::earlier_date:
      if (field.type != FieldType::date) return std::nullopt;
      return least(values, [](const auto& a, const auto& b) { return first_day_of(a) < first_day_of(b); });
    case MergeRule::withdrawal:  // values() has one at most
    case MergeRule::single:
    case MergeRule::text:
    case MergeRule::not_graded:
    case MergeRule::items: break;
  }
  return std::nullopt;
}

}  // namespace

namespace {
// Of consents written unseen by each other the most restrictive holds at once; nobody is asked. One that cannot be read
// here, or was cleared, may be the strictest: then only a withdrawal is sure.
std::vector<Value> strictest(const FieldSpec& field, const std::vector<Value>& values, bool all_known) {
  if (values.empty()) return {};
  const Value least_given = *least(values, [&](const auto& a, const auto& b) { return permissiveness(field, a) < permissiveness(field, b); });
  if (!all_known && std::get<std::string>(least_given) != "withdrawn") return {};
  return {least_given};
}

// In one order on every replica, whatever the events' references are.
Value side_by_side(const std::vector<Value>& values) {
  std::vector<std::string> texts;
  for (const Value& value : values) texts.push_back(std::get<std::string>(value));
  std::sort(texts.begin(), texts.end());
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : "; ") + text;
  return all;
}
}  // namespace

std::vector<Value> Record::values(std::string_view name) const {
  const FieldSpec* field = spec_->find_field(name);
  EVENHAND_ASSERT(field != nullptr, "a record was asked for a field that its type does not have");
  const FieldState* state = state_.find(field->id);
  std::vector<Value> values;
  if (state == nullptr) return values;
  if (is_items(*field)) {
    std::vector<Bytes> items;
    for (const ItemAdded& added : state->items) {
      if (items.empty() || items.back() != added.item) items.push_back(added.item);
    }
    auto value = decode_items(*field, items);
    if (value && !items.empty()) values.push_back(std::move(*value));
    return values;
  }
  bool all_known = true;
  for (const Written& written : state->values) {
    all_known = all_known && !written.is_sealed && !written.value.empty();
    if (written.is_sealed || written.value.empty()) continue;
    auto value = decode_value(*field, written.value);
    if (value && std::find(values.begin(), values.end(), *value) == values.end()) values.push_back(std::move(*value));
  }
  if (values.size() > 1 && is_kept_beside(*spec_, *field, state_)) return {side_by_side(values)};
  if (field->merge == MergeRule::withdrawal && state->values.size() > 1) return strictest(*field, values, all_known);
  return values;
}

bool Record::is_conflicted(std::string_view name) const {
  const FieldSpec* field = spec_->find_field(name);
  const FieldState* state = field == nullptr ? nullptr : state_.find(field->id);
  return state != nullptr && field->merge != MergeRule::withdrawal && state->is_conflicted() && !is_kept_beside(*spec_, *field, state_);
}

std::optional<Value> Record::value(std::string_view name) const {
  std::vector<Value> all = values(name);
  if (all.empty()) return std::nullopt;
  if (all.size() == 1 && !is_conflicted(name)) return std::move(all.front());
  return rolled_up(*spec_->find_field(name), all);
}

std::string Record::text(std::string_view name) const {
  const auto found = value(name);
  return found ? to_text(*spec_->find_field(name), *found) : "";
}

namespace {
template <class T>
std::optional<T> as(const std::optional<Value>& value) {
  const T* typed = value ? std::get_if<T>(&*value) : nullptr;
  return typed == nullptr ? std::nullopt : std::optional<T>(*typed);
}
}  // namespace

std::optional<std::int64_t> Record::integer(std::string_view field) const { return as<std::int64_t>(value(field)); }
std::optional<Decimal> Record::decimal(std::string_view field) const { return as<Decimal>(value(field)); }
std::optional<GradeValue> Record::grade(std::string_view field) const { return as<GradeValue>(value(field)); }
bool Record::flag(std::string_view field) const { return as<bool>(value(field)).value_or(false); }
std::optional<EntityId> Record::reference(std::string_view field) const { return as<EntityId>(value(field)); }
std::vector<EntityId> Record::references(std::string_view field) const {
  return as<std::vector<EntityId>>(value(field)).value_or(std::vector<EntityId>());
}
std::vector<std::string> Record::words(std::string_view field) const {
  return as<std::vector<std::string>>(value(field)).value_or(std::vector<std::string>());
}

std::string Record::title() const {
  const std::vector<Value> titles = values(spec_->title_field);
  return titles.empty() ? short_id() : to_text(*spec_->find_field(spec_->title_field), titles.front());
}

std::string short_id_of(const EntityId& id) {
  const std::string letters = to_crockford(id.view()).substr(0, 8);
  return letters.substr(0, 4) + "-" + letters.substr(4);
}

std::string Record::short_id() const { return short_id_of(id()); }

}  // namespace evenhand
