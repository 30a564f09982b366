// Records of declared types fold by the numbers of their fields alone, so that every replica folds them to the same.
#include "core/record/declared_types.h"

#include <catch2/catch.hpp>

#include "tests/support/declared_sample.h"
#include "tests/support/replica.h"
#include "tests/support/scratch.h"

using namespace evenhand;

namespace {

constexpr std::uint16_t kTitle = 1;
constexpr std::uint16_t kNoSuchSet = kLastSetField;  // a set that the definition does not have

OwnedChange text(std::uint16_t field, const std::string& words) { return {field, encode(words)}; }
OwnedChange items(std::uint16_t field, const std::string& item, bool adds) {
  const std::vector<Bytes> one = {encode(item)};
  return {field, encode(adds ? ItemsChange{one, {}} : ItemsChange{{}, one})};
}

/// Two devices of one space, with a record of a declared type, and one that both change unseen by each other.
struct Pair {
  Scratch scratch;
  SeededRandom random{7};
  std::string type;
  std::optional<Replica> one, two;
  Reference grant_of_one, grant_of_two;
  EntityId entity = random.make_id<EntityId>();

  explicit Pair(std::string of_type) : type(std::move(of_type)) {
    KeyPair first = KeyPair::make(random), second = KeyPair::make(random);
    const TestSpace space = Replica::found_space(random, first.public_key());
    one.emplace(scratch / "one", space.id, std::move(first), 1);
    two.emplace(scratch / "two", space.id, std::move(second), 2);
    grant_of_one = one->write_authority(authority_type::kChartered, encode(space.charter), {});
    for (const Replica* device : {&*one, &*two}) {
      one->write_authority(authority_type::kCertified, encode(Certificate::make(space.root, space.id, space.organisation, device->device(), "device")), grant_of_one);
    }
    grant_of_two = one->write_authority(authority_type::kGranted, encode(Grant{two->device(), 15}), grant_of_one);
    one->write_record(entity, type + ".changed", {text(kTitle, "Corridor 7"), items(kFirstSetField, "Doors", true), items(kNoSuchSet, "x", true)}, grant_of_one);
    meet();
  }
  void meet() {
    two->receive(one->written());
    one->receive(two->written());
  }
  /// A title each, an item each, and one takes away what the other leaves.
  void change_both() {
    one->write_record(entity, type + ".changed", {text(kTitle, "Corridor 8"), items(kFirstSetField, "Signs", true), items(kNoSuchSet, "y", true)}, grant_of_one);
    two->write_record(entity, type + ".changed", {text(kTitle, "Corridor 9"), items(kFirstSetField, "Lighting", true), items(kNoSuchSet, "x", false)}, grant_of_two);
    two->write_record(entity, type + ".changed", {items(kFirstSetField, "Doors", false)}, grant_of_two);
    meet();
  }
  EntityState state() { return **one->fold().find(entity); }
};

std::string undeclared_type(const std::string& name) { return TypeDefinition::parse_untrusted(test::sample_definition(name))->type(); }

}  // namespace

TEST_CASE("two edits of a declared register unseen by each other stand as a conflict, and of a set they merge, without the definition") {
  Pair pair(undeclared_type("unknown"));
  pair.change_both();
  REQUIRE(find_record_type(pair.type) == nullptr);
  CHECK(pair.one->state_digest() == pair.two->state_digest());
  const EntityState state = pair.state();
  CHECK(state.type == pair.type);
  CHECK(state.not_understood.empty());
  CHECK(state.find(kTitle)->is_conflicted());
  const FieldState& findings = *state.find(kFirstSetField);
  CHECK(findings.values.empty());
  REQUIRE(findings.items.size() == 2);
  CHECK(state.find(kNoSuchSet)->items.size() == 1);
}

TEST_CASE("a replica that learns a definition folds to the same digest as before, and as one that never had it") {
  Pair pair(undeclared_type("learned"));
  pair.change_both();
  const Hash before = pair.one->state_digest();
  REQUIRE(declare_record_type(test::sample_definition("learned")).ok());
  REQUIRE(find_record_type(pair.type) != nullptr);
  REQUIRE(pair.one->fold().rebuild(pair.one->log()).ok());
  CHECK(pair.one->state_digest() == before);
  pair.one->write_record(pair.entity, pair.type + ".changed", {items(kNoSuchSet, "z", true)}, pair.grant_of_one);
  CHECK(pair.state().find(kNoSuchSet)->items.size() == 2);  // a number beyond the definition is still a set
}

TEST_CASE("what an event means is asked anew once its definition is known") {
  const std::string type = undeclared_type("later");
  CHECK(kind_of(type + ".changed").verb == Verb::changed);
  CHECK(kind_of(type + ".changed").record == nullptr);
  REQUIRE(declare_record_type(test::sample_definition("later")).ok());
  CHECK(kind_of(type + ".changed").record == find_record_type(type));
  CHECK(kind_of(type + ".changed").needs == Capability::contribute);
}

TEST_CASE("a verb that nobody knows is not understood on a declared type either, nor is a name that is none") {
  const std::string type = undeclared_type("verbs");
  CHECK(kind_of(type + ".danced").verb == Verb::not_understood);
  CHECK(kind_of("walk-0123.changed").verb == Verb::not_understood);
  CHECK(kind_of(type + ".removed").verb == Verb::removed);
}
