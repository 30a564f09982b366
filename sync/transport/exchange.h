/// What runs over a connection once both sides proved their keys: a state machine that takes bytes and gives bytes.
///
/// The connection drives it; it never waits, and knows no socket. A session (sync/session) and a pairing
/// (sync/transport/pairing.h) are exchanges.
/// Threads: one. Lifetime: owned by its connection from greeting to ended().
#pragma once

#include <string>

#include "core/base/result.h"
#include "core/crypto/hash.h"

namespace evenhand {

/// Who is at the other end of a connection.
struct Peer {
  PublicKey device;     ///< proved by the TLS handshake
  Hash channel;         ///< the same on both sides of this connection and on no other (RFC 5705 exporter)
  std::string address;  ///< "192.0.2.7:7410"; for people
  bool is_pairing = false;  ///< the caller came to take up a code, whether its device is known or not
};

class Exchange {
 public:
  virtual ~Exchange() = default;
  /// Bytes of the partner, as they come. An error ends the connection after what is waiting was sent.
  virtual Result<void> receive(ByteView bytes) = 0;
  /// The next bytes for the partner, at most about `most`; empty: nothing for now.
  virtual Bytes take_output(std::size_t most) = 0;
  /// About once a second, with the milliseconds since the greeting; what it makes is taken right after.
  virtual void tick(std::uint64_t now_ms) { (void)now_ms; }
  /// Nothing more is wanted, and the partner said so as well: the connection closes in good order.
  virtual bool is_finished() const = 0;
  /// Whoever called is nobody that this side knows, so far: its connection gives way when many such are open.
  virtual bool is_with_stranger() const { return false; }
  /// The connection is gone, and lets go of the exchange right after. ok() only when the partner closed it in good order after is_finished(); a cut connection is
  /// never a normal end.
  virtual void ended(const Result<void>& how) = 0;
};

}  // namespace evenhand
