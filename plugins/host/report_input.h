/// What a report or an export is about, and the bytes that its plugin gets.
///
/// Threads: one thread a model. Lifetime: registry and model outlive what is made here.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "plugins/host/record_rows.h"
#include "plugins/host/run_report.h"
#include "plugins/host/score_rows.h"

namespace evenhand::plugins {

/// One organisation's report in one cycle.
struct Reporter {
  Record organisation;
  Record cycle;
};

/// Everything that a run is about.
struct Subject {
  std::vector<Reporter> reporters;  ///< one, one a cycle, or all that report
  ReportScope reach = ReportScope::one_organisation;
  Scope scope;
  Rules rules;
  bool is_demonstration = false;

  /// Whose rules hold for the whole: of several cycles of one organisation the newest.
  const Record& cycle() const { return (reach == ReportScope::all_cycles ? reporters.back() : reporters.front()).cycle; }
};
/// Errors: not_found, refused (several to choose from: they are named), those of the model.
Result<Subject> subject_of(ReportScope scope, const Model& model, const ReportOptions& options);

/// A view that a manifest declares to read.
struct ViewRead {
  std::shared_ptr<Plugin> owner;
  const ProjectionEntry* projection = nullptr;
  const AggregateEntry* aggregate = nullptr;  ///< null: the rows themselves
};
/// Errors: not_found (plugin, view, aggregate), refused (made from data of a higher class than the manifest declares).
Result<std::vector<ViewRead>> views_read_by(const Registry& registry, const Manifest& manifest);

struct MadeInput {
  std::string bytes;
  std::vector<std::string> stale;  ///< sentences about views that are not up to date
};
/// Only records of the subject's scope, masked by its policy, and of views only rows that were made from such records.
/// Errors: those of the model and of views; refused (another policy than the views were masked by).
Result<MadeInput> input_of(const Registry& registry, const Plugin& plugin, std::string_view asked, const Model& model, const Subject& subject,
                           const ReportOptions& options);

}  // namespace evenhand::plugins
