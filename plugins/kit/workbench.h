/// A plugin in its author's folder, before anybody installed it.
///
/// Threads: one.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "plugins/catalogue/catalogue.h"
#include "plugins/document/model.h"
#include "plugins/host/registry.h"
#include "plugins/host/run_report.h"
#include "plugins/kit/crossing.h"
#include "plugins/kit/samples.h"
#include "plugins/manifest/files.h"
#include "plugins/manifest/manifest.h"

namespace evenhand::plugins {

/// What of an author's folder belongs to the plugin: all but sources, build folders, samples, golden files, the README, documents that
/// it made, an editor's backups and what begins with a dot. `left_out` gets the names of those documents and backups. Errors: not_found, refused (a name, a link, a pipe; names the file), unavailable.
Result<PluginFiles> read_author_folder(const std::filesystem::path& folder, std::vector<std::string>* left_out = nullptr);

/// A file's or a folder's name as a shell takes it, for commands that people copy: in quotes when it has to be.
std::string shell_word(const std::filesystem::path& path);

/// Everything wrong with its manifest, queries and templates, warnings too; nothing is run.
std::vector<Refusal> examine(const PluginFiles& files);
/// The first that is no warning; null when the plugin can be taken.
const Refusal* first_error(const std::vector<Refusal>& refusals);

/// A plugin that can be run where it lies. A built-in one is run as it is linked into this program, under the manifest that lies there.
struct Workbench {
  std::filesystem::path folder;
  PluginFiles files;
  Manifest manifest;
  OwnTypes own_types;                    ///< the record types that it declares, made known to this process
  Registry registry;                     ///< holds this plugin, and those whose views it reads
  std::shared_ptr<Crossing> crossing;    ///< what went to it and came from it

  /// `linked_in`: built_in_plugins(). `others`: plugins whose views it may read besides; null: none. Errors: those of read_author_folder(); refused (the first of examine(); a built-in one that is
  /// not linked in); what the runner says.
  static Result<Workbench> open(const std::filesystem::path& folder, const Runners& runners, std::span<const BuiltIn> linked_in = {}, const Registry* others = nullptr);

  /// The same plugin under a manifest that was changed, such as one with a single validator. One runner serves both.
  Plugin narrowed(const std::function<void(Manifest&)>& change) const;
};

/// The author's own sample.json, else the small sample. Errors: corrupt, refused, unavailable.
Result<SampleModel> own_sample(const std::filesystem::path& folder, const OwnTypes& own = {});
/// What sample.json says that a command's options are: "options": {"plan-walks": {"month": "2026-03"}}. Errors: the same.
Result<std::map<std::string, std::string, std::less<>>> own_options(const std::filesystem::path& folder, std::string_view command);

/// One report of the plugin made of that model; of the organisation and the cycle in the options, else of the first that have something to report.
/// Errors: those of make_report().
Result<document::Document> try_report(const Workbench& bench, const Model& model, const ReportEntry& report, ReportOptions options = {});

}  // namespace evenhand::plugins
