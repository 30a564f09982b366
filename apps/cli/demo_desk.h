/// One laptop of the demo's partners, and how two of them exchange: the calls behind `evenhand sync`.
///
/// Threads: one; exchange() takes a second one while it runs.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/workspace.h"

namespace evenhand::cli {

struct Desk {
  std::string name;   ///< short name of its organisation
  std::string label;  ///< of the laptop
  std::optional<Workspace> workspace;

  /// Errors: those of Workspace::create().
  Result<void> found(const std::filesystem::path& folder, const std::string& organisation, const std::string& short_name, const std::string& device);
  /// A further laptop of an organisation; gives the acceptance. Errors: those of join_organisation().
  Result<Bytes> join(const std::filesystem::path& folder, ByteView invitation, const std::string& short_name, const std::string& device);

  PublicKey device() const { return workspace->keystore().device().public_key(); }
  Workspace& operator*() { return *workspace; }
  Workspace* operator->() { return &*workspace; }
};

/// Writes one sealed file for all of `to`, and each takes it in. Gives how many events were new to them in all.
/// Errors: those of writing and reading a bundle; corrupt when something of it was not taken.
Result<std::uint64_t> carry(Desk& from, const std::vector<Desk*>& to, const std::filesystem::path& file);

/// The host listens at 127.0.0.1, in a thread of its own; each guest calls it once. Adds to `moved` how many events were
/// new on either side, also of a call that failed. Errors: unavailable (no loopback network, a call cut), those of the sessions.
Result<void> exchange(Desk& host, const std::vector<Desk*>& guests, std::uint64_t& moved);

/// The first eight letters of the digest of a space's state, which all of these have. Errors: corrupt (they differ), those of reading.
Result<std::string> agreed_digest(const std::vector<Desk*>& desks, const SpaceId& space);

}  // namespace evenhand::cli
