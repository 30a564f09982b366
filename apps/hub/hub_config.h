/// How a hub is set up: one small JSON file. docs/hub.md describes every member.
///
/// Threads: values.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/engine/keystore.h"
#include "sync/relay/relay_space.h"
#include "sync/transport/endpoint.h"

namespace evenhand {

struct HubConfig {
  std::string title;                       ///< one line, shown to partners; no person
  std::filesystem::path data;
  Address listen{"0.0.0.0", kSyncPort};
  Address metrics{"127.0.0.1", 7411};      ///< of this computer's own loop only
  RelayQuota quota;

  /// Errors: not_found, corrupt (no JSON: line and column), refused (a member that is missing, unknown or of the wrong kind), unavailable.
  static Result<HubConfig> read(const std::filesystem::path& file);
};

/// What makes a hub itself: its key and the list of the spaces that it accepted. Small, and worth a backup; the store is not.
struct HubIdentity {
  std::unique_ptr<Keystore> keys;
  std::vector<SpaceId> spaces;

  /// Makes the key when there is none. Errors: corrupt, refused, unavailable.
  static Result<HubIdentity> open(const std::filesystem::path& data, Random& random);
  /// Where the list of spaces is: a hub that runs looks whether it is another one.
  static std::filesystem::path spaces_file(const std::filesystem::path& data) { return data / "identity" / "spaces.json"; }
  /// Absent is none. Errors: corrupt, refused, unavailable.
  static Result<std::vector<SpaceId>> read_spaces(const std::filesystem::path& data);
  /// Adds spaces to the list, durably.
  Result<void> add(const std::filesystem::path& data, const std::vector<SpaceId>& more);
};

}  // namespace evenhand
