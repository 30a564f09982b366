/// The views of a workspace's plugins: kept up to date record by record, rebuilt beside the live one and swapped, and stopped where
/// a plugin fails, without stopping anything else.
///
///     Projections projections(workspace.folder());
///     auto done = projections.catch_up(plugin, workspace);          // whenever something may have changed
///     run_report(registry, workspace, "actions", {.projections = &projections}, Format::html);
///
/// A projection is a map: rows of one record are a function of that record's bytes. What was folded is known by the print of those
/// bytes (record_source.h), so batch borders, order of arrival and interruptions carry no meaning.
/// A plugin only ever answers with rows; nothing here writes to a log.
/// Durability: a kill anywhere leaves the live view as it was or whole batches further. Power loss does too, or costs the view, which the
/// next catch-up then makes anew; the log and whoever writes to it are not made to wait (docs/decisions/0057-views-off-the-disk.md).
/// Threads: one. Plugin, model and progress are used on another while that one waits, at a lower priority. Other processes read at any time; one of
/// them makes views at a time.
/// Lifetime: plugins, their manifests and models are the caller's.
/// Format and folders: docs/formats/projection.md. Decision: docs/decisions/0054-projections.md.
#pragma once

#include <filesystem>

#include "core/base/clock.h"
#include "core/engine/derived_views.h"
#include "core/engine/model.h"
#include "core/os/program.h"
#include "plugins/host/ask_rows.h"
#include "plugins/host/projection_reader.h"
#include "plugins/projection/view_store.h"

namespace evenhand::plugins {

struct CatchUpOptions {
  std::size_t stop_after = 0;  ///< stop after so many calls of the plugin; 0: do not stop
  /// Told after each call of the plugin: which view, how many of the records that it is asked about are done.
  std::function<void(std::string_view view, std::uint64_t done, std::uint64_t all)> progress = {};
  bool is_of_samples = false;  ///< nobody real is in the records, so what the plugin says of a failure is kept in any case
};

struct CaughtUp {
  std::size_t records = 0;  ///< whose rows were made anew or taken away
  std::size_t calls = 0;    ///< of the plugin
  bool is_done = true;      ///< false: stop_after was reached; call again
  std::vector<std::string> stopped = {};  ///< views that this call quarantined or paused; those that stood so before are in status() alone
};

/// How one view stands.
struct ViewStatus {
  std::string projection;
  ViewCondition condition = ViewCondition::current;
  std::string sentence = {};             ///< why it is not current; empty when it is
  std::optional<EntityId> record = {};   ///< quarantined: at which
  std::filesystem::path slice = {};      ///< quarantined: what the plugin failed at, without personal data
  bool is_live = true;                   ///< false: made beside what readers are served
  bool is_outdated = false;              ///< another version of the plugin, or an earlier program, made it
  bool is_lost = false;                  ///< nothing of it can be read (sentence): made anew by the next catch-up
  std::uint64_t records = 0;             ///< that it was made from
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;               ///< of its rows
  std::optional<std::uint64_t> behind = {};    ///< records that are new, changed or gone since; only when asked for
  std::optional<ClaimedTime> made = {};        ///< live: since when readers are served it
};

/// Where all builds of a plugin's views stand.
inline std::filesystem::path views_folder(const std::filesystem::path& workspace, const std::string& plugin) { return derived_views(workspace) / plugin; }

class Projections : public ProjectionReader {
 public:
  /// Views stand in <workspace>/views/plugins/<plugin id>/. Nothing is read or made yet.
  /// `program` names the code of plugins that are linked in: what another program made of them is made anew.
  explicit Projections(std::filesystem::path workspace, ProjectionLimits limits = {}, Bytes program = program_build_id())
      : workspace_(std::move(workspace)), limits_(limits), program_(std::move(program)) {}

  /// The plugins that something is kept for there. Errors: unavailable.
  static Result<std::vector<std::string>> kept_for(const std::filesystem::path& workspace);
  /// Takes away all that a plugin's views hold (drop_derived_views_of()). Absent is fine. Errors: refused (no id of a plugin), unavailable.
  static Result<void> forget(const std::filesystem::path& workspace, const std::string& plugin);

  /// Brings the plugin's views in line with the model. A new version of the plugin is built beside the live one, which is served until
  /// the new one is whole. What the plugin does wrong is no error: it stands in status() and in what readers are told.
  /// Errors: those of the model; unavailable (another process is making these views; the disk; the plugin cannot be started), refused
  /// (a manifest that cannot be).
  Result<CaughtUp> catch_up(Plugin& plugin, const Model& model, const CatchUpOptions& options = {});
  /// Makes all of it anew beside the live views, then swaps; a view that was quarantined or paused gets
  /// another try. When something stands against it again, what was live stays. When stopped by stop_after, the next call goes on.
  /// Errors: the same.
  Result<CaughtUp> rebuild(Plugin& plugin, const Model& model, const CatchUpOptions& options = {});

  /// One for each projection that was made, those that readers are served first; a second one while another version or a rebuild is
  /// on its way. `model`: count also how far behind it they are, at one pass over its records. Errors: those of the model; refused.
  Result<std::vector<ViewStatus>> status(const Plugin& plugin, const Model* model = nullptr) const;
  Result<ViewRows> rows(Plugin& owner, const ProjectionEntry& projection, const Keeps& keeps) const override;
  /// Totals that are kept when all records are kept, else computed over the rows of those that are.
  Result<ViewRows> aggregate(Plugin& owner, const ProjectionEntry& projection, const AggregateEntry& aggregate, const Keeps& keeps, const PersonOf& person_of = {}) const override;
  /// SHA-256 over all rows and aggregates that readers are served.
  Result<Hash> digest(const Plugin& plugin) const;

 private:
  std::filesystem::path folder_of(const Plugin& plugin) const { return views_folder(workspace_, plugin.manifest.id); }
  Result<CaughtUp> bring_up(Plugin& plugin, const Model& model, const CatchUpOptions& options, bool is_anew);
  Result<CaughtUp> build(Plugin& plugin, const Model& model, const CatchUpOptions& options, bool is_anew);
  struct Served {
    ViewStore store;
    std::size_t position = 0;
    std::string stale;
  };
  Result<Served> open_served(const Plugin& owner, const ProjectionEntry& projection) const;
  Result<std::pair<ViewStore, std::string>> open_live(const Plugin& plugin) const;
  std::string stale_words(const Plugin& plugin, const std::string& live, const ViewStore& store, std::size_t projection) const;

  std::filesystem::path workspace_;
  ProjectionLimits limits_;
  Bytes program_;
};

}  // namespace evenhand::plugins
