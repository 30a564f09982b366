/// Where a hub keeps sealed attachments, piece by piece as their packers signed them: the border behind which another storage engine can stand.
///
/// The store knows of a parcel what its pieces' headers say, never what they hold. Of a name each packer may have a copy.
/// Durability: keep() has stored when it returns. Threads: one at a time.
#pragma once

#include <optional>
#include <vector>

#include "sync/protocol/parcel.h"
#include "sync/relay/usage.h"

namespace evenhand {

class ParcelStore {
 public:
  struct Copy {
    ParcelName name;
    PublicKey packer;
    KeyId epoch;
    std::uint32_t chunks = 0;
    std::uint32_t pieces_here = 0;  ///< from piece 0 on; at most chunks + 1
    bool is_whole() const { return pieces_here == chunks + 1; }
  };

  virtual ~ParcelStore() = default;

  /// All of a space, or of one name, whole or begun, ascending by name and packer. Errors: corrupt, unavailable.
  virtual Result<std::vector<Copy>> list(const SpaceId& space, const std::optional<ParcelName>& name) const = 0;
  /// Nothing: not here. Errors: corrupt, unavailable.
  virtual Result<std::optional<Copy>> find(const SpaceId& space, const ParcelName& name, const PublicKey& packer) const = 0;
  /// The piece as it came, unchecked. Errors: not_found, unavailable.
  virtual Result<Bytes> piece(const SpaceId& space, const Copy& copy, std::uint32_t number) const = 0;
  /// What each packer has filled of a space. Errors: corrupt, unavailable.
  virtual Result<UsageByPacker> usage(const SpaceId& space) const = 0;

  /// Keeps the next piece of its packer's copy; one that is here is known and skipped (false). Piece 0 begins it.
  /// Errors: refused (a piece beyond the next one, or of another length than was begun), corrupt, unavailable.
  virtual Result<bool> keep(const ParcelHeader& header, ByteView piece) = 0;
  /// Drops all pieces of a copy: it is damaged, begun as something else, or not needed any more. Errors: corrupt, unavailable.
  virtual Result<void> forget(const SpaceId& space, const Copy& copy) = 0;
};

}  // namespace evenhand
