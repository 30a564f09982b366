/// A plugin's titles and summaries in other languages, and its whole folder examined.
///
/// A file of words holds {"title": "…", "walk-report.title": "…", "walk-report.summary": "…"}: the plugin's own, and those of its
/// reports, validators, exports and commands by their ids; in a pack also the words of its templates ("walks.due"). What a file
/// leaves out stays as the manifest or the template has it.
/// Threads: values. Format: docs/formats/plugin.md.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/manifest/files.h"
#include "plugins/manifest/manifest.h"

namespace evenhand::plugins {

/// "walk-report.title" to the text.
using Words = std::map<std::string, std::string, std::less<>>;

/// "cy", "en-GB".
bool is_language_tag(std::string_view tag);
/// The language of the plugin's that answers to this tag: itself, else the same without its region ("cy" for "cy-GB"). Empty: none does.
std::string language_for(const Manifest& manifest, std::string_view tag);

/// Those of one language. Empty when the plugin has none of that tag. Errors: refused (the first of examine_plugin()'s).
Result<Words> read_words(const Manifest& manifest, const PluginFiles& files, std::string_view tag);
/// The manifest with these words in place of its own.
Manifest in_words(Manifest manifest, const Words& words);

/// plugin.json, and the files of words and help that it names. What packs hold besides, examine_pack() looks at.
ManifestReading examine_plugin(const PluginFiles& files);

}  // namespace evenhand::plugins
