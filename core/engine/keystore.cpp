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

struct VaultEntry {
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
  std::vector<VaultEntry> people;
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

Keystore::Keystore(std::filesystem::path folder, KeyPair device, std::optional<KeyPair> root)
    : folder_(std::move(folder)), device_(std::move(device)), root_(std::move(root)) {}

const KeyPair& Keystore::root() const {
  EVENHAND_ASSERT(root_.has_value(), "has_root() was asked before");
  return *root_;
}

Result<Keystore> Keystore::create(const std::filesystem::path& folder, Random& random, Makes makes) {
  EVENHAND_CHECK(make_private_folder(folder));
  KeyPair device = KeyPair::make(random);
  std::optional<KeyPair> root;
  if (makes == Makes::device_and_root) root = KeyPair::make(random);
  Keystore store(folder, std::move(device), std::move(root));
  const DeviceFile file{kFormat, copy(store.device_.seed()), store.root_ ? copy(store.root_->seed()) : Bytes()};
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
  const bool has_root = !file.root_seed.empty();
  if (file.device_seed.size() != KeyPair::kSeedBytes || (has_root && file.root_seed.size() != KeyPair::kSeedBytes)) {
    return corrupt("the key file is damaged", device_file(folder), "Bring it back from a backup.");
  }
  std::optional<KeyPair> root;
  if (has_root) root = KeyPair::from_seed(file.root_seed);
  Keystore store(folder, KeyPair::from_seed(file.device_seed), std::move(root));
  EVENHAND_CHECK(store.load_vault());
  return store;
}

Result<void> Keystore::load_vault() {
  auto bytes = read_file(vault_file(folder_), kVaultBytesMax);
  if (!bytes) return bytes.error();
  EVENHAND_TRY(const VaultFile file, decode_untrusted<VaultFile>(*bytes, "key vault"));
  if (file.format == 0 || file.format > kVaultFormat) return refused("the key vault was written by a newer version", vault_file(folder_), "Install that version.");
  for (const VaultEntry& person : file.people) {
    SealKey key;
    if (person.key.size() != key.bytes.size()) return corrupt("the key vault is damaged", vault_file(folder_));
    key.id = person.id;
    std::copy(person.key.begin(), person.key.end(), key.bytes.begin());
    people_[person.person].emplace(key.id, key);
  }
  destroyed_.insert(file.destroyed.begin(), file.destroyed.end());
  erased_.insert(file.erased.begin(), file.erased.end());
  return {};
}

Result<void> Keystore::save_vault() const {
  VaultFile file;
  for (const PersonKey& entry : person_keys()) file.people.push_back({entry.person, entry.key.id, copy(entry.key.bytes)});
  file.destroyed.assign(destroyed_.begin(), destroyed_.end());
  file.erased.assign(erased_.begin(), erased_.end());
  return write_file_durably(vault_file(folder_), encode(file), Secrecy::secret);
}

std::vector<Keystore::PersonKey> Keystore::person_keys() const {
  std::vector<PersonKey> all;
  for (const auto& [person, keys] : people_) {
    for (const auto& [id, key] : keys) all.push_back({person, key});
  }
  return all;
}

const SealKey* Keystore::find_person_key(const EntityId& person) const {
  const auto at = people_.find(person);
  return at == people_.end() ? nullptr : &at->second.begin()->second;
}

const SealKey* Keystore::find_key(const KeyId& id) const {
  for (const auto& [person, keys] : people_) {
    if (const auto at = keys.find(id); at != keys.end()) return &at->second;
  }
  return nullptr;
}

Result<SealKey> Keystore::make_person_key(const EntityId& person, Random& random) {
  if (const SealKey* known = find_person_key(person)) return *known;
  if (erased_.contains(person)) {
    return refused("what was kept about this person was erased, and nothing more is kept under the same record", "", "Add a new person record, if they come again.");
  }
  const SealKey key = SealKey::make(random);
  people_[person].emplace(key.id, key);
  if (auto saved = save_vault(); !saved) {
    people_.erase(person);
    return saved.error();
  }
  return key;
}

Result<std::vector<KeyId>> Keystore::destroy_person_key(const EntityId& person) {
  const auto at = people_.find(person);
  if (at == people_.end()) return not_found("there is no key for that person here");
  std::set<KeyId> keys;
  for (const auto& [id, key] : at->second) keys.insert(id);
  EVENHAND_CHECK(destroy_keys(keys));
  return std::vector<KeyId>(keys.begin(), keys.end());
}

Result<void> Keystore::destroy_keys(const std::set<KeyId>& keys) {
  const auto taken = take_person_keys({}, keys);
  return taken ? Result<void>() : taken.error();
}

Result<std::size_t> Keystore::take_person_keys(const std::vector<PersonKey>& keys, const std::set<KeyId>& destroyed) {
  const auto people_before = people_;
  const auto destroyed_before = destroyed_;
  const auto erased_before = erased_;
  destroyed_.insert(destroyed.begin(), destroyed.end());
  std::size_t added = 0;
  for (const PersonKey& entry : keys) {
    if (erased_.contains(entry.person)) destroyed_.insert(entry.key.id);  // made elsewhere, before it was known there
    if (destroyed_.contains(entry.key.id) || find_key(entry.key.id) != nullptr) continue;
    people_[entry.person].emplace(entry.key.id, entry.key);
    ++added;
  }
  std::size_t forgotten = 0;
  for (auto person = people_.begin(); person != people_.end();) {
    forgotten += std::erase_if(person->second, [&](const auto& key) { return destroyed_.contains(key.first); });
    if (person->second.empty()) erased_.insert(person->first);
    person = person->second.empty() ? people_.erase(person) : std::next(person);
  }
  if (added == 0 && forgotten == 0 && destroyed_ == destroyed_before) return added;
  if (auto saved = save_vault(); !saved) {  // what is still on the disk is not called destroyed
    people_ = people_before;
    destroyed_ = destroyed_before;
    erased_ = erased_before;
    return saved.error();
  }
  return added;
}

}  // namespace evenhand
