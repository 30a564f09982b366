// Folders: docs/formats/projection.md. "live" names the folder that readers are served; every other one is on its way or left over.
#include "plugins/projection/projections.h"

#include <algorithm>

#include "core/codec/archive.h"
#include "core/crypto/hash.h"
#include "core/os/files.h"
#include "core/os/giving_way.h"
#include "core/os/system_clock.h"
#include "core/os/workspace_lock.h"
#include "plugins/projection/view_builds.h"
#include "plugins/projection/view_fold.h"

namespace evenhand::plugins {

namespace fs = std::filesystem;

namespace {

std::string type_of(const Manifest& manifest, const ProjectionEntry& projection) { return manifest.id + "/" + projection.id; }

/// Where a fold goes.
struct Place {
  fs::path folder;
  fs::path slices;
  bool is_live = false;
};

struct Folded {
  CaughtUp done;
  bool has_lost_content = false;
  bool is_in_order = true;  ///< no view is quarantined or paused
};

constexpr std::int64_t kSettledAfterMs = 60'000;

// The system writes by itself what is half a minute old (dirty_expire_centisecs), a little at a time; a sync then finds next to
// nothing to wait for, nor does anybody's who writes to the log.
Result<void> settle(ViewStore& store) {
  const auto since = store.put_off_since();
  if (!since) return {};
  const std::int64_t age_ms = SystemClock().now().ms - since->ms;
  const bool is_young = age_ms >= 0 && age_ms < kSettledAfterMs;
  return is_young ? store.put_off_syncing() : store.sync();
}

Result<Folded> fold_all(const Place& place, Plugin& plugin, const Model& model, const ProjectionLimits& limits, const CatchUpOptions& options) {
  EVENHAND_TRY(ViewStore store, ViewStore::open_to_fold(place.folder, plugin.manifest.projections, place.is_live ? Syncing::each_commit : Syncing::put_off));
  if (place.is_live) EVENHAND_CHECK(settle(store));
  Folded folded;
  for (std::size_t p = 0; p < plugin.manifest.projections.size(); ++p) {
    const std::size_t calls_left = options.stop_after == 0 ? 0 : options.stop_after - folded.done.calls;
    if (options.stop_after != 0 && calls_left == 0) {
      folded.done.is_done = false;
      return folded;
    }
    ViewFold fold(store, plugin, p, model, limits, place.slices, {calls_left, options.progress, options.is_of_samples});
    EVENHAND_CHECK(fold.run());
    folded.done.records += fold.done().records;
    folded.done.calls += fold.done().calls;
    if (fold.is_stopped()) folded.done.stopped.push_back(plugin.manifest.projections[p].id);
    folded.has_lost_content = folded.has_lost_content || fold.has_lost_content();
    EVENHAND_TRY(const ViewState state, store.state(p));
    folded.is_in_order = folded.is_in_order && state.condition == ViewCondition::current;
    if (!fold.done().is_done || (options.stop_after != 0 && folded.done.calls > options.stop_after)) folded.done.is_done = false;
    if (!folded.done.is_done) return folded;
  }
  return folded;
}

/// A rebuild that was cut off is gone on with; one that ended badly, or is damaged, begins anew.
bool is_to_go_on(const fs::path& folder) {
  const auto store = ViewStore::open_to_read(folder);
  if (!store) return false;
  for (std::size_t p = 0; p < store->projections().size(); ++p) {
    const auto state = store->state(p);
    if (!state || state->condition != ViewCondition::current) return false;
  }
  return true;
}

/// What was erased must not lie on in pages that LMDB has not written over.
bool holds_content(const Manifest& manifest) { return manifest.data_class >= DataClass::free_text; }

}  // namespace

namespace {

// The lock stays when all else goes.
bool holds_more_than_its_lock(const fs::path& folder) {
  std::error_code ignored;
  const fs::directory_iterator entries(folder, ignored);
  return std::any_of(begin(entries), end(entries), [](const fs::directory_entry& one) { return one.path().filename() != "lock"; });
}

}  // namespace

Result<std::vector<std::string>> Projections::kept_for(const fs::path& workspace) {
  std::vector<std::string> plugins;
  std::error_code failed;
  for (fs::directory_iterator at(derived_views(workspace), failed), end; !failed && at != end; at.increment(failed)) {
    std::string id = at->path().filename().string();
    if (check_folder_name(id) && holds_more_than_its_lock(at->path())) plugins.push_back(std::move(id));
  }
  if (failed && failed != std::errc::no_such_file_or_directory) return system_error(failed.value(), "cannot look into", derived_views(workspace));
  return plugins;
}

Result<void> Projections::forget(const fs::path& workspace, const std::string& plugin) {
  EVENHAND_CHECK(check_folder_name(plugin));
  return drop_derived_views_of(workspace, plugin);
}

Result<CaughtUp> Projections::catch_up(Plugin& plugin, const Model& model, const CatchUpOptions& options) { return bring_up(plugin, model, options, false); }
Result<CaughtUp> Projections::rebuild(Plugin& plugin, const Model& model, const CatchUpOptions& options) { return bring_up(plugin, model, options, true); }

Result<CaughtUp> Projections::bring_up(Plugin& plugin, const Model& model, const CatchUpOptions& options, bool is_anew) {
  if (plugin.manifest.projections.empty()) return CaughtUp{};
  EVENHAND_CHECK(check_folder_name(plugin.manifest.id));
  const fs::path folder = folder_of(plugin);
  EVENHAND_CHECK(make_private_folder(folder));
  EVENHAND_TRY(const WorkspaceLock lock, WorkspaceLock::take(folder / "lock", "evenhand", "views", limits_.lock_wait_ms));
  Result<CaughtUp> made = CaughtUp{};
  run_giving_way([&] {
    made = build(plugin, model, options, is_anew);
    // What is damaged was thrown away.
    if (!made && made.error().code == ErrorCode::corrupt) made = build(plugin, model, options, is_anew);
  });
  return made;
}

Result<CaughtUp> Projections::build(Plugin& plugin, const Model& model, const CatchUpOptions& options, bool is_anew) {
  const fs::path folder = folder_of(plugin);
  const std::string edition = edition_of(plugin, program_);
  const auto live = live_build(folder);
  const bool is_live_current = live && live->edition == edition;
  const ViewBuild target = is_live_current && !is_anew ? *live : ViewBuild{edition, is_live_current ? live->number + 1 : 1};
  const bool is_the_live_one = live && live->name() == target.name();
  for (const ViewBuild& left_over : builds_in(folder)) {
    if (left_over.name() != target.name() && (!live || left_over.name() != live->name())) EVENHAND_CHECK(remove_tree(folder / left_over.name()));
  }
  if (is_anew && !is_to_go_on(folder / target.name())) EVENHAND_CHECK(remove_tree(folder / target.name()));
  const auto folded = fold_all({folder / target.name(), folder / "failed", is_the_live_one}, plugin, model, limits_, options);
  if (!folded && folded.error().code == ErrorCode::corrupt) {
    if (is_the_live_one) EVENHAND_CHECK(remove_tree(live_file(folder)));
    EVENHAND_CHECK(remove_tree(folder / target.name()));
  }
  if (!folded) return folded.error();
  if (!folded->done.is_done) return folded->done;
  if (is_the_live_one && folded->has_lost_content && holds_content(plugin.manifest)) return build(plugin, model, {0, options.progress, options.is_of_samples}, true);
  if (is_the_live_one || (live && !folded->is_in_order)) return folded->done;
  // Not synced either: whatever power loss leaves of the two folders and this name, the next catch-up makes right.
  EVENHAND_CHECK(write_file_whole(live_file(folder), view_of(target.name()), Secrecy::secret));
  if (live) EVENHAND_CHECK(remove_tree(folder / live->name()));
  return folded->done;
}

Result<std::pair<ViewStore, std::string>> Projections::open_live(const Plugin& plugin) const {
  EVENHAND_CHECK(check_folder_name(plugin.manifest.id));
  const fs::path folder = folder_of(plugin);
  constexpr int kTries = 3;  // a swap between the two steps takes the folder away
  for (int i = 0; i < kTries; ++i) {
    const auto live = live_build(folder);
    if (!live) break;
    auto store = ViewStore::open_to_read(folder / live->name());
    if (store) return std::pair(std::move(*store), live->name());
    if (store.error().code != ErrorCode::not_found) return store.error();
  }
  return unavailable("the views of this plugin were not made yet", plugin.manifest.id);
}

std::string Projections::stale_words(const Plugin& plugin, const std::string& live, const ViewStore& store, std::size_t projection) const {
  std::string words;
  if (const auto state = store.state(projection)) words = state->words();
  if (!live.starts_with(edition_of(plugin, program_) + ".")) {
    words += std::string(words.empty() ? "" : "; ") + "as it was made before " + plugin.manifest.version + " of this program";
    if (const auto all = status(plugin)) {
      for (const ViewStatus& one : *all) {
        if (!one.is_live && !one.sentence.empty()) words += ", which " + one.sentence;
      }
    }
  }
  if (words.empty()) return words;
  return "The view " + type_of(plugin.manifest, store.projections()[projection]) + " is not up to date (" + words + ")";
}

namespace {

/// Visits rows, asking once for each record whether it is kept; false when one was left out.
Result<bool> visit_kept(const ViewStore& store, std::size_t projection, const Keeps& keeps, const std::function<void(const EntityId&, const ViewRow&)>& visit) {
  bool all_kept = true;
  Result<void> inner;
  std::optional<std::pair<EntityId, bool>> asked;
  EVENHAND_CHECK(store.for_each_row(projection, [&](const EntityId& record, const ViewRow& row) {
    if (!asked || asked->first != record) {
      const auto kept = keeps ? keeps(record) : Result<bool>(true);
      if (!kept) return inner = kept.error(), false;
      asked.emplace(record, *kept);
      all_kept = all_kept && *kept;
    }
    if (asked->second) visit(record, row);
    return true;
  }));
  EVENHAND_CHECK(inner);
  return all_kept;
}

}  // namespace

Result<Projections::Served> Projections::open_served(const Plugin& owner, const ProjectionEntry& projection) const {
  EVENHAND_TRY(auto live, open_live(owner));
  const auto position = live.first.find(projection.id);
  if (!position) return unavailable("this view was not made yet", type_of(owner.manifest, projection));
  std::string stale = stale_words(owner, live.second, live.first, *position);
  return Served{std::move(live.first), *position, std::move(stale)};
}

Result<ViewRows> Projections::rows(Plugin& owner, const ProjectionEntry& projection, const Keeps& keeps) const {
  EVENHAND_TRY(const Served served, open_served(owner, projection));
  ViewRows rows{{}, served.stale};
  const std::string type = type_of(owner.manifest, projection);
  const auto& columns = served.store.projections()[served.position].columns;
  EVENHAND_TRY(const bool all_kept, visit_kept(served.store, served.position, keeps, [&](const EntityId& record, const ViewRow& row) { rows.rows.push_back(input_row(row, type, record, columns)); }));
  (void)all_kept;
  return rows;
}

Result<ViewRows> Projections::aggregate(Plugin& owner, const ProjectionEntry& projection, const AggregateEntry& aggregate, const Keeps& keeps, const PersonOf& person_of) const {
  EVENHAND_TRY(const Served served, open_served(owner, projection));
  const ProjectionEntry& held = served.store.projections()[served.position];
  const auto at = std::find_if(held.aggregates.begin(), held.aggregates.end(), [&](const AggregateEntry& one) { return one.id == aggregate.id; });
  const std::string type = type_of(owner.manifest, projection) + "/" + aggregate.id;
  if (at == held.aggregates.end()) return unavailable("this view was not made yet", type);
  ViewRows rows{{}, served.stale};
  if (keeps || person_of) {
    EVENHAND_TRY(AggregatePlan plan, AggregatePlan::make(held, *at));
    Grouping grouping(held, *at, std::move(plan));
    Result<void> inner;
    EVENHAND_TRY(const bool all_kept, visit_kept(served.store, served.position, keeps, [&](const EntityId& record, const ViewRow& row) {
      const auto person = person_of ? person_of(record) : Result<EntityId>(EntityId());
      if (person) grouping.add(row, *person);
      else inner = person.error();
    }));
    EVENHAND_CHECK(inner);
    if (!all_kept || person_of) return rows.rows = grouping.rows(type), rows;
  }
  EVENHAND_TRY(rows.rows, served.store.aggregate_rows(served.position, static_cast<std::size_t>(at - held.aggregates.begin()), type));
  return rows;
}

Result<Hash> Projections::digest(const Plugin& plugin) const {
  EVENHAND_TRY(const auto live, open_live(plugin));
  Sha256 digest;
  const auto add = [&](const InputRow& row) {
    for (const InputField& field : row.fields) digest.add(encode(row.type, row.id, field.name, field.texts, field.number, field.decimals));
  };
  for (std::size_t p = 0; p < live.first.projections().size(); ++p) {
    const ProjectionEntry& projection = live.first.projections()[p];
    EVENHAND_CHECK(live.first.for_each_row(p, [&](const EntityId& record, const ViewRow& row) {
      add(input_row(row, projection.id, record, projection.columns));
      return true;
    }));
    for (std::size_t a = 0; a < projection.aggregates.size(); ++a) {
      EVENHAND_TRY(const std::vector<InputRow> rows, live.first.aggregate_rows(p, a, projection.id + "/" + projection.aggregates[a].id));
      for (const InputRow& row : rows) add(row);
    }
  }
  return digest.finish();
}

}  // namespace evenhand::plugins
