#include "plugins/kit/scaffold.h"

#include <cctype>

#include "core/base/bytes.h"
#include "core/base/embedded.h"

namespace evenhand::plugins {

namespace {

constexpr std::string_view kBuiltIn = "builtin";
constexpr std::string_view kCode = "data/scaffolds/native/report.cpp";  ///< the same for both kinds but for its last line

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

Result<Scaffold> scaffold_report(std::string_view kind, std::string_view name) {
  Scaffold made;
  const std::string id = hyphened(name);
  made.folder = kind == "builtin" ? filled(id, "-", "_") : id;
  const bool is_plain = name.size() <= kNameBytesMax && is_utf8(name) && name.find_first_of("\"\\\n\r\t<>{}") == std::string_view::npos;
  if (made.folder.empty() || made.folder.front() < 'a' || !is_plain) {
    return refused("a name begins with a letter, in one line of at most " + std::to_string(kNameBytesMax) + " letters without quotes", std::string(name.substr(0, kNameBytesMax)), "Take the title that people will read, such as \"Actions by owner\".");
  }
  made.id = "org.example." + id;
  const std::string prefix = "data/scaffolds/" + std::string(kind) + "/";
  std::vector<std::string_view> paths = embedded_files(prefix);
  if (kind == kBuiltIn) paths.push_back(kCode);
  for (const std::string_view path : paths) {
    std::string text(*embedded_file(path));
    if (kind == kBuiltIn) text = filled(std::move(text), "EVENHAND_NATIVE_PLUGIN(", "EVENHAND_PLUGIN_OF(evenhand_plugin_@WORD@, ");
    // A golden file is a document as JSON, which writes & as an escape.
    text = filled(std::move(text), "@TITLE@", path.find("/golden/") == std::string_view::npos ? std::string(name) : filled(std::string(name), "&", "\\u0026"));
    text = filled(std::move(text), "@ID@", id);
    text = filled(std::move(text), "@WORD@", filled(id, "-", "_"));
    std::string file(path == kCode && kind == kBuiltIn ? "plugin.cpp" : path.substr(prefix.size()));
    made.files.emplace(filled(std::move(file), "@ID@", id), std::move(text));
  }
  if (made.files.empty()) return refused("there is no plugin of that kind to begin from", std::string(kind), "Choose pack, native or builtin.");
  return made;
}

}  // namespace evenhand::plugins
