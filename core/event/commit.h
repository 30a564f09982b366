/// A commit: one action of a person, 1..512 events, never split, under one signature (the seal).
///
/// Bytes, little-endian (docs/formats/event.md):
///
///     0  4   "EHC1"                        40  32  hash of the event before the first
///     4  u8  flags: 1 = holds descriptor   72  64  seal over space, chain, last seq, head
///     5  u8  0                            136  [73 chain descriptor]  in a chain's first commit
///     6  u16 events n, 1..512                  n × event
///     8  u32 length of the whole               16  XXH3-128 of everything before
///    12  u32 0
///    16  16  chain                        event = u16 header length, u8 body state (1 here, 0 absent), u8 0,
///    32  u64 seq of the first event               header, and when here: salt (16), body
///
/// The checksum finds damage at rest; hashes and the seal find deceit. Dropping a body (erasure) rewrites
/// the commit without it: headers, hashes and seal stay valid.
///
/// Threads: values and views. Lifetime: a view dies with the bytes it was made from.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "core/crypto/sign.h"
#include "core/event/event.h"

namespace evenhand {

enum class BodyState : std::uint8_t { absent = 0, present = 1 };

/// One event of a commit, read in place.
struct EventView {
  ByteView header_bytes;
  EventHeader header;
  BodyState body_state = BodyState::absent;
  ByteView salt;  ///< 16 bytes when present
  ByteView body;  ///< as stored

  /// True when the body is present and hashes to what the header says.
  bool body_matches() const;
};

class CommitView {
 public:
  static constexpr std::size_t kFixedBytes = 136;
  static constexpr std::size_t kTrailerBytes = Checksum::kSize;

  /// Reads and bounds the whole structure (every header and length), computes no hash but the checksum.
  /// Errors: corrupt, with the byte.
  static Result<CommitView> decode_untrusted(ByteView bytes);
  /// The same without walking the events: for bytes of our own store. Still checks checksum and frame.
  static Result<CommitView> decode_stored(ByteView bytes);

  ByteView bytes() const { return bytes_; }
  std::size_t event_count() const { return event_count_; }
  const ChainId& chain() const { return chain_; }
  std::uint64_t first_seq() const { return first_seq_; }
  std::uint64_t last_seq() const { return first_seq_ + event_count_ - 1; }
  const Hash& previous() const { return previous_; }
  const Signature& seal() const { return seal_; }
  /// Only in a chain's first commit.
  const std::optional<ChainDescriptor>& descriptor() const { return descriptor_; }

  /// Walks the events in order; stops at the first error of the visitor or of the bytes.
  Result<void> for_each(const std::function<Result<void>(std::size_t index, const EventView&)>& visit) const;

  /// The hash of every event, in order. Looks at lengths only, not into headers. Errors: corrupt.
  Result<std::vector<Hash>> event_hashes() const;
  /// The same, put behind what `hashes` holds already.
  Result<void> append_event_hashes(std::vector<Hash>& hashes) const;

  /// Walks over the bytes of each event, looking at lengths only: what decode_event() reads. The callable gets (index, bytes)
  /// and returns false to stop.
  template <class Visit>
  Result<void> walk_bytes(Visit&& visit) const {
    std::size_t at = events_at_;
    EventView event;
    for (std::size_t i = 0; i < event_count_; ++i) {
      const std::size_t begin = at;
      EVENHAND_CHECK(read_parts(at, event));
      if (!visit(i, bytes_.subspan(begin, at - begin))) break;
    }
    return {};
  }
  /// Where the bytes of an event of this commit begin among bytes().
  std::uint32_t offset_of(const EventView& event) const;
  /// One event, from the bytes that walk_bytes() gave, into a view that is there already. Errors: corrupt.
  static Result<void> decode_event(ByteView bytes, EventView& event);

  /// Walks with a plain callable, without the cost of std::function; the callable gets (index, EventView)
  /// and returns false to stop.
  template <class Visit>
  Result<void> walk(Visit&& visit) const {
    std::size_t at = events_at_;
    EventView event;
    for (std::size_t i = 0; i < event_count_; ++i) {
      EVENHAND_CHECK(read_event(at, event));
      if (!visit(i, std::as_const(event))) break;
    }
    return {};
  }

 private:
  static Result<CommitView> decode_frame(ByteView bytes);
  /// Everything but the header, of bytes that end at `end`.
  static Result<void> read_parts(ByteView bytes, std::size_t end, std::size_t& at, EventView& event);
  Result<void> read_parts(std::size_t& at, EventView& event) const { return read_parts(bytes_, bytes_.size() - kTrailerBytes, at, event); }
  Result<void> read_event(std::size_t& at, EventView& event) const;  ///< into the same view again and again: copies cost

  ByteView bytes_;
  std::size_t event_count_ = 0;
  std::size_t events_at_ = 0;
  ChainId chain_;
  std::uint64_t first_seq_ = 0;
  Hash previous_;
  Signature seal_;
  std::optional<ChainDescriptor> descriptor_;
};

/// Checks the seal: signed by the chain's device over space, chain, last seq and head. Errors: corrupt.
Result<void> verify_seal(const CommitView& commit, const ChainDescriptor& chain, const Hash& head);

/// Everything a foreign commit must satisfy before it is stored, given what it stands on: chain id, previous
/// hash, every present body, the seal. Returns the hashes of its events. Errors: corrupt.
Result<std::vector<Hash>> verify_commit(const CommitView& commit, const ChainDescriptor& chain);

/// Builds commits of one chain, in order. Not for concurrent use.
class CommitBuilder {
 public:
  /// Continues after (`last_seq`, `head`); a chain that has no event yet starts with last_seq 0.
  CommitBuilder(const ChainDescriptor& chain, const KeyPair& key, std::uint64_t last_seq, const Hash& head);

  /// Adds an event; its reference is final at once, so that a later event of the same commit may name it.
  /// Errors: refused (a limit of the commit or the event); the builder is then as before.
  Result<Reference> add(const EventDraft& draft, Random& random);
  std::size_t event_count() const { return event_count_; }
  /// Seals and gives the commit; the builder goes on with the next one. Must hold at least one event.
  Bytes finish();

  std::uint64_t last_seq() const { return last_seq_; }
  const Hash& head() const { return head_; }

 private:
  void begin();

  ChainDescriptor chain_;
  ChainId chain_id_;
  const KeyPair& key_;
  std::uint64_t last_seq_;
  Hash head_;
  std::size_t event_count_ = 0;
  Bytes bytes_;
};

/// The same commit with the bodies of the events for which `drop` says yes removed. Hashes and seal hold.
Bytes without_bodies(const CommitView& commit, const std::function<bool(std::size_t index, const EventView&)>& drop);

/// The same commit without its first `count` events, 1..n-1, for whoever holds those under another cut: the seal vouches for the
/// last event and so for all before it, wherever the commit begins. Hashes and seal hold.
Bytes without_first(const CommitView& commit, std::size_t count);

/// `ours` with the bodies that it lacks and `theirs` has; nothing when there are none. Both are of one chain and branch, and may be
/// cut differently. Everything else, the seal too, is of `ours`. Whoever calls it has held the bodies of `theirs` against their hashes.
std::optional<Bytes> with_bodies(const CommitView& ours, const CommitView& theirs);

}  // namespace evenhand
