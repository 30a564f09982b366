// A projection is tried twice over: made in one go (fresh_projections.h), and kept as a workspace keeps it (plugins/projection) while
// records arrive in any order, batches are cut anywhere and work stops and goes on. Both must give the same rows.
#include <stdlib.h>

#include <algorithm>

#include "core/codec/json.h"
#include "core/os/files.h"
#include "plugins/abi/plugin.h"
#include "plugins/host/fresh_projections.h"
#include "plugins/kit/checks.h"
#include "plugins/kit/trial.h"
#include "plugins/projection/projections.h"

namespace evenhand::plugins {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kDifferenceLines = 20;
constexpr std::size_t kBatchMost = 7;       // records of one call; samples are small
constexpr std::size_t kStopAfterMost = 3;   // calls
constexpr std::size_t kSliceBytesMax = 16777216;

/// A workspace's place for views, gone with it: in memory where there is such a place, as nobody needs it after a power cut and every
/// batch waits for a sync.
class Place {
 public:
  Place() {
    std::error_code failed;
    for (const fs::path& parent : {fs::path("/dev/shm"), fs::temp_directory_path(failed)}) {
      std::string pattern = (parent / "evenhand-kit-XXXXXX").string();
      if (!folder_.empty() || ::mkdtemp(pattern.data()) == nullptr) continue;
      folder_ = pattern;
    }
  }
  ~Place() {
    if (!folder_.empty()) (void)remove_tree(folder_).ok();
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  const fs::path& folder() const { return folder_; }

 private:
  fs::path folder_;
};

Json json_of(const InputRow& row) {
  Json json = Json::object();
  if (!row.id.empty()) json.set("record", row.id);
  for (const InputField& field : row.fields) {
    auto number = field.number ? Json::number(document::digits(*field.number, field.decimals)) : Result<Json>(not_found("no number"));
    json.set(field.name, number ? std::move(*number) : Json(field.texts.empty() ? "" : field.texts.front()));  // a sum may be too large for a number
  }
  return json;
}

class ProjectionTrial : public Trial {
 public:
  ProjectionTrial(const Workbench& bench, const ProjectionEntry& entry)
      : Trial(bench, "projection", entry.id), entry_(entry), alone_(bench.narrowed([&](Manifest& manifest) { manifest.projections = {entry}; })) {}

  Result<Made> make(const SampleModel& model) override {
    EVENHAND_TRY(std::string text, text_of(FreshProjections(model)));
    return Made{std::move(text)};
  }

  // The rows of each record have to be the same whether it is asked about alone or among others.
  Result<Made> make_of_odd(const SampleModel&, std::uint64_t seed) override {
    const std::vector<SourceRecord> records = odd_records(bench_.manifest, entry_, seed);
    EVENHAND_TRY(const std::vector<Replacement> together, ask_for_rows(alone_, entry_, records, {}));
    for (std::size_t i = 0; i < records.size(); ++i) {
      EVENHAND_TRY(const std::vector<Replacement> alone, ask_for_rows(alone_, entry_, std::span(records).subspan(i, 1), {}));
      if (alone.front().rows != together[i].rows) return corrupt("a record's rows depend on what else it is asked about in the same call", records[i].id.hex());
    }
    return Made{};
  }

  std::optional<std::string> arrive(const SampleModel& model, std::uint64_t seed) override {
    const Place place;
    if (place.folder().empty()) return "there is no folder for what is kept meanwhile: see TMPDIR";
    const Result<std::string> wrong = arrive_in(place.folder(), model, seed);
    return wrong ? *wrong : wrong.error().sentence();
  }

 private:
  Result<std::string> arrive_in(const fs::path& place, const SampleModel& model, std::uint64_t seed) {
    Dice dice(seed);
    SampleModel shuffled = model;
    shuffled.shuffle(seed);
    const std::size_t all = shuffled.all().size();
    for (std::size_t arrived = 0; arrived < all;) {
      arrived = std::min(all, arrived + 1 + dice.below(all));
      EVENHAND_CHECK(go_on(place, arrived == all ? shuffled : shuffled.arrived(arrived, seed + arrived), dice, arrived == all, false));
      EVENHAND_TRY(std::string stopped, where_it_stopped(place));
      if (!stopped.empty()) return stopped;
    }
    EVENHAND_TRY(std::string wrong, what_is_wrong(place, model));
    if (!wrong.empty()) return wrong;
    EVENHAND_TRY(const Hash before, Projections(place).digest(alone_));
    EVENHAND_CHECK(go_on(place, shuffled, dice, true, true));
    EVENHAND_TRY(wrong, what_is_wrong(place, model));
    if (!wrong.empty()) return "after a rebuild: " + wrong;
    EVENHAND_TRY(const Hash after, Projections(place).digest(alone_));
    return before == after ? std::string() : std::string("a rebuild gives other rows");
  }

  // As programs do that are stopped and started again: each time with another size of batch. What is not to be finished is sometimes left
  // half done, and more arrives meanwhile.
  Result<void> go_on(const fs::path& place, const SampleModel& model, Dice& dice, bool to_the_end, bool is_rebuild) {
    for (bool is_done = false; !is_done;) {
      ProjectionLimits limits;
      limits.batch_records_max = 1 + dice.below(kBatchMost);
      const CatchUpOptions options{1 + dice.below(kStopAfterMost), {}, true};
      Projections views(place, limits);
      EVENHAND_TRY(const CaughtUp done, is_rebuild ? views.rebuild(alone_, model, options) : views.catch_up(alone_, model, options));
      is_done = done.is_done || (!to_the_end && dice.one_in(3));
    }
    return {};
  }

  // A record that lacks a field is one that a projection has to live with: fields are erased, sealed for others, or not there yet.
  Result<std::string> where_it_stopped(const fs::path& place) const {
    EVENHAND_TRY(const std::vector<ViewStatus> states, Projections(place).status(alone_));
    for (const ViewStatus& state : states) {
      if (state.condition != ViewCondition::current) return state.sentence + keep(state.slice);
    }
    return std::string();
  }

  Result<std::string> what_is_wrong(const fs::path& place, const SampleModel& model) {
    EVENHAND_TRY(std::string stopped, where_it_stopped(place));
    if (!stopped.empty()) return stopped;
    const Projections views(place);
    EVENHAND_TRY(const std::string kept, text_of(views));
    EVENHAND_TRY(const std::string at_once, text_of(FreshProjections(model)));
    if (kept == at_once) return std::string();
    return "its rows depend on the order of arrival, on what else is in a batch or on earlier calls (- made in one go, + as they arrived):\n" + readable_difference(at_once, kept, kDifferenceLines);
  }

  // What it failed at, beside the plugin, where its author finds it.
  std::string keep(const fs::path& slice) const {
    const auto bytes = slice.empty() ? Result<Bytes>(not_found("nothing was kept")) : read_file(slice, kSliceBytesMax);
    if (!bytes) return "";
    const fs::path to = bench_.folder / "failed" / slice.filename();
    std::error_code ignored;
    fs::create_directories(to.parent_path(), ignored);
    return write_file_whole(to, *bytes) ? "\nWhat it failed at: " + to.string() : "";
  }

  Result<std::string> text_of(const ProjectionReader& reader) {
    EVENHAND_TRY(const ViewRows rows, reader.rows(alone_, entry_, {}));
    Json all = Json::array(), aggregates = Json::object();
    for (const InputRow& row : rows.rows) all.push(json_of(row));
    for (const AggregateEntry& one : entry_.aggregates) {
      EVENHAND_TRY(const ViewRows totals, reader.aggregate(alone_, entry_, one, {}));
      Json groups = Json::array();
      for (const InputRow& row : totals.rows) groups.push(json_of(row));
      aggregates.set(one.id, std::move(groups));
    }
    return write_json(Json::object().set("projection", bench_.manifest.id + "/" + id()).set("rows", std::move(all)).set("aggregates", std::move(aggregates)), JsonStyle::pretty);
  }

  const ProjectionEntry& entry_;
  Plugin alone_;
};

}  // namespace

std::unique_ptr<Trial> projection_trial(const Workbench& bench, const ProjectionEntry& entry) { return std::make_unique<ProjectionTrial>(bench, entry); }

}  // namespace evenhand::plugins
