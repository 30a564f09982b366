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

void mask_view_row(InputRow& row, const ViewRead& view, const DisclosureRule& rule) {
  if (!view.aggregate || !stands_for_people(view)) return;
  const auto are_few = [&](std::uint64_t people) { return show_people(static_cast<std::int64_t>(people), rule).how == Shown::masked; };
  for (std::size_t i = 0; i < view.aggregate->measures.size(); ++i) {
    const MeasureEntry& measure = view.aggregate->measures[i];
    const bool is_count = measure.rule == AggregateRule::count;
    const auto at = std::find_if(row.fields.begin(), row.fields.end(), [&](const InputField& one) { return one.name == measure.name; });
    if (at == row.fields.end()) continue;
    const bool may_count = may_count_people(measure, *at, row.made_of.rows);
    const bool counts_few = may_count && !is_count && i < row.made_of.counted.size() && are_few(row.made_of.counted[i]);
    if (are_few(row.made_of.people) || counts_few) *at = {at->name, EVENHAND_INPUT_MASKED};
    else if (may_count) mask_people(*at, rule);
  }
}

}  // namespace evenhand::plugins
