// Folders: docs/formats/projection.md. "live" names the folder that readers are served; every other one is on its way or left over.
#include "plugins/projection/projections.h"

#include <algorithm>
#include <charconv>

#include "core/codec/archive.h"
#include "core/crypto/hash.h"
#include "core/os/files.h"
#include "core/os/workspace_lock.h"
#include "plugins/projection/view_fold.h"

namespace evenhand::plugins {

namespace fs = std::filesystem;

namespace {

constexpr std::uint32_t kViewVersion = 1;  ///< raised when the same answers would be stored in other bytes
constexpr std::size_t kLiveBytesMost = 64;

/// Whatever decides what the rows are, apart from the records.
std::string edition_of(const Plugin& plugin) {
  const Manifest& manifest = plugin.manifest;
  CanonicalOutput archive;
  archive(kViewVersion, manifest.id, manifest.version, plugin.digest);
  for (const auto& [type, fields] : manifest.reads) {
    archive(type, std::vector<std::string>(fields.begin(), fields.end()));
  }
  for (const ProjectionEntry& projection : manifest.projections) {
    archive(projection.id, projection.on);
    for (const ColumnEntry& column : projection.columns) archive(column.name, static_cast<std::uint32_t>(column.type));
    for (const AggregateEntry& aggregate : projection.aggregates) {
      archive(aggregate.id, aggregate.group);
      for (const MeasureEntry& measure : aggregate.measures) archive(measure.name, measure.of, static_cast<std::uint32_t>(measure.rule));
    }
  }
  return sha256(archive.take()).hex().substr(0, 16);
}

/// "<edition>.<number>"
struct Build {
  std::string edition;
  std::uint64_t number = 0;
  std::string name() const { return edition + "." + std::to_string(number); }
};

std::optional<Build> build_from(std::string_view name) {
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  Build build{std::string(name.substr(0, dot)), 0};
  const std::string_view number = name.substr(dot + 1);
  const auto [end, failed] = std::from_chars(number.data(), number.data() + number.size(), build.number);
  const bool is_whole = failed == std::errc() && end == number.data() + number.size() && build.edition.size() == 16 && from_hex(build.edition);
  return is_whole ? std::optional(build) : std::nullopt;
}

std::optional<Build> live_build(const fs::path& folder) {
  const auto bytes = read_file(folder / "live", kLiveBytesMost);
  return bytes ? build_from(text_of(*bytes)) : std::nullopt;
}

std::vector<Build> builds_in(const fs::path& folder) {
  std::vector<Build> builds;
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    if (auto build = build_from(at->path().filename().string())) builds.push_back(std::move(*build));
  }
  return builds;
}

Result<void> check_name(const Manifest& manifest) {
  const bool is_plain = !manifest.id.empty() && manifest.id.size() <= 120 && manifest.id.front() != '.' &&
                        std::all_of(manifest.id.begin(), manifest.id.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-'; });
  return is_plain ? Result<void>() : refused("a plugin's id must be fit to name a folder", manifest.id);
}

std::string type_of(const Manifest& manifest, const ProjectionEntry& projection) { return manifest.id + "/" + projection.id; }

std::string words_for(const ViewState& state) {
  switch (state.condition) {
    case ViewCondition::current: return "";
    case ViewCondition::quarantined: return "stopped at record " + short_id_of(state.record) + ": " + state.sentence;
    case ViewCondition::paused: return "paused: " + state.sentence;
  }
  assertion_failed("condition", "a condition outside its closed list", __FILE__, __LINE__);
}

struct Folded {
  CaughtUp done;
  bool has_lost_content = false;
  bool is_in_order = true;  ///< no view is quarantined or paused
};

Result<Folded> fold_all(const fs::path& folder, Plugin& plugin, const Model& model, const ProjectionLimits& limits, const fs::path& slices, std::size_t calls_max) {
  EVENHAND_TRY(ViewStore store, ViewStore::open_to_fold(folder, plugin.manifest.projections));
  Folded folded;
  for (std::size_t p = 0; p < plugin.manifest.projections.size(); ++p) {
    const std::size_t calls_left = calls_max == 0 ? 0 : calls_max - folded.done.calls;
    if (calls_max != 0 && calls_left == 0) {
      folded.done.is_done = false;
      return folded;
    }
    ViewFold fold(store, plugin, p, model, limits, slices, calls_left);
    EVENHAND_CHECK(fold.run());
    folded.done.records += fold.done().records;
    folded.done.calls += fold.done().calls;
    folded.has_lost_content = folded.has_lost_content || fold.has_lost_content();
    EVENHAND_TRY(const ViewState state, store.state(p));
    folded.is_in_order = folded.is_in_order && state.condition == ViewCondition::current;
    if (!fold.done().is_done || (calls_max != 0 && folded.done.calls > calls_max)) folded.done.is_done = false;
    if (!folded.done.is_done) return folded;
  }
  return folded;
}

/// What was erased must not lie on in pages that LMDB has not written over.
bool holds_content(const Manifest& manifest) { return manifest.data_class >= DataClass::free_text; }

}  // namespace

Result<CaughtUp> Projections::catch_up(Plugin& plugin, const Model& model, const CatchUpOptions& options) { return bring_up(plugin, model, options, false); }
Result<CaughtUp> Projections::rebuild(Plugin& plugin, const Model& model, const CatchUpOptions& options) { return bring_up(plugin, model, options, true); }

Result<CaughtUp> Projections::bring_up(Plugin& plugin, const Model& model, const CatchUpOptions& options, bool is_anew) {
  if (plugin.manifest.projections.empty()) return CaughtUp{};
  EVENHAND_CHECK(check_name(plugin.manifest));
  const fs::path folder = folder_of(plugin);
  EVENHAND_CHECK(make_private_folder(folder));
  EVENHAND_TRY(const WorkspaceLock lock, WorkspaceLock::take(folder / "lock", "evenhand", "views", limits_.lock_wait_ms));
  auto made = build(plugin, model, options, is_anew);
  // What is damaged was thrown away.
  if (!made && made.error().code == ErrorCode::corrupt) made = build(plugin, model, options, is_anew);
  return made;
}

Result<CaughtUp> Projections::build(Plugin& plugin, const Model& model, const CatchUpOptions& options, bool is_anew) {
  const fs::path folder = folder_of(plugin);
  const std::string edition = edition_of(plugin);
  const auto live = live_build(folder);
  const bool is_live_current = live && live->edition == edition;
  const Build target = is_live_current && !is_anew ? *live : Build{edition, is_live_current ? live->number + 1 : 1};
  const bool is_the_live_one = live && live->name() == target.name();
  for (const Build& left_over : builds_in(folder)) {
    if (left_over.name() != target.name() && (!live || left_over.name() != live->name())) EVENHAND_CHECK(remove_tree(folder / left_over.name()));
  }
  const auto folded = fold_all(folder / target.name(), plugin, model, limits_, folder / "failed", options.stop_after);
  if (!folded && folded.error().code == ErrorCode::corrupt) {
    if (is_the_live_one) EVENHAND_CHECK(remove_tree(folder / "live"));
    EVENHAND_CHECK(remove_tree(folder / target.name()));
  }
  if (!folded) return folded.error();
  if (!folded->done.is_done) return folded->done;
  if (is_the_live_one && folded->has_lost_content && holds_content(plugin.manifest)) return build(plugin, model, {}, true);
  if (is_the_live_one || (live && !folded->is_in_order)) return folded->done;
  EVENHAND_CHECK(write_file_durably(folder / "live", view_of(target.name()), Secrecy::secret));
  if (live) EVENHAND_CHECK(remove_tree(folder / live->name()));
  return folded->done;
}

Result<std::pair<ViewStore, std::string>> Projections::open_live(const Plugin& plugin) const {
  EVENHAND_CHECK(check_name(plugin.manifest));
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
  if (const auto state = store.state(projection)) words = words_for(*state);
  if (!live.starts_with(edition_of(plugin) + ".")) {
    words += std::string(words.empty() ? "" : "; ") + "as the version before " + plugin.manifest.version + " made it";
    if (const auto all = status(plugin)) {
      for (const ViewStatus& one : *all) {
        if (!one.is_live && !one.sentence.empty()) words += ", which " + one.sentence;
      }
    }
  }
  if (words.empty()) return words;
  return "The view " + type_of(plugin.manifest, store.projections()[projection]) + " is not up to date (" + words + ")";
}

Result<std::vector<ViewStatus>> Projections::status(const Plugin& plugin) const {
  EVENHAND_CHECK(check_name(plugin.manifest));
  const fs::path folder = folder_of(plugin);
  const auto live = live_build(folder);
  std::vector<ViewStatus> all;
  for (const Build& build : builds_in(folder)) {
    const bool is_live = live && live->name() == build.name();
    if (build.edition != edition_of(plugin)) continue;
    EVENHAND_TRY(const ViewStore store, ViewStore::open_to_read(folder / build.name()));
    for (std::size_t p = 0; p < store.projections().size(); ++p) {
      EVENHAND_TRY(const ViewState state, store.state(p));
      ViewStatus one{store.projections()[p].id, state.condition, words_for(state)};
      one.is_live = is_live;
      if (state.condition == ViewCondition::quarantined) one.record = state.record;
      if (!state.slice.empty()) one.slice = folder / "failed" / state.slice;
      all.push_back(std::move(one));
    }
  }
  return all;
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

Result<ViewRows> Projections::aggregate(Plugin& owner, const ProjectionEntry& projection, const AggregateEntry& aggregate, const Keeps& keeps) const {
  EVENHAND_TRY(const Served served, open_served(owner, projection));
  const ProjectionEntry& held = served.store.projections()[served.position];
  const auto at = std::find_if(held.aggregates.begin(), held.aggregates.end(), [&](const AggregateEntry& one) { return one.id == aggregate.id; });
  const std::string type = type_of(owner.manifest, projection) + "/" + aggregate.id;
  if (at == held.aggregates.end()) return unavailable("this view was not made yet", type);
  ViewRows rows{{}, served.stale};
  if (keeps) {
    EVENHAND_TRY(AggregatePlan plan, AggregatePlan::make(held, *at));
    Grouping grouping(held, *at, std::move(plan));
    EVENHAND_TRY(const bool all_kept, visit_kept(served.store, served.position, keeps, [&](const EntityId&, const ViewRow& row) { grouping.add(row); }));
    if (!all_kept) return rows.rows = grouping.rows(type), rows;
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
