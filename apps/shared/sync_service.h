/// The exchanges of one open workspace over the network: calling partners, being called, pairing.
///
/// Everything runs in the thread of run(), between which and the sessions nothing needs a lock. Whoever else writes to the
/// workspace meanwhile hands its commands over (core/engine/handover.h) and is served from here.
///
/// Durability: what a session brought is durable when it is reported. Threads: one.
/// Lifetime: workspace, book, clock and random outlive it; the workspace must not be moved.
#pragma once

#include <memory>
#include <optional>
#include <set>

#include "core/engine/handover.h"
#include "core/engine/workspace.h"
#include "sync/partners/partner_book.h"
#include "sync/session/session.h"
#include "sync/transport/endpoint.h"
#include "sync/transport/pairing.h"

namespace evenhand {

/// One exchange with one partner, ended.
struct Exchanged {
  PublicKey device;
  std::string partner;
  std::uint64_t sent = 0;      ///< events that are durable there
  std::uint64_t received = 0;  ///< events that are new here
  SessionOutcome outcome;      ///< `running` when none came about
  Result<void> how;            ///< of the connection: not reached, cut, refused
  std::vector<std::string> departures;  ///< a sentence for each space that this laptop turned out to be in no more
  std::vector<std::string> unheard;     ///< the same where the partner has not heard yet that it was let in again
  bool is_in_step() const { return how.ok() && outcome.end == SessionEnd::in_sync; }
  std::string sentence() const;
};

/// What came of a pairing.
struct Paired {
  Partner partner;
  bool is_same_organisation = false;
};

class SyncService {
 public:
  struct Hooks {
    std::function<void(const Exchanged&)> exchanged;                   ///< may be empty
    std::function<void(const std::string& partner, const SessionProgress&)> progress;  ///< may be empty
    std::function<void(const Result<Paired>&)> paired;                 ///< may be empty
    std::function<void(int milliseconds, std::function<void()> then)> after = {};  ///< calls back once, after that time; empty: by this computer's clock
  };

  /// Errors: unavailable (encryption, the workspace's socket), refused (this process does not hold the workspace).
  static Result<std::unique_ptr<SyncService>> open(Workspace& workspace, PartnerBook& book, Clock& clock, Random& random, Hooks hooks);

  /// Takes calls of partners that are known here: in the book, or a device of a space, be it one that was removed, which learns
  /// just that. One that a person forgot and that still is in a space may exchange, and is not put back into the book. Others are told that they are not known. Returns the port.
  Result<std::uint16_t> listen(const std::string& host, std::uint16_t port);
  /// Calls a partner, at each of its addresses until one answers; tells `exchanged` how it ended.
  void call(const Partner& partner);
  /// Calls every partner of the book that has an address, now and then every `seconds`.
  void call_all_every(int seconds);

  /// Offers a pairing for ten minutes: listens and gives the code to show. `addresses`: where others reach the port.
  Result<PairingCode> offer_pairing(const Bytes& invitation, Capabilities may, const std::vector<Address>& addresses);
  /// Takes up a pairing: calls, accepts what is offered, is let in, then exchanges at once.
  void take_up_pairing(const PairingCode& code, const std::string& label);

  /// Until nothing is left to do, or until `stop` says so. Errors: unavailable.
  Result<void> run(const std::function<bool()>& stop);

 private:
  SyncService(Workspace& workspace, PartnerBook& book, Clock& clock, Random& random, Hooks hooks, Endpoint endpoint);

  void look_at_book();
  bool is_known(const PublicKey& device) const;
  bool is_member(const PublicKey& device) const;
  void sort_farewells(Exchanged& exchanged) const;
  Result<std::unique_ptr<Exchange>> greet(const Peer& peer);
  std::unique_ptr<Exchange> turn_away(const Peer& peer);
  bool may_be_own(const PublicKey& device) const;
  Result<std::unique_ptr<Exchange>> begin_session(const Peer& peer, SessionRole role, const std::string& address);
  void call_at(const Partner& partner, std::size_t address, const std::string& tried);
  void note(const Exchanged& exchanged, const std::string& address);
  void pair_at(const PairingCode& code, const PairingGuest& guest, std::size_t at);
  Result<Bytes> admit_guest(const Peer& peer, ByteView acceptance);

  Workspace& workspace_;
  PartnerBook& book_;
  Clock& clock_;
  Random& random_;
  Hooks hooks_;
  Endpoint endpoint_;
  std::optional<HandoverHost> handover_;
  std::optional<PairingTicket> ticket_;
  Bytes invitation_;
  Capabilities may_;
  std::uint16_t port_ = 0;
  std::set<PublicKey> calling_;  ///< whom we call
};

/// Makes a further laptop of the organisation that offers the code: pairs with a key of the moment, founds the workspace in
/// `folder` (empty or absent). The first exchange is the caller's next step. Errors: refused (the code offers no such
/// thing), unavailable, those of join_organisation().
Result<Paired> pair_new_laptop(const PairingCode& code, const std::filesystem::path& folder, const std::string& label, Clock& clock, Random& random,
                               const std::function<bool()>& stop);

}  // namespace evenhand
