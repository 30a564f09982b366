// A validator is asked about every record of its types as if it were new, and as if one field of it had just been filled in.
#include <algorithm>
#include <map>

#include "core/codec/json.h"
#include "core/engine/examiner.h"
#include "plugins/abi/plugin.h"
#include "plugins/host/examine_change.h"
#include "plugins/host/read_types.h"
#include "plugins/kit/trial.h"

namespace evenhand::plugins {

namespace {

std::string_view to_word(FindingWeight weight) { return weight == FindingWeight::error ? "error" : "warning"; }

class ValidatorTrial : public Trial {
 public:
  ValidatorTrial(const Workbench& bench, const ValidatorEntry& entry) : Trial(bench, "validator", entry.id), entry_(entry) {
    const Result<void> added = alone_.add(bench.narrowed([&](Manifest& manifest) { manifest.validators = {entry}; }));
    EVENHAND_ASSERT(added.ok(), "an empty registry takes any plugin");
  }

  // In the order in which the records arrived; told by record, so that the order shows only where a validator lets it.
  Result<Made> make(const SampleModel& model) override {
    std::map<EntityId, Json> told;
    Made made;
    for (const Record& record : model.all()) {
      if (!is_looked_at(record)) continue;
      Json answers = Json::array();
      EVENHAND_CHECK(ask({std::nullopt, record}, "new", answers, made));
      EVENHAND_CHECK(ask({before(record), record}, "changed", answers, made));
      if (answers.size() > 0) told.emplace(record.id(), Json::object().set("record", record.id().hex()).set("type", std::string(name_for(bench_.manifest, record.spec().name))).set("answers", std::move(answers)));
    }
    Json records = Json::array();
    for (auto& [id, json] : told) records.push(std::move(json));
    made.text = write_json(Json::object().set("validator", bench_.manifest.id + "/" + id()).set("records", std::move(records)), JsonStyle::pretty);
    return made;
  }

  Result<Made> make_of_odd(const SampleModel& model, std::uint64_t seed) override {
    for (std::size_t i = 0; i < model.all().size(); ++i) {
      const Record& record = model.all()[(seed + i) % model.all().size()];
      if (!is_looked_at(record)) continue;
      const OddShape shape{{std::string(name_for(bench_.manifest, record.spec().name))}, {}, 2, true, {}};
      bench_.crossing->instead = Crossing::Instead{EVENHAND_ABILITY_VALIDATOR, odd_input(bench_.manifest, id(), seed, shape)};
      Made made;
      Json answers = Json::array();
      const Result<void> asked = ask({std::nullopt, record}, "odd", answers, made);
      bench_.crossing->instead.reset();
      if (!asked) return asked.error();
      return made;
    }
    return not_found("no sample has a record of its types");
  }

 private:
  bool is_looked_at(const Record& record) const {
    return std::find(entry_.on.begin(), entry_.on.end(), name_for(bench_.manifest, record.spec().name)) != entry_.on.end();
  }

  // One field of it was not there before; which one depends on the record alone.
  static Record before(const Record& record) {
    EntityState state = record.state();
    if (!state.fields.empty()) state.fields.erase(state.fields.begin() + record.id().bytes[0] % static_cast<int>(state.fields.size()));
    return Record(record.spec(), std::move(state));
  }

  // A validator that failed is told as "not checked" in a workspace; here that is what it did wrong.
  Result<void> ask(const ProposedChange& change, const char* how, Json& answers, Made& made) {
    Json findings = Json::array();
    for (const Finding& one : ask_validators(alone_, change)) {
      if (one.weight == FindingWeight::not_checked) {
        const auto& refusal = bench_.crossing->refusal;
        return Error{refusal ? refusal->code : ErrorCode::corrupt, one.text, "record " + change.after.id().hex() + ", " + how};
      }
      made.findings += one.text + "\n";
      findings.push(Json::object().set("severity", to_word(one.weight)).set("field", one.field).set("text", one.text));
    }
    if (findings.size() > 0) answers.push(Json::object().set("as", how).set("findings", std::move(findings)));
    return {};
  }

  const ValidatorEntry& entry_;
  Registry alone_;
};

}  // namespace

std::unique_ptr<Trial> validator_trial(const Workbench& bench, const ValidatorEntry& entry) { return std::make_unique<ValidatorTrial>(bench, entry); }

}  // namespace evenhand::plugins
