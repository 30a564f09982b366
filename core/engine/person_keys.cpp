// Person keys between the laptops of one organisation. They never travel in events (DESIGN section 2).
#include <algorithm>
#include <iterator>

#include "core/codec/archive.h"
#include "core/crypto/box.h"
#include "core/engine/membership.h"
#include "core/engine/workspace_state.h"

namespace evenhand {

namespace {

constexpr std::string_view kMagic = "EHVAULT1";
constexpr std::size_t kPersonKeysBytesMax = std::size_t{64} << 20;

struct KeyEntry {
  EntityId person;
  KeyId id;
  Id<struct PersonKeyTag, 32> key;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(person, id, key);
  }
};

struct VaultCopy {
  std::vector<KeyEntry> people;
  std::vector<KeyId> destroyed;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(people, destroyed);
  }
};

struct Envelope {
  PublicKey from;
  PublicKey to;
  Bytes sealed;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(from, to, sealed);
  }
};

Bytes message_of(ByteView unsigned_bytes) {
  static constexpr std::string_view kDomain{"evenhand/person-keys/1\0", 23};
  CanonicalOutput out;
  out.raw(view_of(kDomain));
  out.raw(unsigned_bytes);
  return out.take();
}

// Only laptops of this organisation that may read its people space ever exchange these keys.
bool is_sister(const Workspace& workspace, const PublicKey& device) {
  const Access& access = workspace.space_of(SpaceKind::people).fold.access();
  const Device* known = access.find_device(device);
  return known != nullptr && known->organisation == workspace.organisation() && known->capabilities.has(Capability::read);
}

}  // namespace

Result<Bytes> export_person_keys_for(const Workspace& workspace, const PublicKey& device) {
  if (!is_sister(workspace, device)) return refused("person keys go to laptops of the own organisation that may read its people space, to nobody else", device.hex().substr(0, 16));
  const Keystore& keys = workspace.keystore();
  VaultCopy copy;
  for (const Keystore::PersonKey& entry : keys.person_keys()) {
    copy.people.push_back({entry.person, entry.key.id, *Id<struct PersonKeyTag, 32>::from(entry.key.bytes)});
  }
  copy.destroyed.assign(keys.destroyed().begin(), keys.destroyed().end());
  EVENHAND_TRY(Bytes sealed, seal_to(device, encode(copy), workspace.state().random));
  CanonicalOutput unsigned_bytes;
  unsigned_bytes.raw(view_of(kMagic));
  unsigned_bytes(Envelope{keys.device().public_key(), device, std::move(sealed)});
  const Bytes before = unsigned_bytes.take();
  CanonicalOutput out;
  out.raw(before);
  out(keys.device().sign(message_of(before)));
  return out.take();
}

Result<std::size_t> import_person_keys(Workspace& workspace, ByteView bytes) {
  EVENHAND_CHECK(workspace.hold());
  if (bytes.size() > kPersonKeysBytesMax) return refused("this is too long for person keys", std::to_string(bytes.size()) + " bytes");
  if (bytes.size() < kMagic.size() + Signature::kSize || text_of(bytes.first(kMagic.size())) != kMagic) return corrupt("these are no person keys", "byte 0");
  const ByteView before = bytes.first(bytes.size() - Signature::kSize);
  EVENHAND_TRY(const Envelope envelope, decode_untrusted<Envelope>(before.subspan(kMagic.size()), "person keys"));
  if (!verify(envelope.from, message_of(before), *Signature::from(bytes.last(Signature::kSize)))) return corrupt("the signature of these person keys does not fit them");
  if (!is_sister(workspace, envelope.from)) return refused("these person keys come from no laptop of this organisation", envelope.from.hex().substr(0, 16));
  const KeyPair& own = workspace.keystore().device();
  if (envelope.to != own.public_key()) return refused("these person keys are sealed to another laptop", envelope.to.hex().substr(0, 16));
  EVENHAND_TRY(const Bytes plain, open_sealed(own, envelope.sealed));
  EVENHAND_TRY(const VaultCopy copy, decode_untrusted<VaultCopy>(plain, "person keys"));
  std::vector<Keystore::PersonKey> keys;
  for (const KeyEntry& entry : copy.people) {
    SealKey key;
    key.id = entry.id;
    key.bytes = entry.key.bytes;
    if (!key.id.is_zero()) keys.push_back({entry.person, key});
  }
  // A sister may say that keys were destroyed; that they had to be, only an order says, which takes an admin.
  std::set<KeyId> destroyed;
  for (const Space& space : workspace.state().spaces) {
    if (space.kind == SpaceKind::cycle) continue;
    std::copy_if(copy.destroyed.begin(), copy.destroyed.end(), std::inserter(destroyed, destroyed.end()), [&](const KeyId& key) { return space.fold.access().is_erased(key); });
  }
  Keystore& vault = *workspace.state().keystore;
  const std::size_t destroyed_before = vault.destroyed().size();
  EVENHAND_TRY(const std::size_t taken, vault.take_person_keys(keys, destroyed));
  if (vault.destroyed().size() != destroyed_before) EVENHAND_CHECK(workspace.settle());  // what they sealed goes from the logs too
  return taken;
}

}  // namespace evenhand
