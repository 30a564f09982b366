/// What the tests of projections share: a model that is changed at will, and plugins that behave and that do not.
#pragma once

#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <stdexcept>

#include "core/os/files.h"
#include "core/record/value.h"
#include "core/engine/model.h"
#include "plugins/host/fresh_projections.h"
#include "plugins/projection/projections.h"
#include "plugins/sdk/rows.h"
#include "plugins/sdk/input.h"
#include "tests/support/scratch.h"

namespace evenhand::test {

/// Records that tests put, change and take away.
class LooseModel : public Model {
 public:
  void put(const EntityId& id, const std::string& type, const std::vector<std::pair<std::string, std::string>>& fields) {
    const RecordSpec& spec = *find_record_type(type);
    EntityState state;
    state.id = id;
    state.type = type;
    for (const auto& [name, text] : fields) {
      const FieldSpec& field = *spec.find_field(name);
      const Value value = parse_value(field, text).value();
      if (is_items(field)) {
        for (const Bytes& item : encode_items(field, value).value()) state.make(field.id).items.push_back({item, {}});
      } else {
        state.make(field.id).values.push_back({{}, false, encode_value(field, value).value()});
      }
    }
    records_.insert_or_assign(id, Record(spec, std::move(state)));
  }
  void change(const EntityId& id, const std::function<void(EntityState&)>& by) {
    Record& record = records_.at(id);
    EntityState state = record.state();
    by(state);
    record = Record(record.spec(), std::move(state));
  }
  void remove(const EntityId& id) { records_.erase(id); }
  std::size_t size() const { return records_.size(); }

  Result<std::vector<Record>> records(std::string_view type) const override {
    std::vector<Record> all;
    for (const auto& [id, record] : records_) {
      if (record.spec().name == type) all.push_back(record);
    }
    return all;
  }
  Result<std::optional<Record>> find(const EntityId& id) const override {
    const auto at = records_.find(id);
    return at == records_.end() ? std::optional<Record>() : std::optional(at->second);
  }

 private:
  std::map<EntityId, Record> records_;
};

inline EntityId id_of(unsigned number) {
  EntityId id;
  id.bytes[0] = static_cast<std::uint8_t>(number * 89);  // neither in order of number nor of entry
  id.bytes[1] = static_cast<std::uint8_t>(number >> 8);
  id.bytes[2] = static_cast<std::uint8_t>(number);
  id.bytes[15] = 1;
  return id;
}

/// One row for each lead of an action, with the number of letters of its text; whatever else a test wants it to do.
class LeadsRunner : public plugins::Runner {
 public:
  std::function<void(const sdk::Row&)> before_row = {};
  std::function<std::string(std::string)> before_answer = {};
  std::size_t calls = 0;

  Result<std::string> run(std::string_view ability, std::string_view bytes) override {
    ++calls;
    EVENHAND_ASSERT(ability == EVENHAND_ABILITY_PROJECTION, "asked for a projection");
    try {
      const sdk::Input input(bytes);
      sdk::Rows rows;
      for (const sdk::Row& action : input.rows("action")) {
        if (before_row) before_row(action);
        for (const std::string& lead : action.list("leads")) {
          rows.row("leads", action.id()).text("lead", lead).text("status", action.text("status")).number("letters", static_cast<std::int64_t>(action.text("text").size()));
        }
      }
      const std::string answer = rows.bytes();
      return before_answer ? before_answer(answer) : answer;
    } catch (const std::exception& error) {
      return refused(error.what());
    }
  }
};

inline plugins::Manifest leads_manifest() {
  using namespace plugins;
  Manifest manifest;
  manifest.id = "org.example.leads";
  manifest.version = "1.0.0";
  manifest.data_class = DataClass::aggregate;
  manifest.reads["action"] = {"text", "leads", "status"};
  ProjectionEntry leads{"leads", {"action"}, {{"lead", ColumnType::text, "Lead"}, {"status", ColumnType::text, "Status"}, {"letters", ColumnType::number, "Letters"}}, {}};
  leads.aggregates.push_back({"by-lead", {"lead"}, {{"rows", "", AggregateRule::count}, {"all", "letters", AggregateRule::sum}, {"least", "letters", AggregateRule::min}, {"most", "letters", AggregateRule::max}}});
  leads.aggregates.push_back({"by-status", {"status", "lead"}, {{"rows", "", AggregateRule::count}, {"most", "letters", AggregateRule::max}}});
  manifest.projections.push_back(std::move(leads));
  return manifest;
}

/// A plugin, a model and the views of a workspace that has nothing else.
struct Desk {
  Scratch scratch{Scratch::quick_parent()};
  LooseModel model;
  std::shared_ptr<LeadsRunner> runner = std::make_shared<LeadsRunner>();
  plugins::Plugin plugin{leads_manifest(), "", [this] { return Result<std::shared_ptr<plugins::Runner>>(runner); }};
  plugins::ProjectionLimits limits;

  Desk() { limits.batch_records_max = 4; }

  void put(unsigned number, const std::string& text, const std::string& leads, const std::string& status = "agreed") {
    std::vector<std::pair<std::string, std::string>> fields = {{"text", text}, {"status", status}};
    if (!leads.empty()) fields.emplace_back("leads", leads);
    model.put(id_of(number), "action", fields);
  }
  Bytes program = {1};
  plugins::Projections views() const { return plugins::Projections(scratch.folder(), limits, program); }
  plugins::CaughtUp catch_up(std::size_t batches_max = 0) { return views().catch_up(plugin, model, {batches_max}).value(); }
  const plugins::ProjectionEntry& leads() const { return plugin.manifest.projections.front(); }

  plugins::ViewRows rows() { return views().rows(plugin, leads(), {}).value(); }
  plugins::ViewRows aggregate(std::size_t which, const plugins::Keeps& keeps = {}) { return views().aggregate(plugin, leads(), leads().aggregates[which], keeps).value(); }
  std::filesystem::path folder() const { return scratch.folder() / "views" / "plugins" / plugin.manifest.id; }
};

inline std::string text_of(const plugins::InputRow& row) {
  std::string text = row.id.substr(0, 4);
  for (const plugins::InputField& field : row.fields) text += (text.empty() ? "" : " ") + field.name + "=" + (field.texts.empty() ? "" : field.texts.front());
  return text;
}
inline std::vector<std::string> texts_of(const plugins::ViewRows& rows) {
  std::vector<std::string> texts;
  for (const plugins::InputRow& row : rows.rows) texts.push_back(text_of(row));
  return texts;
}

/// Notes of builds that are not on the disk yet, below any folder.
inline std::vector<std::filesystem::path> unsynced_below(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> notes;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().filename() == "unsynced") notes.push_back(entry.path());
  }
  return notes;
}
/// What power loss leaves at worst: those builds are of an earlier boot, and their bytes are anything.
inline void lose_power(const std::filesystem::path& folder) {
  for (const auto& note : unsynced_below(folder)) {
    REQUIRE(write_file_whole(note, view_of("4d3c7d3e-0000-4000-8000-000000000001\n")).ok());
    const auto data = note.parent_path() / "data.mdb";
    if (std::filesystem::exists(data)) REQUIRE(write_file_whole(data, Bytes(std::filesystem::file_size(data), 0x5A)).ok());
  }
}

/// What is served equals what is made on the spot from the model as it stands.
inline void check_right(Desk& desk) {
  const plugins::FreshProjections fresh(desk.model, desk.limits);
  CHECK(texts_of(desk.rows()) == texts_of(fresh.rows(desk.plugin, desk.leads(), {}).value()));
  for (std::size_t a = 0; a < desk.leads().aggregates.size(); ++a) {
    CHECK(texts_of(desk.aggregate(a)) == texts_of(fresh.aggregate(desk.plugin, desk.leads(), desk.leads().aggregates[a], {}).value()));
  }
}

}  // namespace evenhand::test
