/// The keys of this device and of the people its trust looks after, in two small files readable by their owner only.
///
/// The vault of person keys is rewritten whole and renamed into place at every change, so a destroyed key does not
/// linger as it would in a database file (DESIGN sections 2 and 5). The ids of destroyed keys are kept for ever, and those of
/// the records that they belonged to, so that nobody gets a second key under which erased work would go on.
/// Threads: one thread at a time. Format: docs/formats/store.md, "Keys".
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "core/base/result.h"
#include "core/crypto/seal.h"
#include "core/crypto/sign.h"

namespace evenhand {

class Keystore {
 public:
  enum class Makes { device_and_root, device_only };
  /// Makes a device key and, for the first laptop of an organisation, its root key. Errors: unavailable.
  static Result<Keystore> create(const std::filesystem::path& folder, Random& random, Makes makes = Makes::device_and_root);
  /// Errors: not_found, corrupt, refused (readable by others), unavailable.
  static Result<Keystore> open(const std::filesystem::path& folder);

  const KeyPair& device() const { return device_; }
  /// The organisation's root key lies on its first laptop only; without it, nobody here can vouch for devices.
  bool has_root() const { return root_.has_value(); }
  const KeyPair& root() const;  ///< only when has_root()

  /// The key under which a person's values (or a story) are sealed. Nothing when it was never here or is destroyed.
  /// Two laptops may have made one each, unseen by each other: then both open, and both write under the lower id.
  const SealKey* find_person_key(const EntityId& person) const;
  /// The same by the key's own id.
  const SealKey* find_key(const KeyId& id) const;
  /// Gives the one there is, or makes one and saves the vault before it returns. Errors: refused (it was destroyed:
  /// person), unavailable.
  Result<SealKey> make_person_key(const EntityId& person, Random& random);
  /// Forgets the person's keys and rewrites the vault. Errors: not_found, unavailable.
  Result<std::vector<KeyId>> destroy_person_key(const EntityId& person);
  /// Forgets these keys for ever, also when they never were here, so that none comes back later. Errors: unavailable.
  Result<void> destroy_keys(const std::set<KeyId>& keys);
  bool is_destroyed(const KeyId& key) const { return destroyed_.contains(key); }
  /// Whose keys the destroyed ones were, as far as they were ever here.
  const std::set<EntityId>& erased() const { return erased_; }
  const std::set<KeyId>& destroyed() const { return destroyed_; }

  struct PersonKey {
    EntityId person;
    SealKey key;
  };
  std::vector<PersonKey> person_keys() const;
  /// Takes keys that another laptop of the organisation made; one that was destroyed here stays so, what is named as destroyed is
  /// destroyed here, and so is a further key of somebody who was erased. One save. Returns how many keys were new.
  /// Errors: unavailable; then nothing changed.
  Result<std::size_t> take_person_keys(const std::vector<PersonKey>& keys, const std::set<KeyId>& destroyed);

 private:
  Keystore(std::filesystem::path folder, KeyPair device, std::optional<KeyPair> root);
  Result<void> save_vault() const;
  Result<void> load_vault();

  std::filesystem::path folder_;
  KeyPair device_;
  std::optional<KeyPair> root_;
  std::map<EntityId, std::map<KeyId, SealKey>> people_;
  std::set<KeyId> destroyed_;
  std::set<EntityId> erased_;  ///< whose keys the destroyed ones were; vaults of format 1 did not say
};

}  // namespace evenhand
