// What leaves an organisation, byte by byte: nothing but what stands in a cycle space or was shared into one.
#include <catch2/catch.hpp>

#include "tests/unit/sync/replica/canaries.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

// All bytes that a partner is handed out, blobs included.
std::string handed_out(Laptop& from, const PublicKey& partner) {
  WorkspaceReplica replica(*from);
  std::string all;
  for (ReplicaSpace* space : replica.spaces_for(partner)) {
    for (const VersionVector::Entry& entry : good(space->vector()).entries) {
      std::uint64_t cursor = 0;
      while (auto segment = good(space->next_segment(entry.chain, 0, cursor))) all += text_of(segment->payload);
    }
    if (BlobStore* blobs = space->blobs()) {
      for (const BlobAddress& address : good(blobs->list())) {
        good(blobs->get(address, [&](ByteView chunk) -> Result<void> { return all += text_of(chunk), Result<void>(); }));
      }
    }
  }
  return all;
}

}  // namespace

TEST_CASE("nothing of the organisation's or the people's space is handed to a partner, in any field of any type, nor any attachment") {
  Host home;
  CHECK(home.records.size() > 25);
  const std::string given = handed_out(home.host, home.guest.device());
  CHECK(given.size() > 100);  // the shared space itself
  CHECK(given.find("canary") == std::string::npos);
  for (const auto& [type, id] : home.records) CHECK(given.find(std::string(text_of(id.view()))) == std::string::npos);
  for (const SpaceKind kind : {SpaceKind::organisation, SpaceKind::people}) {
    CHECK(given.find(std::string(text_of(home.host->space_of(kind).id.view()))) == std::string::npos);
  }
  CHECK(handed_out(home.host, home.host.random.make_id<PublicKey>()).empty());
}

TEST_CASE("sharing hands over each field of each type of the organisation but the personal ones, and nothing from the people space") {
  Host home;
  for (const auto& [type, id] : home.records) {
    const auto shared = share(*home.host, id, home.host.cycle(), "");
    const RecordSpec& spec = type == "attached" ? *find_record_type("file") : *find_record_type(type);
    INFO(type << (shared.ok() ? "" : shared.error().sentence()));
    // The sample blob of a made-up record is nowhere, so it cannot be shared; the attached one can.
    const bool can = home_of(spec) == SpaceKind::organisation && shows_in(spec, SpaceKind::cycle) && (type == "attached" || !has_blob(spec));
    CHECK(shared.ok() == can);
  }
  const std::string given = handed_out(home.host, home.guest.device());
  for (const auto& [type, id] : home.records) {
    const RecordSpec& spec = type == "attached" ? *find_record_type("file") : *find_record_type(type);
    for (const FieldSpec& field : spec.fields) {
      if (!is_text(field) || has_blob(spec)) continue;
      const bool personal = field.data_class == DataClass::personal || field.data_class == DataClass::special;
      const bool expected = home_of(spec) == SpaceKind::organisation && shows_in(spec, SpaceKind::cycle) && !personal;
      INFO(type << "." << field.name);
      CHECK((given.find(canary_of(spec, field)) != std::string::npos) == expected);
    }
  }
  CHECK(given.find("canary-file-bytes") != std::string::npos);
  CHECK(given.find("canary-file-title") != std::string::npos);
  CHECK(given.find("canary-file-name") == std::string::npos);
}

TEST_CASE("what was shared tells the partner no id of the space that it came from, and each laptop of the trust says the same of it") {
  Host home;
  good(share(*home.host, home.records.at("evidence"), home.host.cycle(), ""));
  exchange(home.host, home.guest);
  const std::string origin = good(home.guest->records("share")).front().text("from_space");
  CHECK(origin.size() == 32);
  const std::string own = home.host->space_of(SpaceKind::organisation).id.hex();
  CHECK(own.find(origin) == std::string::npos);
  CHECK(handed_out(home.host, home.guest.device()).find(own) == std::string::npos);
  Laptop second(26);
  let_in(home.host, second, Capabilities::all(), true);
  exchange(home.host, second);
  entered(*second, {"evidence", home.records.at("evidence"), Verb::changed, {{"title", std::string("Better title")}}});
  good(share(*second, home.records.at("evidence"), home.host.cycle(), ""));
  CHECK(good(second->records("share")).front().text("from_space") == origin);
}

TEST_CASE("sharing twice adds nothing, sharing after a change updates the copy, and the partner reads it as the organisation's") {
  Host home;
  const EntityId evidence = home.records.at("evidence");
  const Shared first = good(share(*home.host, evidence, home.host.cycle(), "Joint service"));
  CHECK(first.is_new);
  const auto events = home.host->space_of(SpaceKind::cycle).fold.counts().events;
  const Shared again = good(share(*home.host, evidence, home.host.cycle(), ""));
  CHECK(again.copy == first.copy);
  CHECK_FALSE(again.is_changed);
  CHECK(home.host->space_of(SpaceKind::cycle).fold.counts().events == events);
  entered(*home.host, {"evidence", evidence, Verb::changed, {{"title", std::string("Better title")}}});
  CHECK(good(share(*home.host, evidence, home.host.cycle(), "")).is_changed);
  exchange(home.host, home.guest);
  const auto copies = good(home.guest->records("evidence"));
  REQUIRE(copies.size() == 1);
  CHECK(copies.front().id() == first.copy);
  CHECK(copies.front().text("title") == "Better title");
  CHECK(good(home.host->records("evidence")).size() == 1);  // beside the original the copy is not shown
  CHECK(good(home.guest->records("share")).size() == 1);
  CHECK(good(home.guest->records("share")).front().text("entity") == evidence.hex());
}

TEST_CASE("person keys go to a laptop of the own organisation only, open what it received, and one that is destroyed there stays so there alone") {
  Host home;
  Laptop second(23);
  let_in(home.host, second, Capabilities::all(), true);
  exchange(home.host, second);
  const EntityId person = home.records.at("person");
  CHECK(good(second->find(person))->text("name").empty());
  CHECK_FALSE(export_person_keys_for(*home.host, home.guest.device()).ok());
  const Bytes keys = good(export_person_keys_for(*home.host, second.device()));
  CHECK_FALSE(import_person_keys(*home.guest, keys).ok());
  for (std::size_t i = 0; i < keys.size(); i += 101) {
    Bytes changed = keys;
    changed[i] ^= 0x10;
    CHECK_FALSE(import_person_keys(*second, changed).ok());
  }
  CHECK(good(import_person_keys(*second, keys)) > 0);
  CHECK(good(import_person_keys(*second, keys)) == 0);
  CHECK(good(second->find(person))->text("name") == "canary-person-name");

  // Destroyed on the second laptop: the old copy brings nothing back there. Elsewhere it goes by an order in the log, not by a laptop's word.
  const SealKey key = *home.host->keystore().find_person_key(person);
  good(second->state().keystore->destroy_person_key(person));
  CHECK(good(import_person_keys(*second, keys)) == 0);
  CHECK(second->keystore().find_key(key.id) == nullptr);
  CHECK(good(import_person_keys(*home.host, good(export_person_keys_for(*second, home.host.device())))) == 0);
  CHECK_FALSE(home.host->keystore().is_destroyed(key.id));
  CHECK(good(home.host->find(person))->text("name") == "canary-person-name");
  second.reopen();
  CHECK(second->keystore().is_destroyed(key.id));
}

TEST_CASE("an erasure reaches the other laptop, takes key and bytes there, and an old stick brings neither back") {
  Host home;
  Laptop second(24);
  let_in(home.host, second, Capabilities::all(), true);
  exchange(home.host, second);
  const EntityId person = home.records.at("person");
  good(import_person_keys(*second, good(export_person_keys_for(*home.host, second.device()))));
  const SpaceId people = home.host->space_of(SpaceKind::people).id;
  std::vector<Bytes> stick;
  good(good(home.host->find_space(people)->log.read()).scan(1, [&](Arrival, const CommitView& commit) {
    stick.emplace_back(commit.bytes().begin(), commit.bytes().end());
    return true;
  }));
  const KeyId key = home.host->keystore().find_person_key(person)->id;
  good(home.host->submit_authority(people, {{std::string(authority_type::kErasure), encode(ErasureOrder{key, "consent"})}}));
  good(home.host->settle());
  exchange(home.host, second);
  const auto bodies_under_key = [&](Laptop& laptop) {
    std::size_t count = 0;
    good(good(laptop->find_space(people)->log.read()).scan(1, [&](Arrival, const CommitView& commit) {
      return commit.walk([&](std::size_t, const EventView& event) {
        count += event.header.key == key && event.body_state == BodyState::present ? 1 : 0;
        return true;
      }).ok();
    }));
    return count;
  };
  for (Laptop* laptop : {&home.host, &second}) {
    CHECK((*laptop)->keystore().is_destroyed(key));
    CHECK(bodies_under_key(*laptop) == 0);
  }
  Laptop third(25);
  let_in(home.host, third, Capabilities::all(), true);
  exchange(home.host, third);
  std::vector<ByteView> views(stick.begin(), stick.end());
  good(third->receive(people, views));
  good(second->receive(people, views));
  good(third->settle());
  CHECK(bodies_under_key(third) == 0);
  CHECK(bodies_under_key(second) == 0);
  exchange(home.host, second);  // the third laptop's admission
  WorkspaceReplica one(*home.host);
  WorkspaceReplica other(*second);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(good(one.spaces_for(second.device())[i]->log_digest()) == good(other.spaces_for(home.host.device())[i]->log_digest()));
  }
}
