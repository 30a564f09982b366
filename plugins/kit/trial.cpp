// Reports, exports and commands. Projections and validators: trial_projection.cpp, trial_validator.cpp.
#include "plugins/kit/trial.h"

#include "core/codec/json.h"
#include "plugins/abi/plugin.h"
#include "plugins/document/json.h"
#include "plugins/host/propose.h"
#include "plugins/host/read_types.h"
#include "plugins/host/run_export.h"

namespace evenhand::plugins {

Result<Made> Trial::make_of(const SampleModel& model, std::string_view ability, std::string bytes) {
  bench_.crossing->instead = Crossing::Instead{std::string(ability), std::move(bytes)};
  auto made = make(model);
  bench_.crossing->instead.reset();
  return made;
}

namespace {

class ReportTrial : public Trial {
 public:
  ReportTrial(const Workbench& bench, const ReportEntry& entry) : Trial(bench, "report", entry.id), entry_(entry) {}

  Result<Made> make(const SampleModel& model) override {
    EVENHAND_TRY(document::Document made, try_report(bench_, model, entry_));
    std::string text = document::write_json(made);
    return Made{std::move(text), std::move(made)};
  }
  Result<Made> make_of_odd(const SampleModel& model, std::uint64_t seed) override { return make_of(model, EVENHAND_ABILITY_REPORT, odd_input(bench_.manifest, id(), seed)); }

 private:
  const ReportEntry& entry_;
};

class ExportTrial : public Trial {
 public:
  ExportTrial(const Workbench& bench, const ExportEntry& entry) : Trial(bench, "export", entry.id) {}

  Result<Made> make(const SampleModel& model) override {
    ReportOptions options;
    EVENHAND_TRY(const std::vector<Record> cycles, model.records("cycle"));
    if (!cycles.empty()) options.cycle = cycles.front().id();
    const std::string whole_id = bench_.manifest.id + "/" + id();
    EVENHAND_TRY(std::string text, run_export(bench_.registry, model, whole_id, options, Format::json));
    EVENHAND_TRY(document::Document made, make_export(bench_.registry, model, whole_id, options));
    return Made{std::move(text), std::move(made)};
  }
  Result<Made> make_of_odd(const SampleModel& model, std::uint64_t seed) override { return make_of(model, EVENHAND_ABILITY_EXPORT, odd_input(bench_.manifest, id(), seed)); }
};

Json json_of(const RecordChange& change) {
  Json set = Json::object();
  for (const FieldValue& one : change.set) set.set(one.field, to_json(*find_record_type(change.type)->find_field(one.field), one.value));
  Json json = Json::object().set("type", change.type);
  if (!change.entity.is_zero()) json.set("record", change.entity.hex());
  return json.set("set", std::move(set));
}

class CommandTrial : public Trial {
 public:
  CommandTrial(const Workbench& bench, const CommandEntry& entry) : Trial(bench, "command", entry.id), entry_(entry) {}

  // The options of sample.json; a name for each that is needed and not there, which a command may well refuse.
  Result<Made> make(const SampleModel& model) override {
    EVENHAND_TRY(CommandOptions options, own_options(bench_.folder, id()));
    for (const OptionEntry& option : entry_.options) {
      if (option.is_required) options.emplace(option.name, option.name);
    }
    EVENHAND_TRY(const Command command, propose(bench_.registry, model, bench_.manifest.id, id(), options, nullptr));
    Json changes = Json::array();
    for (const RecordChange& change : command.changes) changes.push(json_of(change));
    return Made{write_json(Json::object().set("command", bench_.manifest.id + "/" + id()).set("proposes", std::move(changes)), JsonStyle::pretty)};
  }
  Result<Made> make_of_odd(const SampleModel& model, std::uint64_t seed) override {
    OddShape shape;
    for (const OptionEntry& option : entry_.options) shape.options.push_back(option.name);
    // Records that are there, so that a change of one is a change that the host can take.
    shape.ids_of = [&](const std::string& type) {
      std::vector<std::string> ids;
      for (const Record& record : model.all()) {
        if (name_for(bench_.manifest, record.spec().name) == type) ids.push_back(record.id().hex());
      }
      return ids;
    };
    return make_of(model, EVENHAND_ABILITY_COMMAND, odd_input(bench_.manifest, id(), seed, shape));
  }

 private:
  const CommandEntry& entry_;
};

}  // namespace

std::vector<std::unique_ptr<Trial>> trials_of(const Workbench& bench) {
  std::vector<std::unique_ptr<Trial>> all;
  for (const ReportEntry& entry : bench.manifest.reports) all.push_back(std::make_unique<ReportTrial>(bench, entry));
  for (const ProjectionEntry& entry : bench.manifest.projections) all.push_back(projection_trial(bench, entry));
  for (const ValidatorEntry& entry : bench.manifest.validators) all.push_back(validator_trial(bench, entry));
  for (const ExportEntry& entry : bench.manifest.exports) all.push_back(std::make_unique<ExportTrial>(bench, entry));
  for (const CommandEntry& entry : bench.manifest.commands) all.push_back(std::make_unique<CommandTrial>(bench, entry));
  return all;
}

}  // namespace evenhand::plugins
