/// Sealed attachments as a session moves them between a hub, which keeps them, and a member, which makes and opens them.
///
/// The hub says what it has; the member answers with what it has besides; then each asks for what it lacks, and gets it piece by
/// piece (sync/protocol/parcel.h).
/// Threads: one at a time. Lifetime: readers and writers die before what they came from.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/base/result.h"
#include "sync/protocol/message.h"

namespace evenhand {

/// Hands out the pieces of one parcel in any order.
class ParcelReader {
 public:
  virtual ~ParcelReader() = default;
  virtual std::uint32_t chunks() const = 0;
  /// Piece 0 is the outline, piece i + 1 the chunk i. Errors: corrupt (damaged here; it is not given), unavailable.
  virtual Result<Bytes> piece(std::uint32_t number) = 0;
};

/// Takes the chunks of one parcel in order, going on where an earlier session stopped.
class ParcelWriter {
 public:
  virtual ~ParcelWriter() = default;
  /// The chunk to add next; those before it are here.
  virtual std::uint32_t next_chunk() const = 0;
  /// Bytes of the pieces that are still to come; 0 for who cannot know.
  virtual std::uint64_t bytes_to_come() const = 0;
  /// Durable when it returns, as far as a session that breaks is concerned. Errors: corrupt, refused (then nothing of this call is kept), unavailable.
  virtual Result<void> add(ByteView piece) = 0;
  /// All chunks were added. Errors: unavailable.
  virtual Result<void> finish() = 0;
};

class Parcels {
 public:
  virtual ~Parcels() = default;
  /// Errors: not_found, corrupt.
  virtual Result<std::unique_ptr<ParcelReader>> read(const ParcelName& name) = 0;
  /// Chunks that an unfinished copy has.
  virtual std::uint32_t chunks_begun(const ParcelName& name) = 0;
  /// `head`: piece 0; chunks will come from `first_chunk` on. A writer whose next chunk is another one has fewer good ones than
  /// it thought. Errors: corrupt, refused (foreign, no room), unavailable.
  virtual Result<std::unique_ptr<ParcelWriter>> write(const ParcelName& name, ByteView head, std::uint32_t first_chunk) = 0;
};

/// A hub's side.
class ParcelKeeper : public Parcels {
 public:
  /// What of an offer is to come, and why not the rest of what is not here.
  struct Choice {
    std::vector<ParcelName> wanted;
    std::uint64_t left_out = 0;
    Error why;
  };
  /// What is here whole for that partner; `asks`: but for what others found false. `space` of the message is not set. Errors: corrupt, unavailable.
  virtual Result<wire::ParcelStock> stock(bool asks) = 0;
  /// True when there may be something to ask for: others passed a packer over. Errors: corrupt, unavailable.
  virtual Result<bool> asks() = 0;
  /// Errors: corrupt, unavailable.
  virtual Result<Choice> choose(const PublicKey& partner, const std::vector<wire::ParcelOffer::Item>& offered) = 0;
};

/// A member's side.
class ParcelMaker : public Parcels {
 public:
  struct Comparison {
    std::vector<wire::ParcelOffer::Item> offered;  ///< here, and not at the hub
    std::vector<ParcelName> wanted;                ///< at the hub, and not here
    std::uint64_t sealed_away = 0;                 ///< wanted ones that may be among the hub's under keys that are not here
  };
  /// Errors: corrupt, unavailable.
  virtual Result<Comparison> compare(const wire::ParcelStock& stock) = 0;
};

}  // namespace evenhand
