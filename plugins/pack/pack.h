/// A pack: a plugin without code. Queries pick, join, group and measure the rows that the host hands over; a template turns
/// the result into a document. Formats: docs/formats/pack.md.
///
/// A pack reads the same bytes as any other plugin (plugins/abi/input_tags.h), so that nothing undeclared is there to be read.
#pragma once

#include <memory>
#include <vector>

#include "plugins/host/runner.h"
#include "plugins/manifest/files.h"
#include "plugins/manifest/manifest.h"

namespace evenhand::plugins {

/// Everything that is wrong with the pack's queries and templates: unknown fields, fields that the manifest does not
/// declare, columns that no query gives, words that a language has too many; as a warning, those that it lacks. No error when
/// the pack can be run.
std::vector<Refusal> examine_pack(const Manifest& manifest, const PluginFiles& files);

/// Answers EVENHAND_ABILITY_REPORT, in the language of the option "language" as far as the pack has words in it.
/// Errors: refused (the first of examine_pack()).
Result<std::shared_ptr<Runner>> open_pack(const Manifest& manifest, const PluginFiles& files);

}  // namespace evenhand::plugins
