/// A plugin in its author's folder, before anybody installed it.
///
/// Threads: one.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "plugins/catalogue/catalogue.h"
#include "plugins/document/model.h"
#include "plugins/host/registry.h"
#include "plugins/kit/sample_model.h"
#include "plugins/manifest/files.h"
#include "plugins/manifest/manifest.h"

namespace evenhand::plugins {

/// What of an author's folder belongs to the plugin: all but sources, build folders, samples, golden files, the README, documents that
/// it made, an editor's backups and what begins with a dot. `left_out` gets the names of those documents and backups. Errors: not_found, refused (a name, a link, a pipe; names the file), unavailable.
Result<PluginFiles> read_author_folder(const std::filesystem::path& folder, std::vector<std::string>* left_out = nullptr);

/// Everything wrong with its manifest, queries and templates, warnings too; nothing is run.
std::vector<Refusal> examine(const PluginFiles& files);
/// The first that is no warning; null when the plugin can be taken.
const Refusal* first_error(const std::vector<Refusal>& refusals);

/// A plugin that can be run where it lies.
struct Workbench {
  std::filesystem::path folder;
  PluginFiles files;
  Manifest manifest;
  Registry registry;                       ///< holds this plugin alone
  std::shared_ptr<std::string> last_input;  ///< the bytes that crossed last, towards the plugin

  /// Errors: those of read_author_folder(); refused (the first of examine()); what the runner says.
  static Result<Workbench> open(const std::filesystem::path& folder, const Runners& runners);
};

/// The author's own sample.json, else the small sample. Errors: corrupt, refused, unavailable.
Result<SampleModel> own_sample(const std::filesystem::path& folder);

/// One report of the plugin made of that model; of the first organisation and cycle that have something to report.
/// Errors: those of make_report().
Result<document::Document> try_report(const Workbench& bench, const Model& model, const ReportEntry& report);

}  // namespace evenhand::plugins
