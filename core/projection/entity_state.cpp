#include "core/projection/entity_state.h"

#include <algorithm>

#include "core/codec/archive.h"

namespace evenhand {

template <class Archive>
void CEREAL_SAVE_FUNCTION_NAME(Archive& archive, const Reference& reference) {
  std::array<std::uint8_t, Reference::kBytes> bytes;
  reference.write(bytes.data());
  archive.raw(bytes);
}
inline void CEREAL_LOAD_FUNCTION_NAME(BoundedInput& archive, Reference& reference) {
  reference = Reference::read(archive.raw(Reference::kBytes).data());
}

template <class Archive>
void Written::serialize(Archive& archive) {
  archive(by, is_sealed, value);
}
template <class Archive>
void ItemAdded::serialize(Archive& archive) {
  archive(item, by);
}
template <class Archive>
void FieldState::serialize(Archive& archive) {
  archive(field, values, items);
}
template <class Archive>
void EntityState::serialize(Archive& archive) {
  std::uint8_t life = static_cast<std::uint8_t>(lifecycle);
  archive(id, type, life, fields, heads, not_understood, erased, missing, is_read_only, event_count, updated.ms);
  if constexpr (std::is_same_v<Archive, BoundedInput>) {
    if (life > static_cast<std::uint8_t>(Lifecycle::removed_and_edited)) archive.fail("unknown lifecycle");
    lifecycle = static_cast<Lifecycle>(life);
  }
}

bool FieldState::is_conflicted() const {
  return std::any_of(values.begin(), values.end(), [&](const Written& w) {
    return w.value != values.front().value || w.is_sealed != values.front().is_sealed;
  });
}

const FieldState* EntityState::find(std::uint16_t field) const {
  const auto at = std::lower_bound(fields.begin(), fields.end(), field, [](const FieldState& f, std::uint16_t wanted) { return f.field < wanted; });
  return at != fields.end() && at->field == field ? &*at : nullptr;
}

FieldState& EntityState::make(std::uint16_t field) {
  auto at = std::lower_bound(fields.begin(), fields.end(), field, [](const FieldState& f, std::uint16_t wanted) { return f.field < wanted; });
  if (at == fields.end() || at->field != field) at = fields.insert(at, FieldState{field, {}, {}});
  return *at;
}

Bytes encode_state(const EntityState& state) { return encode(const_cast<EntityState&>(state)); }

Result<EntityState> decode_state(ByteView bytes) { return decode_untrusted<EntityState>(bytes, "entity state"); }

}  // namespace evenhand
