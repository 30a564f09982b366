// What only a plugin with code can contribute.
#include <algorithm>

#include "plugins/manifest/examination.h"

namespace evenhand::plugins {

namespace {

constexpr std::size_t kContributionsMax = 64;  // of each kind
constexpr std::size_t kOnMax = 64;
constexpr std::size_t kColumnsMax = 64;
constexpr std::size_t kAggregatesMax = 16;
constexpr std::size_t kGroupMax = 8;
constexpr std::size_t kMeasuresMax = 32;
constexpr std::size_t kOptionsMax = 32;

/// A name within its parent: its form, and no other of `seen` has it.
std::string local_name(Examination& all, ObjectReader& reader, std::set<std::string, std::less<>>& seen) {
  std::string name = reader.line("name", kTitleBytesMax);
  if (name.empty()) return name;
  if (!is_field_name(name)) {
    all.findings.refuse("plugin.bad-name", reader.line_of("name"), reader.path("name"), in_quotes(name), "a lower-case letter, then those, digits and _, at most 40",
                        "Write it like \"short_title\".");
  } else if (!seen.insert(name).second) {
    all.findings.refuse("plugin.twice", reader.line_of("name"), reader.path("name"), in_quotes(name) + " a second time", "a name of its own", "Choose another name.");
  }
  return name;
}

/// Calls `examine` for each item of a list of objects; gives how many there are.
template <class Examine>
std::size_t each(ObjectReader& parent, std::string_view key, std::size_t count_max, Presence presence, Examine examine) {
  const Json* list = parent.list(key, count_max, presence);
  if (list == nullptr) return 0;
  for (std::size_t i = 0; i < list->size() && !parent.findings().is_full(); ++i) {
    ObjectReader reader(parent.findings(), list->items()[i], json_path(parent.path(key), i));
    examine(reader);
    reader.finish();
  }
  return list->size();
}

std::vector<ColumnEntry> columns_of(Examination& all, ObjectReader& parent) {
  static const std::vector<std::string> kTypes = {"text", "number"};
  std::vector<ColumnEntry> columns;
  std::set<std::string, std::less<>> seen;
  each(parent, "columns", kColumnsMax, Presence::needed, [&](ObjectReader& reader) {
    ColumnEntry column;
    column.name = local_name(all, reader, seen);
    column.type = static_cast<ColumnType>(reader.word("type", kTypes, Presence::optional).value_or(0));
    column.title = reader.line("title", kTitleBytesMax, Presence::optional);
    if (column.title.empty()) column.title = column.name;
    columns.push_back(std::move(column));
  });
  return columns;
}

const ColumnEntry* find_column(const ProjectionEntry& projection, std::string_view name) {
  const auto at = std::find_if(projection.columns.begin(), projection.columns.end(), [&](const auto& column) { return column.name == name; });
  return at == projection.columns.end() ? nullptr : &*at;
}

void check_column(Examination& all, const ProjectionEntry& projection, const std::string& name, std::size_t line, std::string path) {
  if (find_column(projection, name) != nullptr) return;
  std::vector<std::string> names;
  for (const ColumnEntry& column : projection.columns) names.push_back(column.name);
  all.findings.refuse("plugin.unknown-column", line, std::move(path), in_quotes(name), listed(names), did_you_mean(name, names, "Name a column of this projection."));
}

MeasureEntry measure_of(Examination& all, const ProjectionEntry& projection, ObjectReader& reader, std::set<std::string, std::less<>>& seen) {
  static const std::vector<std::string> kRules = {"count", "sum", "min", "max"};
  MeasureEntry measure;
  measure.name = local_name(all, reader, seen);
  const auto rule = reader.word("rule", kRules);
  measure.rule = static_cast<AggregateRule>(rule.value_or(0));
  const bool needs_column = rule && measure.rule != AggregateRule::count;
  measure.of = reader.line("of", kTitleBytesMax, needs_column ? Presence::needed : Presence::optional);
  if (measure.of.empty()) return measure;
  const std::string path = reader.path("of");
  if (rule && !needs_column) {
    all.findings.refuse("plugin.bad-measure", reader.line_of("of"), path, "a column to count", "no column: count is of rows", "Take \"of\" away.");
    return measure;
  }
  check_column(all, projection, measure.of, reader.line_of("of"), path);
  const ColumnEntry* column = find_column(projection, measure.of);
  if (column != nullptr && column->type != ColumnType::number) {
    all.findings.refuse("plugin.bad-measure", reader.line_of("of"), path, "a column of text", "a column of numbers", "Give the column the type \"number\", or take another.");
  }
  return measure;
}

void examine_aggregates(Examination& all, ProjectionEntry& projection, ObjectReader& parent) {
  std::set<std::string, std::less<>> ids;
  each(parent, "aggregates", kAggregatesMax, Presence::optional, [&](ObjectReader& reader) {
    AggregateEntry aggregate;
    aggregate.id = reader.line("id", kTitleBytesMax);
    if (!aggregate.id.empty() && !is_contribution_id(aggregate.id)) {
      all.findings.refuse("plugin.bad-name", reader.line_of("id"), reader.path("id"), in_quotes(aggregate.id), "lower-case words joined by hyphens, at most 60 letters",
                          "Write it like \"by-owner\".");
    } else if (!aggregate.id.empty() && !ids.insert(aggregate.id).second) {
      all.findings.refuse("plugin.twice", reader.line_of("id"), reader.path("id"), in_quotes(aggregate.id) + " a second time", "an id of its own", "Choose another id.");
    }
    aggregate.group = reader.lines("group", kGroupMax, "columns of this projection", Presence::optional);
    for (const std::string& name : aggregate.group) check_column(all, projection, name, reader.line_of("group"), reader.path("group"));
    std::set<std::string, std::less<>> seen(aggregate.group.begin(), aggregate.group.end());
    each(reader, "measures", kMeasuresMax, Presence::needed, [&](ObjectReader& one) { aggregate.measures.push_back(measure_of(all, projection, one, seen)); });
    projection.aggregates.push_back(std::move(aggregate));
  });
}

enum class Use : std::uint8_t { look, check, propose };

/// Record types that a contribution looks at, checks or proposes: they exist, and those that it looks at or checks are read.
std::vector<std::string> record_types(Examination& all, ObjectReader& reader, std::string_view key, Use use) {
  std::vector<std::string> types = reader.lines(key, kOnMax, "record types", Presence::needed);
  const std::string path = reader.path(key);
  for (const std::string& type : types) {
    const RecordSpec* record = find_core_type(type);
    if (all.refused_types.contains(type)) continue;
    if (record == nullptr && !all.own_types.contains(type)) {
      std::vector<std::string> known;
      for (const RecordSpec& spec : vocabulary()) known.emplace_back(spec.name);
      for (const auto& [name, definition] : all.own_types) known.push_back(name);
      all.findings.refuse("plugin.unknown-type", reader.line_of(key), path, in_quotes(type), "a record type of docs/data-dictionary.md or of this manifest",
                          did_you_mean(type, known, "Look it up in docs/data-dictionary.md."));
    } else if (use != Use::look && is_kept_by_program(type)) {
      all.findings.refuse("plugin.kept-type", reader.line_of(key), path, in_quotes(type) + ", which the program keeps itself", "a record type that people enter",
                          "Take \"" + type + "\" away.");
    } else if (use != Use::propose && !all.read_types.contains(type)) {
      all.findings.refuse("plugin.not-read", reader.line_of(key), path, in_quotes(type) + ", which reads does not name", "only types that it reads",
                          "Add \"" + type + "\" with its fields to reads.");
    } else if (use == Use::propose && record != nullptr && record->home == HomeSpace::people && all.data_class && *all.data_class < DataClass::personal) {
      all.findings.refuse("plugin.people-class", reader.line_of(key), path, in_quotes(type) + ", a record of a people space",
                          "the data class personal or special", "Declare \"personal\", or do not propose it.");
    }
  }
  return types;
}

}  // namespace

void examine_code_contributions(Examination& all, ObjectReader& contributes) {
  const auto each_of = [&](std::string_view key, auto examine) {
    if (each(contributes, key, kContributionsMax, Presence::optional, examine) == 0 || all.kind != Kind::pack) return;
    all.findings.refuse("plugin.not-for-kind", contributes.line_of(key), contributes.path(key), std::string(key) + " in a pack",
                        "only reports, types, words and help in a pack", "Take them away, or write a native plugin.");
  };
  each_of("projections", [&](ObjectReader& reader) {
    ProjectionEntry projection;
    projection.id = contribution_id(all, reader);
    projection.on = record_types(all, reader, "on", Use::look);
    projection.columns = columns_of(all, reader);
    examine_aggregates(all, projection, reader);
    all.manifest.projections.push_back(std::move(projection));
  });
  each_of("validators", [&](ObjectReader& reader) {
    ValidatorEntry validator;
    validator.id = contribution_id(all, reader);
    validator.on = record_types(all, reader, "on", Use::check);
    validator.summary = reader.line("summary", kSummaryBytesMax);
    all.manifest.validators.push_back(std::move(validator));
  });
  each_of("exports", [&](ObjectReader& reader) {
    ExportEntry one;
    one.id = contribution_id(all, reader);
    one.title = reader.line("title", kTitleBytesMax);
    one.columns = columns_of(all, reader);
    all.manifest.exports.push_back(std::move(one));
  });
  each_of("commands", [&](ObjectReader& reader) {
    CommandEntry command;
    command.id = contribution_id(all, reader);
    command.title = reader.line("title", kTitleBytesMax);
    command.summary = reader.line("summary", kSummaryBytesMax);
    std::set<std::string, std::less<>> seen;
    each(reader, "options", kOptionsMax, Presence::optional, [&](ObjectReader& one) {
      command.options.push_back({local_name(all, one, seen), one.line("meaning", kSummaryBytesMax), one.flag("required")});
    });
    command.proposes = record_types(all, reader, "proposes", Use::propose);
    all.manifest.commands.push_back(std::move(command));
  });
}

}  // namespace evenhand::plugins
