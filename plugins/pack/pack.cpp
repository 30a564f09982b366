#include "plugins/pack/pack.h"

#include <algorithm>

#include "core/codec/json.h"
#include "core/record/vocabulary.h"
#include "plugins/abi/plugin.h"
#include "plugins/host/mask.h"
#include "plugins/pack/render.h"
#include "plugins/pack/template.h"
#include "plugins/query/parse.h"
#include "plugins/query/run.h"
#include "plugins/sdk/computed.h"

namespace evenhand::plugins {

namespace {

/// One report, read and checked.
struct Report {
  std::string id;
  std::string title;
  std::string file;
  std::string template_file;
  query::Names names;  ///< every word of both files that could be a field's
  std::vector<query::Query> queries;
  pack::Template layout;
};

struct Pack {
  query::Catalogue types;
  std::vector<Report> reports;
  std::vector<Refusal> refusals;
};

std::string_view next_for(std::string_view code) {
  if (code == "pack.unknown-field" || code == "pack.unknown-source") return "Correct the name, or add it to \"reads\" in plugin.json";
  if (code == "pack.no-file") return "Add the file, or correct its name";
  return "Correct it; docs/formats/pack.md shows how it is written";
}

void add(std::vector<Refusal>& refusals, const std::string& file, const query::Problem& problem) {
  refusals.push_back({problem.code, file, problem.line, problem.path, problem.found, problem.wanted, std::string(next_for(problem.code))});
}

/// The type that a field's values refer to: one that the manifest reads, and only one.
std::string refers_to(const FieldSpec& field, const Manifest& manifest) {
  const bool is_reference = field.type == FieldType::reference || field.type == FieldType::references;
  return is_reference && manifest.may_read(field.choices) ? std::string(field.choices) : std::string();
}

/// Computed rows name organisations and services by id, too.
std::string refers_to(std::string_view field, const Manifest& manifest) {
  const std::string_view type = field == "organisation" || field == "graded_by" ? "organisation" : field == "service" || field == "cycle" ? field : "";
  return !type.empty() && manifest.may_read(type) ? std::string(type) : std::string();
}

query::Layout layout_of(const std::string& type, const std::set<std::string, std::less<>>& fields, const Manifest& manifest) {
  query::Layout layout;
  layout.columns.push_back({"id", type});
  const auto add = [&](std::string_view name, std::string target) {
    if (fields.contains(name)) layout.columns.push_back({std::string(name), std::move(target)});
  };
  if (const RecordSpec* spec = find_record_type(type)) {
    layout.counts_people = stands_for_a_person(*spec);
    for (const FieldSpec& field : spec->fields) add(field.name, refers_to(field, manifest));
    return layout;
  }
  for (const auto& kind : sdk::computed::kKinds) {
    if (kind.type != type) continue;
    for (const std::string_view field : kind.fields) add(field, refers_to(field, manifest));
    return layout;
  }
  for (const std::string& field : fields) layout.columns.push_back({field, ""});  // a projection's
  // What a projection's rows were made from is not said here, so they may be people wherever the pack may see some.
  layout.counts_people = type.find('/') != std::string::npos && manifest.data_class >= DataClass::personal;
  return layout;
}

/// The file of that name; refuses when there is none.
const std::string* find_file(const PluginFiles& files, const std::string& name, const std::string& named_in, const std::string& path, Pack& pack) {
  const auto at = files.find(name);
  if (at != files.end()) return &at->second;
  add(pack.refusals, named_in, {"pack.no-file", 0, path, "\"" + name + "\"", "a file of the plugin"});
  return nullptr;
}

void read_report(const ReportEntry& entry, const PluginFiles& files, Pack& pack) {
  Report report;
  report.id = entry.id;
  report.title = entry.title;
  report.file = entry.source;
  const std::string* text = find_file(files, entry.source, "plugin.json", "contributes.reports." + entry.id + ".source", pack);
  if (!text) return;
  const auto json = parse_json(*text);
  if (!json) return add(pack.refusals, entry.source, {"pack.not-json", 0, json.error().where, json.error().what, "one JSON object"});
  for (const std::string& key : json->keys()) {
    if (key != "queries" && key != "template" && key != "$schema") add(pack.refusals, entry.source, {"pack.unknown-word", json->find(key)->line(), key, "\"" + key + "\"", "queries and template"});
  }
  const Json* name = json->find("template");
  const Json* queries = json->find("queries");
  if (!name || !name->is_string()) return add(pack.refusals, entry.source, {"pack.missing", 0, "template", "no template", "\"template\": \"templates/name.md\""});
  report.template_file = name->text();
  query::Parsed parsed = query::parse_queries(queries ? *queries : Json::object(), pack.types);
  for (const query::Problem& problem : parsed.problems) add(pack.refusals, entry.source, problem);
  const std::string* words = find_file(files, name->text(), entry.source, "template", pack);
  if (!words) return;
  report.names = query::names_in(write_json(*json));  // not as written: a name may be spelt with escapes
  report.names.merge(query::names_in(*words));
  report.names.insert({"id", "name", "title"});  // for the subtitle
  report.layout = pack::parse_template(*words, parsed.catalogue);
  for (const query::Problem& problem : report.layout.problems) add(pack.refusals, name->text(), problem);
  report.queries = std::move(parsed.queries);
  pack.reports.push_back(std::move(report));
}

Pack read_pack(const Manifest& manifest, const PluginFiles& files) {
  Pack pack;
  for (const auto& [type, fields] : manifest.reads) pack.types[type] = layout_of(type, fields, manifest);
  for (const ReportEntry& entry : manifest.reports) read_report(entry, files, pack);
  return pack;
}

class PackRunner : public Runner {
 public:
  PackRunner(Pack pack, std::size_t bytes_max) : pack_(std::move(pack)), bytes_max_(bytes_max) {}

  Result<std::string> run(std::string_view ability, std::string_view input) override {
    if (ability != EVENHAND_ABILITY_REPORT) return refused("a pack makes reports only", std::string(ability));
    EVENHAND_TRY(const query::Input asked, query::decode_untrusted(input, {}, {}, nothing_));
    const auto at = std::find_if(pack_.reports.begin(), pack_.reports.end(), [&](const Report& one) { return one.id == asked.asked; });
    if (at == pack_.reports.end()) return refused("the pack has no such report", asked.asked);
    auto results = query::run_queries(at->queries, pack_.types, at->names, input);
    if (!results) return placed(results.error(), at->file);
    auto bytes = pack::render(at->layout, **results, {at->title, subject_of(**results), bytes_max_});
    return bytes ? bytes : placed(bytes.error(), at->template_file);
  }

 private:
  /// "Northmere Community NHS Trust, EDS 2025/26", as far as the pack may read it.
  static std::string subject_of(query::Results& results) {
    std::string subject;
    for (const auto& [type, field] : {std::pair("organisation", "name"), std::pair("cycle", "title")}) {
      const query::Table* table = results.find(type);
      const auto id = results.input.options.find(type);
      const std::size_t column = table ? table->layout.find(field) : SIZE_MAX;
      const std::size_t row = column != SIZE_MAX && id != results.input.options.end() ? results.row_of(type, id->second) : SIZE_MAX;
      if (row == SIZE_MAX || !table->at(row, column).is_known() || has_several(*table, column, type)) continue;
      subject += (subject.empty() ? "" : ", ") + results.pool.words(table->at(row, column));
    }
    return subject;
  }

  /// Several cycles of different titles: none of them is what the document is about.
  static bool has_several(const query::Table& table, std::size_t column, std::string_view type) {
    for (std::size_t row = 1; type == "cycle" && row < table.rows(); ++row) {
      if (table.at(row, column).text != table.at(0, column).text) return true;
    }
    return false;
  }

  static Error placed(Error error, const std::string& file) {
    error.where = file + (error.where.empty() ? "" : ": " + error.where);
    return error;
  }

  Pack pack_;
  query::Pool nothing_;
  std::size_t bytes_max_;
};

}  // namespace

std::vector<Refusal> examine_pack(const Manifest& manifest, const PluginFiles& files) { return read_pack(manifest, files).refusals; }

Result<std::shared_ptr<Runner>> open_pack(const Manifest& manifest, const PluginFiles& files) {
  Pack pack = read_pack(manifest, files);
  if (!pack.refusals.empty()) return refused(pack.refusals.front().sentence(), manifest.id);
  return std::shared_ptr<Runner>(std::make_shared<PackRunner>(std::move(pack), std::size_t{manifest.limits.output_mib} << 20));
}

}  // namespace evenhand::plugins
