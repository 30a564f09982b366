/// One exchange between two replicas: a state machine without clock, socket or file. Bytes and ticks go in, bytes come out.
///
/// The carrier brings the partner's bytes to receive(), takes ours from take() and calls tick() about once a second. Both sides
/// run the same code; the initiator speaks first. Equal logs end it after one round trip; what the other lacks
/// streams in both directions at once: authority first, then the chains with least to send, then attachments. The end
/// is that both have told each other the same log digest.
///
/// Durability: a receipt goes out only for what ReplicaSpace::store() has stored. What a broken session left is gone on with by
/// the next one, at the last stored segment or attachment chunk.
/// Memory:     at most 8 MiB, whatever the backlog and whatever the partner says (replica and zstd's contexts not counted).
/// Privacy:    names to the partner only spaces of Replica::spaces_for(partner).
/// Threads:    one at a time. Lifetime: replica, memory and random outlive it. Deterministic for given inputs.
/// Format:     docs/formats/session.md.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "sync/session/memory.h"
#include "sync/session/replica.h"

namespace evenhand {

enum class SessionRole { initiator, responder };

enum class SessionEnd {
  running,
  in_sync,  ///< every common space agreed, maybe but for chains that `left_out` tells of; every attachment that was asked for came
  partial,  ///< some of it is done and durable; `why` says what is not
  refused,  ///< one side does not want the other: version, rights, or bytes that are not right; `why` says it
};

struct SpaceOutcome {
  SpaceId space;
  bool agreed = false;
  std::uint64_t events_sent = 0;      ///< that the partner says are durable there
  std::uint64_t events_received = 0;  ///< durable here; known ones included
  std::uint64_t events_new = 0;
  std::uint64_t commits_parked = 0;   ///< stored, beyond a gap
  std::vector<ChainId> forks;         ///< chains that both hold differently, or of which one holds more branches than the other; not those that both knew of
  std::vector<ChainId> left_out;      ///< agreed but for these chains, of which nothing more can be had or given
  std::string why;                    ///< when not agreed
};

struct SessionOutcome {
  SessionEnd end = SessionEnd::running;
  Error why;                   ///< unless in_sync or running
  std::string partner_title;   ///< one line, as it may be shown
  std::int64_t skew_minutes = 0;  ///< the partner's clock minus ours, as claimed; shown, decides nothing
  std::vector<SpaceOutcome> spaces;
  std::vector<SpaceId> farewells;  ///< spaces of ours that the partner says this device is in no more; proof, if any came, is stored
  std::uint64_t attachments_received = 0;
  std::uint64_t attachments_lacking = 0;  ///< asked for, and the partner has not got them either
  std::uint64_t attachments_sent = 0;     ///< that the partner says it has dealt with: durable there, or given up
  std::uint64_t attachments_refused = 0;  ///< what a hub gave is not what its name promises; nothing of it was kept
  std::uint64_t attachments_sealed = 0;   ///< not here, and a hub has some under keys that are not here
  std::uint64_t attachments_left_out = 0; ///< offered to a hub that has no room for them
  std::vector<Error> left_out;     ///< why a space is in step but for certain chains: whose they are, and what to do
  std::vector<Error> passed_over;  ///< what members packed for the hub and is none: whose, and what to do. A hub that was told shows it no more
};

/// Exact counts for a bar. A fork, or what people write meanwhile, may raise the totals.
struct SessionProgress {
  std::uint64_t events_to_send = 0;
  std::uint64_t events_sent = 0;      ///< durable at the partner
  std::uint64_t events_to_receive = 0;
  std::uint64_t events_received = 0;  ///< durable here
  std::uint64_t attachment_bytes_to_receive = 0;
  std::uint64_t attachment_bytes_received = 0;
};

struct SessionOptions {
  bool attachments = true;
  bool compression = true;
  ClaimedTime claimed = {};  ///< what this device's clock says
};

class Session {
 public:
  /// `partner` is the key that the carrier has proved.
  Session(Replica& replica, const PublicKey& partner, SessionMemory& memory, Random& random, SessionRole role, SessionOptions options = {});
  Session(Session&&) noexcept;
  ~Session();

  /// Takes bytes as they come, in any pieces. Stores when about 1 MiB of segments has come; the rest at the next take().
  /// Never fails: what is wrong ends the session, with a reason in outcome().
  void receive(ByteView bytes);
  /// Bytes for the partner, at most `most`; empty: nothing for now. A carrier that has more input at hand gives it to receive()
  /// first, because what has come so far is made durable here, in one transaction.
  Bytes take(std::size_t most);
  /// `now_ms` never goes back. Ends the session after a minute of silence; keeps a slow partner from thinking us gone.
  void tick(std::uint64_t now_ms);
  /// The carrier broke, or the user wants no more.
  void close(Error why);
  /// The same while the carrier still stands: take() holds a last word that tells the partner why.
  void dismiss(Error why);
  /// The same, and for good: the partner hears that it is not wanted.
  void refuse(Error why);

  /// True when nothing more is to come or go; take() may still hold the last words.
  bool is_over() const;
  const SessionOutcome& outcome() const;
  SessionProgress progress() const;
  /// What this session holds in memory, to a few per cent.
  std::size_t held_bytes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace evenhand
