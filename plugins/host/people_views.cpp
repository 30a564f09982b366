#include "plugins/host/people_views.h"

#include <algorithm>

#include "core/policy/disclosure.h"
#include "plugins/host/mask.h"
#include "plugins/host/read_types.h"

namespace evenhand::plugins {

namespace {

bool is_of_people(const Manifest& manifest, std::string_view type) {
  // A type that the plugin declares itself goes by its short name, in several versions.
  const std::vector<const RecordSpec*> specs = types_read_as(manifest, type);
  return std::any_of(specs.begin(), specs.end(), [](const RecordSpec* spec) { return stands_for_a_person(*spec); });
}

bool may_count_people(const MeasureEntry& measure, const InputField& field, std::uint64_t rows) {
  if (measure.rule == AggregateRule::count) return true;
  return measure.rule == AggregateRule::sum && field.number && field.decimals == 0 && *field.number >= 0 && static_cast<std::uint64_t>(*field.number) <= rows;
}

}  // namespace

bool stands_for_people(const ViewRead& view) {
  const Manifest& owner = view.owner->manifest;
  return std::any_of(view.projection->on.begin(), view.projection->on.end(), [&](const std::string& type) { return is_of_people(owner, type); });
}

PersonOf person_of(const ViewRead& view, const Model& model) {
  if (!stands_for_people(view)) return {};
  return [&model](const EntityId& id) -> Result<EntityId> {
    EVENHAND_TRY(const auto record, model.find(id));
    const bool may_name_one = record && record->spec().find_field("person") != nullptr;
    return may_name_one ? record->reference("person").value_or(id) : id;
  };
}

bool reads_people(const Manifest& manifest) {
  return std::any_of(manifest.reads.begin(), manifest.reads.end(), [&](const auto& read) { return is_of_people(manifest, read.first); });
}

bool may_speak_of_people(const Manifest& manifest) { return manifest.data_class >= DataClass::free_text || reads_people(manifest); }

std::string people_views(const std::vector<ViewRead>& views) {
  std::string names;
  for (const ViewRead& view : views) {
    // An aggregate's rows are groups of people, masked before anybody has them: a sum over them is no number of rows.
    if (!view.aggregate && stands_for_people(view)) names += (names.empty() ? "" : " ") + view.owner->manifest.id + "/" + view.projection->id;
  }
  return names;
}

void write_rule(InputWriter& input, const DisclosureRule& rule) {
  input.option("people_masked_from", std::to_string(rule.people_masked_from));
  input.option("people_masked_to", std::to_string(rule.people_masked_to));
  input.option("people_rounded_to", std::to_string(rule.people_rounded_to));
}

namespace {

InputField* find(InputRow& row, const std::string& name) {
  const auto at = std::find_if(row.fields.begin(), row.fields.end(), [&](const InputField& one) { return one.name == name; });
  return at == row.fields.end() ? nullptr : &*at;
}

// A sum that may be the same number once for each row says how many rows there are.
void round_multiple(InputField& sum, std::uint64_t rows, const DisclosureRule& rule) {
  const auto exact = static_cast<std::int64_t>(rows);
  if (!sum.number || rows == 0 || *sum.number == 0 || *sum.number % exact != 0) return;
  const std::int64_t each = *sum.number / exact, shown = show_people(exact, rule).value.value_or(0);
  std::int64_t rounded = 0;
  if (shown == exact) return;
  if (__builtin_mul_overflow(each, shown, &rounded)) {
    sum = {sum.name, EVENHAND_INPUT_MASKED};
    return;
  }
  sum.number = rounded;
  sum.texts = {Decimal{rounded, static_cast<std::uint8_t>(sum.decimals)}.text()};
  sum.state |= EVENHAND_INPUT_ROUNDED;
}

// A total less the others would give the only one away that is hidden.
void hide_a_second(std::vector<InputRow>& rows, const std::string& measure) {
  InputField* smallest = nullptr;
  std::size_t hidden = 0;
  for (InputRow& row : rows) {
    InputField* const field = find(row, measure);
    if (field && (field->state & EVENHAND_INPUT_MASKED) != 0) ++hidden;
    if (field && field->number.value_or(0) != 0 && (!smallest || *field->number < *smallest->number)) smallest = field;
  }
  if (hidden == 1 && smallest) *smallest = {smallest->name, EVENHAND_INPUT_MASKED};
}

void mask_view_row(InputRow& row, const ViewRead& view, const DisclosureRule& rule) {
  const auto are_few = [&](std::uint64_t people) { return show_people(static_cast<std::int64_t>(people), rule).how == Shown::masked; };
  for (std::size_t i = 0; i < view.aggregate->measures.size(); ++i) {
    const MeasureEntry& measure = view.aggregate->measures[i];
    const bool is_count = measure.rule == AggregateRule::count;
    InputField* const at = find(row, measure.name);
    if (!at) continue;
    const bool may_count = may_count_people(measure, *at, row.made_of.rows);
    const bool counts_few = may_count && !is_count && i < row.made_of.counted.size() && are_few(row.made_of.counted[i]);
    if (are_few(row.made_of.people) || counts_few) *at = {at->name, EVENHAND_INPUT_MASKED};
    else if (may_count) mask_people(*at, rule);
    else if (measure.rule == AggregateRule::sum) round_multiple(*at, row.made_of.rows, rule);
  }
}

}  // namespace

void mask_view_rows(std::vector<InputRow>& rows, const ViewRead& view, const DisclosureRule& rule) {
  if (!view.aggregate || !stands_for_people(view)) return;
  for (InputRow& row : rows) mask_view_row(row, view, rule);
  for (const MeasureEntry& measure : view.aggregate->measures) {
    if (measure.rule == AggregateRule::count || measure.rule == AggregateRule::sum) hide_a_second(rows, measure.name);
  }
}

}  // namespace evenhand::plugins
