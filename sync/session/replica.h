/// What a session needs of the replica that it speaks for. Implemented over a workspace, over a relay's store, and by
/// the simulator over a pretended disk.
///
/// Threads: one at a time. Lifetime: outlives the sessions that use it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/event/version_vector.h"
#include "core/store/blob_store.h"
#include "core/store/log.h"
#include "sync/protocol/segment.h"
#include "sync/session/parcels.h"

namespace evenhand {

/// What became of the segments given to ReplicaSpace::store().
struct Stored {
  std::uint64_t events_new = 0;
  std::uint64_t events_known = 0;
  std::uint64_t commits_parked = 0;
  std::uint64_t commits_filled = 0;  ///< known ones that got bodies which they lacked
  std::uint64_t events_passed_over = 0;  ///< said to be in false frames
  std::map<ChainId, NoRoom> without_room;  ///< chains of which not everything was taken
  std::set<ChainId> without_key;           ///< chains of which something came sealed under a key that is not here yet: nothing from there on was taken
};

/// A member packed what nobody can open, or not what it says: nothing of it was kept.
struct FalsePacking {
  PublicKey packer;
  Error why;  ///< in words for people: whose device, and what to do
};

/// Why a chain is not the same on both sides, though all that can be had of it was exchanged.
enum class LeftOut {
  stands_on_unshown,  ///< the partner has events of it that wait here for others, or that no log takes
  torn,               ///< the partner takes for an end of it what is none
  ahead,              ///< there is more of it here than this device may give, or can seal
  no_room,            ///< a bound is reached here or there
  lacks_texts,        ///< bodies of it are here no more than there
};

/// One space of a replica.
class ReplicaSpace {
 public:
  virtual ~ReplicaSpace() = default;

  virtual const SpaceId& id() const = 0;
  /// The form in which this replica gives and takes segments: a relay knows frames only.
  virtual SegmentForm form() const = 0;
  virtual Result<VersionVector> vector() const = 0;
  /// For every chain of vector(), in its order: the full hash of its end; of a forked chain, a hash over all its ends.
  virtual Result<std::vector<Hash>> full_heads() const = 0;
  virtual Result<Lane> lane_of(const ChainId& chain) const = 0;
  /// False while next_segment() holds back what is here: without the right to give it, or the key to seal it with.
  virtual bool gives_data() const { return true; }
  /// True when this very event is here. Whoever holds frames and cannot look into them says true: a round that changes nothing tells.
  virtual Result<bool> has(const Reference& event) const = 0;
  /// True when has() says so of this event without knowing.
  virtual Result<bool> guesses(const Reference&) const { return false; }
  /// Events whose bodies are absent without an erasure that names them, at most `most`. A partner that has them sends their
  /// commits again, and store() puts the bodies in.
  /// A hub, which cannot look, gives what others said that they lack and this partner may have.
  virtual Result<std::vector<Reference>> missing_bodies(std::size_t most) const = 0;
  /// What the partner gave of missing_bodies() in this round; none of it: it lacks nothing any more.
  virtual void partner_lacks(const std::vector<Reference>&) {}
  /// How many segments from there on may hold that event: copies by several members.
  virtual Result<std::size_t> segments_with(const Reference&) const { return std::size_t{1}; }
  /// Equal for equal sets of events and bodies, whoever holds them.
  virtual Result<Hash> log_digest() const = 0;
  /// The same without certain chains.
  virtual Result<Hash> digest_without(const std::set<ChainId>&) const { return log_digest(); }
  /// A hub: another one whenever it holds something else of that chain. Never zero.
  virtual Result<ChainPrint> print_of_chain(const ChainId&) const { return refused("this device is no hub"); }
  /// In words for people: whose chain, and what to do. Not asked of a hub.
  virtual Error why_left_out(const ChainId&, LeftOut) const { return refused("something in this space is not the same on both sides"); }

  /// `after_seq` stays the same from call to call. The next segment of a chain that holds events after `after_seq`, within the bounds of a segment; it may begin earlier
  /// than asked (storing is idempotent). A forked chain gives the segments of all its branches, one after another:
  /// `cursor` starts at zero and is moved on. Nothing = no more. Errors: corrupt (a damaged commit), unavailable.
  virtual Result<std::optional<Segment>> next_segment(const ChainId& chain, std::uint64_t after_seq, std::uint64_t& cursor) const = 0;

  /// Verifies and stores segments in one durable transaction: when it returns, they survive power loss. Frames in which a member packed
  /// what is none are passed over, and told by take_false().
  /// Errors: corrupt or refused (then nothing of this call is stored), unavailable.
  /// A bound that is reached costs only the chain that reached it: `without_room` names it, and the rest is taken.
  virtual Result<Stored> store(std::span<const Segment> segments) = 0;
  /// What store() and the parcel maker passed over since it was asked last.
  virtual std::vector<FalsePacking> take_false() { return {}; }
  /// A hub: the partner passes over what that device packed. Errors: refused, unavailable.
  virtual Result<void> pass_over(const PublicKey&) { return refused("the partner passes over what this device does not keep apart"); }
  /// All of a round is exchanged; its digest is asked for next.
  virtual void round_ends() {}

  /// Takes authority commits by which this device learns that it is in the space no more: in the clear, whatever the form is.
  /// Errors: as store().
  virtual Result<Stored> store_farewell(ByteView commits) {
    const Segment segment{{}, SegmentForm::commits, Bytes(commits.begin(), commits.end())};
    return store(std::span(&segment, 1));
  }

  /// Attachments that records name and that are not here, at most `most`.
  virtual Result<std::vector<BlobAddress>> wanted_blobs(std::size_t most) const = 0;
  /// Where attachments of this space are kept; null: none are exchanged as they are.
  virtual BlobStore* blobs() = 0;
  /// The same for sealed attachments, between a hub and those who read the space. At most one of the two is not null.
  virtual ParcelKeeper* parcel_keeper() { return nullptr; }
  virtual ParcelMaker* parcel_maker() { return nullptr; }
};

/// What a replica does with sealed attachments when it meets a partner.
enum class ParcelRole { none, keeps, makes };

/// A replica as one partner may see it.
class Replica {
 public:
  virtual ~Replica() = default;
  virtual const PublicKey& device() const = 0;
  /// How people call it: "Fenmarsh Community (EDI laptop)". Shown to the partner.
  virtual std::string title() const = 0;
  /// The spaces that this partner's device may read (or relay), ascending by id. Nothing of any other space, not even its id,
  /// is ever told to it. Pointers live as long as the replica.
  virtual std::vector<ReplicaSpace*> spaces_for(const PublicKey& partner) = 0;
  /// A space that the partner offers and that is not among spaces_for(): true when this device was invited to it, and it is
  /// from now on among spaces_for(). False for one that is here but not for this partner.
  virtual Result<bool> welcome_space(const PublicKey& partner, const SpaceId& space) = 0;
  /// Of a space that a partner names and may not have: nothing, unless it had it and was removed, or its organisation left. Then
  /// the commits of farewell_of() (sync/session/farewell.h), or none when they cannot be had: the bare word.
  virtual std::optional<Bytes> farewell(const PublicKey&, const SpaceId&) { return std::nullopt; }
  virtual ParcelRole parcel_role(const PublicKey&) const { return ParcelRole::none; }
  /// What the exchange brought is complete for now: fold it, tell watchers. Called at least at a session's end.
  virtual Result<void> settle() = 0;
};

}  // namespace evenhand
