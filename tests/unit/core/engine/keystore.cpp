#include "core/engine/keystore.h"

#include <catch2/catch.hpp>

#include "core/codec/archive.h"
#include "core/os/files.h"
#include "tests/support/scratch.h"
#include "tests/support/seeded_random.h"

using namespace evenhand;

TEST_CASE("nobody gets a second key after theirs was destroyed, also once the vault is opened again") {
  Scratch scratch;
  SeededRandom random{1};
  const auto person = random.make_id<EntityId>();
  const auto other = random.make_id<EntityId>();
  {
    Keystore keys = Keystore::create(scratch / "keys", random).value();
    REQUIRE(keys.make_person_key(person, random).ok());
    REQUIRE(keys.destroy_person_key(person).ok());
    CHECK(keys.make_person_key(person, random).error().code == ErrorCode::refused);
  }
  Keystore again = Keystore::open(scratch / "keys").value();
  CHECK(again.make_person_key(person, random).error().code == ErrorCode::refused);
  CHECK(again.find_person_key(person) == nullptr);
  CHECK(again.make_person_key(other, random).ok());
}

TEST_CASE("a vault of the first format is still read") {
  Scratch scratch;
  SeededRandom random{1};
  { REQUIRE(Keystore::create(scratch / "keys", random).ok()); }
  const auto destroyed = random.make_id<KeyId>();
  CanonicalOutput vault;
  vault(std::uint32_t{1}, std::uint8_t{0}, std::vector<KeyId>{destroyed});  // no people
  REQUIRE(write_file_durably(scratch / "keys" / "people.vault", vault.take(), Secrecy::secret).ok());
  const auto keys = Keystore::open(scratch / "keys");
  INFO((keys.ok() ? "" : keys.error().sentence()));
  REQUIRE(keys.ok());
  CHECK(keys->is_destroyed(destroyed));
}
