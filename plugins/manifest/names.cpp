// The forms of names in a manifest.
#include <algorithm>

#include "plugins/manifest/examination.h"
#include "plugins/manifest/words.h"
#include "plugins/manifest/files.h"
#include "plugins/sdk/computed.h"

namespace evenhand::plugins {

namespace {

constexpr std::size_t kPluginIdBytesMax = 100;  // core/record/type_definition.cpp takes no longer one either
constexpr std::size_t kContributionIdBytesMax = 60;
constexpr std::size_t kFieldNameBytesMax = 40;
constexpr std::size_t kTagBytesMax = 35;  // RFC 5646, section 4.4.1

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

/// Calls `is_part` for each part between separators; false when one says no. An empty text is one empty part.
template <class IsPart>
bool all_parts(std::string_view text, char separator, IsPart is_part) {
  for (;;) {
    const std::size_t end = text.find(separator);
    if (!is_part(text.substr(0, end))) return false;
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 1);
  }
}

bool is_word(std::string_view part) {
  return !part.empty() && std::all_of(part.begin(), part.end(), [](char c) { return is_lower(c) || is_digit(c); });
}

bool is_hyphened(std::string_view part) { return all_parts(part, '-', is_word); }

}  // namespace

const RecordSpec* find_core_type(std::string_view type) {
  const auto all = vocabulary();
  const auto at = std::find_if(all.begin(), all.end(), [&](const RecordSpec& spec) { return spec.name == type; });
  return at == all.end() ? nullptr : &*at;
}

bool is_computed_type(std::string_view type) {
  const auto& kinds = sdk::computed::kKinds;
  return std::any_of(std::begin(kinds), std::end(kinds), [&](const auto& kind) { return kind.type == type; });
}

bool is_plugin_id(std::string_view id) {
  return id.size() <= kPluginIdBytesMax && std::count(id.begin(), id.end(), '.') >= 2 && all_parts(id, '.', is_hyphened);
}

bool is_contribution_id(std::string_view id) { return id.size() <= kContributionIdBytesMax && is_hyphened(id); }

bool is_field_name(std::string_view name) {
  return !name.empty() && name.size() <= kFieldNameBytesMax && is_lower(name.front()) &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

bool is_language_tag(std::string_view tag) {
  const std::string_view language = tag.substr(0, tag.find('-'));
  const auto is_subtag = [](std::string_view part) {
    return part.size() >= 2 && part.size() <= 8 && std::all_of(part.begin(), part.end(), [](char c) { return is_lower(c) || is_upper(c) || is_digit(c); });
  };
  return tag.size() <= kTagBytesMax && language.size() <= 3 && std::all_of(language.begin(), language.end(), is_lower) && all_parts(tag, '-', is_subtag);
}

void check_file_name(Findings& findings, std::size_t line, const std::string& path, std::string_view name, std::string_view ending) {
  if (name.empty()) return;  // refused already
  if (!is_plugin_file_name(name)) {
    findings.refuse("plugin.file-name", line, path, in_quotes(name), "the name of a file within the plugin: letters, digits, . _ - and / between folders",
                    "Put the file into the plugin's folder and name it from there.");
  } else if (!name.ends_with(ending)) {
    findings.refuse("plugin.file-name", line, path, in_quotes(name), "a name that ends in " + std::string(ending), "Rename the file.");
  }
}

}  // namespace evenhand::plugins
