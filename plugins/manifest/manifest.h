/// A plugin's manifest: who it is, what it may see and what it contributes. Format: docs/formats/plugin.md.
///
/// All of it is read without running any code of the plugin's.
/// Threads: values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/codec/json.h"
#include "core/record/vocabulary.h"

namespace evenhand::plugins {

enum class Kind : std::uint8_t {
  pack,      ///< queries and templates, no code
  built_in,  ///< linked into the program
  native,    ///< a shared library, run in a process of its own
};
std::string_view to_word(Kind kind);

inline constexpr std::size_t kManifestBytesMax = 262144;
inline constexpr std::uint32_t kMemoryMibMax = 1024;  ///< what a manifest may ask for at most; so the two below
inline constexpr std::uint32_t kSecondsMax = 60;
inline constexpr std::uint32_t kOutputMibMax = 64;

/// What a plugin may use up. The host's own limits stand above them.
struct Limits {
  std::uint32_t memory_mib = 256;
  std::uint32_t seconds = 10;     ///< of processor time, for one call
  std::uint32_t output_mib = 16;  ///< of one answer
};

/// Where a document is shown; how it is made is the same.
enum class ReportPlace : std::uint8_t { report, page, card };
std::string_view to_word(ReportPlace place);

/// What one document is about.
enum class ReportScope : std::uint8_t {
  one_organisation,   ///< in one cycle
  all_organisations,  ///< of the cycles that share a title
  all_cycles,         ///< of one organisation, where the framework is the same
};

struct ReportEntry {
  std::string id;  ///< lower-case words joined by hyphens; unique among all plugins: "eds-report"
  std::string title;
  std::string summary;  ///< one sentence: what is in it and for whom
  ReportScope scope = ReportScope::one_organisation;
  ReportPlace place = ReportPlace::report;
  std::string source;  ///< pack: its file within the plugin

  bool is_of_one_organisation() const { return scope != ReportScope::all_organisations; }
};

enum class ColumnType : std::uint8_t { text, number };
struct ColumnEntry {
  std::string name;
  ColumnType type = ColumnType::text;
  std::string title;
};

enum class AggregateRule : std::uint8_t { count, sum, min, max };
struct MeasureEntry {
  std::string name;
  std::string of;  ///< a number column; empty for count
  AggregateRule rule = AggregateRule::count;
};
/// Kept by the host: one row for each distinct value of the group columns.
struct AggregateEntry {
  std::string id;
  std::vector<std::string> group;
  std::vector<MeasureEntry> measures;
};
/// A map from one record's state to rows.
struct ProjectionEntry {
  std::string id;    ///< also the type of its rows, for queries: "<plugin id>/<id>"
  std::vector<std::string> on;  ///< the record types that it is made from
  std::vector<ColumnEntry> columns;
  std::vector<AggregateEntry> aggregates;
};

struct ValidatorEntry {
  std::string id;
  std::vector<std::string> on;  ///< the record types whose changes it looks at
  std::string summary;
};
struct ExportEntry {
  std::string id;
  std::string title;
  std::vector<ColumnEntry> columns;
};
struct OptionEntry {
  std::string name;
  std::string meaning;
  bool is_required = false;
};
struct CommandEntry {
  std::string id;
  std::string title;
  std::string summary;
  std::vector<OptionEntry> options;
  std::vector<std::string> proposes;  ///< the record types that it may propose
};

/// Field to words.
using GivenUp = std::map<std::string, std::string, std::less<>>;

/// The schema versions of a record type that a plugin was written for: "evidence@1-3".
struct VersionRange {
  std::uint16_t from = 0;
  std::uint16_t to = 0;
};

struct Manifest {
  std::string id;  ///< reverse DNS: "org.evenhand.report"
  std::string version;
  std::string title;
  std::string summary;
  Kind kind = Kind::pack;
  DataClass data_class = DataClass::none;  ///< the highest that it declared; no field that it reads is above
  /// Record types, computed rows and projections, each with the fields declared. Types that the plugin declares itself
  /// stand under their short name ("walk").
  std::map<std::string, std::set<std::string, std::less<>>, std::less<>> reads;
  Limits limits;

  std::vector<ReportEntry> reports;
  std::vector<Json> types;  ///< record types that it declares, as docs/formats/declared-types.md has them
  /// Of those types by short name, the fields that were given up, each with its author's words: "since 1.2.0; use \"site\"". Read and merged for ever.
  std::map<std::string, GivenUp, std::less<>> given_up;
  std::vector<ProjectionEntry> projections;
  std::vector<ValidatorEntry> validators;
  std::vector<ExportEntry> exports;
  std::vector<CommandEntry> commands;
  std::map<std::string, std::string> words;  ///< language tag to file: "cy" to "words/cy.json"
  std::string help;                          ///< file; empty: none
  std::map<std::string, VersionRange, std::less<>> read_versions;  ///< only of those types that say them

  bool may_read(std::string_view type) const { return reads.contains(type); }
  bool may_read(std::string_view type, std::string_view field) const;
};

enum class Severity : std::uint8_t {
  error,    ///< the plugin is not taken
  warning,  ///< it is taken; its author should look
};

/// One thing that is wrong, for authors.
struct Refusal {
  std::string code;    ///< closed list in docs/formats/plugin.md: "plugin.unknown-field"
  std::string file;    ///< within the plugin: "plugin.json"
  std::size_t line = 0;  ///< from 1; 0: the file as a whole
  std::string path;    ///< "reads.evidence.titel"
  std::string found;
  std::string wanted;
  std::string next;    ///< one thing to do
  Severity severity = Severity::error;
  /// "plugin.json:12: reads.evidence.titel: found …, wanted …. Do this. [plugin.unknown-field]"; a warning says so after the line.
  std::string sentence() const;
};

struct ManifestReading {
  Manifest manifest;              ///< of use only when is_refused() is false
  std::vector<Refusal> refusals;  ///< all that were found, by line; at most kRefusalsMax
  bool is_refused() const;        ///< is there an error among them?
};
inline constexpr std::size_t kRefusalsMax = 200;
/// Reads what may be anything. Never fails: what is wrong stands in the refusals.
ManifestReading examine_manifest(std::string_view json_text);

/// Records that the program keeps about itself and about decisions of people: agreements to plugins, trusted keys, documents made, sign-offs
/// and the like. A plugin may read them, and neither proposes nor checks them: it could agree to itself, or keep itself from being removed.
bool is_kept_by_program(std::string_view type);

/// The same for those who want it whole or not at all. Errors: corrupt (no JSON) or refused, with the first error; its place
/// is "plugin.json:12: reads.evidence.titel".
Result<Manifest> read_manifest(std::string_view json_text);

}  // namespace evenhand::plugins
