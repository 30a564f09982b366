#include "tests/support/golden_vectors.h"

#include "core/access/authority.h"
#include "core/codec/archive.h"
#include "core/codec/json.h"
#include "core/crypto/seal.h"
#include "core/event/commit.h"
#include "core/record/body.h"
#include "core/record/value.h"
#include "tests/support/golden_bundles.h"
#include "tests/support/golden_session.h"
#include "tests/support/seeded_random.h"

namespace evenhand::test {

namespace {

constexpr std::uint64_t kSeed = 20220815;

Json document(std::string_view about) {
  Json json = Json::object();
  json.set("format", "evenhand-vectors/1");
  json.set("about", std::string(about));
  return json;
}

std::string reference_hex(const Reference& reference) {
  Bytes bytes(Reference::kBytes);
  reference.write(bytes.data());
  return to_hex(bytes);
}

const FieldSpec& field_of(std::string_view record, std::string_view name) { return *find_record_type(record)->find_field(name); }

// --- Commits ---------------------------------------------------------------------------------------------------------

struct Author {
  KeyPair key;
  ChainDescriptor chain;
  std::uint64_t seq = 0;
  Hash head = {};
};

Json chain_json(const ChainDescriptor& chain) {
  Json json = Json::object();
  json.set("device", chain.device.hex());
  json.set("space", chain.space.hex());
  json.set("lane", static_cast<int>(chain.lane));
  json.set("incarnation", chain.incarnation.hex());
  json.set("root", chain.root().hex());
  json.set("id", chain.id().hex());
  return json;
}

Json event_json(const EventView& event, const Hash& hash, const Reference& reference) {
  Json json = Json::object();
  json.set("hash", hash.hex());
  json.set("reference", reference_hex(reference));
  json.set("type", std::string(event.header.type));
  json.set("flags", static_cast<int>(event.header.flags));
  json.set("content_class", static_cast<int>(event.header.content_class));
  json.set("schema_version", static_cast<int>(event.header.schema_version));
  json.set("claimed_ms", event.header.claimed.ms);
  json.set("entity", event.header.entity.hex());
  json.set("actor", event.header.actor.hex());
  json.set("grant", reference_hex(event.header.grant));
  json.set("key", event.header.key.hex());
  json.set("batch", event.header.batch.hex());
  Json parents = Json::array();
  for (std::size_t i = 0; i < event.header.parent_count(); ++i) parents.push(reference_hex(event.header.parent(i)));
  json.set("parents", std::move(parents));
  json.set("body", event.body_state == BodyState::present ? Json(to_hex(event.body)) : Json());
  return json;
}

Json commit_json(const Bytes& bytes) {
  const CommitView commit = CommitView::decode_untrusted(bytes).value();
  const std::vector<Hash> hashes = commit.event_hashes().value();
  Json json = Json::object();
  json.set("bytes", to_hex(bytes));
  json.set("chain", commit.chain().hex());
  json.set("first_seq", commit.first_seq());
  Json events = Json::array();
  const auto walked = commit.walk([&](std::size_t i, const EventView& event) {
    events.push(event_json(event, hashes[i], {commit.chain(), commit.first_seq() + i, shorten(hashes[i])}));
    return true;
  });
  EVENHAND_ASSERT(walked.ok(), "a commit of ours walks");
  json.set("events", std::move(events));
  return json;
}

EventDraft draft_of(std::string type, SeededRandom& random) {
  EventDraft draft;
  draft.type = std::move(type);
  draft.entity = random.make_id<EntityId>();
  draft.actor = random.make_id<EntityId>();
  draft.claimed = {1'700'000'000'000};
  return draft;
}

Bytes title_body(const std::string& title) {
  return encode_body({{field_of("evidence", "title").id, encode_value(field_of("evidence", "title"), title).value()}});
}

Bytes written(Author& author, const std::vector<EventDraft>& drafts, SeededRandom& random, std::vector<Reference>& references) {
  CommitBuilder builder(author.chain, author.key, author.seq, author.head);
  for (const EventDraft& draft : drafts) references.push_back(builder.add(draft, random).value());
  author.seq = builder.last_seq();
  author.head = builder.head();
  return builder.finish();
}

// One device: a first commit with the descriptor; parents, grant, batch, sealed and must-understand; a dropped body.
std::string commit_vectors() {
  SeededRandom random(kSeed);
  KeyPair key = KeyPair::make(random);
  const ChainDescriptor chain{key.public_key(), random.make_id<SpaceId>(), Lane::data, random.make_id<Incarnation>()};
  Json json = document("Commits of one chain, in order: decode, hash, verify the seal, give back the events");
  json.set("seed", to_hex(key.seed()));
  json.set("chain", chain_json(chain));
  Author author{std::move(key), chain};
  std::vector<Reference> made;

  EventDraft first = draft_of("evidence.changed", random);
  first.body = title_body("Café survey, autumn");
  EventDraft second = draft_of("evidence.decided", random);
  second.entity = first.entity;
  second.must_understand = true;
  second.content_class = 3;
  second.schema_version = 7;
  second.claimed = {-1};
  second.batch = random.make_id<BatchId>();
  std::vector<Bytes> commits{written(author, {first}, random, made)};
  second.parents = made;
  second.grant = made.front();
  second.body = title_body("The same survey");
  EventDraft sealed = draft_of("person.changed", random);
  sealed.key = random.make_id<KeyId>();
  sealed.content_class = kContentClassMax;
  sealed.body = encode_body({{1, Bytes(50, 0xA5)}});
  commits.push_back(written(author, {second, sealed}, random, made));
  EventDraft join = draft_of("evidence.joined", random);
  join.entity = first.entity;
  join.parents = {made[2], made[0], made[1]};
  EventDraft foreign = draft_of("a-plugin.thing_9", random);
  foreign.body = Bytes(300, 0xFF);
  commits.push_back(written(author, {join, foreign}, random, made));
  const Bytes dropped = without_bodies(CommitView::decode_untrusted(commits[1]).value(), [](std::size_t i, const EventView&) { return i == 1; });
  Json list = Json::array();
  for (const Bytes& bytes : {commits[0], commits[1], dropped, commits[2]}) list.push(commit_json(bytes));
  json.set("commits", std::move(list));
  return write_json(json, JsonStyle::pretty);
}

// --- Values and bodies -------------------------------------------------------------------------------------------------

Json value_json(std::string_view record, std::string_view name, const Value& value) {
  const FieldSpec& field = field_of(record, name);
  Json json = Json::object();
  json.set("record", std::string(record));
  json.set("field", std::string(name));
  json.set("id", static_cast<int>(field.id));
  json.set("type", std::string(to_word(field.type)));
  json.set("text", to_text(field, value));
  json.set("bytes", to_hex(encode_value(field, value).value()));
  return json;
}

std::string value_vectors() {
  SeededRandom random(kSeed + 1);
  const EntityId one = random.make_id<EntityId>();
  const EntityId two = random.make_id<EntityId>();
  Json values = Json::array();
  for (const RecordSpec& record : vocabulary()) {
    for (const FieldSpec& field : record.fields) {
      if (field.type == FieldType::reference) {
        values.push(value_json(record.name, field.name, one));
      } else if (field.type == FieldType::references) {
        values.push(value_json(record.name, field.name, std::vector{two, one, two}));
      } else if (field.type == FieldType::blob) {
        values.push(value_json(record.name, field.name, AttachedBlob{random.make_id<Hash>(), 300, "text/plain"}));
      } else if (const auto value = parse_value(field, field.example); value && encode_value(field, *value)) {
        values.push(value_json(record.name, field.name, *value));
      }
    }
  }
  Json json = document("One value of every field of the vocabulary: its text and its canonical bytes");
  json.set("values", std::move(values));
  Json numbers = Json::array();
  for (const std::int64_t number : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1}, std::int64_t{63}, std::int64_t{64}, std::int64_t{-65},
                                    std::int64_t{1} << 40, std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
    numbers.push(Json::object().set("number", number).set("bytes", to_hex(encode(number))));
  }
  json.set("integers", std::move(numbers));
  const Bytes body = encode_body({{300, {}}, {2, {0xAA, 0xBB}}, {common_field::kReason, encode(std::string("why"))}});
  Json fields = Json::array();
  const auto changes = decode_body_untrusted(body).value();
  for (const FieldChange& change : changes) fields.push(Json::object().set("field", static_cast<int>(change.field)).set("value", to_hex(change.value)));
  json.set("body", Json::object().set("bytes", to_hex(body)).set("fields", std::move(fields)));
  return write_json(json, JsonStyle::pretty);
}

// --- Authority ---------------------------------------------------------------------------------------------------------

std::string authority_vectors() {
  SeededRandom random(kSeed + 2);
  const KeyPair root = KeyPair::make(random);
  const KeyPair device = KeyPair::make(random);
  Charter charter{2, random.make_id<decltype(Charter::nonce)>(), random.make_id<EntityId>(), root.public_key(), device.public_key(), "Example ICS, 2025/26"};
  const SpaceId space = charter.space_id();
  const auto certificate = Certificate::make(root, space, charter.organisation, device.public_key(), "EDI laptop");
  const Reference event{random.make_id<ChainId>(), 300, random.make_id<ShortHash>()};
  Bytes reference(Reference::kBytes);
  event.write(reference.data());
  Json bodies = Json::array();
  const auto add = [&](std::string_view type, const Bytes& bytes, Json fields) {
    bodies.push(Json::object().set("type", std::string(type)).set("bytes", to_hex(bytes)).set("fields", std::move(fields)));
  };
  const std::string organisation = charter.organisation.hex();
  add(authority_type::kChartered, encode(charter), Json::object().set("kind", 2).set("nonce", charter.nonce.hex()).set("organisation", organisation)
      .set("root", charter.root.hex()).set("device", charter.device.hex()).set("title", charter.title));
  add(authority_type::kAdmitted, encode(Admission{charter.organisation, charter.root, "Example Trust"}),
      Json::object().set("organisation", organisation).set("root", charter.root.hex()).set("title", "Example Trust"));
  add(authority_type::kLeft, encode(charter.organisation), Json::object().set("organisation", organisation));
  add(authority_type::kCertified, encode(certificate), Json::object().set("organisation", organisation).set("device", charter.device.hex())
      .set("label", certificate.label).set("by_root", certificate.by_root.hex()));
  add(authority_type::kGranted, encode(Grant{charter.device, 7}), Json::object().set("device", charter.device.hex()).set("capabilities", 7));
  add(authority_type::kRemoved, encode(Removal{charter.device, {{event.chain, 300}}}), Json::object().set("device", charter.device.hex())
      .set("cuts", Json::array().push(Json::object().set("chain", event.chain.hex()).set("last_seq", 300))));
  add(authority_type::kAdopted, encode(Adoption{{reference}}), Json::object().set("events", Json::array().push(to_hex(reference))));
  const KeyId key = random.make_id<KeyId>();
  add(authority_type::kErasure, encode(ErasureOrder{key, "consent"}), Json::object().set("key", key.hex()).set("ground", "consent"));
  add(authority_type::kRedaction, encode(RedactionOrder{reference, "wrong-place"}), Json::object().set("event", to_hex(reference)).set("ground", "wrong-place"));
  add(authority_type::kRetired, {}, Json::object());
  Json json = document("Bodies of the authority lane");
  json.set("space", space.hex());
  json.set("bodies", std::move(bodies));
  const SealKey seal_key = SealKey::make(random);
  const Bytes sealed = seal(seal_key, encode(std::string("Sam")), encode(charter.organisation, std::uint16_t{3}), random);
  json.set("sealed", Json::object().set("key", to_hex(seal_key.bytes)).set("entity", organisation).set("field", 3).set("plain", to_hex(encode(std::string("Sam"))))
      .set("bytes", to_hex(sealed)));
  return write_json(json, JsonStyle::pretty);
}

// --- Leaving and keys: authority bodies that came later -----------------------------------------------------------------

std::string membership_vectors() {
  SeededRandom random(kSeed + 4);
  const KeyPair root = KeyPair::make(random);
  const KeyPair device = KeyPair::make(random);
  const SpaceId space = random.make_id<SpaceId>();
  const EntityId organisation = random.make_id<EntityId>();
  const Reference parent{random.make_id<ChainId>(), 300, random.make_id<ShortHash>()};
  Bytes parent_bytes(Reference::kBytes);
  parent.write(parent_bytes.data());
  const std::string key = device.public_key().hex();
  Json bodies = Json::array();
  const auto add = [&](std::string_view type, const Bytes& bytes, Json fields) {
    bodies.push(Json::object().set("type", std::string(type)).set("bytes", to_hex(bytes)).set("fields", std::move(fields)));
  };
  Leaving leaving{organisation, {device.public_key()}, {{parent.chain, 300}}, {}};
  leaving.sign(root, space, {parent});
  add(authority_type::kLeft, encode(leaving), Json::object().set("organisation", organisation.hex()).set("devices", Json::array().push(key))
      .set("cuts", Json::array().push(Json::object().set("chain", parent.chain.hex()).set("last_seq", 300))).set("by_root", leaving.by_root.hex()));
  const RootGrant restored = RootGrant::make(root, space, device.public_key(), {parent});
  add(authority_type::kRestored, encode(restored), Json::object().set("device", key).set("by_root", restored.by_root.hex()));
  Bytes epoch_key(kEpochKeyBytes);
  random.fill(epoch_key);
  const KeyId epoch = epoch_key_id(space, epoch_key);
  const KeyBox box = random.make_id<KeyBox>();
  add(authority_type::kEpoch, encode(Epoch{epoch, {{hint_of(device.public_key()), box}}}), Json::object().set("key", epoch.hex())
      .set("boxes", Json::array().push(Json::object().set("device", hint_of(device.public_key()).hex()).set("box", box.hex()))));
  add(authority_type::kShared, encode(KeyShare{device.public_key(), {{epoch, box}}}), Json::object().set("device", key)
      .set("boxes", Json::array().push(Json::object().set("key", epoch.hex()).set("box", box.hex()))));
  Json json = document("Bodies of the authority lane: leaving and keys");
  json.set("space", space.hex());
  json.set("root", root.public_key().hex());
  json.set("parent", to_hex(parent_bytes));
  json.set("epoch_key", to_hex(epoch_key));
  json.set("bodies", std::move(bodies));
  return write_json(json, JsonStyle::pretty);
}

// --- What must be refused ----------------------------------------------------------------------------------------------

// Damage behind a checksum that fits: what a partner with bad intent would send.
Bytes with_checksum(Bytes bytes) {
  bytes.resize(bytes.size() - CommitView::kTrailerBytes);
  const Checksum sum = checksum_of(bytes);
  bytes.insert(bytes.end(), sum.bytes.begin(), sum.bytes.end());
  return bytes;
}

std::string refused_vectors() {
  SeededRandom random(kSeed + 3);
  KeyPair key = KeyPair::make(random);
  const ChainDescriptor chain{key.public_key(), random.make_id<SpaceId>(), Lane::data, {}};
  Author author{std::move(key), chain};
  EventDraft draft = draft_of("evidence.changed", random);
  draft.body = title_body("x");
  std::vector<Reference> made;
  const Bytes good = written(author, {draft, draft}, random, made);
  const std::size_t header = CommitView::kFixedBytes + ChainDescriptor::kBytes + 4;
  struct Change {
    const char* why;
    std::size_t at;
    std::uint8_t byte;
  };
  const Change changes[] = {{"wrong magic", 0, 'X'}, {"unknown flag", 4, 3}, {"reserved byte", 5, 1}, {"no event", 6, 0}, {"too many events", 7, 3},
                            {"length does not fit", 8, 0}, {"reserved word", 12, 1}, {"another chain id", 16, 0xEE}, {"sequence number 0", 32, 0},
                            {"another previous hash", 40, 0xEE}, {"broken seal", 72, 0xEE}, {"unknown lane", 136 + 64, 2},
                            {"event format", header, 2}, {"event flags", header + 1, 8}, {"content class", header + 2, 6}, {"17 parents", header + 3, 17},
                            {"no type", header + 4, 0}, {"type length", header + 4, 15}, {"reserved header byte", header + 5, 1},
                            {"body length", header + 8, 250}, {"body hash", header + 84, 0xEE}, {"type in capitals", header + 116, 'E'}};
  Json list = Json::array();
  const auto add = [&](const char* why, const Bytes& bytes) { list.push(Json::object().set("why", why).set("bytes", to_hex(bytes))); };
  for (const Change& change : changes) {
    Bytes bytes = good;
    bytes[change.at] = bytes[change.at] == change.byte ? static_cast<std::uint8_t>(change.byte + 1) : change.byte;
    add(change.why, with_checksum(std::move(bytes)));
  }
  add("one byte missing", Bytes(good.begin(), good.end() - 1));
  Bytes longer = good;
  longer.push_back(0);
  add("one byte more", longer);
  Bytes flipped = good;
  flipped.back() ^= 1;
  add("checksum", flipped);
  Json json = document("Each of these differs from a good commit in one place and must be refused");
  json.set("chain", chain_json(chain));
  json.set("good", to_hex(good));
  json.set("refused", std::move(list));
  return write_json(json, JsonStyle::pretty);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> golden_vectors() {
  return {{"commits.json", commit_vectors()}, {"values.json", value_vectors()}, {"authority.json", authority_vectors()}, {"membership.json", membership_vectors()},
          {"refused.json", refused_vectors()}, {"bundles-2.json", golden_bundles()}, {"session.json", golden_session()}};
}

}  // namespace evenhand::test
