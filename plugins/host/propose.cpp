#include "plugins/host/propose.h"

#include <algorithm>
#include <set>

#include "core/record/value.h"
#include "plugins/abi/plugin.h"
#include "plugins/host/fresh_projections.h"
#include "plugins/host/masked_rows.h"
#include "plugins/host/people_views.h"
#include "plugins/host/read_types.h"
#include "plugins/host/record_rows.h"
#include "plugins/host/report_input.h"
#include "plugins/host/rows_reader.h"

namespace evenhand::plugins {

namespace {

/// Record and field of every number that was hidden or rounded.
using Masked = std::set<std::pair<std::string, std::string>>;

Result<const CommandEntry*> find_command(const Plugin& plugin, std::string_view id) {
  std::string known;
  for (const CommandEntry& entry : plugin.manifest.commands) {
    if (entry.id == id) return &entry;
    known += (known.empty() ? "" : ", ") + entry.id;
  }
  return not_found("the plugin " + plugin.manifest.id + " has no command \"" + std::string(id) + "\"", "", known.empty() ? "It has none." : "Choose one of: " + known);
}

Result<void> check_options(const CommandEntry& entry, const CommandOptions& options) {
  for (const auto& [name, text] : options) {
    const bool is_known = std::any_of(entry.options.begin(), entry.options.end(), [&](const OptionEntry& one) { return one.name == name; });
    if (!is_known) return refused("the command \"" + entry.id + "\" has no option \"" + name + "\"");
  }
  for (const OptionEntry& option : entry.options) {
    if (option.is_required && !options.contains(option.name)) return refused("the command \"" + entry.id + "\" needs the option \"" + option.name + "\": " + option.meaning);
  }
  return {};
}

Result<void> write_views(InputWriter& input, const Registry& registry, const Manifest& manifest, const Model& model, const DisclosureRule& rule, const ProjectionReader* projections) {
  EVENHAND_TRY(const std::vector<ViewRead> views, views_read_by(registry, manifest));
  if (!views.empty()) input.option("people_views", people_views(views));
  const FreshProjections fresh(model);
  const ProjectionReader& reader = projections != nullptr ? *projections : fresh;
  for (const ViewRead& view : views) {
    EVENHAND_TRY(ViewRows rows, view.aggregate ? reader.aggregate(*view.owner, *view.projection, *view.aggregate, {}, person_of(view, model))
                                                     : reader.rows(*view.owner, *view.projection, {}));
    // A proposal on top of an old picture would be wrong without anybody seeing it.
    if (!rows.stale.empty()) return stale(rows.stale, manifest.id);
    mask_view_rows(rows.rows, view, rule);
    for (const InputRow& row : rows.rows) input.row(row);
  }
  return {};
}

Result<FieldValue> value_of(const FieldSpec& spec, const InputField& field, const std::string& place) {
  std::string text;
  for (const std::string& one : field.texts) text += (text.empty() ? "" : "; ") + one;
  if (field.number) text = Decimal{*field.number, static_cast<std::uint8_t>(field.decimals)}.text();
  auto value = parse_value(spec, text);
  const auto fits = value ? encode_value(spec, *value) : Result<Bytes>(value.error());
  if (!fits) {
    Error error = fits.error();
    error.where = place + (error.where.empty() ? "" : ": " + error.where);
    return error;
  }
  return FieldValue{field.name, std::move(*value)};
}

Result<RecordChange> change_from(const Plugin& plugin, const CommandEntry& entry, const InputRow& row, std::size_t number, const Model& model, const Masked& masked) {
  const std::string place = plugin.manifest.id + " " + plugin.manifest.version + ", row " + std::to_string(number);
  const bool may = std::find(entry.proposes.begin(), entry.proposes.end(), row.type) != entry.proposes.end();
  // An agreement made with an earlier version of this program may still name one.
  if (is_kept_by_program(row.type)) return refused("it proposed a \"" + row.type + "\", which the program keeps itself", place, "Remove it: evenhand plugin remove " + plugin.manifest.id);
  const RecordSpec* spec = may ? type_written_as(plugin.manifest, row.type) : nullptr;
  if (spec == nullptr) return corrupt("it proposed a \"" + row.type + "\", which its manifest does not name", place, "Tell the plugin's author.");
  RecordChange change;
  change.type = std::string(spec->name);
  if (!row.id.empty()) {
    change.entity = *EntityId::from_hex(row.id);
    EVENHAND_TRY(const auto record, model.find(change.entity));
    // What it was not shown it cannot have seen, however it came to the id.
    const bool was_shown = record && !record->is_removed() && is_for_plugins(*record) && name_for(plugin.manifest, record->spec().name) == row.type;
    if (!was_shown) return refused("it proposed to change a record that is not there", place, "Tell the plugin's author.");
    change.seen = record->state().heads;
  }
  for (const InputField& field : row.fields) {
    const FieldSpec* known = spec->find_field(field.name);
    if (known == nullptr) return corrupt("it proposed a field \"" + field.name + "\" that a " + row.type + " does not have", place, "Tell the plugin's author.");
    if (masked.contains({row.id, field.name})) return refused("it proposed \"" + field.name + "\", of which plugins are only shown a hidden or rounded number", place, "Tell the plugin's author.");
    EVENHAND_TRY(FieldValue value, value_of(*known, field, place + ", " + field.name));
    change.set.push_back(std::move(value));
  }
  return change;
}

}  // namespace

Result<void> check_command(const Registry& registry, std::string_view plugin_id, std::string_view command_id, const CommandOptions& options) {
  const auto plugin = registry.find_plugin(plugin_id);
  if (!plugin) return not_found("there is no plugin \"" + std::string(plugin_id) + "\"", "", "See: evenhand plugin list");
  EVENHAND_TRY(const CommandEntry* const entry, find_command(*plugin, command_id));
  return check_options(*entry, options);
}

Result<Command> propose(const Registry& registry, const Model& model, std::string_view plugin_id, std::string_view command_id,
                        const CommandOptions& options, const ProjectionReader* projections) {
  EVENHAND_CHECK(check_command(registry, plugin_id, command_id, options));
  const auto plugin = registry.find_plugin(plugin_id);
  EVENHAND_TRY(const CommandEntry* const entry, find_command(*plugin, command_id));
  InputWriter input(plugin->manifest, entry->id);
  for (const auto& [name, text] : options) input.option(name, text);
  EVENHAND_TRY(const DisclosureRule rule, strictest_rule(model));
  write_rule(input, rule);
  Masked masked;
  std::set<std::string_view> types;
  for (const auto& [type, fields] : plugin->manifest.reads) types.insert(type);
  // What it may change it may have seen, hidden or rounded, in a view.
  types.insert(entry->proposes.begin(), entry->proposes.end());
  for (const std::string_view type : types) {
    for (const RecordSpec* spec : types_read_as(plugin->manifest, type)) {
      EVENHAND_CHECK(for_each_masked_row(model, spec->name, rule, [&](const Record&, const InputRow& row) {
        if (plugin->manifest.may_read(type)) input.row(row);
        for (const InputField& field : row.fields) {
          if ((field.state & (EVENHAND_INPUT_MASKED | EVENHAND_INPUT_ROUNDED)) != 0) masked.emplace(row.id, field.name);
        }
      }));
    }
  }
  EVENHAND_CHECK(write_views(input, registry, plugin->manifest, model, rule, projections));
  EVENHAND_TRY(const std::string answer, plugin->run(EVENHAND_ABILITY_COMMAND, input.bytes()));
  EVENHAND_TRY(const std::vector<InputRow> rows, decode_rows_untrusted(answer));
  if (rows.size() > kProposalRecordsMax) return refused("it proposed more than " + std::to_string(kProposalRecordsMax) + " records at once", plugin->manifest.id);
  Command command;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EVENHAND_TRY(RecordChange change, change_from(*plugin, *entry, rows[i], i + 1, model, masked));
    command.changes.push_back(std::move(change));
  }
  return command;
}

}  // namespace evenhand::plugins
