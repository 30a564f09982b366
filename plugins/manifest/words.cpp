#include "plugins/manifest/words.h"

#include <algorithm>
#include <iterator>

#include "core/base/bytes.h"
#include "plugins/manifest/examination.h"

namespace evenhand::plugins {

namespace {

constexpr std::size_t kWordsBytesMax = 262144;  // as a manifest
constexpr std::size_t kWordsDepthMax = 4;
constexpr std::size_t kWordsNodesMax = 20'000;

/// Calls `visit` with the key and the text of everything that may be put into other words.
template <class AnyManifest, class Visit>
void each_word(AnyManifest& manifest, Visit visit) {
  visit("title", manifest.title, kTitleBytesMax);
  visit("summary", manifest.summary, kSummaryBytesMax);
  const auto of = [&](const auto& one, auto& text, const char* what, std::size_t bytes_max) { visit(one.id + what, text, bytes_max); };
  for (auto& one : manifest.reports) {
    of(one, one.title, ".title", kTitleBytesMax);
    of(one, one.summary, ".summary", kSummaryBytesMax);
  }
  for (auto& one : manifest.validators) of(one, one.summary, ".summary", kSummaryBytesMax);
  for (auto& one : manifest.exports) of(one, one.title, ".title", kTitleBytesMax);
  for (auto& one : manifest.commands) {
    of(one, one.title, ".title", kTitleBytesMax);
    of(one, one.summary, ".summary", kSummaryBytesMax);
  }
}

// "walks.due": a report's id, and a name of its template's.
bool is_template_word(const Manifest& manifest, std::string_view key) {
  const std::size_t dot = std::min(key.find('.'), key.size());
  const std::string_view name = key.substr(std::min(dot + 1, key.size()));
  const auto is_its = [&](const ReportEntry& report) { return report.id == key.substr(0, dot); };
  return name != "title" && name != "summary" && is_field_name(name) && std::any_of(manifest.reports.begin(), manifest.reports.end(), is_its);
}

// A person who reads that language would meet two languages on one page.
void warn_of_missing(const Manifest& manifest, const Words& words, Findings& findings) {
  std::vector<std::string> missing;
  each_word(manifest, [&](const std::string& key, const std::string& text, std::size_t) {
    if (!text.empty() && !words.contains(key)) missing.push_back(in_quotes(key));
  });
  if (!missing.empty()) findings.warn("plugin.missing-word", 0, "", "nothing for " + some_of(missing), "every title and summary in this language", "Add them; until then the manifest's own stand there.");
}

Words words_in(const Manifest& manifest, const std::string& text, Findings& findings) {
  Words words;
  if (text.size() > kWordsBytesMax) {
    findings.refuse("plugin.too-large", 0, "", std::to_string(text.size()) + " bytes", "at most " + std::to_string(kWordsBytesMax), "Take some words away.");
    return words;
  }
  const auto json = parse_json(text, {kWordsBytesMax, kWordsDepthMax, kWordsNodesMax, JsonLimits{}.number_bytes_max});
  if (!json) {
    refuse_text(findings, json.error());
    return words;
  }
  ObjectReader reader(findings, *json, "");
  each_word(manifest, [&](const std::string& key, const std::string&, std::size_t bytes_max) {
    std::string word = reader.line(key, bytes_max, Presence::optional);
    if (!word.empty()) words.emplace(key, std::move(word));
  });
  // Which words a pack's templates have only the pack knows: examine_pack() holds these against them.
  for (const std::string& key : json->is_object() && manifest.kind == Kind::pack ? json->keys() : std::vector<std::string>()) {
    if (words.contains(key) || !is_template_word(manifest, key)) continue;
    std::string word = reader.line(key, kSummaryBytesMax, Presence::optional);
    if (!word.empty()) words.emplace(key, std::move(word));
  }
  reader.finish();
  if (json->is_object()) warn_of_missing(manifest, words, findings);
  return words;
}

// Where plugin.json names the file.
std::size_t line_of(const PluginFiles& files, std::string_view key, std::string_view tag) {
  const auto text = files.find("plugin.json");
  const auto json = text == files.end() ? Result<Json>(Json()) : parse_json(text->second);
  const Json* found = json.ok() ? json->find("contributes") : nullptr;
  if (found != nullptr) found = found->find(key);
  if (found != nullptr && !tag.empty()) found = found->find(tag);
  return found != nullptr ? found->line() : 0;
}

/// The bytes of a file that the manifest names; refuses when it is not there.
const std::string* find_file(const PluginFiles& files, const std::string& name, std::string_view key, std::string_view tag, Findings& findings) {
  const auto at = files.find(name);
  if (at != files.end()) return &at->second;
  std::vector<std::string> names;
  for (const auto& [other, bytes] : files) names.push_back(other);
  const std::string path = json_path("contributes", key);
  findings.refuse("plugin.no-file", line_of(files, key, tag), tag.empty() ? path : json_path(path, tag), in_quotes(name) + ", which is not there",
                  "a file of the plugin", did_you_mean(name, names, "Add the file, or take its name away."));
  return nullptr;
}

void move_to(std::vector<Refusal>& all, Findings& findings) {
  std::vector<Refusal> more = findings.take();
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

std::vector<Refusal> examine_files(const Manifest& manifest, const PluginFiles& files) {
  std::vector<Refusal> all;
  Findings missing("plugin.json");
  for (const auto& [tag, name] : manifest.words) {
    const std::string* text = find_file(files, name, "words", tag, missing);
    if (text == nullptr) continue;
    Findings findings(name);
    (void)words_in(manifest, *text, findings);
    move_to(all, findings);
  }
  if (!manifest.help.empty()) {
    const std::string* text = find_file(files, manifest.help, "help", "", missing);
    if (text != nullptr && !is_utf8(*text)) {
      Findings findings(manifest.help);
      findings.refuse("plugin.bad-text", 0, "", "bytes that are no UTF-8", "Markdown in UTF-8", "Save it as UTF-8.");
      move_to(all, findings);
    }
  }
  move_to(all, missing);
  return all;
}

}  // namespace

std::string language_for(const Manifest& manifest, std::string_view tag) {
  const std::string whole(tag), language(tag.substr(0, tag.find('-')));
  return manifest.words.contains(whole) ? whole : manifest.words.contains(language) ? language : std::string();
}

Result<Words> read_words(const Manifest& manifest, const PluginFiles& files, std::string_view tag) {
  const auto name = manifest.words.find(std::string(tag));
  if (name == manifest.words.end()) return Words();
  Findings findings("plugin.json");
  const std::string* text = find_file(files, name->second, "words", tag, findings);
  Findings inside(name->second);
  Words words = text != nullptr ? words_in(manifest, *text, inside) : Words();
  std::vector<Refusal> all = findings.take();
  move_to(all, inside);
  const auto error = std::find_if(all.begin(), all.end(), [](const Refusal& one) { return one.severity == Severity::error; });
  if (error != all.end()) return to_error(*error);
  return words;
}

Manifest in_words(Manifest manifest, const Words& words) {
  each_word(manifest, [&](const std::string& key, std::string& text, std::size_t) {
    if (const auto at = words.find(key); at != words.end()) text = at->second;
  });
  return manifest;
}

ManifestReading examine_plugin(const PluginFiles& files) {
  const auto manifest = files.find("plugin.json");
  if (manifest == files.end()) {
    Findings findings("plugin.json");
    findings.refuse("plugin.no-manifest", 0, "", "no such file", "a manifest", "Put a plugin.json into the folder; docs/formats/plugin.md has an example.");
    return {{}, findings.take()};
  }
  ManifestReading reading = examine_manifest(manifest->second);
  if (reading.is_refused()) return reading;
  std::vector<Refusal> more = examine_files(reading.manifest, files);
  std::move(more.begin(), more.end(), std::back_inserter(reading.refusals));
  return reading;
}

}  // namespace evenhand::plugins
