#include <array>

#include "plugins/manifest/examination.h"
#include "plugins/manifest/words.h"

namespace evenhand::plugins {

namespace {

constexpr std::size_t kReportsMax = 200;
constexpr std::size_t kTypesMax = 64;
constexpr std::size_t kLanguagesMax = 64;
constexpr std::size_t kDeprecatedBytesMax = 300;
constexpr const char* kDeprecated = "deprecated";
constexpr const char* kHowDeprecated = "Write since when, and what to use: \"since 1.2.0; use \\\"site\\\"\".";

// The line of what `where` names, or of the nearest thing around it.
std::size_t line_at(const Json& json, const std::string& path, std::string_view where) {
  for (std::size_t i = 0; i < json.size(); ++i) {
    const std::string inner = json.is_object() ? json_path(path, json.keys()[i]) : json_path(path, i);
    if (!where.starts_with(inner)) continue;
    const std::string_view rest = where.substr(inner.size());
    if (rest.empty() || rest.front() == '.' || rest.front() == '[') return line_at(json.items()[i], inner, where);
  }
  return json.line();
}

Json without(const Json& object, std::string_view key) {
  Json kept = Json::object();
  for (std::size_t i = 0; i < object.size(); ++i) {
    if (object.keys()[i] != key) kept.set(object.keys()[i], object.items()[i]);
  }
  return kept;
}

// Which fields were given up is the manifest's word and no part of the definition: a type is named by the hash of that, and must not become another one.
Json definition_of(Examination& all, const Json& type, const std::string& path, GivenUp& given_up) {
  const Json* fields = type.find("fields");
  if (!type.is_object() || fields == nullptr || !fields->is_array()) return type;
  Json kept = Json::array();
  for (std::size_t i = 0; i < fields->size(); ++i) {
    const Json& field = fields->items()[i];
    const Json* words = field.is_object() ? field.find(kDeprecated) : nullptr;
    if (words != nullptr) {
      const std::string at = json_path(json_path(json_path(path, "fields"), i), kDeprecated);
      if (!words->is_string()) all.findings.refuse("plugin.wrong-type", words->line(), at, std::string(words->kind_words()), "one line of text", kHowDeprecated);
      else if (has_hidden_letters(words->text())) all.findings.refuse("plugin.bad-text", words->line(), at, "a letter that nobody sees, or one that turns the direction", "letters that people see", "Type the text anew.");
      else if (words->text().empty() || !is_line(words->text(), kDeprecatedBytesMax)) all.findings.refuse("plugin.bad-text", words->line(), at, "no line of at most 300 bytes", "one line of text", kHowDeprecated);
      else if (const Json* name = field.find("name")) given_up[name->text()] = words->text();
    }
    kept.push(field.is_object() ? without(field, kDeprecated) : field);
  }
  Json whole = Json::object();
  for (std::size_t i = 0; i < type.size(); ++i) whole.set(type.keys()[i], type.keys()[i] == "fields" ? kept : type.items()[i]);
  return whole;
}

void examine_type(Examination& all, const Json& json, const std::string& path) {
  const std::string plugin = all.manifest.id.empty() ? "org.example.unnamed" : all.manifest.id;
  GivenUp given_up;
  Json plain = definition_of(all, json, path, given_up);
  auto definition = TypeDefinition::from_json(plugin, plain, path);
  if (!definition) {
    const Error& error = definition.error();
    if (const Json* name = json.find("name")) all.refused_types.insert(name->text());
    const std::string where = error.where.empty() ? path : error.where;
    all.findings.refuse("plugin.bad-type", line_at(json, path, where), where, "a definition that cannot be taken: " + error.what,
                        "one as docs/formats/declared-types.md has it", error.next.empty() ? "Mend this member." : error.next + ".");
    return;
  }
  const std::string name = definition->name;
  const bool is_known = find_core_type(name) != nullptr || is_computed_type(name);
  if (is_known || all.own_types.contains(name)) {
    all.findings.refuse("plugin.twice", line_at(json, path, json_path(path, "name")), json_path(path, "name"),
                        in_quotes(name) + (is_known ? ", which the program has already" : " a second time"), "a name of its own", "Choose another name.");
    return;
  }
  all.own_types.emplace(name, std::move(definition).value());
  all.manifest.types.push_back(std::move(plain));
  if (!given_up.empty()) all.manifest.given_up.emplace(name, std::move(given_up));
}

void examine_report(Examination& all, const Json& json, const std::string& path) {
  static const std::vector<std::string> kScopes = {"one organisation", "all organisations", "all cycles"};
  static const std::vector<std::string> kPlaces = {"report", "page", "card"};
  ObjectReader reader(all.findings, json, path);
  ReportEntry report;
  report.id = contribution_id(all, reader);
  report.title = reader.line("title", kTitleBytesMax);
  report.summary = reader.line("summary", kSummaryBytesMax);
  report.scope = static_cast<ReportScope>(reader.word("scope", kScopes).value_or(0));
  report.place = static_cast<ReportPlace>(reader.word("place", kPlaces, Presence::optional).value_or(0));
  const bool is_pack = all.kind == Kind::pack;
  report.source = reader.line("source", kFileNameBytesMax, is_pack ? Presence::needed : Presence::optional);
  check_file_name(all.findings, reader.line_of("source"), reader.path("source"), report.source, "");
  if (all.kind && !is_pack && !report.source.empty()) {
    all.findings.refuse("plugin.not-for-kind", reader.line_of("source"), reader.path("source"), "a source in a plugin of the kind " + std::string(to_word(*all.kind)),
                        "a source only in a pack", "Take it away, or make a pack of the plugin.");
  }
  reader.finish();
  all.manifest.reports.push_back(std::move(report));
}

void examine_words(Examination& all, const Json& words, const std::string& path) {
  if (words.size() > kLanguagesMax) {
    all.findings.refuse("plugin.too-many", words.line(), path, std::to_string(words.size()) + " languages", "at most " + std::to_string(kLanguagesMax),
                        "Take some away.");
    return;
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& tag = words.keys()[i];
    const Json& file = words.items()[i];
    const std::string place = json_path(path, tag);
    if (!is_language_tag(tag)) {
      all.findings.refuse("plugin.bad-name", file.line(), place, in_quotes(tag), "a language tag such as \"cy\"", "Write the tag of the language.");
    } else if (!file.is_string()) {
      all.findings.refuse("plugin.wrong-type", file.line(), place, std::string(file.kind_words()), "the name of a file", "Write the name between quotes.");
    } else {
      check_file_name(all.findings, file.line(), place, file.text().empty() ? " " : std::string_view(file.text()), ".json");
      all.manifest.words.emplace(tag, file.text());
    }
  }
}

}  // namespace

std::string contribution_id(Examination& all, ObjectReader& reader) {
  std::string id = reader.line("id", kTitleBytesMax);
  if (id.empty()) return id;
  if (!is_contribution_id(id)) {
    all.findings.refuse("plugin.bad-name", reader.line_of("id"), reader.path("id"), in_quotes(id), "lower-case words joined by hyphens, at most 60 letters",
                        "Write it like \"action-tracker\".");
  } else if (!all.ids.insert(id).second) {
    all.findings.refuse("plugin.twice", reader.line_of("id"), reader.path("id"), in_quotes(id) + " a second time", "an id that nothing else in this manifest has",
                        "Choose another id.");
  }
  return id;
}

void examine_contributions(Examination& all, const Json& contributes) {
  ObjectReader reader(all.findings, contributes, "contributes");
  if (const Json* types = reader.list("types", kTypesMax, Presence::optional)) {
    for (std::size_t i = 0; i < types->size(); ++i) examine_type(all, types->items()[i], json_path(reader.path("types"), i));
  }
  if (const Json* reports = reader.list("reports", kReportsMax, Presence::optional)) {
    for (std::size_t i = 0; i < reports->size(); ++i) examine_report(all, reports->items()[i], json_path(reader.path("reports"), i));
  }
  examine_code_contributions(all, reader);
  if (const Json* words = reader.object("words", Presence::optional)) examine_words(all, *words, reader.path("words"));
  all.manifest.help = reader.line("help", kFileNameBytesMax, Presence::optional);
  check_file_name(all.findings, reader.line_of("help"), reader.path("help"), all.manifest.help, ".md");
  reader.finish();
}

}  // namespace evenhand::plugins
