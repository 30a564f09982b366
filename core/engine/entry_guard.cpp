#include "core/engine/entry_guard.h"

#include "core/policy/arithmetic_guard.h"

namespace evenhand {

namespace {

std::optional<std::int64_t> count_of(const ValueAfter& value, std::string_view field) {
  const auto found = value(field);
  return found && std::holds_alternative<std::int64_t>(*found) ? std::optional(std::get<std::int64_t>(*found)) : std::nullopt;
}

std::string word_of(const ValueAfter& value, std::string_view field) {
  const auto found = value(field);
  return found && std::holds_alternative<std::string>(*found) ? std::get<std::string>(*found) : "";
}

// A count at domain or service level may pool up to four outcomes (three in Domain 3).
Tally tally_of(const ValueAfter& value) {
  Tally tally;
  const std::string level = word_of(value, "level");
  tally.level = level == "domain" ? TallyLevel::domain : level == "service" ? TallyLevel::service : level == "unclear" ? TallyLevel::unclear : TallyLevel::outcome;
  tally.outcomes = tally.level == TallyLevel::outcome ? 1 : word_of(value, "code") == "3" ? 3 : 4;
  tally.participants = count_of(value, "participants");
  tally.abstained = count_of(value, "abstained");
  tally.used = count_of(value, "used");
  tally.spoiled = count_of(value, "spoiled");
  tally.unused = count_of(value, "unused");
  tally.issued = count_of(value, "issued");
  for (const std::string_view votes : {"votes_0", "votes_1", "votes_2", "votes_3"}) {
    if (const auto count = count_of(value, votes)) tally.split.push_back(*count);
  }
  // A split of which only some grades are given is not the whole split.
  if (tally.split.size() < 4) tally.split.clear();
  return tally;
}

GuardFindings check_measure(const ValueAfter& value) {
  const auto figure = value("value");
  if (!figure || word_of(value, "scale") != "percent" || word_of(value, "unit").find("percent") != 0) return {};
  const std::string percent = std::get<Decimal>(*figure).text();
  const auto numerator = count_of(value, "numerator");
  const auto denominator = count_of(value, "denominator");
  if (!denominator) return {};
  return numerator ? check_ratio(*numerator, *denominator, percent) : check_percentage(percent, *denominator);
}

GuardFindings check_record(const RecordSpec& record, const ValueAfter& value) {
  if (record.name == "tally") return check_tally(tally_of(value));
  if (record.name == "measure") return check_measure(value);
  if (record.name == "risk") return check_risk(count_of(value, "score"), count_of(value, "consequence"), count_of(value, "likelihood"));
  return {};
}

}  // namespace

std::vector<Impossible> find_impossible(const RecordSpec& record, const ValueAfter& value) {
  std::vector<Impossible> found;
  for (const GuardFinding& finding : check_record(record, value)) {
    found.push_back({std::string(record.name), finding.message, !finding.is_impossible});
  }
  return found;
}

Result<bool> came_read_only(const Workspace& workspace, const Space& space, const EntityId& id) {
  EVENHAND_TRY(const std::vector<Place> places, space.fold.places(id));
  if (places.empty()) return false;
  EVENHAND_TRY(const LogReadView view, space.log.read());
  EVENHAND_TRY(const CommitView commit, view.commit_at(places.front().arrival));
  BatchId batch;
  EVENHAND_CHECK(commit.walk([&](std::size_t i, const EventView& event) {
    if (i == places.front().index) batch = event.header.batch;
    return i != places.front().index;
  }));
  if (batch.is_zero()) return false;
  EVENHAND_TRY(const std::optional<EntityState> state, space.fold.find(EntityId{batch.bytes}));
  (void)workspace;
  return state && state->type == "batch" && Record(*find_record_type("batch"), *state).flag("read_only");
}

}  // namespace evenhand
