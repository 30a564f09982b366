/// Where a hub keeps sealed attachments: tables in an LMDB environment of their own, piece by piece as their packers signed them.
///
/// The store knows of a parcel what its pieces' headers say, never what they hold. Of a name each packer may have a copy.
/// Durability: keep() has stored when it returns. Threads: one at a time. Format: docs/formats/relay.md.
#pragma once

#include <optional>
#include <vector>

#include "core/store/table.h"
#include "sync/protocol/parcel.h"
#include "sync/relay/usage.h"

namespace evenhand {

class ParcelTable {
 public:
  struct Copy {
    ParcelName name;
    PublicKey packer;
    KeyId epoch;
    std::uint32_t chunks = 0;
    std::uint32_t pieces_here = 0;  ///< from piece 0 on; at most chunks + 1
    bool is_whole() const { return pieces_here == chunks + 1; }
  };

  /// Opens, or makes when absent. Errors: corrupt (damaged: wipe the hub's store, partners fill it again), unavailable.
  static Result<ParcelTable> open(const std::filesystem::path& folder);

  /// All of a space, or of one name, whole or begun, ascending by name and packer. Errors: corrupt, unavailable.
  Result<std::vector<Copy>> list(const SpaceId& space, const std::optional<ParcelName>& name = {}) const;
  /// Nothing: not here. Errors: corrupt, unavailable.
  Result<std::optional<Copy>> find(const SpaceId& space, const ParcelName& name, const PublicKey& packer) const;
  /// The piece as it came, unchecked. Errors: not_found, unavailable.
  Result<Bytes> piece(const SpaceId& space, const Copy& copy, std::uint32_t number) const;
  /// What each packer has filled of a space. Errors: corrupt, unavailable.
  Result<UsageByPacker> usage(const SpaceId& space) const;

  /// Keeps the next piece of its packer's copy; one that is here is known and skipped (false). Piece 0 begins it.
  /// Errors: refused (a piece beyond the next one, or of another length than was begun), corrupt, unavailable.
  Result<bool> keep(const ParcelHeader& header, ByteView piece);
  /// Drops all pieces of a copy: it is damaged, begun as something else, or not needed any more. Errors: corrupt, unavailable.
  Result<void> forget(const SpaceId& space, const Copy& copy);

 private:
  explicit ParcelTable(TableStore tables) : tables_(std::move(tables)) {}
  TableStore tables_;
};

}  // namespace evenhand
