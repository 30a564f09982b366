#include "apps/cli/record_flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <istream>

#include "core/os/files.h"
#include "core/record/declared_types.h"

namespace evenhand::cli {

namespace {

constexpr std::size_t kProseBytesMax = std::size_t{1} << 20;

struct Usual {
  std::string_view type;
  std::string_view field;
  std::string_view value;
};
// What nearly everybody means; each can be said otherwise with its flag.
constexpr Usual kUsual[] = {
    {"cycle", "framework", "eds-2022"}, {"cycle", "policy", "nhs-eds-2022"}, {"cycle", "status", "open"},
    {"grade", "kind", "verified"},      {"tally", "level", "outcome"},       {"tally", "round", "1"},
    {"gap", "status", "open"},          {"self_assessment", "scale", "0-5"}, {"workshop", "status", "planned"},
    {"evidence_request", "status", "open"},
};

bool is_scope(const FieldSpec& field) { return field.name == "organisation" || field.name == "cycle"; }

std::string joined_choices(std::string_view choices) {
  std::string text(choices);
  for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) text.replace(at, 1, ", ");
  return text;
}

const FieldSpec* field_for_sample(const RecordSpec& spec) { return spec.find_field(spec.title_field); }

std::string example_of(const FieldSpec& field) {
  if (field.type != FieldType::reference && field.type != FieldType::references) return std::string(field.example);
  const RecordSpec* target = find_record_type(field.choices.substr(0, field.choices.find('|')));
  return target == nullptr ? "" : sample_title(*target);
}

std::string help_of(const FieldSpec& field) {
  std::string help(field.meaning);
  if (field.type == FieldType::choice) help += ": " + joined_choices(field.choices);
  if (field.type == FieldType::flag) help += ": yes or no";
  if (field.type == FieldType::words || field.type == FieldType::references) help += "; several with \";\" or by repeating the flag";
  if (field.type == FieldType::prose) help += "; @FILE reads a file, - standard input";
  const std::string example = example_of(field);
  if (!example.empty() && field.type != FieldType::choice && field.type != FieldType::flag) help += ". For example: " + example;
  return help;
}

std::string type_name(const FieldSpec& field) {
  switch (field.type) {
    case FieldType::integer:
    case FieldType::decimal: return "NUMBER";
    case FieldType::grade: return "0..3";
    case FieldType::date: return "DATE";
    case FieldType::code: return "CODE";
    case FieldType::flag: return "yes|no";
    case FieldType::choice: return "WORD";
    case FieldType::reference:
    case FieldType::references: return "RECORD";
    default: return "TEXT";
  }
}

bool is_text(const FieldSpec& field) { return field.type == FieldType::word || field.type == FieldType::prose; }

CLI::Option* add_flag_for(CLI::App& command, const std::string& name, std::vector<std::string>& slot, const FieldSpec& field, std::string help) {
  CLI::Option* option = command.add_option(name, slot, std::move(help));
  option->allow_extra_args(false)->type_name(type_name(field));
  if (field.type != FieldType::words && field.type != FieldType::references) option->expected(1);
  if (field.type == FieldType::choice) {
    option->check([&field](const std::string& word) {
      const std::string choices = "|" + std::string(field.choices) + "|";
      return choices.find("|" + word + "|") != std::string::npos ? "" : "must be one of: " + joined_choices(field.choices);
    });
  }
  return option;
}

Result<std::string> read_prose(Console& console, const std::string& given) {
  if (given == "-") {
    std::string text;
    char block[4096];
    while (console.in.read(block, sizeof block) || console.in.gcount() > 0) {
      text.append(block, static_cast<std::size_t>(console.in.gcount()));
      if (text.size() > kProseBytesMax) return refused("there is more than 1 MiB on standard input");
    }
    return text;
  }
  if (given.starts_with("@@")) return given.substr(1);
  if (!given.starts_with("@")) return given;
  EVENHAND_TRY(const Bytes bytes, read_file(given.substr(1), kProseBytesMax));
  if (!is_utf8(text_of(bytes))) return refused("the file is not UTF-8 text", given.substr(1), "Save it as UTF-8.");
  return std::string(text_of(bytes));
}

std::vector<std::string> split_items(const std::vector<std::string>& words) {
  std::vector<std::string> items;
  for (std::string_view rest : words) {
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(';'), rest.size());
      std::string_view item = rest.substr(0, end);
      while (item.starts_with(' ')) item.remove_prefix(1);
      while (item.ends_with(' ')) item.remove_suffix(1);
      if (!item.empty()) items.emplace_back(item);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return items;
}

}  // namespace

std::string hyphened(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '_', '-');
  return text;
}

std::string sample_title(const RecordSpec& spec) {
  if (spec.name == "person") return "Involvement partner 7";
  return std::string(field_for_sample(spec)->example);
}

bool is_bookkeeping(const RecordSpec& spec) {
  static constexpr std::string_view kKept[] = {"batch", "share", "schema", "late", "grade_adoption", "plugin", "document", "plugin_run"};
  return std::find(std::begin(kKept), std::end(kKept), spec.name) != std::end(kKept);
}

bool has_flag(const FieldSpec& field) { return !is_scope(field) && field.type != FieldType::blob; }

void add_field_flags(CLI::App& command, FieldFlags& flags, FlagUse use) {
  for (const FieldSpec& field : flags.spec->fields) {
    if (!has_flag(field)) continue;
    const std::string flag = "--" + hyphened(field.name);
    const bool is_set = field.type == FieldType::words || field.type == FieldType::references;
    if (use == FlagUse::filter) {
      const bool filters = field.type == FieldType::reference || field.type == FieldType::choice || field.type == FieldType::code ||
                           field.type == FieldType::flag || is_set;
      if (filters) add_flag_for(command, flag, flags.given[field.name], field, "Only those with: " + std::string(field.meaning));
      continue;
    }
    const bool stands_alone = use == FlagUse::add && field.name == flags.spec->title_field && is_text(field);
    add_flag_for(command, stands_alone ? hyphened(field.name) + "," + flag : flag, flags.given[field.name], field, help_of(field));
    if (use == FlagUse::edit && is_set) {
      add_flag_for(command, "--add-" + hyphened(field.name), flags.added[field.name], field, "Add to " + hyphened(field.name));
      add_flag_for(command, "--remove-" + hyphened(field.name), flags.removed[field.name], field, "Take away from " + hyphened(field.name));
    }
  }
  if (use == FlagUse::filter) return;
  if (use == FlagUse::edit) {
    command.add_option("--clear", flags.cleared, "Field to empty; may be repeated")->allow_extra_args(false)->type_name("FIELD");
  }
  if (flags.spec->find_field("reason") == nullptr) command.add_option("--reason", flags.reason, "Why; kept in the history")->type_name("TEXT");
}

Result<Value> value_from_words(const Workspace& workspace, Console& console, const FieldSpec& field, const std::vector<std::string>& words) {
  if (field.type == FieldType::words) return Value(split_items(words));
  if (field.type == FieldType::references) {
    std::vector<EntityId> ids;
    for (const std::string& item : split_items(words)) {
      EVENHAND_TRY(const Record record, find_record(workspace, field.choices, item));
      ids.push_back(record.id());
    }
    return Value(std::move(ids));
  }
  const std::string& word = words.front();
  if (field.type == FieldType::reference) {
    EVENHAND_TRY(const Record record, find_record(workspace, field.choices, word));
    return Value(record.id());
  }
  if (field.type != FieldType::prose) return parse_value(field, word);
  EVENHAND_TRY(const std::string text, read_prose(console, word));
  return parse_value(field, text);
}

namespace {

Result<void> set_scope(const Workspace& workspace, Console& console, const RecordSpec& spec, bool is_new, RecordChange& change) {
  if (spec.find_field("organisation") != nullptr && (is_new || !console.organisation.empty())) {
    EVENHAND_TRY(const Record organisation, organisation_of(workspace, console));
    change.set.push_back({"organisation", organisation.id()});
  }
  const FieldSpec* cycle_field = spec.find_field("cycle");
  if (cycle_field == nullptr || (!is_new && console.cycle.empty())) return {};
  auto cycle = cycle_of(workspace, console, CycleUse::write);
  if (!cycle && cycle.error().code == ErrorCode::not_found && !cycle_field->required && console.cycle.empty()) return {};
  if (!cycle) return cycle.error();
  change.set.push_back({"cycle", cycle->id()});
  return {};
}

Result<void> set_usual(const RecordSpec& spec, const FieldFlags& flags, RecordChange& change) {
  for (const Usual& usual : kUsual) {
    const auto given = flags.given.find(usual.field);
    if (usual.type != spec.name || (given != flags.given.end() && !given->second.empty())) continue;
    EVENHAND_TRY(Value value, parse_value(*spec.find_field(usual.field), usual.value));
    change.set.push_back({std::string(usual.field), std::move(value)});
  }
  return {};
}

// Says every missing field at once, as flags, because that is what the person will type next.
Result<void> check_required(const RecordSpec& spec, const RecordChange& change) {
  const std::string flag = is_declared_type(spec.name) ? "--set " : "--";
  std::string missing;
  for (const FieldSpec& field : spec.fields) {
    const bool has = std::any_of(change.set.begin(), change.set.end(), [&](const FieldValue& v) { return v.field == field.name; });
    if (field.required && !has) missing += (missing.empty() ? "" : ", ") + flag + hyphened(field.name);
  }
  if (missing.empty()) return {};
  return refused("a " + plain_type(spec.name) + " needs " + missing, "", "See: " + words_for(spec.name, "add") + " --help");
}

}  // namespace

Result<RecordChange> change_from(const Workspace& workspace, Console& console, const FieldFlags& flags, const EntityId& entity) {
  const RecordSpec& spec = *flags.spec;
  RecordChange change{std::string(spec.name), entity, Verb::changed, {}};
  change.reason = flags.reason;
  const auto take = [&](const auto& typed, std::vector<FieldValue>& into) -> Result<void> {
    for (const auto& [name, words] : typed) {
      if (words.empty()) continue;
      EVENHAND_TRY(Value value, value_from_words(workspace, console, *spec.find_field(name), words));
      into.push_back({std::string(name), std::move(value)});
    }
    return {};
  };
  EVENHAND_CHECK(take(flags.given, change.set));
  EVENHAND_CHECK(take(flags.added, change.add));
  EVENHAND_CHECK(take(flags.removed, change.remove));
  for (std::string name : flags.cleared) {
    std::replace(name.begin(), name.end(), '-', '_');
    change.clear.push_back(std::move(name));
  }
  EVENHAND_CHECK(set_scope(workspace, console, spec, entity.is_zero(), change));
  if (!entity.is_zero()) return change;
  EVENHAND_CHECK(set_usual(spec, flags, change));
  EVENHAND_CHECK(check_required(spec, change));
  return change;
}

}  // namespace evenhand::cli
