/// The parts of examine_manifest(): each reads its keys, writes what is in order into the manifest and what is wrong into
/// the findings.
///
/// Threads: one.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "core/record/declared_types.h"
#include "core/record/deprecated.h"
#include "plugins/manifest/findings.h"

namespace evenhand::plugins {

struct Examination {
  Findings findings{"plugin.json"};
  Manifest manifest;
  std::optional<Kind> kind;             ///< empty when it was refused: then nothing is held against it; so the class
  std::optional<DataClass> data_class;
  std::set<std::string, std::less<>> read_types;  ///< the keys of reads, without versions
  std::map<std::string, TypeDefinition, std::less<>> own_types;
  std::set<std::string, std::less<>> refused_types;  ///< own types that were refused: who names them is not refused too
  std::set<std::string, std::less<>> ids;  ///< of contributions so far
  DataClass highest_read = DataClass::none;
  std::span<const Deprecation> deprecated = deprecations();
  bool reads_foreign = false;  ///< another plugin's rows, whose class only that plugin's manifest says
};

inline constexpr std::size_t kTitleBytesMax = 200;
inline constexpr std::size_t kSummaryBytesMax = 600;
inline constexpr std::size_t kFileNameBytesMax = 120;

/// examine_manifest() with other fields given up than the vocabulary's; for tests.
ManifestReading examine_manifest(std::string_view json_text, std::span<const Deprecation> deprecated);

/// The vocabulary only: what some other plugin declared in this process makes no difference.
const RecordSpec* find_core_type(std::string_view type);
bool is_computed_type(std::string_view type);

/// "org.example.walks": lower-case letters, digits and hyphens, at least two dots, 1..100 bytes.
bool is_plugin_id(std::string_view id);
/// "eds-report": lower-case letters and digits, joined by hyphens, 1..60 bytes.
bool is_contribution_id(std::string_view id);
/// "short_title": a lower-case letter, then those, digits and underscores, 1..40 bytes.
bool is_field_name(std::string_view name);

/// Refuses what would lead outside the plugin, or is no name that its files may have. `ending`: ".json"; empty: any.
void check_file_name(Findings& findings, std::size_t line, const std::string& path, std::string_view name, std::string_view ending);

/// contributes, all of it; the types first. Needs read_types.
void examine_contributions(Examination& all, const Json& contributes);
/// projections, validators, exports, commands: what only code can give.
void examine_code_contributions(Examination& all, ObjectReader& contributes);
/// The id of a contribution: its form, and no other has it.
std::string contribution_id(Examination& all, ObjectReader& reader);
/// reads. Needs the own types and projections.
void examine_reads(Examination& all, const Json& reads);

}  // namespace evenhand::plugins
