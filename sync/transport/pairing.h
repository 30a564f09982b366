/// Pairing: two devices that never met prove to each other that they hold the secret of one code, then exchange an
/// invitation and its acceptance over the same connection.
///
///     guest → host   proof     HMAC(secret, "guest" ‖ channel ‖ both keys)
///     host → guest   proof, then the invitation
///     guest → host   acceptance
///     host → guest   receipt
///
/// The proof is bound to this one connection, so somebody in between gains nothing; a secret has 128 bits, so it
/// cannot be guessed. What invitation, acceptance and receipt say is the caller's (core/engine/membership.h).
/// Threads: one. Format: docs/formats/pairing.md.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "sync/transport/exchange.h"
#include "sync/transport/pairing_code.h"

namespace evenhand {

inline constexpr std::size_t kPairingMessageBytesMax = 256 * 1024;
inline constexpr int kPairingLifeMs = 10 * 60 * 1000;

/// What to do with a code that is good no more, for whoever typed it.
inline constexpr std::string_view kAskForNewCode = "A code is good for one pairing, three tries and ten minutes: ask them to run evenhand pair again, and type the new code.";

/// What a shown code is still worth: one pairing, a few wrong tries.
class PairingTicket {
 public:
  explicit PairingTicket(const PairingSecret& secret) : secret_(secret) {}
  const PairingSecret& secret() const { return secret_; }
  bool is_open() const { return tries_ > 0; }
  bool is_used() const { return is_used_; }
  bool is_expired() const { return is_expired_; }
  void note_wrong_try() { tries_ = tries_ > 0 ? tries_ - 1 : 0; }
  void use() { tries_ = 0, is_used_ = true; }
  void expire() { tries_ = 0, is_expired_ = true; }  ///< for the caller's timer

 private:
  PairingSecret secret_;
  int tries_ = 3;
  bool is_expired_ = false;
  bool is_used_ = false;
};

/// The side that shows the code.
struct PairingHost {
  PairingTicket* ticket;  ///< outlives the exchange
  PublicKey own;
  Bytes invitation;
  /// Judges the acceptance, does what follows from it, returns the receipt.
  std::function<Result<Bytes>(const Peer&, ByteView acceptance)> admit;
  std::function<void(const Result<void>&)> ended;
};

/// The side that took the code in.
struct PairingGuest {
  PairingSecret secret;
  PublicKey own;
  /// Judges the invitation, returns the acceptance.
  std::function<Result<Bytes>(const Peer&, ByteView invitation)> accept;
  std::function<Result<void>(const Peer&, ByteView receipt)> admitted;
  std::function<void(const Result<void>&)> ended;
};

/// Errors: refused (the code was used, ran out, or was tried too often).
Result<std::unique_ptr<Exchange>> pair_as_host(const Peer& peer, PairingHost host);
std::unique_ptr<Exchange> pair_as_guest(const Peer& peer, PairingGuest guest);

}  // namespace evenhand
