#include "plugins/kit/scaffold.h"

#include <cctype>

#include "core/base/bytes.h"
#include "core/base/embedded.h"
#include "plugins/manifest/findings.h"

namespace evenhand::plugins {

namespace {

constexpr std::string_view kBuiltIn = "builtin";
/// Of a native plugin: one linked in has the same code but for its last line, and makes the same of the same sample.
constexpr std::string_view kNative = "data/scaffolds/native/";
constexpr std::string_view kShared[] = {"report.cpp", "sample.json", "golden/@ID@.json"};

constexpr std::string_view kScope = "\"scope\": \"one organisation\"";
constexpr std::size_t kNameBytesMax = 60;

// "Actions by owner" → "actions-by-owner".
std::string hyphened(std::string_view name) {
  std::string text;
  for (const char c : name) {
    const bool is_kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (is_kept) text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    else if (!text.empty() && text.back() != '-') text += '-';
  }
  while (!text.empty() && text.back() == '-') text.pop_back();
  return text;
}

std::string filled(std::string text, std::string_view mark, std::string_view with) {
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + with.size())) text.replace(at, mark.size(), with);
  return text;
}

}  // namespace

Result<Scaffold> scaffold_report(std::string_view kind, std::string_view name, std::string_view place) {
  Scaffold made;
  const std::string id = hyphened(name);
  made.folder = kind == "builtin" ? filled(id, "-", "_") : id;
  const bool is_plain = name.size() <= kNameBytesMax && is_utf8(name) && is_line(name, kNameBytesMax) && !has_hidden_letters(name) && name.find_first_of("\"\\<>{}") == std::string_view::npos;
  if (made.folder.empty() || made.folder.front() < 'a' || !is_plain) {
    return refused("a name begins with a letter from a to z, in one line of at most " + std::to_string(kNameBytesMax) + " letters that people see, without quotes", std::string(name.substr(0, kNameBytesMax)), "Take the title that people will read, such as \"Actions by owner\".");
  }
  if (place != "report" && place != "page" && place != "card") return refused("a report stands in no such place", std::string(place), "Choose report, page or card.");
  made.id = "org.example." + id;
  const std::string prefix = "data/scaffolds/" + std::string(kind) + "/";
  std::vector<std::string_view> paths = embedded_files(prefix);
  std::vector<std::string> shared;
  if (kind == kBuiltIn) for (const std::string_view name : kShared) shared.push_back(std::string(kNative).append(name));
  paths.insert(paths.end(), shared.begin(), shared.end());
  for (const std::string_view path : paths) {
    std::string text(*embedded_file(path));
    if (kind == kBuiltIn) text = filled(std::move(text), "EVENHAND_NATIVE_PLUGIN(", "EVENHAND_PLUGIN_OF(evenhand_plugin_@WORD@, ");
    if (place != "report") text = filled(std::move(text), kScope, std::string(kScope) + ", \"place\": \"" + std::string(place) + "\"");
    // A golden file is a document as JSON, which writes & as an escape.
    text = filled(std::move(text), "@TITLE@", path.find("/golden/") == std::string_view::npos ? std::string(name) : filled(std::string(name), "&", "\\u0026"));
    text = filled(std::move(text), "@ID@", id);
    text = filled(std::move(text), "@WORD@", filled(id, "-", "_"));
    std::string file(path.substr(path.starts_with(prefix) ? prefix.size() : kNative.size()));
    if (kind == kBuiltIn && file == "report.cpp") file = "plugin.cpp";
    made.files.emplace(filled(std::move(file), "@ID@", id), std::move(text));
  }
  if (made.files.empty()) return refused("there is no plugin of that kind to begin from", std::string(kind), "Choose pack, native or builtin.");
  return made;
}

}  // namespace evenhand::plugins
