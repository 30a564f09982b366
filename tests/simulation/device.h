/// One laptop of a simulated history: a disk in memory, and the shipping log, fold and session memory that stand in its process.
///
/// Threads: one. Lifetime: disks live in the scratch folder of the history.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/codec/archive.h"
#include "core/projection/space_fold.h"
#include "core/record/body.h"
#include "core/record/value.h"
#include "core/store/incarnation.h"
#include "sync/session/memory.h"
#include "sync/session/log_space.h"
#include "tests/simulation/versions.h"
#include "tests/support/seeded_random.h"

namespace evenhand::simulation {

/// What a history found wrong. Thrown within the simulator only.
struct Wrong {
  std::string what;
};
[[noreturn]] void wrong(const std::string& what);

template <class T>
T must(Result<T> result, const std::string& doing) {
  if (!result) wrong(doing + ": " + result.error().sentence());
  return std::move(*result);
}
inline void must(const Result<void>& result, const std::string& doing) {
  if (!result) wrong(doing + ": " + result.error().sentence());
}

/// Bugs that a history can be told to have, to prove that it would be found.
enum class Planted {
  none,
  last_to_come_wins,        ///< of two versions the one that came last here is shown, as if nobody disagreed
  loses_a_write,            ///< now and then a write is confirmed that never reached the log
  confirms_before_durable,  ///< what a session stored is gone after a crash
  believes_anybody,         ///< what partners send is stored without being verified
  forgets_when_full,        ///< what a full disk did not take is confirmed all the same
  shares_untold,            ///< with a record that is shared goes one that nobody shared
  keeps_the_erased,         ///< bodies that an erasure took are put back from an old copy
  loses_attachments,        ///< after a crash attachments are not all there
  drops_unknown,            ///< an earlier version stores only what it understands of what it is to relay
  clears_unknown,           ///< an earlier version that edits a record empties the fields that it does not know
  same_fold_version,        ///< a version that knows more folds under the number of the one before it
  stops_at_false_frames,    ///< one frame at a hub that nobody can open ends every exchange with it
  packs_unsealed,           ///< a frame is packed for the hub without its seal
  forgets_an_end,           ///< a hub does not name a chain that it has
  changes_what_was_signed,  ///< an edit reaches into a version that was put forward
  lets_late_changes_count,  ///< what came after a sign-off is not told apart
};

/// What an event is called everywhere.
struct EventName {
  Reference reference;
  Hash hash;
  auto operator<=>(const EventName&) const = default;
};

/// Who promised to keep what: a device that wrote it, or told a partner that it stored it.
class Promises {
 public:
  void give(const EventName& event, std::size_t by) { keepers_[event].insert(by); }
  /// An honest device sealed it, whatever becomes of it.
  void note_made(const EventName& event) { made_.insert(event); }
  const std::set<EventName>& made() const { return made_; }
  /// After damage to a disk: what it does not hold any more is no promise of this device.
  void forget(std::size_t by, const std::set<EventName>& still_held);
  std::set<EventName> kept_by(std::size_t device) const;
  /// What somebody still has to have.
  std::vector<EventName> open() const;

 private:
  std::map<EventName, std::set<std::size_t>> keepers_;
  std::set<EventName> made_;
};

class Device : public Replica {
 public:
  struct Maker {
    SpaceId space;
    std::filesystem::path folder;
    Promises* promises;
    Planted planted = Planted::none;
    Age age = Age::shipping;   ///< the version of the program that it starts with
    bool keeps_view = false;   ///< what is folded stands in tables on its disk, not in memory alone
  };
  /// Its disk is the folder `number`, made when it is not there.
  Device(const Maker& maker, std::size_t number, ByteView key_seed, std::uint64_t seed);

  std::size_t number() const { return number_; }
  const std::filesystem::path& disk() const { return disk_; }
  std::string name() const { return "device " + std::to_string(number_); }
  bool is_hostile = false;
  std::int64_t clock_offset_ms = 0;
  std::optional<std::uint64_t> room_bytes;  ///< while its disk is full: how long a file may become

  // The process.
  /// Errors: those of Log::open() and of reading everything in it.
  Result<void> start();
  void crash(bool forgets_partners);
  const Program& program() const { return program_of(maker_.age); }
  Age age() const { return maker_.age; }
  bool keeps_view() const { return maker_.keeps_view; }
  /// Another version of the program is put on it while it is not running.
  void install(Age age) { maker_.age = age; }
  FoldBasis basis() const;
  std::filesystem::path view_folder() const { return disk_ / "view"; }
  bool is_running() const { return log_.has_value(); }

  // Writing. Only the holder of a hostile device writes what the engine would not.
  struct End {
    std::uint64_t seq = 0;
    Hash head;
  };
  const KeyPair& key() const { return key_; }
  ChainDescriptor chain(Lane lane) const { return {key_.public_key(), maker_.space, lane, marker_->incarnation()}; }
  const End& end(Lane lane) const { return ends_.at(lane); }
  void go_back_to(Lane lane, const End& end) { ends_[lane] = end; }
  std::vector<Reference> write(Lane lane, const std::vector<EventDraft>& drafts);
  /// The same on a disk that may be full. False: it was refused, and the device has to be started again.
  bool write_if_room(const std::vector<EventDraft>& drafts);
  std::uint64_t log_bytes() const { return log_->bytes_on_disk(); }
  EventDraft draft(const EntityId& entity, std::string type, std::vector<OwnedChange> changes, std::int64_t now_ms);
  Reference write_authority(std::string_view type, Bytes body, std::optional<Reference> under = {});

  // Looking.
  Log& log() { return *log_; }
  SpaceFold& fold() { return *fold_; }
  const Access& access() const { return fold_->access(); }
  ReplicaSpace& space() { return *space_; }
  ShortMemory& memory() { return memory_; }
  SeededRandom& random() { return random_; }
  Hash log_digest() { return must(space_->log_digest(), name() + " digests its log"); }
  Hash state_digest();
  /// What it holds of fields of a record that its program does not know.
  Bytes unknown_fields(const EntityId& entity);
  /// The versions of a field as this device shows them.
  std::vector<Bytes> shown(const EntityId& entity, std::uint16_t field);
  std::set<EventName> events();
  std::vector<Bytes> commits();
  void promise_all();
  void catch_up();

  // As sessions see it.
  const PublicKey& device() const override { return key_.public_key(); }
  std::string title() const override { return name(); }
  std::vector<ReplicaSpace*> spaces_for(const PublicKey&) override { return {space_.get()}; }
  Result<bool> welcome_space(const PublicKey&, const SpaceId&) override { return false; }
  Result<void> settle() override;

 private:
  Result<OwnEnds> own_ends(const Incarnation& incarnation);
  void find_ends();
  /// Bodies that are not here although no order names them.
  Result<std::vector<Reference>> missing_bodies();
  struct Sealed {
    Bytes commit;
    std::vector<EventName> events;
    End end;
  };
  Sealed seal(Lane lane, const std::vector<EventDraft>& drafts);
  void confirm(Lane lane, const Sealed& sealed);

  Maker maker_;
  std::size_t number_;
  std::filesystem::path disk_;
  KeyPair key_;
  SeededRandom random_;
  std::optional<Log> log_;
  std::optional<SpaceFold> fold_;
  std::unique_ptr<LogSpace> space_;
  std::optional<IncarnationMarker> marker_;
  ShortMemory memory_;
  std::map<Lane, End> ends_;
  std::uint64_t writes_ = 0;
  bool has_filled_ = false;
};

/// Every commit of a log in order of arrival.
std::vector<Bytes> commits_in(const Log& log);
/// Keeps the file itself, as a machine does whose whole disk is set back.
void put_back_in_place(const std::filesystem::path& from, const std::filesystem::path& to);
void copy_folder(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace evenhand::simulation
