// How views stand, for people.
#include <algorithm>

#include "core/os/files.h"
#include "plugins/host/record_source.h"
#include "plugins/projection/projections.h"
#include "plugins/projection/view_builds.h"

namespace evenhand::plugins {

namespace fs = std::filesystem;

namespace {

/// Records that are new, changed or gone since the view was made.
Result<std::uint64_t> count_behind(const ViewStore& store, std::size_t projection, const Manifest& manifest, const ProjectionEntry& entry, const Model& model) {
  EVENHAND_TRY(RecordNotes known, store.notes(projection));
  std::uint64_t differ = 0;
  EVENHAND_CHECK(for_each_source_record(manifest, entry, model, [&](const SourceRecord& record) {
    const auto at = known.find(record.id);
    if (at == known.end() || at->second.print != record.print || at->second.losses != record.losses) ++differ;
    if (at != known.end()) known.erase(at);
  }));
  return differ + known.size();
}

std::optional<ClaimedTime> served_since(const fs::path& folder) {
  constexpr std::int64_t kNanosecondsInMs = 1'000'000;
  const auto identity = file_identity(live_file(folder));
  return identity ? std::optional(ClaimedTime{identity->modified_ns / kNanosecondsInMs}) : std::nullopt;
}

Result<ViewStatus> status_of(const ViewStore& store, std::size_t position, const fs::path& folder) {
  EVENHAND_TRY(const ViewState state, store.state(position));
  EVENHAND_TRY(const ViewStore::Size size, store.size(position));
  ViewStatus one{store.projections()[position].id, state.condition, state.words()};
  if (state.condition == ViewCondition::quarantined) one.record = state.record;
  if (!state.slice.empty()) one.slice = folder / "failed" / state.slice;
  one.records = size.records;
  one.rows = size.rows;
  one.bytes = size.bytes;
  return one;
}

void add_lost(const Manifest& manifest, const Error& why, bool is_live, std::vector<ViewStatus>& all) {
  for (const ProjectionEntry& projection : manifest.projections) {
    ViewStatus lost{projection.id, ViewCondition::current, why.what};
    lost.is_live = is_live;
    lost.is_lost = true;
    all.push_back(std::move(lost));
  }
}

}  // namespace

Result<std::vector<ViewStatus>> Projections::status(const Plugin& plugin, const Model* model) const {
  EVENHAND_CHECK(check_folder_name(plugin.manifest.id));
  const fs::path folder = folder_of(plugin);
  const auto live = live_build(folder);
  const auto is_live = [&](const ViewBuild& build) { return live && live->name() == build.name(); };
  const std::string edition = edition_of(plugin, program_);
  std::vector<ViewBuild> builds = builds_in(folder);
  std::erase_if(builds, [&](const ViewBuild& build) { return build.edition != edition && !is_live(build); });
  std::stable_partition(builds.begin(), builds.end(), is_live);
  std::vector<ViewStatus> all;
  for (const ViewBuild& build : builds) {
    const auto store = ViewStore::open_to_read(folder / build.name());
    if (!store && store.error().code == ErrorCode::not_found) continue;  // taken away since
    if (!store) {
      add_lost(plugin.manifest, store.error(), is_live(build), all);
      continue;
    }
    for (std::size_t p = 0; p < store->projections().size(); ++p) {
      const auto entry = std::find_if(plugin.manifest.projections.begin(), plugin.manifest.projections.end(), [&](const ProjectionEntry& one) { return one.id == store->projections()[p].id; });
      EVENHAND_TRY(ViewStatus one, status_of(*store, p, folder));
      one.is_live = is_live(build);
      one.is_outdated = build.edition != edition;
      if (one.is_live) one.made = served_since(folder);
      if (model != nullptr && entry != plugin.manifest.projections.end()) {
        EVENHAND_TRY(one.behind, count_behind(*store, p, plugin.manifest, *entry, *model));
      }
      all.push_back(std::move(one));
    }
  }
  return all;
}

}  // namespace evenhand::plugins
