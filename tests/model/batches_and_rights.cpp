// Batches opened, closed and undone, grants that come late, removals, adoptions, sealed and unknown events, in any order
// of arrival, folded in memory, in tables opened anew at random points, and by readers beside the writer: one state.
#include <catch2/catch.hpp>

#include <algorithm>

#include "core/crypto/seal.h"
#include "tests/support/replica.h"
#include "tests/support/scratch.h"

using namespace evenhand;

namespace {

std::uint16_t status_field() { return find_record_type("batch")->find_field("status")->id; }

struct Play {
  Scratch scratch;
  SeededRandom random;
  std::vector<std::unique_ptr<Replica>> replicas;
  std::vector<std::unique_ptr<SpaceFold>> kept;  ///< beside each replica's fold in memory, one in tables
  std::vector<Reference> grants;
  std::vector<Reference> written;
  std::vector<EntityId> entities;
  std::vector<EntityId> batches;
  SealKey key;

  Play(std::uint64_t seed, std::size_t count) : random(seed), key(SealKey::make(random)) {
    std::vector<KeyPair> keys;
    for (std::size_t i = 0; i < count; ++i) keys.push_back(KeyPair::make(random));
    const TestSpace space = Replica::found_space(random, keys.front().public_key());
    for (std::size_t i = 0; i < count; ++i) {
      replicas.push_back(std::make_unique<Replica>(scratch / std::to_string(i), space.id, std::move(keys[i]), seed * 100 + i));
      kept.push_back(std::make_unique<SpaceFold>(space.id));
      reopen(i);
    }
    Replica& founder = *replicas.front();
    const Reference charter = founder.write_authority(authority_type::kChartered, encode(space.charter), {});
    for (const auto& replica : replicas) {
      const bool is_founder = replica == replicas.front();
      founder.write_authority(authority_type::kCertified,
                              encode(Certificate::make(space.root, space.id, space.organisation, replica->device(), "device")), charter);
      grants.push_back(is_founder ? charter : founder.write_authority(authority_type::kGranted, encode(Grant{replica->device(), 63}), charter));
    }
    for (int i = 0; i < 4; ++i) entities.push_back(random.make_id<EntityId>());
    for (int i = 0; i < 3; ++i) batches.push_back(random.make_id<EntityId>());
  }

  std::filesystem::path views(std::size_t who) { return scratch / ("views" + std::to_string(who)); }

  void reopen(std::size_t who) {
    kept[who].reset();
    auto fold = SpaceFold::open(replicas[who]->log().space(), views(who), OpenMode::read_write);
    REQUIRE(fold.ok());
    kept[who] = std::make_unique<SpaceFold>(std::move(*fold));
  }

  void look(std::size_t who) {
    if (random.below(3) == 0) reopen(who);
    REQUIRE(kept[who]->catch_up(replicas[who]->log()).ok());
    CHECK(*kept[who]->state_digest() == replicas[who]->state_digest());
    CHECK(kept[who]->counts().waiting == replicas[who]->fold().counts().waiting);
    CHECK(kept[who]->counts().quarantined == replicas[who]->fold().counts().quarantined);
  }

  template <class List>
  const auto& any_of(const List& list) {
    return list[random.below(list.size())];
  }

  void write_record(std::size_t who) {
    Replica& replica = *replicas[who];
    EventDraft draft;
    const std::string word = "v" + std::to_string(random.below(4));
    draft.entity = random.below(6) == 0 ? any_of(batches) : any_of(entities);
    draft.grant = grants[who];
    draft.parents = *replica.fold().heads(draft.entity);
    if (draft.parents.size() > kParentsMax) draft.parents.resize(kParentsMax);
    if (random.below(4) == 0 && !draft.parents.empty()) draft.parents.resize(1);  // somebody who saw less
    if (random.below(2) == 0) draft.batch.bytes = any_of(batches).bytes;
    draft.type = "evidence.changed";
    draft.body = encode_body({{5, encode(word)}});
    switch (random.below(12)) {
      case 0: draft.type = "evidence.removed"; draft.body.clear(); break;
      case 1: draft.type = "org.example.walk"; draft.must_understand = true; break;
      case 2: draft.type = "action.changed"; break;
      case 3: draft.type = "evidence.unheard_of"; break;
      case 4: draft.body = {0xFF, 0xFF, 0xFF}; break;
      case 5: draft.body = encode_body({{14, encode(ItemsChange{{encode(word)}, {}})}}); break;
      case 6: draft.body = encode_body({{14, encode(ItemsChange{{}, {encode(word)}})}}); break;
      case 7: draft.body = encode_body({{14, Bytes{9, 9, 9}}}); break;
      case 8:
        draft.key = key.id;
        draft.body = encode_body({{5, seal(key, encode(word), {}, replica.random())}, {14, seal(key, encode(word), {}, replica.random())}});
        break;
      default: break;
    }
    written.push_back(replica.write(Lane::data, {draft}).front());
  }

  void write_batch(std::size_t who) {
    static constexpr const char* kWords[] = {"open", "closed", "closed", "undone"};
    Replica& replica = *replicas[who];
    EventDraft draft;
    draft.entity = any_of(batches);
    draft.type = random.below(8) == 0 ? "batch.removed" : random.below(4) == 0 ? "batch.undone" : "batch.changed";
    draft.grant = grants[who];
    draft.parents = *replica.fold().heads(draft.entity);
    if (draft.parents.size() > kParentsMax) draft.parents.resize(kParentsMax);
    if (random.below(2) == 0) draft.batch.bytes = any_of(batches).bytes;  // its own, or inside another one
    draft.body = encode_body({{status_field(), encode(std::string(kWords[random.below(4)]))}});
    written.push_back(replica.write(Lane::data, {draft}).front());
  }

  // Any admin, seen or unseen by the others; whatever is not allowed has no effect, everywhere.
  void write_authority(std::size_t who) {
    Replica& replica = *replicas[who];
    if (replica.fold().access().heads().empty() || replica.fold().access().heads().size() > kParentsMax) return;
    const PublicKey& device = replicas[random.below(replicas.size())]->device();
    switch (random.below(5)) {
      case 0: replica.write_authority(authority_type::kRemoved, encode(Removal{device, {{any_of(replicas)->chain(Lane::data), random.below(8)}}}), grants[who]); break;
      case 1:
        if (!written.empty()) {
          Bytes adopted(Reference::kBytes);
          any_of(written).write(adopted.data());
          replica.write_authority(authority_type::kAdopted, encode(Adoption{{adopted}}), grants[who]);
        }
        break;
      case 2: {
        const std::size_t to = random.below(replicas.size());
        const Reference grant = replica.write_authority(authority_type::kGranted, encode(Grant{replicas[to]->device(), 63}), grants[who]);
        if (random.below(2) == 0) grants[to] = grant;  // used at once, by a device that may not have it yet
        break;
      }
      case 3:
        if (random.below(6) == 0) replica.write_authority(authority_type::kErasure, encode(ErasureOrder{key.id, "request"}), grants[who]);
        break;
      default: replica.write_authority("not.known", {}, grants[who]); break;
    }
  }

  void step() {
    const std::size_t who = random.below(replicas.size());
    const std::uint64_t what = random.below(20);
    if (what < 8) write_record(who);
    else if (what < 12) write_batch(who);
    else if (what < 14) write_authority(who);
    else gossip(random.below(replicas.size()), who);
    if (random.below(4) == 0) look(who);
  }

  void gossip(std::size_t from, std::size_t to) {
    std::vector<Bytes> some;
    for (const Bytes& commit : replicas[from]->written()) {
      if (random.below(3) != 0) some.push_back(commit);
    }
    std::shuffle(some.begin(), some.end(), std::mt19937_64(random.below(1u << 30)));
    if (!some.empty()) replicas[to]->receive(some);
  }

  void deliver_everything() {
    std::vector<Bytes> all;
    for (const auto& from : replicas) all.insert(all.end(), from->written().begin(), from->written().end());
    for (std::size_t to = 0; to < replicas.size(); ++to) {
      std::shuffle(all.begin(), all.end(), std::mt19937_64(random.below(1u << 30)));
      for (std::size_t at = 0; at < all.size();) {
        const std::size_t count = std::min<std::size_t>(1 + random.below(9), all.size() - at);
        replicas[to]->receive({all.begin() + static_cast<std::ptrdiff_t>(at), all.begin() + static_cast<std::ptrdiff_t>(at + count)});
        at += count;
        if (random.below(6) == 0) look(to);
      }
    }
  }

  void check_all_agree() {
    const Hash state = replicas.front()->state_digest();
    for (std::size_t i = 0; i < replicas.size(); ++i) {
      CHECK(replicas[i]->state_digest() == state);
      CHECK(replicas[i]->log_digest() == replicas.front()->log_digest());
      look(i);
      SpaceFold anew(replicas[i]->log().space());
      REQUIRE(anew.catch_up(replicas[i]->log()).ok());
      CHECK(*anew.state_digest() == state);
      CHECK(anew.counts().quarantined == replicas[i]->fold().counts().quarantined);
    }
  }
};

}  // namespace

TEST_CASE("batches, late rights and events that nobody understands fold to one state in any order, in memory and in tables") {
  for (std::uint64_t seed = 1; seed <= 24; ++seed) {
    INFO("seed " << seed);
    Play play(seed, 3);
    for (int step = 0; step < 50; ++step) play.step();
    play.deliver_everything();
    play.check_all_agree();
  }
}

TEST_CASE("two batches written inside each other show the same whichever came first") {
  for (const bool first : {false, true}) {
    Play play(500, 2);
    play.deliver_everything();
    Replica& author = *play.replicas[0];
    for (int i = 0; i < 2; ++i) {
      EventDraft draft;
      draft.entity = play.batches[static_cast<std::size_t>(first ? i : 1 - i)];
      draft.batch.bytes = play.batches[static_cast<std::size_t>(first ? 1 - i : i)].bytes;
      draft.type = "batch.changed";
      draft.grant = play.grants[0];
      draft.body = encode_body({{status_field(), encode(std::string("closed"))}});
      author.write(Lane::data, {draft});
      draft.type = "evidence.changed";
      draft.batch.bytes = draft.entity.bytes;
      draft.entity = play.entities[static_cast<std::size_t>(i)];
      draft.body = encode_body({{5, encode(std::string("shown"))}});
      author.write(Lane::data, {draft});
    }
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) CHECK(author.fold().find(play.entities[i])->has_value());
    play.deliver_everything();
    play.check_all_agree();
  }
}

TEST_CASE("a reader that was open while a writer saved neither counts events twice nor shows half of what was saved") {
  Play play(600, 1);
  play.look(0);
  auto reader = SpaceFold::open(play.replicas[0]->log().space(), play.views(0), OpenMode::read_only);
  INFO((reader.ok() ? "" : reader.error().sentence()));
  REQUIRE(reader.ok());
  for (int round = 0; round < 10; ++round) {
    play.write_record(0);
    if (round % 3 == 0) play.write_authority(0);
    if (round % 2 == 0) REQUIRE(play.kept[0]->catch_up(play.replicas[0]->log()).ok());
    REQUIRE(reader->catch_up(play.replicas[0]->log()).ok());
    CHECK(*reader->state_digest() == play.replicas[0]->state_digest());
    CHECK(reader->counts().events == play.replicas[0]->fold().counts().events);
  }
}

TEST_CASE("a second opening of the tables after the log moved on gives what the log says") {
  Play play(601, 1);
  for (int round = 0; round < 6; ++round) {
    play.look(0);
    auto reader = SpaceFold::open(play.replicas[0]->log().space(), play.views(0), OpenMode::read_only);
    REQUIRE(reader.ok());
    play.write_record(0);
    REQUIRE(play.kept[0]->catch_up(play.replicas[0]->log()).ok());  // saved after the reader read its checkpoint
    REQUIRE(reader->catch_up(play.replicas[0]->log()).ok());
    CHECK(*reader->state_digest() == play.replicas[0]->state_digest());
    for (const EntityId& entity : play.entities) CHECK(reader->places(entity)->size() == play.replicas[0]->fold().places(entity)->size());
  }
}
