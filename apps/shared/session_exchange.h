/// A session over a connection: what the carrier brings goes into the session, what the session says goes out.
///
/// Before the session each side says one thing more: a length (4 bytes, little-endian) and as many bytes of person keys,
/// sealed to the other laptop (core/engine/membership.h); to anybody but a laptop of the own organisation that length is 0.
/// They are taken in after the session, when the rights that they rest on have come. Format: docs/formats/session.md, "Carriers".
/// Threads: one. Lifetime: memory and random outlive it.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "sync/session/session.h"
#include "sync/transport/exchange.h"

namespace evenhand {

inline constexpr std::size_t kKeysBytesMax = 16 << 20;
inline constexpr std::uint64_t kFirstWordMs = 3'000;

class SessionExchange : public Exchange {
 public:
  struct Hooks {
    std::function<Result<void>(ByteView keys)> take_keys;  ///< asked after the session; not for empty ones. Without it the partner may bring none
    std::function<void(const SessionProgress&)> progress;  ///< may be empty
    std::function<void(const SessionOutcome&, const Result<void>& how)> ended;
  };

  SessionExchange(std::unique_ptr<Replica> replica, const Peer& peer, SessionMemory& memory, Random& random, SessionRole role,
                  SessionOptions options, const Bytes& keys, Hooks hooks);

  Result<void> receive(ByteView bytes) override;
  Bytes take_output(std::size_t most) override;
  bool is_finished() const override;
  bool is_with_stranger() const override { return refusal_.has_value(); }
  void tick(std::uint64_t now_ms) override;
  void ended(const Result<void>& how) override;
  /// Ends it from this side; the partner is told why. Endpoint::nudge() sends it.
  void dismiss(Error why) { session_.dismiss(std::move(why)); }
  /// Takes nothing and gives nothing but this: who calls is told once it has said its first word, or has said none for kFirstWordMs.
  void refuse_caller(Error why) { refusal_ = std::move(why); }

 private:
  Result<ByteView> take_opening(ByteView bytes);

  std::unique_ptr<Replica> replica_;
  Session session_;
  Hooks hooks_;
  Bytes opening_out_;
  Bytes opening_in_;  ///< length and keys, as far as they have come
  bool has_opened_ = false;
  std::optional<Error> refusal_;
  std::uint64_t heard_bytes_ = 0;  ///< of a caller that is refused
};

}  // namespace evenhand
