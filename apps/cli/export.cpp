// export: one record type, or everything as plain files that need no program of ours.
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "apps/cli/commands.h"
#include "apps/cli/declared_records.h"
#include "apps/cli/plugin.h"
#include "apps/cli/record_flags.h"
#include "apps/cli/record_print.h"
#include "apps/cli/text.h"
#include "apps/cli/views.h"
#include "core/base/near_miss.h"
#include "core/engine/attachments.h"
#include "core/os/files.h"
#include "core/record/declared_types.h"
#include "plugins/document/csv.h"
#include "plugins/host/run_export.h"

namespace evenhand::cli {

namespace {

struct Flags {
  std::string what;
  std::string format = "csv";
  std::string to;
  bool with_people = false;
};

bool is_about_people(const RecordSpec& spec) { return spec.home == HomeSpace::people; }

bool is_private(const FieldSpec& field) { return field.data_class == DataClass::personal || field.data_class == DataClass::special; }

// Personal fields leave only with the people types, into a folder of their own.
bool may_leave(const RecordSpec& spec, const FieldSpec& field) { return is_about_people(spec) || !is_private(field); }

std::string csv_of(const RecordSpec& spec, const std::vector<Record>& records) {
  std::string text = "id,short_id";
  for (const FieldSpec& field : spec.fields) {
    if (may_leave(spec, field)) text += "," + std::string(field.name);
  }
  text += "\r\n";
  for (const Record& record : records) {
    text += record.id().hex() + "," + record.short_id();
    for (const FieldSpec& field : spec.fields) {
      if (!may_leave(spec, field)) continue;
      std::string cell;
      for (const Value& value : record.values(field.name)) cell += (cell.empty() ? "" : " | ") + to_text(field, value);
      text += "," + document::csv_field(cell);
    }
    text += "\r\n";
  }
  return text;
}

std::string json_of(const RecordSpec& spec, const std::vector<Record>& records) {
  Json list = Json::array();
  for (const Record& record : records) {
    const Json whole = record_json(record);
    Json kept = Json::object();
    for (std::size_t i = 0; i < whole.size(); ++i) {
      const std::string& key = whole.keys()[i];
      if (key != "fields" && key != "conflicts") {
        kept.set(key, whole.items()[i]);
        continue;
      }
      Json fields = Json::object();
      for (std::size_t f = 0; f < whole.items()[i].size(); ++f) {
        const std::string& name = whole.items()[i].keys()[f];
        if (may_leave(spec, *spec.find_field(name))) fields.set(name, whole.items()[i].items()[f]);
      }
      kept.set(key, std::move(fields));
    }
    list.push(std::move(kept));
  }
  return write_json(list, JsonStyle::pretty);
}

Result<void> write_file_at(const std::filesystem::path& file, const std::string& text) { return write_file_durably(file, view_of(text)); }

std::string readme(const std::vector<std::pair<const RecordSpec*, std::size_t>>& written, bool with_people) {
  std::string text =
      "What evenhand holds, as plain files\r\n\r\n"
      "Each kind of record is one CSV file (UTF-8, comma, double quotes) and one JSON file with the same records.\r\n"
      "\"id\" is the record's lasting name; fields that name other records hold their ids. Several values with \" | \"\r\n"
      "between them (in JSON: \"conflicts\") are a disagreement that nobody has decided yet.\r\n"
      "An apostrophe in front of = + - @ in a CSV cell keeps spreadsheets from taking the text for a formula.\r\n";
  text += "Attachments, where there are any, lie in \"attachments\" under the short_id of their file record.\r\n";
  text += with_people ? "\r\nWARNING: the folder \"people\" holds personal data, some of it special category. Keep it only as long and as\r\n"
                        "safely as your trust's rules say, and delete it afterwards.\r\n"
                      : "\r\nRecords of people are left out. \"evenhand export all --with-people\" writes them into a folder of their own.\r\n";
  for (const auto& [spec, count] : written) {
    text += "\r\n" + std::string(is_about_people(*spec) ? "people/" : "") + std::string(spec->name) + ".csv, .json: " + std::to_string(count) + " " + std::string(spec->plural) + ". " + std::string(spec->meaning) + "\r\n";
    for (const FieldSpec& field : spec->fields) {
      if (may_leave(*spec, field)) text += "    " + std::string(field.name) + ": " + std::string(field.meaning) + "\r\n";
    }
  }
  return text;
}

// Named by the record's short id: what a file was called on somebody's disk is personal.
// Gives those that have not come to this laptop yet.
Result<std::vector<Record>> export_attachments(const Workspace& workspace, const std::filesystem::path& folder) {
  EVENHAND_TRY(const std::vector<Record> files, workspace.records("file"));
  std::vector<Record> lacking;
  for (const Record& file : files) {
    if (!file.value("content")) continue;
    EVENHAND_TRY(const bool here, is_here(workspace, file));
    if (!here) {
      lacking.push_back(file);
      continue;
    }
    EVENHAND_CHECK(make_private_folder(folder / "attachments"));
    EVENHAND_CHECK(detach(workspace, file, folder / "attachments" / file.short_id(), [] { return !was_stopped(); }));
  }
  return lacking;
}

std::string named(const std::vector<Record>& files) {
  constexpr std::size_t kNamed = 5;
  std::string text;
  for (std::size_t i = 0; i < files.size() && i < kNamed; ++i) text += (i == 0 ? "" : ", ") + files[i].short_id() + " " + files[i].title();
  return files.size() > kNamed ? text + " and " + with_commas(files.size() - kNamed) + " more" : text;
}

Result<void> export_all(Workspace& workspace, Console& console, const Flags& flags) {
  if (flags.to.empty()) return refused("where to is missing", "", "Say: evenhand export all --to FOLDER");
  const std::filesystem::path folder = flags.to;
  std::error_code ignored;
  if (std::filesystem::exists(folder, ignored) && (!std::filesystem::is_directory(folder, ignored) || !std::filesystem::is_empty(folder, ignored))) {
    return refused("the folder is not empty", folder.string(), "Choose a new or empty folder; nothing is overwritten.");
  }
  if (console.dry_run) {
    console.say("Would write every record type to " + folder.string() + ". Nothing was saved (--dry-run).");
    return {};
  }
  EVENHAND_CHECK(make_private_folder(folder));
  if (flags.with_people) EVENHAND_CHECK(make_private_folder(folder / "people"));
  std::vector<std::pair<const RecordSpec*, std::size_t>> written;
  const Progress progress = progress_for(console);
  const std::vector<const RecordSpec*> types = all_record_types();
  for (const RecordSpec* type : types) {
    const RecordSpec& spec = *type;
    if (is_about_people(spec) && !flags.with_people) continue;
    if (was_stopped()) return unavailable("stopped; what is written so far is whole", folder.string());
    EVENHAND_TRY(const std::vector<Record> records, workspace.records(spec.name));
    const std::filesystem::path base = is_about_people(spec) ? folder / "people" : folder;
    EVENHAND_CHECK(write_file_at(base / (std::string(spec.name) + ".csv"), csv_of(spec, records)));
    EVENHAND_CHECK(write_file_at(base / (std::string(spec.name) + ".json"), json_of(spec, records)));
    written.emplace_back(&spec, records.size());
    if (progress) progress("Writing record types", written.size(), types.size());
  }
  EVENHAND_TRY(const std::vector<Record> lacking, export_attachments(workspace, folder));
  EVENHAND_CHECK(write_file_at(folder / "README.txt", readme(written, flags.with_people) + (lacking.empty() ? "" : "\r\nAttachments that had not come to this laptop yet: " + named(lacking) + "\r\n")));
  std::size_t records = 0;
  for (const auto& [spec, count] : written) records += count;
  console.print("Wrote " + counted(records, "record") + " of " + counted(written.size(), "type") + " to " + folder.string());
  console.say(flags.with_people ? "Careful: " + (folder / "people").string() + " holds personal data. Delete it when it is no longer needed."
                                : "Records of people were left out (--with-people writes them).");
  if (!lacking.empty()) {
    console.exit = Exit::unreachable;
    console.say("Without " + (lacking.size() == 1 ? std::string("one attachment") : with_commas(lacking.size()) + " attachments") + " that did not come to this laptop yet: " + named(lacking) +
                ". Get it with: evenhand sync now   then export again.");
  }
  return {};
}

// `what`: as people read it.
Result<void> put_out(Console& console, const Flags& flags, const std::string& text, const std::string& what, const char* note = "") {
  if (flags.to.empty() || flags.to == "-") {
    console.out << text;
    return {};
  }
  if (console.dry_run) {
    console.say("Would write " + flags.to + ". Nothing was saved (--dry-run).");
    return {};
  }
  EVENHAND_CHECK(write_file_at(flags.to, text));
  console.say("Wrote " + what + " to " + flags.to + note);
  return {};
}

Result<void> export_of_plugin(Workspace& workspace, Console& console, const Flags& flags, const plugins::Registry& registry) {
  EVENHAND_TRY(const plugins::ExportInfo info, plugins::find_export(registry, flags.what));
  plugins::ReportOptions options;
  options.own_organisation = workspace.organisation();
  EVENHAND_TRY(const Record cycle, cycle_of(workspace, console, CycleUse::read));
  options.cycle = cycle.id();
  if (!console.organisation.empty()) {
    EVENHAND_TRY(const Record organisation, organisation_of(workspace, console));
    options.organisation = organisation.id();
  }
  plugins::Projections views(workspace.folder());
  EVENHAND_TRY(const ViewsBroughtUp brought, bring_up_views(views, registry, info.plugin->manifest, workspace, console));
  options.projections = brought.reader;
  const plugins::Format format = flags.format == "json" || console.json ? plugins::Format::json : plugins::Format::csv;
  const RunWatch watch(*info.plugin);
  const auto text = plugins::run_export(registry, workspace, info.full_id(), options, format);
  watch.tell(workspace, console, "export " + info.id, text ? Result<void>() : text.error(), brought.against);
  if (!text) return text.error();
  tell_against_views(console, brought.against);  // columns of rows have no line for it, as a report has
  const bool is_stdout = flags.to.empty() || flags.to == "-";
  if (console.dry_run) {  // what is handed out is on record, so nothing is
    console.say("Would write " + with_commas(text->size()) + " bytes to " + (is_stdout ? "standard output" : flags.to) + ". Nothing was saved (--dry-run).");
    return {};
  }
  EVENHAND_CHECK(hand_out(workspace, console, *info.plugin, info.id, format == plugins::Format::json ? "json" : "csv", *text, flags.to));
  if (!is_stdout) console.say("Wrote \"" + info.title + "\" to " + flags.to + " (a draft: not checked for disclosure)");
  return {};
}

Result<void> export_one(Workspace& workspace, Console& console, const Flags& flags) {
  std::string type = flags.what;
  std::replace(type.begin(), type.end(), '-', '_');
  const RecordSpec* spec = find_record_type(type);
  const plugins::Registry registry = registry_of(workspace, console);
  if (spec == nullptr && plugins::find_export(registry, flags.what)) return export_of_plugin(workspace, console, flags, registry);
  if (spec == nullptr) {
    if (const auto declared = declared_type_named(flags.what)) spec = *declared;
  }
  if (spec == nullptr) {
    std::vector<std::string> names;
    for (const RecordSpec& known : vocabulary()) names.push_back(hyphened(known.name));
    const std::string near = nearest(flags.what, names);
    return not_found("there is no record type \"" + flags.what + "\"", "", near.empty() ? "Say \"all\" or a type of evenhand --help." : "Did you mean \"" + near + "\"?");
  }
  if (is_about_people(*spec) && !flags.with_people) {
    return refused(std::string(spec->plural) + " hold personal data, which leaves only when asked for", "", "Say so with --with-people.");
  }
  EVENHAND_TRY(const std::vector<Record> records, workspace.records(spec->name));
  const std::string text = flags.format == "json" || console.json ? json_of(*spec, records) : csv_of(*spec, records);
  return put_out(console, flags, text, with_commas(records.size()) + " " + std::string(spec->plural));
}

OpenMode mode_for(Console& console, const Flags& flags) {
  const plugins::Registry registry = registry_anywhere(console);
  const auto info = plugins::find_export(registry, flags.what);
  return mode_to_record(console, info ? info->plugin.get() : nullptr);
}

}  // namespace

void add_export(CLI::App& root, Console& console) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* command = add_command(root, "export", "Plain files that need no program of ours: one record type, or all",
                                  "  evenhand export evidence --format csv\n  evenhand export all --to ./everything\n  evenhand export grade --format json --to grades-export.json\n  evenhand export action-list --to actions.csv",
                                  [flags, &console] {
                                    with_workspace(console, mode_for(console, *flags), [&](Workspace& workspace) {
                                      return flags->what == "all" ? export_all(workspace, console, *flags) : export_one(workspace, console, *flags);
                                    });
                                  });
  command->group("Exchange");
  command->add_option("what", flags->what, "A record type, an export of a plugin (action-list), or all")->required()->type_name("TYPE");
  command->add_option("--format", flags->format, "csv or json; all writes both")->check(CLI::IsMember({"csv", "json"}))->type_name("WORD");
  command->add_option("--to", flags->to, "File (one type; default: standard output) or new folder (all)")->type_name("PATH");
  command->add_flag("--with-people", flags->with_people, "Write personal records too, into a folder of their own");
}

}  // namespace evenhand::cli
