#include "core/engine/problems.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/engine/entry_guard.h"

namespace evenhand {

namespace {

constexpr std::string_view kCodes[] = {
    "impossible_figures", "dangling_reference", "in_conflict", "removed_and_edited", "missing_body",
    "not_understood",     "same_twice",         "grade_twice", "read_only",          "without_effect",
};

class Search {
 public:
  explicit Search(const Workspace& workspace) : workspace_(workspace) {}

  Result<std::vector<RecordProblem>> run() {
    for (const RecordSpec& spec : vocabulary()) {
      EVENHAND_TRY(std::vector<Record> records, workspace_.records(spec.name));
      for (const Record& record : records) live_.insert(record.id());
      all_.emplace(spec.name, std::move(records));
    }
    for (const auto& [type, records] : all_) {
      for (const Record& record : records) look_at(record);
    }
    look_for_doubles();
    look_for_double_grades();
    look_for_orders_without_effect();
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
      if (record.is_conflicted(field.name)) {
        add("in_conflict", record, field.name, "People entered different values for " + std::string(field.name) + "; one has to be chosen.");
      }
      look_at_references(record, field);
    }
    for (const Impossible& impossible : find_impossible(record.spec(), [&](std::string_view name) { return record.value(name); })) {
      add("impossible_figures", record, impossible.field, impossible.message);
    }
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

  static std::string plain(std::string_view text) {
    std::string key;
    for (const char c : text) {
      if (std::isspace(static_cast<unsigned char>(c)) == 0) key += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return key;
  }

  // The same service or organisation entered by two people: a reversible "same or different?".
  void look_for_doubles() {
    std::set<std::pair<EntityId, EntityId>> decided;
    for (const Record& decision : all_.at("duplicate")) {
      const std::vector<EntityId> pair = decision.references("records");
      if (decision.text("verdict") == "undecided" || pair.size() != 2) continue;
      decided.insert(std::minmax(pair[0], pair[1]));
    }
    for (const std::string_view type : {"service", "organisation"}) {
      std::map<std::string, const Record*> first;
      for (const Record& record : all_.at(type)) {
        const std::string scope = type == "service" && record.reference("cycle") ? record.reference("cycle")->hex() : "";
        const auto [at, is_new] = first.emplace(scope + plain(record.text("name")), &record);
        if (is_new || decided.contains(std::minmax(at->second->id(), record.id()))) continue;
        add("same_twice", record, "name", "\"" + record.text("name") + "\" stands twice; say whether they are the same: " + at->second->short_id() + " and " + record.short_id() + ".");
      }
    }
  }

  // Two grades of one kind for one outcome, service and organisation cannot both count.
  void look_for_double_grades() {
    std::map<std::string, const Record*> first;
    for (const Record& grade : all_.at("grade")) {
      std::string key = plain(grade.text("outcome")) + "|" + grade.text("kind") + "|" + grade.text("organisation") + "|" + grade.text("cycle") + "|" + grade.text("service");
      const auto [at, is_new] = first.emplace(std::move(key), &grade);
      if (!is_new) add("grade_twice", grade, "outcome", "Outcome " + grade.text("outcome") + " was graded twice (" + at->second->short_id() + " and " + grade.short_id() + "); remove one.");
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

  const Workspace& workspace_;
  std::map<std::string_view, std::vector<Record>> all_;
  std::set<EntityId> live_;
  std::vector<RecordProblem> problems_;
};

}  // namespace

std::span<const std::string_view> problem_codes() { return kCodes; }

Result<std::vector<RecordProblem>> find_problems(const Workspace& workspace) { return Search(workspace).run(); }

}  // namespace evenhand
