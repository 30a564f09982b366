// Three replicas and more, shuffled, partial, forked and non-causal delivery: the same events give the same digest,
// and every field holds what a naive twin says it must.
#include <catch2/catch.hpp>

#include <algorithm>

#include "core/crypto/seal.h"
#include "tests/support/replica.h"
#include "tests/support/scratch.h"

using namespace evenhand;

namespace {

constexpr const char* kEvidence = "evidence.changed";
constexpr const char* kUndone = "evidence.undone";

struct World {
  Scratch scratch;
  SeededRandom random;
  std::vector<std::unique_ptr<Replica>> replicas;
  std::vector<Reference> grants;  ///< of each replica's device
  std::vector<EntityId> entities;
  std::vector<std::pair<EntityId, Reference>> facts;  ///< every record event

  World(std::uint64_t seed, std::size_t count) : random(seed) {
    std::vector<KeyPair> keys;
    for (std::size_t i = 0; i < count; ++i) keys.push_back(KeyPair::make(random));
    const TestSpace space = Replica::found_space(random, keys.front().public_key());
    for (std::size_t i = 0; i < count; ++i) {
      replicas.push_back(std::make_unique<Replica>(scratch / std::to_string(i), space.id, std::move(keys[i]), seed * 100 + i));
    }
    Replica& founder = *replicas.front();
    const Reference charter = founder.write_authority(authority_type::kChartered, encode(space.charter), {});
    for (const auto& replica : replicas) {
      founder.write_authority(authority_type::kCertified,
                              encode(Certificate::make(space.root, space.id, space.organisation, replica->device(), "device")), charter);
      grants.push_back(replica == replicas.front() ? charter
                                                   : founder.write_authority(authority_type::kGranted, encode(Grant{replica->device(), 15}), charter));
    }
    for (int i = 0; i < 4; ++i) entities.push_back(random.make_id<EntityId>());
  }

  OwnedChange title(const std::string& text) { return {5, encode(text)}; }
  OwnedChange rag_like(const std::string& text) { return {9, encode(text)}; }
  OwnedChange groups(std::vector<Bytes> added, std::vector<Bytes> removed) {
    std::sort(added.begin(), added.end());
    std::sort(removed.begin(), removed.end());
    return {14, encode(ItemsChange{std::move(added), std::move(removed)})};
  }

  /// Opens the title again that some event of the record wrote, known to this replica or not.
  Reference take_back_something(Replica& replica, const EntityId& entity, std::size_t who) {
    std::vector<Reference> of_record;
    for (const auto& [id, reference] : facts) {
      if (id == entity) of_record.push_back(reference);
    }
    Bytes of(Reference::kBytes);
    if (!of_record.empty()) of_record[random.below(of_record.size())].write(of.data());
    return replica.write_record(entity, kUndone, {{common_field::kUndoes, of}, {common_field::kReopened, encode(std::vector<std::uint16_t>{5})}}, grants[who]);
  }

  void write_something(std::size_t who) {
    Replica& replica = *replicas[who];
    const EntityId entity = entities[random.below(entities.size())];
    const std::string word = "v" + std::to_string(random.below(4));
    Reference made;
    switch (random.below(7)) {
      case 6: made = take_back_something(replica, entity, who); break;
      case 0: made = replica.write_record(entity, "evidence.removed", {}, grants[who]); break;
      case 1: made = replica.write_record(entity, kEvidence, {groups({encode(word)}, {})}, grants[who]); break;
      case 2: made = replica.write_record(entity, kEvidence, {groups({}, {encode(word)})}, grants[who]); break;
      case 3: made = replica.write_record(entity, "org.example.walk", {{1, encode(word)}}, grants[who]); break;
      case 4: made = replica.write_record(entity, kEvidence, {title(word), rag_like(word)}, grants[who]); break;
      default: made = replica.write_record(entity, kEvidence, {title(word)}, grants[who]); break;
    }
    facts.emplace_back(entity, made);
  }

  /// Hands over a random part of what one device wrote, in random order: gaps are parked, children come before parents.
  void gossip(std::size_t from, std::size_t to) {
    std::vector<Bytes> some;
    for (const Bytes& commit : replicas[from]->written()) {
      if (random.below(3) != 0) some.push_back(commit);
    }
    std::shuffle(some.begin(), some.end(), std::mt19937_64(random.below(1u << 30)));
    if (!some.empty()) replicas[to]->receive(some);
  }

  void deliver_everything() {
    for (const auto& to : replicas) {
      std::vector<Bytes> all;
      for (const auto& from : replicas) all.insert(all.end(), from->written().begin(), from->written().end());
      std::shuffle(all.begin(), all.end(), std::mt19937_64(random.below(1u << 30)));
      for (std::size_t at = 0; at < all.size();) {
        const std::size_t count = std::min<std::size_t>(1 + random.below(9), all.size() - at);
        to->receive({all.begin() + static_cast<std::ptrdiff_t>(at), all.begin() + static_cast<std::ptrdiff_t>(at + count)});
        at += count;
      }
    }
  }

  void check_all_agree() {
    const Hash state = replicas.front()->state_digest();
    const Hash log = replicas.front()->log_digest();
    for (const auto& replica : replicas) {
      CHECK(replica->state_digest() == state);
      CHECK(replica->log_digest() == log);
      SpaceFold anew(replica->log().space());
      REQUIRE(anew.catch_up(replica->log()).ok());
      CHECK(*anew.state_digest() == state);
      CHECK(replica->fold().counts().waiting == 0);
    }
  }
};

/// The definition, word for word and slowly: a value stands unless a later event of its field has it in its past; what a
/// later event took back was never written.
struct NaiveTwin {
  struct Fact {
    Reference reference;
    std::string type;
    std::vector<Reference> parents;
    std::map<std::uint16_t, Bytes> fields;
  };
  std::map<Reference, Fact> facts;

  NaiveTwin(Log& log, const EntityId& entity) {
    const auto view = log.read();
    (void)view->scan(1, [&](Arrival, const CommitView& commit) {
      const auto hashes = commit.event_hashes();
      (void)commit.walk([&](std::size_t i, const EventView& event) {
        if (event.header.entity != entity) return true;
        Fact fact{{commit.chain(), commit.first_seq() + i, shorten((*hashes)[i])}, std::string(event.header.type), {}, {}};
        for (std::size_t p = 0; p < event.header.parent_count(); ++p) fact.parents.push_back(event.header.parent(p));
        const auto changes = decode_body_untrusted(event.body);
        for (const FieldChange& change : *changes) fact.fields[change.field] = Bytes(change.value.begin(), change.value.end());
        facts[fact.reference] = fact;
        return true;
      });
      return true;
    });
  }

  bool is_past(const Reference& earlier, const Reference& later) const {
    for (const Reference& parent : facts.at(later).parents) {
      if (parent == earlier || is_past(earlier, parent)) return true;
    }
    return false;
  }

  bool writes(const Fact& fact, std::uint16_t field) const {
    if (fact.type != kEvidence || !fact.fields.contains(field)) return false;
    return std::none_of(facts.begin(), facts.end(), [&](const auto& other) {
      const Fact& undo = other.second;
      if (field != 5 || undo.type != kUndone || Reference::read(undo.fields.at(common_field::kUndoes).data()) != fact.reference) return false;
      return is_past(fact.reference, undo.reference);
    });
  }

  std::set<Bytes> values(std::uint16_t field) const {
    std::set<Bytes> standing;
    for (const auto& [reference, fact] : facts) {
      if (!writes(fact, field)) continue;
      const bool replaced = std::any_of(facts.begin(), facts.end(), [&](const auto& other) {
        return writes(other.second, field) && is_past(reference, other.first);
      });
      if (!replaced) standing.insert(fact.fields.at(field));
    }
    return standing;
  }

  std::set<Bytes> items(std::uint16_t field) const {
    std::set<Bytes> standing;
    for (const auto& [reference, fact] : facts) {
      if (fact.type != kEvidence || !fact.fields.contains(field)) continue;
      const auto change = decode_untrusted<ItemsChange>(fact.fields.at(field), "items");
      for (const Bytes& item : change->added) {
        const bool removed = std::any_of(facts.begin(), facts.end(), [&](const auto& other) {
          if (other.second.type != kEvidence || !other.second.fields.contains(field) || !is_past(reference, other.first)) return false;
          const auto gone = decode_untrusted<ItemsChange>(other.second.fields.at(field), "items")->removed;
          return std::find(gone.begin(), gone.end(), item) != gone.end();
        });
        if (!removed) standing.insert(item);
      }
    }
    return standing;
  }
};

void check_against_twin(Replica& replica, const EntityId& entity) {
  const NaiveTwin twin(replica.log(), entity);
  const auto state = replica.fold().find(entity);
  REQUIRE(state.ok());
  if (!state->has_value() || (*state)->type != "evidence") return;
  for (const std::uint16_t field : {5, 9}) {
    std::set<Bytes> held;
    if (const FieldState* found = (*state)->find(field)) {
      for (const Written& written : found->values) held.insert(written.value);
    }
    CHECK(held == twin.values(field));
  }
  std::set<Bytes> held;
  if (const FieldState* found = (*state)->find(14)) {
    for (const ItemAdded& added : found->items) held.insert(added.item);
  }
  CHECK(held == twin.items(14));
}

}  // namespace

TEST_CASE("the same events give the same digests, whatever the order of arrival, and what the definition says") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    INFO("seed " << seed);
    World world(seed, 3 + seed % 3);
    for (int step = 0; step < 40; ++step) {
      const std::size_t who = world.random.below(world.replicas.size());
      if (world.random.below(3) == 0) {
        world.gossip(world.random.below(world.replicas.size()), who);
      } else if (world.replicas[who]->fold().access().charter()) {
        world.write_something(who);
      }
    }
    world.deliver_everything();
    world.check_all_agree();
    for (const EntityId& entity : world.entities) check_against_twin(*world.replicas.back(), entity);
  }
}

TEST_CASE("a forked chain keeps both branches on every replica, and all agree") {
  for (std::uint64_t seed = 50; seed < 54; ++seed) {
    INFO("seed " << seed);
    World world(seed, 3);
    world.deliver_everything();
    Replica& cloned = *world.replicas[1];
    world.write_something(1);
    const Replica::End before = cloned.end(Lane::data);
    for (int i = 0; i < 3; ++i) world.write_something(1);
    cloned.go_back_to(Lane::data, before);
    for (int i = 0; i < 2; ++i) world.write_something(1);
    world.deliver_everything();
    world.check_all_agree();
    const auto chain = world.replicas[2]->log().read()->chain(cloned.chain(Lane::data));
    REQUIRE(chain.ok());
    CHECK(chain->branches.size() == 2);
    for (const EntityId& entity : world.entities) check_against_twin(*world.replicas[2], entity);
  }
}

TEST_CASE("one device editing alone never sees a conflict") {
  World world(7, 1);
  for (int i = 0; i < 60; ++i) world.write_something(0);
  for (const EntityId& entity : world.entities) {
    const auto state = world.replicas[0]->fold().find(entity);
    if (!state->has_value()) continue;
    for (const FieldState& field : (*state)->fields) CHECK_FALSE(field.is_conflicted());
  }
}

TEST_CASE("work beyond a removal's cut stops counting on every replica, in whatever order the removal arrives") {
  for (std::uint64_t seed = 80; seed < 84; ++seed) {
    INFO("seed " << seed);
    World world(seed, 3);
    world.deliver_everything();
    Replica& leaver = *world.replicas[2];
    const EntityId entity = world.entities[0];
    leaver.write_record(entity, kEvidence, {world.title("kept")}, world.grants[2]);
    const std::uint64_t cut = leaver.last_seq(Lane::data);
    leaver.write_record(entity, kEvidence, {world.title("beyond")}, world.grants[2]);
    world.replicas[0]->write_authority(authority_type::kRemoved,
                                       encode(Removal{leaver.device(), {{leaver.chain(Lane::data), cut}}}), world.grants[0]);
    world.deliver_everything();
    world.check_all_agree();
    const auto state = world.replicas[1]->fold().find(entity);
    REQUIRE(state->has_value());
    CHECK((*state)->find(5)->values.front().value == encode(std::string("kept")));
    CHECK(world.replicas[1]->fold().counts().quarantined == 1);
  }
}

TEST_CASE("an erasure empties what the key sealed, on replicas that hold the bytes and on those that dropped them") {
  World world(91, 2);
  world.deliver_everything();
  Replica& author = *world.replicas[1];
  const EntityId person = world.entities[0];
  const SealKey key = SealKey::make(author.random());
  EventDraft draft;
  draft.type = "person.changed";
  draft.entity = person;
  draft.grant = world.grants[1];
  draft.content_class = 4;
  draft.key = key.id;
  draft.body = encode_body({{1, seal(key, encode(std::string("canary")), encode(person, std::uint16_t{1}), author.random())}});
  author.write(Lane::data, {draft});
  world.deliver_everything();
  world.replicas[0]->write_authority(authority_type::kErasure, encode(ErasureOrder{key.id, "request"}), world.grants[0]);
  world.deliver_everything();
  world.check_all_agree();
  const Hash before = world.replicas[0]->state_digest();
  const auto dropped = world.replicas[0]->log().drop_bodies([&](const Reference&, const EventView& event) { return event.header.key == key.id; });
  REQUIRE(dropped.ok());
  CHECK(*dropped == 1);
  SpaceFold anew(world.replicas[0]->log().space());
  REQUIRE(anew.catch_up(world.replicas[0]->log()).ok());
  CHECK(*anew.state_digest() == before);
  CHECK((*anew.find(person))->erased.size() == 1);
}

TEST_CASE("events that arrive before their parents fold as if they had come in order, however few are refolded at once or remembered") {
  World world(77, 3);
  world.deliver_everything();
  std::vector<std::pair<EntityId, Reference>> records(300);
  for (auto& [entity, head] : records) entity = world.random.make_id<EntityId>();
  for (std::size_t round = 0; round < 36; ++round) {  // 10,800 events, each on top of the other device's
    const std::size_t who = round % 2;
    std::vector<EventDraft> drafts(records.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
      drafts[i].type = kEvidence;
      drafts[i].entity = records[i].first;
      drafts[i].grant = world.grants[who];
      if (round > 0) drafts[i].parents = {records[i].second};
      drafts[i].body = encode_body({world.title("round " + std::to_string(round))});
    }
    const std::vector<Reference> made = world.replicas[who]->write(Lane::data, std::move(drafts));
    for (std::size_t i = 0; i < records.size(); ++i) records[i].second = made[i];
    world.replicas[1 - who]->receive({world.replicas[who]->written().back()});
  }
  std::vector<Bytes> second_first = world.replicas[1]->written();
  const std::vector<Bytes>& first = world.replicas[0]->written();
  second_first.insert(second_first.end(), first.begin(), first.end());
  world.replicas[2]->receive(second_first);
  world.check_all_agree();
  const auto record = world.replicas[2]->fold().find(records.front().first);
  REQUIRE(record.ok());
  REQUIRE(record->has_value());
  CHECK((*record)->heads == std::vector<Reference>{records.front().second});
  CHECK((*record)->event_count == 36);
  for (const FoldBounds& bounds : {FoldBounds{1, 0}, FoldBounds{1000, 300}, FoldBounds{5000, 7000}}) {
    SpaceFold anew(world.replicas[2]->log().space());
    anew.set_bounds(bounds);
    REQUIRE(anew.catch_up(world.replicas[2]->log()).ok());
    CHECK(*anew.state_digest() == world.replicas[0]->state_digest());
  }
}
