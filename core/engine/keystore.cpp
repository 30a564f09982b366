#include "core/engine/keystore.h"

#include "core/codec/archive.h"
#include "core/os/files.h"

namespace evenhand {

namespace {

constexpr std::size_t kDeviceBytesMax = 4096;
constexpr std::size_t kVaultBytesMax = std::size_t{64} << 20;
constexpr std::uint32_t kFormat = 1;
constexpr std::uint32_t kVaultFormat = 2;  // 1 did not say whose the destroyed keys were

struct DeviceFile {
  std::uint32_t format = kFormat;
  Bytes device_seed;
  Bytes root_seed;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(format, device_seed, root_seed);
  }
};

struct PersonKey {
  EntityId person;
  KeyId id;
  Bytes key;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(person, id, key);
  }
};

struct VaultFile {
  std::uint32_t format = kVaultFormat;
  std::vector<PersonKey> people;
  std::vector<KeyId> destroyed;
  std::vector<EntityId> erased;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(format, people, destroyed);
    if (format >= 2) archive(erased);
  }
};

Bytes copy(ByteView bytes) { return Bytes(bytes.begin(), bytes.end()); }

std::filesystem::path device_file(const std::filesystem::path& folder) { return folder / "device.key"; }
std::filesystem::path vault_file(const std::filesystem::path& folder) { return folder / "people.vault"; }

// Whoever else can read the keys can write as this device and open what is sealed.
Result<void> check_private(const std::filesystem::path& file) {
  namespace fs = std::filesystem;
  std::error_code failed;
  const fs::perms granted = fs::status(file, failed).permissions();
  if (failed) return {};  // reading it says why
  if ((granted & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none) return {};
  return refused("other users of this computer can get at the keys", file, "Make them yours alone: chmod 600 " + file.string());
}

}  // namespace

Keystore::Keystore(std::filesystem::path folder, KeyPair device, KeyPair root)
    : folder_(std::move(folder)), device_(std::move(device)), root_(std::move(root)) {}

Result<Keystore> Keystore::create(const std::filesystem::path& folder, Random& random) {
  EVENHAND_CHECK(make_private_folder(folder));
  Keystore store(folder, KeyPair::make(random), KeyPair::make(random));
  DeviceFile file{kFormat, copy(store.device_.seed()), copy(store.root_.seed())};
  EVENHAND_CHECK(write_file_durably(device_file(folder), encode(file), Secrecy::secret));
  EVENHAND_CHECK(store.save_vault());
  return store;
}

Result<Keystore> Keystore::open(const std::filesystem::path& folder) {
  EVENHAND_CHECK(check_private(device_file(folder)));
  EVENHAND_CHECK(check_private(vault_file(folder)));
  EVENHAND_TRY(const Bytes bytes, read_file(device_file(folder), kDeviceBytesMax));
  EVENHAND_TRY(const DeviceFile file, decode_untrusted<DeviceFile>(bytes, "key file"));
  if (file.format != kFormat) return refused("the keys were written by a newer version", device_file(folder), "Install that version.");
  if (file.device_seed.size() != KeyPair::kSeedBytes || file.root_seed.size() != KeyPair::kSeedBytes) {
    return corrupt("the key file is damaged", device_file(folder), "Bring it back from a backup.");
  }
  Keystore store(folder, KeyPair::from_seed(file.device_seed), KeyPair::from_seed(file.root_seed));
  EVENHAND_CHECK(store.load_vault());
  return store;
}

Result<void> Keystore::load_vault() {
  auto bytes = read_file(vault_file(folder_), kVaultBytesMax);
  if (!bytes) return bytes.error();
  EVENHAND_TRY(const VaultFile file, decode_untrusted<VaultFile>(*bytes, "key vault"));
  if (file.format == 0 || file.format > kVaultFormat) return refused("the key vault was written by a newer version", vault_file(folder_), "Install that version.");
  for (const PersonKey& person : file.people) {
    SealKey key;
    if (person.key.size() != key.bytes.size()) return corrupt("the key vault is damaged", vault_file(folder_));
    key.id = person.id;
    std::copy(person.key.begin(), person.key.end(), key.bytes.begin());
    people_[person.person] = key;
  }
  destroyed_.insert(file.destroyed.begin(), file.destroyed.end());
  erased_.insert(file.erased.begin(), file.erased.end());
  return {};
}

Result<void> Keystore::save_vault() const {
  VaultFile file;
  for (const auto& [person, key] : people_) file.people.push_back({person, key.id, copy(key.bytes)});
  file.destroyed.assign(destroyed_.begin(), destroyed_.end());
  file.erased.assign(erased_.begin(), erased_.end());
  return write_file_durably(vault_file(folder_), encode(file), Secrecy::secret);
}

const SealKey* Keystore::find_person_key(const EntityId& person) const {
  const auto at = people_.find(person);
  return at == people_.end() ? nullptr : &at->second;
}

const SealKey* Keystore::find_key(const KeyId& id) const {
  for (const auto& [person, key] : people_) {
    if (key.id == id) return &key;
  }
  return nullptr;
}

Result<SealKey> Keystore::make_person_key(const EntityId& person, Random& random) {
  if (const SealKey* known = find_person_key(person)) return *known;
  if (erased_.contains(person)) {
    return refused("what was kept about this person was erased, and nothing more is kept under the same record", "", "Add a new person record, if they come again.");
  }
  const SealKey key = SealKey::make(random);
  people_[person] = key;
  if (auto saved = save_vault(); !saved) {
    people_.erase(person);
    return saved.error();
  }
  return key;
}

Result<KeyId> Keystore::destroy_person_key(const EntityId& person) {
  const auto at = people_.find(person);
  if (at == people_.end()) return not_found("there is no key for that person here");
  const SealKey key = at->second;
  people_.erase(at);
  destroyed_.insert(key.id);
  erased_.insert(person);
  if (auto saved = save_vault(); !saved) {  // it is still on the disk, so it is not called destroyed
    destroyed_.erase(key.id);
    erased_.erase(person);
    people_[person] = key;
    return saved.error();
  }
  return key.id;
}

}  // namespace evenhand
