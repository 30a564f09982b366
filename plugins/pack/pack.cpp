#include "plugins/pack/pack.h"

#include <algorithm>
#include <map>

#include "core/codec/json.h"
#include "core/record/vocabulary.h"
#include "plugins/abi/plugin.h"
#include "plugins/host/mask.h"
#include "plugins/pack/render.h"
#include "plugins/pack/template.h"
#include "plugins/pack/template_words.h"
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
  Json source;               ///< of the queries
  std::map<std::string, std::vector<query::Query>> queries;  ///< by language, as their texts may hold words; "" is the pack's own
  query::Catalogue sources;  ///< what its template may name: types and queries
  std::string text;          ///< of the template
  pack::TemplateWords words;
  std::map<std::string, pack::Template> layouts;  ///< by language; "" is the pack's own
};

struct Pack {
  query::Catalogue types;
  std::vector<Report> reports;
  std::map<std::string, Words> languages;
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

bool is_view(std::string_view type) { return type.find('/') != std::string_view::npos; }

/// Which of the views that it reads have rows that stand for people. The host says so with each run, and until then all may.
class PeopleViews {
 public:
  PeopleViews() = default;
  /// As the host's option has them: names apart by spaces.
  explicit PeopleViews(std::string names) : names_(" " + std::move(names) + " ") {}
  bool may_be(std::string_view view) const { return !names_ || names_->find(" " + std::string(view) + " ") != std::string::npos; }
  bool operator==(const PeopleViews&) const = default;

 private:
  std::optional<std::string> names_;
};

query::Layout layout_of(const std::string& type, const std::set<std::string, std::less<>>& fields, const Manifest& manifest, const PeopleViews& people) {
  query::Layout layout;
  layout.columns.push_back({"id", type});
  const auto add = [&](std::string_view name, std::string target) {
    if (fields.contains(name)) layout.columns.push_back({std::string(name), std::move(target)});
  };
  if (const RecordSpec* spec = find_record_type(type)) {
    layout.counts_people = stands_for_a_person(*spec);
    for (const FieldSpec& field : spec->fields) add(field.name, refers_to(field, manifest));
    if (const std::size_t person = layout.find("person"); person != SIZE_MAX) layout.whom = person;
    return layout;
  }
  for (const auto& kind : sdk::computed::kKinds) {
    if (kind.type != type) continue;
    for (const std::string_view field : kind.fields) add(field, refers_to(field, manifest));
    return layout;
  }
  for (const std::string& field : fields) layout.columns.push_back({field, ""});  // a projection's
  layout.counts_people = is_view(type) && people.may_be(type);
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
    if (key != "queries" && key != "template" && key != "words" && key != "$schema") add(pack.refusals, entry.source, {"pack.unknown-word", json->find(key)->line(), key, "\"" + key + "\"", "queries, template and words"});
  }
  const Json* name = json->find("template");
  const Json* queries = json->find("queries");
  if (!name || !name->is_string()) return add(pack.refusals, entry.source, {"pack.missing", 0, "template", "no template", "\"template\": \"templates/name.md\""});
  report.template_file = name->text();
  std::vector<query::Problem> problems;
  report.words = pack::own_words(json->find("words"), problems);
  report.source = queries ? *queries : Json::object();
  query::Parsed parsed = query::parse_queries(report.source, pack.types, report.words);
  for (const query::Problem& problem : parsed.problems) add(pack.refusals, entry.source, problem);
  const std::string* words = find_file(files, name->text(), entry.source, "template", pack);
  if (!words) return;
  report.names = query::names_in(write_json(*json));  // not as written: a name may be spelt with escapes
  report.names.merge(query::names_in(*words));
  report.names.insert({"id", "name", "title"});  // for the subtitle
  for (const query::Problem& problem : problems) add(pack.refusals, entry.source, problem);
  report.text = *words;
  report.sources = std::move(parsed.catalogue);
  const pack::Template& layout = report.layouts[""] = pack::parse_template(report.text, report.sources, report.words);
  for (const query::Problem& problem : layout.problems) add(pack.refusals, name->text(), problem);
  report.queries[""] = std::move(parsed.queries);
  pack.reports.push_back(std::move(report));
}

void read_languages(const Manifest& manifest, const PluginFiles& files, Pack& pack) {
  std::map<std::string, pack::TemplateWords, std::less<>> own;
  for (const Report& report : pack.reports) own.emplace(report.id, report.words);
  for (const auto& [tag, file] : manifest.words) {
    auto words = read_words(manifest, files, tag);
    if (!words) continue;  // examine_plugin() says why
    for (Refusal& refusal : pack::examine_words(file, files.at(file), *words, own)) pack.refusals.push_back(std::move(refusal));
    pack.languages.emplace(tag, std::move(words).value());
  }
}

Pack read_pack(const Manifest& manifest, const PluginFiles& files, const PeopleViews& people) {
  Pack pack;
  for (const auto& [type, fields] : manifest.reads) pack.types[type] = layout_of(type, fields, manifest, people);
  for (const ReportEntry& entry : manifest.reports) read_report(entry, files, pack);
  read_languages(manifest, files, pack);
  return pack;
}

class PackRunner : public Runner {
 public:
  PackRunner(Pack pack, Manifest manifest, PluginFiles files) : pack_(std::move(pack)), manifest_(std::move(manifest)), files_(std::move(files)) {}

  Result<std::string> run(std::string_view ability, std::string_view input) override {
    if (ability != EVENHAND_ABILITY_REPORT) return refused("a pack makes reports only", std::string(ability));
    EVENHAND_TRY(const query::Input asked, query::decode_untrusted(input, {}, {}, nothing_));
    learn_people_views(asked);
    const auto at = std::find_if(pack_.reports.begin(), pack_.reports.end(), [&](const Report& one) { return one.id == asked.asked; });
    if (at == pack_.reports.end()) return refused("the pack has no such report", asked.asked);
    const auto wanted = asked.options.find("language");
    std::string language = wanted != asked.options.end() ? language_for(manifest_, wanted->second) : "";
    if (!pack_.languages.contains(language)) language.clear();
    auto results = query::run_queries(queries_in(*at, language), pack_.types, at->names, input);
    if (!results) return placed(results.error(), at->file);
    const std::size_t bytes_max = std::size_t{manifest_.limits.output_mib} << 20;
    auto bytes = pack::render(layout_in(*at, language), **results, {title_in(*at, language), subject_of(**results), bytes_max, language});
    return bytes ? bytes : placed(bytes.error(), at->template_file);
  }

 private:
  /// What counts people is known from a query's source to all that is made from it, so the queries are read anew.
  void learn_people_views(const query::Input& asked) {
    const auto said = asked.options.find("people_views");
    PeopleViews people = said == asked.options.end() ? PeopleViews() : PeopleViews(std::string(said->second));
    const bool reads_views = std::any_of(manifest_.reads.begin(), manifest_.reads.end(), [](const auto& one) { return is_view(one.first); });
    if (!reads_views || people == people_) return;
    people_ = std::move(people);
    pack_ = read_pack(manifest_, files_, people_);
  }
  const std::vector<query::Query>& queries_in(Report& report, const std::string& language) {
    if (const auto made = report.queries.find(language); made != report.queries.end()) return made->second;
    return report.queries[language] = query::parse_queries(report.source, pack_.types, pack::in_language(report.words, report.id, pack_.languages[language])).queries;
  }
  const pack::Template& layout_in(Report& report, const std::string& language) {
    if (const auto made = report.layouts.find(language); made != report.layouts.end()) return made->second;
    return report.layouts[language] = pack::parse_template(report.text, report.sources, pack::in_language(report.words, report.id, pack_.languages[language]));
  }
  const std::string& title_in(const Report& report, const std::string& language) {
    const auto words = pack_.languages.find(language);
    if (words == pack_.languages.end()) return report.title;
    const auto title = words->second.find(report.id + ".title");
    return title != words->second.end() ? title->second : report.title;
  }

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
  Manifest manifest_;
  PluginFiles files_;
  PeopleViews people_;  ///< that pack_ was read with
  query::Pool nothing_;
};

}  // namespace

std::vector<Refusal> examine_pack(const Manifest& manifest, const PluginFiles& files) { return read_pack(manifest, files, {}).refusals; }

Result<std::shared_ptr<Runner>> open_pack(const Manifest& manifest, const PluginFiles& files) {
  Pack pack = read_pack(manifest, files, {});
  const auto is_error = [](const Refusal& one) { return one.severity == Severity::error; };
  if (const auto error = std::find_if(pack.refusals.begin(), pack.refusals.end(), is_error); error != pack.refusals.end()) return refused(error->sentence(), manifest.id);
  return std::shared_ptr<Runner>(std::make_shared<PackRunner>(std::move(pack), manifest, files));
}

}  // namespace evenhand::plugins
