#include "core/engine/twin_words.h"

#include <algorithm>

#include "core/engine/record_events.h"

namespace evenhand {

namespace {

/// The words in one record: one, or several when laptops changed it unseen by each other.
class Reader {
 public:
  Reader(const Space& space, const Record& record) : space_(space), record_(record) {}

  Result<void> add_to(std::vector<TwinWord>& words) const {
    EVENHAND_TRY(const RecordEvents events, read_events(space_, record_.id()));
    for (const Reference& by : writers()) {
      const auto at = events.find(by);
      const auto verdict = value_by("verdict", by);
      const bool is_same = verdict == Value(std::string("same"));
      if (!at || (!is_same && verdict != Value(std::string("different")))) continue;
      const auto leads = is_same ? value_by("kept", by) : std::nullopt;
      const auto reason = value_by("reason", by);
      const RecordEvent& event = events.events[*at];
      words.push_back({leads ? std::get<EntityId>(*leads) : EntityId{}, author_of(space_, event.device), event.claimed, reason ? std::get<std::string>(*reason) : ""});
    }
    return {};
  }

 private:
  const FieldState* find(std::string_view name) const { return record_.state().find(record_.spec().find_field(name)->id); }

  // Whose word it is: who gave the verdict, or who said since which one leads.
  std::vector<Reference> writers() const {
    const FieldState* verdict = find("verdict");
    const FieldState* kept = find("kept");
    const bool is_by_verdict = record_.is_conflicted("verdict") || record_.text("verdict") != "same" || kept == nullptr || kept->values.empty();
    std::vector<Reference> all;
    const FieldState* const said = is_by_verdict ? verdict : kept;
    for (const Written& written : said == nullptr ? std::vector<Written>{} : said->values) all.push_back(written.by);
    return all;
  }

  // What that event wrote, else the only value that there is.
  std::optional<Value> value_by(std::string_view name, const Reference& by) const {
    const FieldState* state = find(name);
    if (state == nullptr) return std::nullopt;
    const auto own = std::find_if(state->values.begin(), state->values.end(), [&](const Written& written) { return written.by == by; });
    if (own == state->values.end()) return record_.value(name);
    if (own->value.empty()) return std::nullopt;
    auto value = decode_value(*record_.spec().find_field(name), own->value);
    return value ? std::optional(std::move(*value)) : std::nullopt;
  }

  const Space& space_;
  const Record& record_;
};

// What a partner says in a shared space of records that do not stand there decides nothing (Workspace::same_or_different()).
Result<bool> can_speak_of(const Space& space, const TwinPair& pair) {
  if (space.kind != SpaceKind::cycle) return true;
  EVENHAND_TRY(const std::optional<EntityState> first, space.fold.find(pair.first));
  EVENHAND_TRY(const std::optional<EntityState> second, space.fold.find(pair.second));
  return first.has_value() && second.has_value();
}

struct Decision {
  TwinPair pair;
  Record record;
};
Result<std::vector<Decision>> decisions_in(const Space& space) {
  const RecordSpec& spec = *find_record_type("duplicate");
  std::vector<Decision> all;
  EVENHAND_CHECK(space.fold.for_each(spec.name, [&](const EntityState& entity) {
    Record record(spec, entity);
    const std::vector<EntityId> pair = record.references("records");
    if (!record.is_removed() && pair.size() == 2) all.push_back({twin_pair(pair[0], pair[1]), std::move(record)});
    return true;
  }));
  std::vector<Decision> heard;
  for (Decision& decision : all) {
    EVENHAND_TRY(const bool is_heard, can_speak_of(space, decision.pair));
    if (is_heard) heard.push_back(std::move(decision));
  }
  return heard;
}

bool contradict(const std::vector<TwinWord>& words) {
  return std::any_of(words.begin(), words.end(), [&](const TwinWord& word) { return word.leads != words.front().leads; });
}

}  // namespace

TwinPair twin_pair(const EntityId& a, const EntityId& b) { return a < b ? TwinPair(a, b) : TwinPair(b, a); }

Result<std::vector<EntityId>> decisions_on(const Workspace& workspace, const EntityId& a, const EntityId& b) {
  std::vector<EntityId> found;
  for (const Space& space : workspace.spaces()) {
    EVENHAND_TRY(const std::vector<Decision> decisions, decisions_in(space));
    for (const Decision& decision : decisions) {
      if (decision.pair == twin_pair(a, b)) found.push_back(decision.record.id());
    }
  }
  return found;
}

Result<std::map<TwinPair, std::vector<TwinWord>>> contradicting_words(const Workspace& workspace) {
  std::map<TwinPair, std::vector<TwinWord>> all;
  for (const Space& space : workspace.spaces()) {
    EVENHAND_TRY(const std::vector<Decision> decisions, decisions_in(space));
    for (const Decision& decision : decisions) EVENHAND_CHECK(Reader(space, decision.record).add_to(all[decision.pair]));
  }
  std::erase_if(all, [](const auto& pair) { return !contradict(pair.second); });
  for (auto& [pair, words] : all) {
    std::stable_sort(words.begin(), words.end(), [](const TwinWord& a, const TwinWord& b) { return a.claimed < b.claimed; });
  }
  return all;
}

}  // namespace evenhand
