// Reading what a fold holds.
#include <algorithm>
#include <set>

#include "core/projection/space_fold_tables.h"

namespace evenhand {

using namespace fold_tables;

Result<std::optional<EntityState>> SpaceFold::find(const EntityId& id) const {
  if (const auto at = records_.find(id); at != records_.end()) {
    return at->second.state.exists() ? std::optional(at->second.state) : std::nullopt;
  }
  if (!base_counts_) return std::optional<EntityState>();
  EVENHAND_TRY(const auto view, base());
  const auto bytes = view->find(kRecords, id.view());
  if (!bytes) return std::optional<EntityState>();
  EVENHAND_TRY(EntityState state, decode_state(*bytes));
  return state.exists() ? std::optional(std::move(state)) : std::nullopt;
}

Result<std::vector<Reference>> SpaceFold::heads(const EntityId& id) const {
  if (const auto at = records_.find(id); at != records_.end()) return at->second.state.heads;
  if (!base_counts_) return std::vector<Reference>();
  EVENHAND_TRY(const auto view, base());
  const auto bytes = view->find(kRecords, id.view());
  if (!bytes) return std::vector<Reference>();
  EVENHAND_TRY(EntityState state, decode_state(*bytes));
  return state.heads;
}

Result<std::vector<Place>> SpaceFold::places(const EntityId& id) const {
  if (const auto at = records_.find(id); at != records_.end()) return at->second.places;
  if (!base_counts_) return std::vector<Place>();
  EVENHAND_TRY(const auto view, base());
  const auto bytes = view->find(kPlaces, id.view());
  if (!bytes) return std::vector<Place>();
  EVENHAND_TRY(StoredPlaces stored, decode_untrusted<StoredPlaces>(*bytes, "places"));
  return stored.places;
}

Result<void> SpaceFold::for_each(std::string_view type, const std::function<bool(const EntityState&)>& visit) const {
  std::vector<EntityId> ids;
  if (base_counts_) {
    EVENHAND_TRY(const auto view, base());
    if (type.empty()) {
      view->scan(kRecords, {}, [&](ByteView key, ByteView) { return ids.push_back(*EntityId::from(key)), true; });
    } else {
      Bytes prefix = type_key(type, EntityId{});
      prefix.resize(type.size() + 1);
      view->scan(kTypes, prefix, [&](ByteView key, ByteView) { return ids.push_back(*EntityId::from(key.last(16))), true; });
    }
  }
  for (const auto& [id, folding] : records_) ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  for (const EntityId& id : ids) {
    EVENHAND_TRY(const std::optional<EntityState> state, find(id));
    if (!state || (!type.empty() && state->type != type)) continue;
    if (!visit(*state)) break;
  }
  return {};
}

Result<std::vector<std::string>> SpaceFold::types() const {
  std::set<std::string, std::less<>> types;
  if (base_counts_) {
    EVENHAND_TRY(const auto view, base());
    view->scan(kTypes, {}, [&](ByteView key, ByteView) {
      const std::string_view type = text_of(key.first(key.size() - std::min(key.size(), EntityId::kSize + 1)));
      if (!types.contains(type)) types.emplace(type);
      return true;
    });
  }
  for (const auto& [id, folding] : records_) {
    if (folding.state.exists()) types.insert(folding.state.type);
  }
  return std::vector<std::string>(types.begin(), types.end());
}

Result<Hash> SpaceFold::state_digest() const {
  Sha256 digest;
  digest.add(encode(std::string("evenhand/state"), basis_.version));
  EVENHAND_CHECK(for_each({}, [&](const EntityState& state) {
    digest.add(sha256(encode_state(state)).view());
    return true;
  }));
  return digest.finish();
}

}  // namespace evenhand
