/// A bundle: what a partner lacks, in one sealed file for a stick, a chat or an e-mail.
///
/// Every record in it opens by itself. A bundle that is cut at any byte or damaged anywhere still gives every frame that is
/// intact; reading it again, or its parts in another order, changes nothing. What is missing stands in the report.
/// Claimed times in it are shown to people and asked for nothing. Keys of persons never travel in one.
/// Who has a device's key or the courier's passphrase, and no key of a space, opens the records and sees how much of which spaces
/// there is, by whom, and what admits devices; no event of the data lane and no attachment: these are sealed under epoch keys besides.
///
/// Durability: write_bundle() returns when every part was synced, read back from the disk and compared, and renamed into
///             place; before that nothing stands under a final name. read_bundle() returns when all that it stored is durable.
/// Memory:     a few records and one transaction's worth of segments, whatever the size.
/// Threads:    one at a time per call. Format: docs/formats/bundle.md.
#pragma once

#include <functional>

#include "sync/bundle/record.h"
#include "sync/session/replica.h"

namespace evenhand {

// ---- both ways

/// Asked between records; false stops the work. Shown as "bytes, events of events_all".
struct BundleProgress {
  std::uint64_t events = 0;
  std::uint64_t events_all = 0;  ///< 0: not known
  std::uint64_t bytes = 0;
};
using BundleWatch = std::function<bool(const BundleProgress&)>;

// ---- writing

/// One space of a bundle. `epoch` is the space's current key; null when `space` gives frames (a carrier who cannot read it).
struct BundleSpace {
  const ReplicaSpace* space = nullptr;
  VersionVector base;  ///< what the reader is known to hold; empty: everything is written
  const SealKey* epoch = nullptr;
  std::vector<BlobAddress> attachments;  ///< need `epoch`
};

inline constexpr std::uint64_t kPartBytesLeast = 1 << 20;
inline constexpr std::uint64_t kPartBytesMax = 4'294'967'295;  ///< FAT32 takes no longer file

struct BundleOrder {
  std::filesystem::path file;             ///< becomes name.1-of-3.ext and so on when it takes several parts
  std::vector<PublicKey> devices;         ///< for whom it is sealed
  std::optional<std::string> passphrase;  ///< for a courier; from a prompt or a file, never from a flag
  PassphraseCost cost;
  std::vector<BundleSpace> spaces;
  std::string title;  ///< of the maker, as people call it: "Fenmarsh Community (EDI laptop)"
  ClaimedTime created;
  std::optional<ClaimedTime> expires;
  std::uint64_t part_bytes = kPartBytesMax;  ///< no part becomes longer; at least kPartBytesLeast
};

struct BundleWritten {
  BundleId id;
  std::vector<std::filesystem::path> parts;
  std::uint64_t bytes = 0;
  std::uint64_t frames = 0;
  std::uint64_t events = 0;
  std::uint64_t attachments = 0;
  std::vector<BlobAddress> left_out;  ///< attachments that are not here, or damaged
};

/// Errors: refused (no recipient, something stands under the name, parts too small), unavailable (disk full, I/O, stopped
/// by `watch`, what was read back differs), corrupt (a damaged commit here). Nothing stays behind then.
Result<BundleWritten> write_bundle(const BundleOrder& order, const KeyPair& maker, Random& random, const BundleWatch& watch);

// ---- reading

/// What anybody can see of a part without opening it.
struct BundleGlance {
  BundleId id;
  std::uint32_t part = 1;
  std::uint32_t parts = 1;
  std::size_t devices = 0;
  bool has_passphrase = false;
};
/// Errors: corrupt (no bundle), refused (newer version), not_found, unavailable.
Result<BundleGlance> look_at_bundle(const std::filesystem::path& part);

/// Where a bundle's content goes.
struct BundleSink {
  std::function<ReplicaSpace*(const SpaceId&)> find_space;  ///< null: this device has nothing to do with it
  std::function<const SealKey*(const SpaceId&, const KeyId&)> find_key;  ///< null: not here
  /// Makes keys findable that the events stored so far brought along; asked only when one is not found. May be empty.
  std::function<Result<void>()> fold = {};
};

/// Events first..last of a chain.
struct ChainRange {
  ChainId chain;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  bool operator==(const ChainRange&) const = default;
};

struct SpaceReport {
  SpaceId id;
  bool is_here = false;
  std::uint64_t frames = 0;
  std::uint64_t events_new = 0;
  std::uint64_t events_known = 0;
  std::uint64_t commits_parked = 0;      ///< kept aside until what `needed` names has come
  std::uint64_t frames_without_key = 0;  ///< intact, but sealed under a key of the space that is not here
  std::uint64_t attachment_records_without_key = 0;  ///< the same, of attachments
  KeyId missing_key;                     ///< one of those
  std::uint64_t frames_refused = 0;      ///< did not verify
  std::optional<Error> refusal;          ///< of the first of them, or of a chain that found no room here
  VersionVector held_by_maker;           ///< what the maker held, as it signed; empty unless all parts are whole
  std::uint64_t attachments_new = 0;
  std::uint64_t attachments_known = 0;
  std::uint64_t attachments_lost = 0;    ///< cut or damaged, or in a part that was not given
  std::vector<ChainRange> needed;   ///< what this bundle stands on and is not here: send a request to its maker
  std::vector<ChainRange> missing;  ///< what it promised and is not here after reading: damaged, cut, or in another part
};

struct BundleReport {
  BundleId id;
  std::optional<PublicKey> maker;  ///< as its signature proves; nothing when every manifest is lost
  std::string title;               ///< how the maker calls itself: whom to ask
  ClaimedTime created;
  std::optional<ClaimedTime> expires;
  std::uint32_t parts = 0;                ///< of the bundle; as the clear header says
  std::vector<std::uint32_t> parts_read;  ///< ascending
  std::uint64_t records = 0;              ///< that opened
  std::uint64_t records_lost = 0;         ///< missing between those that opened
  std::uint64_t records_unknown = 0;      ///< of a newer kind, passed over
  std::uint32_t parts_cut = 0;            ///< parts without their end
  bool is_whole = false;                  ///< all parts read, every record there, every seal the maker's
  bool was_stopped = false;               ///< by the watch: what was read until then is stored
  std::vector<SpaceReport> spaces;        ///< ascending by id

  bool needs_request() const;
};

/// Reads the parts given, in any order and any number. Errors: refused (not sealed for this device: says for how many it is and
/// what to do; parts of different bundles), corrupt (no bundle), not_found, unavailable (a part that cannot be read; a disk
/// that takes no more: what was stored until then stays).
Result<BundleReport> read_bundle(std::span<const std::filesystem::path> parts, const BundleOpener& opener, const BundleSink& sink,
                                 const BundleWatch& watch);

}  // namespace evenhand
