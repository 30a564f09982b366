#include "core/engine/same.h"

#include <algorithm>

#include "core/codec/archive.h"
#include "core/policy/name_key.h"

namespace evenhand {

namespace {
constexpr std::string_view kTypes[] = {"service", "person", "action", "organisation"};
}

std::span<const std::string_view> types_entered_twice() { return kTypes; }

std::string twin_key(const Record& record) {
  const std::string_view type = record.spec().name;
  if (std::find(std::begin(kTypes), std::end(kTypes), type) == std::end(kTypes)) return "";
  const std::string name = name_key(record.text(record.spec().title_field));
  if (name.empty() || record.is_conflicted(record.spec().title_field)) return "";
  const auto part = [&](const char* field) { return record.spec().find_field(field) == nullptr ? std::string() : record.text(field) + "|"; };
  // A row that says "see above" is meant to stand twice.
  if (type == "action") return record.reference("same_as") ? "" : part("cycle") + part("organisation") + part("service") + part("plan") + name;
  return (type == "service" ? part("cycle") : "") + name;
}

SameOrDifferent::SameOrDifferent(const std::vector<Record>& decisions) {
  using Pair = std::pair<EntityId, EntityId>;
  std::map<Pair, std::set<EntityId>> said;  // the leader, zero for "different"
  for (const Record& decision : decisions) {
    const std::vector<EntityId> pair = decision.references("records");
    const std::string verdict = decision.text("verdict");
    const auto kept = decision.reference("kept");
    if (pair.size() != 2 || (verdict != "same" && verdict != "different")) continue;
    if (verdict == "same" && (!kept || (*kept != pair[0] && *kept != pair[1]))) continue;
    said[std::minmax(pair[0], pair[1])].insert(verdict == "same" ? *kept : EntityId{});
  }
  for (const auto& [pair, leaders] : said) {
    if (leaders.size() != 1) continue;
    decided_.insert(pair);
    const EntityId& leader = *leaders.begin();
    if (!leader.is_zero()) leaders_.emplace(leader == pair.first ? pair.second : pair.first, leader);
  }
}

EntityId SameOrDifferent::leader_of(const EntityId& id) const {
  EntityId at = id;
  for (std::size_t steps = 0; steps <= leaders_.size(); ++steps) {
    const auto next = leaders_.find(at);
    if (next == leaders_.end()) return at;
    at = next->second;
  }
  return id;
}

void point_to_leaders(const RecordSpec& spec, EntityState& state, const SameOrDifferent& same) {
  const auto pointed = [&](Bytes& bytes) {
    if (const auto id = EntityId::from(bytes)) {
      const EntityId leader = same.leader_of(*id);
      bytes.assign(leader.bytes.begin(), leader.bytes.end());
    }
  };
  for (FieldState& field : state.fields) {
    const FieldSpec* known = spec.find_field(field.field);
    if (known == nullptr) continue;
    if (known->type == FieldType::reference) {
      for (Written& written : field.values) {
        if (!written.is_sealed) pointed(written.value);
      }
    } else if (known->type == FieldType::references) {
      for (ItemAdded& added : field.items) pointed(added.item);
      std::sort(field.items.begin(), field.items.end());
    }
  }
}

}  // namespace evenhand
