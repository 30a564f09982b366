#include "core/projection/entity_state.h"

#include <catch2/catch.hpp>

using namespace evenhand;

TEST_CASE("a stored state with a lifecycle that nobody knows is damaged, not removed") {
  EntityState state;
  state.type = "evidence";
  state.lifecycle = Lifecycle::removed_and_edited;
  Bytes bytes = encode_state(state);
  REQUIRE(decode_state(bytes)->lifecycle == Lifecycle::removed_and_edited);
  const std::size_t lifecycle_at = EntityId::kSize + 1 + state.type.size();
  REQUIRE(bytes[lifecycle_at] == 2);
  bytes[lifecycle_at] = 3;
  CHECK_FALSE(decode_state(bytes).ok());
}
