/// The keys of this device and of the people its trust looks after, in two small files readable by their owner only.
///
/// The vault of person keys is rewritten whole and renamed into place at every change, so a destroyed key does not
/// linger as it would in a database file (DESIGN sections 2 and 5). The ids of destroyed keys are kept for ever, and those of
/// the records that they belonged to, so that nobody gets a second key under which erased work would go on.
/// Threads: one thread at a time. Format: docs/formats/store.md, "Keys".
#pragma once

#include <filesystem>
#include <map>
#include <set>

#include "core/base/result.h"
#include "core/crypto/seal.h"
#include "core/crypto/sign.h"

namespace evenhand {

class Keystore {
 public:
  /// Makes a device key and, for a founder, an organisation root key. Errors: unavailable.
  static Result<Keystore> create(const std::filesystem::path& folder, Random& random);
  /// Errors: not_found, corrupt, refused (readable by others), unavailable.
  static Result<Keystore> open(const std::filesystem::path& folder);

  const KeyPair& device() const { return device_; }
  const KeyPair& root() const { return root_; }

  /// The key under which a person's values (or a story) are sealed. Nothing when it was never here or is destroyed.
  const SealKey* find_person_key(const EntityId& person) const;
  /// The same by the key's own id.
  const SealKey* find_key(const KeyId& id) const;
  /// Gives the one there is, or makes one and saves the vault before it returns. Errors: refused (it was destroyed:
  /// person), unavailable.
  Result<SealKey> make_person_key(const EntityId& person, Random& random);
  /// Forgets the key and rewrites the vault. Errors: not_found, unavailable.
  Result<KeyId> destroy_person_key(const EntityId& person);
  bool is_destroyed(const KeyId& key) const { return destroyed_.contains(key); }

 private:
  Keystore(std::filesystem::path folder, KeyPair device, KeyPair root);
  Result<void> save_vault() const;
  Result<void> load_vault();

  std::filesystem::path folder_;
  KeyPair device_;
  KeyPair root_;
  std::map<EntityId, SealKey> people_;
  std::set<KeyId> destroyed_;
  std::set<EntityId> erased_;  ///< whose keys the destroyed ones were; vaults of format 1 did not say
};

}  // namespace evenhand
