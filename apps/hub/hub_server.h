/// `evenhand hub serve`: an always-on partner that keeps frames it cannot read.
///
/// It takes calls and never makes any; remembers nothing of its partners but what it keeps for them, so a wiped store needs nobody's
/// forgiveness. Its log lines name no person, no address and no title: a time, the first letters of a device's key, counts.
/// Threads: one. Lifetime: identity, clock and random outlive it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "apps/hub/hub_config.h"
#include "apps/shared/session_exchange.h"
#include "core/base/clock.h"
#include "core/os/files.h"
#include "sync/relay/relay_replica.h"

namespace evenhand {

class HubServer {
 public:
  using Say = std::function<void(const std::string& line)>;
  /// Opens the store, listens. Errors: corrupt (the store: wipe it), refused (no space accepted yet), unavailable (port, disk).
  static Result<std::unique_ptr<HubServer>> open(const HubConfig& config, const HubIdentity& identity, Clock& clock, Random& random, Say say);

  std::uint16_t port() const { return port_; }
  std::uint16_t metrics_port() const { return metrics_port_; }
  /// Until `stop` says so; then every session hears why it ends, within three seconds. A store that took no more, because the disk
  /// was full, is opened again as soon as there is room, and as often as it takes; nobody is served meanwhile. Spaces that are accepted
  /// while it runs are served from then on. Errors: unavailable (the network).
  Result<void> run(const std::function<bool()>& stop);
  /// Prometheus' text format.
  std::string metrics() const;

 private:
  struct NoMemory : SessionMemory {
    std::optional<Agreed> agreed(const PublicKey&, const SpaceId&) override { return std::nullopt; }
    void remember(const PublicKey&, const SpaceId&, const Agreed&) override {}
  };

  HubServer(const HubConfig& config, const HubIdentity& identity, Clock& clock, Random& random, Say say, Endpoint endpoint);
  Result<std::unique_ptr<Exchange>> greet(const Peer& peer);
  std::unique_ptr<Exchange> turn_away(const Peer& peer);
  void note(const PublicKey& partner, const SessionOutcome& outcome, const Result<void>& how);
  std::pair<int, std::string> page(const std::string& path) const;
  /// Errors: corrupt, unavailable.
  Result<void> open_store();
  void look_after_store();
  void look_at_spaces();
  void say_once(const Error& error);

  HubConfig config_;
  const HubIdentity& identity_;
  Clock& clock_;
  Random& random_;
  Say say_;
  std::unique_ptr<RelayReplica> replica_;
  RelayCounters counted_;  ///< by those before it
  Endpoint endpoint_;
  NoMemory memory_;
  std::map<std::uint64_t, SessionExchange*> live_;  ///< the connections own them
  std::uint64_t sessions_ = 0, sessions_agreed_ = 0, strangers_ = 0;
  std::uint16_t port_ = 0, metrics_port_ = 0;
  bool is_stopping_ = false, is_reopening_ = false;
  int turns_to_reopen_ = 0, turns_ = 0;
  std::string said_;  ///< what went wrong last, so that it is said once
  std::vector<SpaceId> spaces_;
  std::optional<FileIdentity> spaces_seen_;  ///< the file that spaces_ is of
};

}  // namespace evenhand
