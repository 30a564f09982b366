#include "plugins/pack/template_words.h"

#include <algorithm>

#include "plugins/manifest/findings.h"

namespace evenhand::plugins::pack {

namespace {

bool is_word_name(std::string_view name) {
  const auto is_allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name.size() <= 40 && name.front() >= 'a' && name.front() <= 'z' && std::all_of(name.begin(), name.end(), is_allowed) &&
         name != "title" && name != "summary";  // those are the report's
}

std::string next_for(const std::string& name, const std::map<std::string, TemplateWords, std::less<>>& own) {
  const auto report = own.find(std::string_view(name).substr(0, name.find('.')));
  std::vector<std::string> known;
  for (const auto& [word, text] : report == own.end() ? TemplateWords() : report->second) known.push_back(report->first + "." + word);
  return did_you_mean(name, known, "Take it away, or name it in the report's \"words\".");
}

}  // namespace

TemplateWords own_words(const Json* words, std::vector<query::Problem>& problems) {
  TemplateWords own;
  if (words == nullptr) return own;
  if (!words->is_object()) {
    problems.push_back({"pack.wrong-type", words->line(), "words", std::string(words->kind_words()), "an object: each name with its text"});
    return own;
  }
  if (words->size() > kTemplateWordsMax) {
    problems.push_back({"pack.too-many", words->line(), "words", std::to_string(words->size()) + " words", "at most " + std::to_string(kTemplateWordsMax)});
    return own;
  }
  for (std::size_t i = 0; i < words->size(); ++i) {
    const std::string& name = words->keys()[i];
    const Json& text = words->items()[i];
    const std::string path = "words." + in_quotes(name);
    if (!is_word_name(name)) problems.push_back({"pack.bad-name", text.line(), path, in_quotes(name), "a name of a-z, 0-9 and _, at most 40 letters; neither title nor summary"});
    else if (!text.is_string()) problems.push_back({"pack.wrong-type", text.line(), path, std::string(text.kind_words()), "a text"});
    else if (has_hidden_letters(text.text())) problems.push_back({"pack.bad-text", text.line(), path, "a letter that nobody sees, or one that turns the direction", "letters that people see"});
    else if (!is_line(text.text(), kTemplateWordBytesMax)) problems.push_back({"pack.bad-text", text.line(), path, in_quotes(text.text()), "one line of at most " + std::to_string(kTemplateWordBytesMax) + " bytes"});
    else own.emplace(name, text.text());
  }
  return own;
}

TemplateWords in_language(TemplateWords own, std::string_view report, const Words& language) {
  for (auto& [name, text] : own) {
    if (const auto at = language.find(std::string(report) + "." + name); at != language.end()) text = at->second;
  }
  return own;
}

std::vector<Refusal> examine_words(const std::string& file, const std::string& text, const Words& language,
                                   const std::map<std::string, TemplateWords, std::less<>>& own) {
  const auto json = parse_json(text);
  Findings findings(file);
  std::vector<std::string> missing;
  for (const auto& [report, words] : own) {
    for (const auto& [name, other] : words) {
      if (!language.contains(report + "." + name)) missing.push_back(in_quotes(report + "." + name));
    }
  }
  for (const auto& [key, other] : language) {
    const std::size_t dot = key.find('.');
    const std::string name = dot == std::string::npos ? "title" : key.substr(dot + 1);
    if (name == "title" || name == "summary") continue;
    const auto report = own.find(std::string_view(key).substr(0, dot));
    if (report == own.end() || report->second.contains(name)) continue;  // without words of its own: its source was refused
    const Json* at = json ? json->find(key) : nullptr;
    findings.refuse("pack.unknown-word", at ? at->line() : 0, key, in_quotes(key), "a word that the report's template has", next_for(key, own));
  }
  if (!missing.empty()) findings.warn("pack.missing-word", 0, "", "nothing for " + some_of(missing), "every word of the templates in this language", "Add them; until then the report's own stand there.");
  return findings.take();
}

}  // namespace evenhand::plugins::pack
