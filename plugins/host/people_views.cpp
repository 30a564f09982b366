#include "plugins/host/people_views.h"

#include <algorithm>

#include "core/policy/disclosure.h"
#include "plugins/host/mask.h"
#include "plugins/host/read_types.h"

namespace evenhand::plugins {

namespace {

std::string name_of(const ViewRead& view) {
  return view.owner->manifest.id + "/" + view.projection->id + (view.aggregate ? "/" + view.aggregate->id : "");
}

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

bool reads_people(const Manifest& manifest) {
  return std::any_of(manifest.reads.begin(), manifest.reads.end(), [&](const auto& read) { return is_of_people(manifest, read.first); });
}

bool may_speak_of_people(const Manifest& manifest) { return manifest.data_class >= DataClass::free_text || reads_people(manifest); }

std::string people_views(const std::vector<ViewRead>& views) {
  std::string names;
  for (const ViewRead& view : views) {
    if (stands_for_people(view)) names += (names.empty() ? "" : " ") + name_of(view);
  }
  return names;
}

void mask_view_row(InputRow& row, const ViewRead& view, const DisclosureRule& rule) {
  if (!view.aggregate || !stands_for_people(view)) return;
  const bool are_few = show_people(static_cast<std::int64_t>(row.made_of), rule).how == Shown::masked;
  for (const MeasureEntry& measure : view.aggregate->measures) {
    const auto at = std::find_if(row.fields.begin(), row.fields.end(), [&](const InputField& one) { return one.name == measure.name; });
    if (at == row.fields.end()) continue;
    if (are_few) *at = {at->name, EVENHAND_INPUT_MASKED};
    else if (may_count_people(measure, *at, row.made_of)) mask_people(*at, rule);
  }
}

}  // namespace evenhand::plugins
