/// Brings one projection in line with the records: what changed, in batches; where the plugin fails, to the record. Private to
/// plugins/projection.
#pragma once

#include <span>

#include "plugins/projection/projections.h"
#include "plugins/host/record_source.h"

namespace evenhand::plugins {

/// Folds one projection into a store.
class ViewFold {
 public:
  /// `slices`: the folder that failing records are written to.
  ViewFold(ViewStore& store, Plugin& plugin, std::size_t projection, const Model& model, const ProjectionLimits& limits,
           std::filesystem::path slices, CatchUpOptions options)
      : store_(store), plugin_(plugin), projection_(projection), entry_(plugin.manifest.projections[projection]), model_(model), limits_(limits),
        slices_(std::move(slices)), options_(std::move(options)) {}

  /// Errors: those of the model and the store; unavailable (the plugin could not be asked).
  Result<void> run();
  const CaughtUp& done() const { return done_; }
  /// True when this fold quarantined or paused the view.
  bool is_stopped() const { return is_stopped_; }
  /// True when contents of records that a view was made from are gone since: what LMDB has not written over yet must go too.
  bool has_lost_content() const { return has_lost_content_; }

 private:
  Result<bool> find_changes(const ViewState& state);
  Result<void> take_away_removed();
  Result<void> fold(std::span<const SourceRecord> records);
  /// Kept until there is enough for a transaction.
  Result<void> keep(std::vector<Replacement> replacements);
  Result<void> flush();
  Result<void> store(std::span<const Replacement> replacements, const std::optional<ViewState>& state);
  Result<void> quarantine(const SourceRecord& record, const Error& why);
  bool must_stop() const { return is_stopped_ || !done_.is_done; }

  ViewStore& store_;
  Plugin& plugin_;
  std::size_t projection_;
  const ProjectionEntry& entry_;
  const Model& model_;
  const ProjectionLimits& limits_;
  std::filesystem::path slices_;
  CatchUpOptions options_;
  std::vector<SourceRecord> changed_;
  std::vector<EntityId> removed_;
  std::vector<Replacement> kept_;
  std::size_t kept_bytes_ = 0;
  std::size_t flushes_ = 0;
  CaughtUp done_;
  bool is_stopped_ = false;  ///< quarantined or paused
  bool has_lost_content_ = false;
};

}  // namespace evenhand::plugins
