/// The rows of one plugin's projections, in an LMDB environment of their own: a view that runs away never fills the log's map.
///
/// Always: rows, totals, order and prints of a record change in one durable transaction, so a store that was cut off anywhere
/// is whole, and knows by its prints what it still lacks. All of it can be made anew.
/// Format: docs/formats/projection.md. Threads: one writer; readers never wait.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <unordered_map>

#include "core/store/table.h"
#include "plugins/host/aggregate.h"
#include "plugins/host/ask_rows.h"

namespace evenhand::plugins {

enum class ViewCondition : std::uint8_t {
  current,      ///< nothing stands against it
  quarantined,  ///< the plugin failed at a record; tried again when the record or the plugin changes
  paused,       ///< it would be larger than a view may be; tried again when the plugin changes or on a rebuild
};

struct ViewState {
  ViewCondition condition = ViewCondition::current;
  EntityId record;       ///< quarantined: at which
  Hash print;            ///< and what stood there
  std::string sentence;  ///< why
  std::string slice;     ///< name of the file with what it failed at
  /// What stands against it, for people; empty when nothing does.
  std::string words() const;
  template <class Archive>
  void serialize(Archive& archive) {
    auto word = static_cast<std::uint8_t>(condition);
    archive(word, record, print, sentence, slice);
    condition = word <= static_cast<std::uint8_t>(ViewCondition::paused) ? static_cast<ViewCondition>(word) : ViewCondition::paused;
  }
};

/// What a view holds of one record.
struct RecordNote {
  Hash print;
  std::uint32_t rows = 0;
  std::uint64_t losses = 0;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(print, rows, losses);
  }
};
using RecordNotes = std::unordered_map<EntityId, RecordNote, IdHash>;

class ViewStore {
 public:
  /// Opens, or makes, the store of those projections. Errors: unavailable, corrupt (throw it away and rebuild), refused (an aggregate
  /// that cannot be, too many of anything).
  static Result<ViewStore> open_to_fold(const std::filesystem::path& folder, const std::vector<ProjectionEntry>& projections, Syncing syncing = Syncing::each_commit);
  /// Opens what is there, whatever version of the plugin made it. Errors: not_found, unavailable, corrupt.
  static Result<ViewStore> open_to_read(const std::filesystem::path& folder);

  /// Those that it holds; all else goes by their position.
  const std::vector<ProjectionEntry>& projections() const { return projections_; }
  std::optional<std::size_t> find(std::string_view projection) const;

  Result<RecordNotes> notes(std::size_t projection) const;
  /// Errors: refused (the view would hold more than `bytes_max`; nothing of it counts), unavailable, corrupt.
  Result<void> replace(std::size_t projection, std::span<const Replacement> replacements, const std::optional<ViewState>& state, std::uint64_t bytes_max);
  /// When replace() is durable (TableStore).
  Result<void> put_off_syncing() { return store_.put_off_syncing(); }
  std::optional<ClaimedTime> put_off_since() const { return store_.put_off_since(); }
  Result<void> sync() { return store_.sync(); }
  Result<ViewState> state(std::size_t projection) const;
  struct Size {
    std::uint64_t records = 0;  ///< that were read, with rows or without
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;    ///< of rows with their keys
  };
  /// One pass over the rows. Errors: corrupt.
  Result<Size> size(std::size_t projection) const;
  /// Bytes of all keys and values that rows account for.
  Result<std::uint64_t> bytes() const;

  /// By record, then in the plugin's order; the visitor returns false to stop. Errors: corrupt.
  Result<void> for_each_row(std::size_t projection, const std::function<bool(const EntityId& record, const ViewRow& row)>& visit) const;
  /// From the totals kept. Ascending by group. Errors: corrupt.
  Result<std::vector<InputRow>> aggregate_rows(std::size_t projection, std::size_t aggregate, const std::string& type) const;

 private:
  class Writing;
  ViewStore(TableStore store, std::vector<ProjectionEntry> projections) : store_(std::move(store)), projections_(std::move(projections)) {}
  Result<void> make_plans();

  TableStore store_;
  std::vector<ProjectionEntry> projections_;
  std::vector<std::vector<AggregatePlan>> plans_;
};

}  // namespace evenhand::plugins
