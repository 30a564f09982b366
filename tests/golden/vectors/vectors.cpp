// The committed vectors against the code: what it makes today, and what it reads and refuses.
#include <catch2/catch.hpp>

#include "core/access/authority.h"
#include "core/codec/archive.h"
#include "core/codec/json.h"
#include "core/crypto/seal.h"
#include "core/event/commit.h"
#include "core/record/value.h"
#include "tests/support/golden_vectors.h"
#include "tests/support/source_file.h"

using namespace evenhand;

namespace {

Json vectors(const std::string& name) { return parse_json(test::source_file("tests/golden/vectors/" + name)).value(); }

const std::string& text_at(const Json& json, const char* key) {
  REQUIRE(json.find(key) != nullptr);
  return json.find(key)->text();
}

Bytes bytes_at(const Json& json, const char* key) { return from_hex(text_at(json, key)).value(); }

ChainDescriptor chain_at(const Json& json) {
  const Json& chain = *json.find("chain");
  return {*PublicKey::from_hex(text_at(chain, "device")), *SpaceId::from_hex(text_at(chain, "space")), Lane::data,
          *Incarnation::from_hex(text_at(chain, "incarnation"))};
}

// Read with the code's own layout, written again: one encoding per value.
template <class T>
bool reads_and_writes_back(const Bytes& bytes) {
  const auto value = decode_untrusted<T>(bytes, "vector");
  return value.ok() && encode(*value) == bytes;
}

bool authority_reads_back(const std::string& type, const Bytes& bytes) {
  if (type == authority_type::kChartered) return reads_and_writes_back<Charter>(bytes);
  if (type == authority_type::kAdmitted) return reads_and_writes_back<Admission>(bytes);
  if (type == authority_type::kLeft) return reads_and_writes_back<EntityId>(bytes);
  if (type == authority_type::kCertified) return reads_and_writes_back<Certificate>(bytes);
  if (type == authority_type::kGranted) return reads_and_writes_back<Grant>(bytes);
  if (type == authority_type::kRemoved) return reads_and_writes_back<Removal>(bytes);
  if (type == authority_type::kAdopted) return reads_and_writes_back<Adoption>(bytes);
  if (type == authority_type::kErasure) return reads_and_writes_back<ErasureOrder>(bytes);
  if (type == authority_type::kRedaction) return reads_and_writes_back<RedactionOrder>(bytes);
  return type == authority_type::kRetired && bytes.empty();
}

}  // namespace

TEST_CASE("today's code makes the very bytes of the golden vectors") {
  for (const auto& [name, text] : test::golden_vectors()) {
    if (name == "values.json") continue;  // grows with the vocabulary: see the next test
    if (name == "values.json") continue;  // grows with the vocabulary; each of its vectors is held below
    INFO("A format may gain, never change: add a vector file, do not edit " << name);
    CHECK(text == test::source_file("tests/golden/vectors/" + name));
  }
}

TEST_CASE("no field of the vocabulary that has a golden value has lost it or changed its bytes") {
  std::string today;
  for (const auto& [name, text] : test::golden_vectors()) {
    if (name == "values.json") today = text;
  }
  const Json made = parse_json(today).value();
  const Json json = vectors("values.json");
  std::map<std::string, std::string> bytes;
  for (const Json& one : made.find("values")->items()) bytes[text_at(one, "record") + "." + text_at(one, "field")] = text_at(one, "bytes");
  for (const Json& one : json.find("values")->items()) {
    const std::string name = text_at(one, "record") + "." + text_at(one, "field");
    INFO(name);
    REQUIRE(bytes.contains(name));
    if (text_at(one, "type") != "blob") CHECK(bytes[name] == text_at(one, "bytes"));  // whose address is drawn anew for each
  }
  CHECK(*made.find("integers") == *json.find("integers"));
  CHECK(*made.find("body") == *json.find("body"));
}

TEST_CASE("every golden commit verifies, and its events hash to what the vectors say") {
  const Json json = vectors("commits.json");
  const ChainDescriptor chain = chain_at(json);
  CHECK(chain.root().hex() == text_at(*json.find("chain"), "root"));
  CHECK(chain.id().hex() == text_at(*json.find("chain"), "id"));
  for (const Json& one : json.find("commits")->items()) {
    const Bytes bytes = bytes_at(one, "bytes");
    const auto commit = CommitView::decode_untrusted(bytes);
    REQUIRE(commit.ok());
    const auto hashes = verify_commit(*commit, chain);
    REQUIRE(hashes.ok());
    const auto& events = one.find("events")->items();
    REQUIRE(events.size() == hashes->size());
    for (std::size_t i = 0; i < events.size(); ++i) CHECK((*hashes)[i].hex() == text_at(events[i], "hash"));
  }
}

TEST_CASE("every commit of the list of bad ones is refused, and the good one beside them is not") {
  const Json json = vectors("refused.json");
  const ChainDescriptor chain = chain_at(json);
  const auto accepts = [&](const Bytes& bytes) {
    const auto commit = CommitView::decode_untrusted(bytes);
    return commit.ok() && verify_commit(*commit, chain).ok();
  };
  CHECK(accepts(bytes_at(json, "good")));
  CHECK(json.find("refused")->size() >= 25);
  for (const Json& one : json.find("refused")->items()) {
    INFO(text_at(one, "why"));
    CHECK_FALSE(accepts(bytes_at(one, "bytes")));
  }
}

TEST_CASE("every value vector decodes to its text and encodes to its bytes again") {
  const Json json = vectors("values.json");
  for (const Json& one : json.find("values")->items()) {
    const RecordSpec* record = find_record_type(text_at(one, "record"));
    REQUIRE(record != nullptr);
    const FieldSpec* field = record->find_field(text_at(one, "field"));
    REQUIRE(field != nullptr);
    INFO(record->name << "." << field->name);
    CHECK(field->id == *one.find("id")->natural());
    CHECK(to_word(field->type) == text_at(one, "type"));
    const Bytes bytes = bytes_at(one, "bytes");
    if (is_items(*field)) {
      const auto change = decode_untrusted<ItemsChange>(bytes, "items");
      REQUIRE(change.ok());
      CHECK(encode_value(*field, decode_items(*field, change->added).value()).value() == bytes);
    } else {
      const auto value = decode_value(*field, bytes);
      REQUIRE(value.ok());
      CHECK(to_text(*field, *value) == text_at(one, "text"));
      CHECK(encode_value(*field, *value).value() == bytes);
    }
  }
}

TEST_CASE("bodies of leaving and keys read and write back, their signatures stand for their place, an epoch is named by its key") {
  const Json json = vectors("membership.json");
  const SpaceId space = *SpaceId::from_hex(text_at(json, "space"));
  const PublicKey root = *PublicKey::from_hex(text_at(json, "root"));
  const std::vector<Reference> parents = {Reference::read(bytes_at(json, "parent").data())};
  CHECK(json.find("bodies")->size() == 4);
  for (const Json& one : json.find("bodies")->items()) {
    const std::string type = text_at(one, "type");
    const Bytes bytes = bytes_at(one, "bytes");
    INFO(type);
    if (type == authority_type::kLeft) {
      CHECK(reads_and_writes_back<Leaving>(bytes));
      const Leaving leaving = *Leaving::decode_untrusted(bytes);
      CHECK(leaving.is_signed_by(root, space, parents));
      CHECK_FALSE(leaving.is_signed_by(root, space, {}));
    } else if (type == authority_type::kRestored) {
      CHECK(reads_and_writes_back<RootGrant>(bytes));
      CHECK(decode_untrusted<RootGrant>(bytes, "vector")->is_signed_by(root, space, parents));
    } else if (type == authority_type::kEpoch) {
      CHECK(reads_and_writes_back<Epoch>(bytes));
      CHECK(decode_untrusted<Epoch>(bytes, "vector")->key == epoch_key_id(space, bytes_at(json, "epoch_key")));
    } else {
      CHECK(reads_and_writes_back<KeyShare>(bytes));
    }
  }
}

TEST_CASE("authority bodies read and write back, and a sealed value opens only where it was sealed") {
  const Json json = vectors("authority.json");
  CHECK(json.find("bodies")->size() == 10);
  for (const Json& one : json.find("bodies")->items()) {
    INFO(text_at(one, "type"));
    CHECK(authority_reads_back(text_at(one, "type"), bytes_at(one, "bytes")));
  }
  const Json& sealed = *json.find("sealed");
  SealKey key;
  const Bytes secret = bytes_at(sealed, "key");
  std::copy(secret.begin(), secret.end(), key.bytes.begin());
  const EntityId entity = *EntityId::from_hex(text_at(sealed, "entity"));
  const auto field = static_cast<std::uint16_t>(*sealed.find("field")->natural());
  const auto plain = unseal(key, bytes_at(sealed, "bytes"), encode(entity, field));
  REQUIRE(plain.ok());
  CHECK(to_hex(*plain) == text_at(sealed, "plain"));
  CHECK_FALSE(unseal(key, bytes_at(sealed, "bytes"), encode(entity, static_cast<std::uint16_t>(field + 1))).ok());
}
