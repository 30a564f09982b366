/// One space at a hub: the authority lane as a log that it reads, the data lane as frames that it cannot.
///
/// From the authority lane it knows who is a member. A frame of data is kept only when a member that may contribute packed and
/// signed it; a frame of the authority lane only when its commits verify, and none of them is of the data lane. Attachments are
/// pieces that it cannot open either (sync/relay/relay_parcels.h). A partner exchanges with its view of it (sync/relay/relay_view.h).
/// Threads: one at a time. Lifetime: the frame store and the key outlive it.
#pragma once

#include "core/access/access.h"
#include "sync/relay/frame_store.h"
#include "sync/relay/parcel_store.h"
#include "sync/session/log_space.h"

namespace evenhand {

/// What a hub takes of one space, frames and attachments together. Beyond it, they are refused with a sentence; nothing is ever thrown
/// out to make room.
struct RelayQuota {
  std::uint64_t bytes_per_space = std::uint64_t{8} << 30;
  std::uint64_t frames_per_space = 1'000'000;
  std::uint64_t pieces_per_space = 1'000'000;  ///< of attachments
  // Of one space; below what that has, so that one organisation leaves room for the others.
  std::uint64_t bytes_per_organisation = std::uint64_t{4} << 30;
  std::uint64_t frames_per_organisation = 500'000;
  std::uint64_t pieces_per_organisation = 500'000;
};

/// Counted since the program began; numbers only.
struct RelayCounters {
  std::uint64_t frames_kept = 0;
  std::uint64_t frames_known = 0;
  std::uint64_t frames_given = 0;
  std::uint64_t pieces_kept = 0;   ///< of attachments
  std::uint64_t pieces_given = 0;
  std::uint64_t bytes_kept = 0;
  std::uint64_t bytes_given = 0;
  std::uint64_t refusals = 0;
};

class RelaySpace {
 public:
  /// `authority`: the log of that lane, as far as it is here. Errors: corrupt, unavailable.
  static Result<std::unique_ptr<RelaySpace>> open(Log authority, FrameStore& frames, ParcelStore& parcels, const KeyPair& device, Random& random, const RelayQuota& quota, RelayCounters& counters);

  const SpaceId& id() const { return authority_.space(); }
  const Access& access() const { return access_; }
  /// May that device exchange here: a member that reads or relays. While the charter has not come yet, whoever names the space.
  bool is_open_to(const PublicKey& device) const;

  /// What a device is told that was a member and is one no more, as Replica::farewell().
  std::optional<Bytes> farewell(const PublicKey& device) const;

  /// What is filled of the quotas, and what more would fit. Errors of take(): refused.
  class Room {
   public:
    Result<void> take_frames(const PublicKey& packer, const Usage& more);
    /// Of attachments.
    Result<void> take_pieces(const PublicKey& packer, const Usage& more);

   private:
    friend class RelaySpace;
    struct Filled {
      std::uint64_t bytes = 0;  ///< of both
      std::uint64_t frames = 0;
      std::uint64_t pieces = 0;
    };
    struct Numbers {
      std::uint64_t Filled::*count;
      std::uint64_t space_max, organisation_max;
      std::string what;
    };
    Result<void> take(const PublicKey& packer, const Usage& more, const Numbers& numbers);

    const RelaySpace* space_ = nullptr;
    Filled all_;
    std::uint64_t part_ = 1;  ///< copies of what the hub has may fill half of it only
    std::map<EntityId, Filled> by_organisation_;
  };
  Result<Room> room() const;
  /// Errors: refused (no member, or one that may not contribute).
  Result<void> check_packer(const PublicKey& packer) const;
  /// Errors: refused (a key that this space never had).
  Result<void> check_epoch(const KeyId& epoch) const;

 private:
  friend class RelayView;
  RelaySpace(Log authority, FrameStore& frames, ParcelStore& parcels, const KeyPair& device, Random& random, const RelayQuota& quota, RelayCounters& counters)
      : authority_(std::move(authority)), frames_(frames), parcels_(parcels), device_(device), random_(random), quota_(quota), counters_(counters) {}

  struct Opened;
  /// Who may do what, when authority came since it was asked last. Errors: corrupt, unavailable.
  Result<void> refresh_access();
  /// Commits of authority that a device may have here: what its admins write is small, and nobody else has much to say there.
  bool has_room_for_authority(const PublicKey& device, std::uint64_t bytes) const;
  /// Removed since or not. While the charter has not come yet: nobody.
  bool was_let_in(const PublicKey& device) const { return access_.find_device(device) != nullptr; }
  Result<bool> is_authority(const ChainId& chain) const;
  Result<Opened> open_segment(const Segment& segment) const;
  Result<Stored> store_authority(const Opened& opened);
  /// `part`: only the so-and-so-manyth part of the quotas counts.
  Result<void> check_room(const std::vector<FrameStore::Frame>& frames, const Packers& without, std::uint64_t part) const;
  Result<std::map<ChainId, NoRoom>> chains_without_room(const std::vector<FrameStore::Frame>& frames) const;
  /// `asked_for`: chains of which copies are kept beside what is here.
  Result<Stored> store_data(const std::vector<Opened>& opened, const Packers& without, const std::set<ChainId>& asked_for);
  /// That member lacks the texts of these events and of no others; the frames that it saw do not hold them.
  void note_lost_texts(const PublicKey& device, const std::vector<Reference>& events);
  /// What others lack and that member was not asked for yet, ascending.
  std::vector<Reference> texts_to_ask_of(const PublicKey& device) const;
  void note_asked(const PublicKey& device, const std::vector<Reference>& events);
  EntityId organisation_of(const PublicKey& device) const;
  /// Is that member asked for copies? Not while what was left out of its copies would find no room again.
  bool is_asked_for_copies(const PublicKey& device);

  Log authority_;
  FrameStore& frames_;
  ParcelStore& parcels_;
  const KeyPair& device_;
  Random& random_;
  RelayQuota quota_;
  RelayCounters& counters_;
  Access access_;
  bool is_access_old_ = true;
  std::map<PublicKey, std::uint64_t> authority_bytes_;  ///< of commits, by device
  struct LostTexts {
    std::vector<Reference> events;  ///< at most kMissingBodiesMax
    std::set<PublicKey> asked;      ///< members who heard of all of them
  };
  std::map<PublicKey, LostTexts> lost_texts_;  ///< by who lacks them, as the frame store has it
  std::map<ChainId, std::uint64_t> copies_asked_for_;  ///< of frames: how many came since this was opened
  std::map<PublicKey, Usage> without_room_;  ///< members whose copies found none, and how large the last of those were together
};

}  // namespace evenhand
