#include "core/engine/problems.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/engine/adoption.h"
#include "core/engine/bookkeeping.h"
#include "core/engine/definitions.h"
#include "core/engine/entry_guard.h"
#include "core/engine/record_events.h"
#include "core/engine/same.h"
#include "core/policy/name_key.h"

namespace evenhand {

namespace {

constexpr std::string_view kCodes[] = {
    "impossible_figures", "dangling_reference", "in_conflict", "removed_and_edited", "missing_body",
    "not_understood",     "same_twice",         "grade_twice", "read_only",          "without_effect",
    "regraded_after_adoption", "unreadable_definition", "definition_missing",
};

// The same record entered by two people: a reversible "same or different?". Followers of an earlier decision are not
// among the records any more. The message names no one: people are in here too.
std::vector<Twins> twins_among(const std::vector<Record>& records, const SameOrDifferent& known, const std::map<TwinPair, std::vector<TwinWord>>& contradicting) {
  std::vector<Twins> found;
  std::map<std::string, std::vector<const Record*>> twins;
  for (const Record& record : records) {
    const std::string key = twin_key(record);
    if (key.empty()) continue;
    std::vector<const Record*>& others = twins[key];
    const auto open = std::find_if(others.begin(), others.end(), [&](const Record* other) { return !known.is_decided(other->id(), record.id()); });
    if (open != others.end()) {
      const std::string type(record.spec().name);
      const auto said = contradicting.find(twin_pair((*open)->id(), record.id()));
      const bool is_said = said != contradicting.end();
      found.push_back({{"same_twice", record.id(), type, std::string(record.spec().title_field),
                        "This " + type + " stands twice under one name: " + (*open)->short_id() + " and " + record.short_id() +
                            (is_said ? "; people decided it in different ways, so one of them has to settle it." : "; say whether they are the same.")},
                       (*open)->id(), record.id(), is_said ? said->second : std::vector<TwinWord>{}});
    }
    others.push_back(&record);
  }
  return found;
}

class Search {
 public:
  explicit Search(const Workspace& workspace) : workspace_(workspace) {}

  Result<std::vector<RecordProblem>> run() {
    for (const RecordSpec* spec : all_record_types()) {
      EVENHAND_TRY(std::vector<Record> records, workspace_.records(spec->name));
      for (const Record& record : records) live_.insert(record.id());
      all_.emplace(spec->name, std::move(records));
    }
    EVENHAND_TRY(const SameOrDifferent known, workspace_.same_or_different());
    for (const auto& [follower, leader] : known.leaders()) live_.insert(follower);  // stepped back, not gone
    for (const auto& [type, records] : all_) {
      for (const Record& record : records) look_at(record);
    }
    EVENHAND_TRY(const auto contradicting, contradicting_words(workspace_));
    for (const std::string_view type : types_entered_twice()) {
      for (Twins& twins : twins_among(all_.at(type), known, contradicting)) problems_.push_back(std::move(twins.problem));
    }
    look_for_double_grades();
    look_for_regraded();
    look_for_orders_without_effect();
    EVENHAND_CHECK(look_for_definitions());
    return std::move(problems_);
  }

 private:
  void add(std::string_view code, const Record& record, std::string_view field, std::string message) {
    problems_.push_back({std::string(code), record.id(), std::string(record.spec().name), std::string(field), std::move(message)});
  }

  void look_at(const Record& record) {
    const EntityState& state = record.state();
    if (state.lifecycle == Lifecycle::removed_and_edited) add("removed_and_edited", record, "", "Removed by one and edited by another; the edit was kept.");
    if (!state.missing.empty()) add("missing_body", record, "", std::to_string(state.missing.size()) + " of its changes are not on this laptop; ask a partner for them.");
    if (!state.not_understood.empty()) add("not_understood", record, "", std::to_string(state.not_understood.size()) + " of its changes come from a newer version; they are kept.");
    if (state.is_read_only) add("read_only", record, "", "A newer version wrote something that must be understood before this is edited.");
    for (const FieldSpec& field : record.spec().fields) {
      if (record.is_conflicted(field.name) && !is_for_nobody_to_decide(record.spec())) {
        add("in_conflict", record, field.name, "People entered different values for " + std::string(field.name) + "; one has to be chosen.");
      }
      look_at_references(record, field);
    }
    std::set<Reference> writers;
    const auto figure = [&](std::string_view name) {
      const FieldSpec* field = record.spec().find_field(name);
      const FieldState* written = field == nullptr ? nullptr : state.find(field->id);
      for (const Written& one : written == nullptr ? std::vector<Written>{} : written->values) writers.insert(one.by);
      return record.value(name);
    };
    for (const Impossible& impossible : find_impossible(record.spec(), figure)) {
      add("impossible_figures", record, impossible.field, impossible.message + written_by(writers));
    }
  }

  // Figures that several changes brought together: each may have been right by itself.
  std::string written_by(const std::set<Reference>& writers) const {
    if (writers.size() < 2) return "";
    std::string text = " The figures come from several changes:";
    for (const Reference& writer : writers) text += (text.ends_with(':') ? " " : " and ") + writer.text() + " by " + device_of(writer);
    return text + ".";
  }

  std::string device_of(const Reference& event) const {
    for (const Space& space : workspace_.spaces()) {
      const auto view = space.log.read();
      const auto chain = view ? view->chain(event.chain) : Result<ChainState>(view.error());
      if (!chain) continue;
      const Conflict::Author author = author_of(space, chain->descriptor.device);
      return author.organisation + (author.device_label.empty() ? "" : ", " + author.device_label);
    }
    return "a device not known here";
  }

  void look_at_references(const Record& record, const FieldSpec& field) {
    std::vector<EntityId> ids;
    if (field.type == FieldType::reference) {
      if (const auto id = record.reference(field.name)) ids.push_back(*id);
    } else if (field.type == FieldType::references) {
      ids = record.references(field.name);
    }
    for (const EntityId& id : ids) {
      if (!live_.contains(id)) add("dangling_reference", record, field.name, "It names a record that is not here or was removed: " + short_id_of(id) + ".");
    }
  }

  // Two grades of one kind for one outcome, service and organisation cannot both count.
  void look_for_double_grades() {
    std::map<std::string, const Record*> first;
    for (const Record& grade : all_.at("grade")) {
      std::string key = name_key(grade.text("outcome")) + "|" + grade.text("kind") + "|" + grade.text("organisation") + "|" + grade.text("cycle") + "|" + grade.text("service");
      const auto [at, is_new] = first.emplace(std::move(key), &grade);
      if (!is_new) add("grade_twice", grade, "outcome", "Outcome " + grade.text("outcome") + " was graded twice (" + at->second->short_id() + " and " + grade.short_id() + "); remove one.");
    }
  }

  // What was adopted stands; whoever adopted it must know that the lead thinks otherwise by now.
  void look_for_regraded() {
    for (const Record& adoption : all_.at("grade_adoption")) {
      if (!is_regraded(adoption, all_.at("grade"), all_.at("service"))) continue;
      add("regraded_after_adoption", adoption, "value", "The lead graded outcome " + adoption.text("outcome") + " anew after it was adopted as " + adoption.text("value") + "; adopt it again, or keep it and waive this.");
    }
  }

  // One line per space, however many there are: anybody may write what has no effect.
  void look_for_orders_without_effect() {
    for (const Space& space : workspace_.spaces()) {
      const auto& without = space.fold.access().without_effect();
      if (without.empty()) continue;
      problems_.push_back({"without_effect", {}, "", "", std::to_string(without.size()) + " orders about rights or erasure had no effect; " +
                           without.front().first.text() + ": " + without.front().second + "."});
    }
  }

  // What a plugin declared and this replica cannot read; its records are kept, merged and passed on all the same.
  Result<void> look_for_definitions() {
    EVENHAND_TRY(const std::vector<UnreadableDefinition> unreadable, unreadable_definitions(workspace_));
    for (const UnreadableDefinition& one : unreadable) {
      problems_.push_back({"unreadable_definition", one.entity, "schema", "definition", "A declared record type cannot be read: " + one.why + "."});
    }
    EVENHAND_TRY(const auto without, types_without_definition(workspace_));
    for (const auto& [type, count] : without) {
      problems_.push_back({"definition_missing", {}, type, "", with_count(count) + " of the type " + plain_type(type) + " came without a definition that can be read; kept and passed on. Ask for the plugin that declares it."});
    }
    return {};
  }

  static std::string with_count(std::size_t count) { return std::to_string(count) + (count == 1 ? " record" : " records"); }

  const Workspace& workspace_;
  std::map<std::string_view, std::vector<Record>> all_;
  std::set<EntityId> live_;
  std::vector<RecordProblem> problems_;
};

}  // namespace

std::span<const std::string_view> problem_codes() { return kCodes; }

Result<std::vector<RecordProblem>> find_problems(const Workspace& workspace) { return Search(workspace).run(); }

Result<std::vector<Twins>> find_twins(const Workspace& workspace) {
  EVENHAND_TRY(const SameOrDifferent known, workspace.same_or_different());
  EVENHAND_TRY(const auto contradicting, contradicting_words(workspace));
  std::vector<Twins> all;
  for (const std::string_view type : types_entered_twice()) {
    EVENHAND_TRY(const std::vector<Record> records, workspace.records(type));
    std::vector<Twins> some = twins_among(records, known, contradicting);
    all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
  }
  return all;
}

}  // namespace evenhand
