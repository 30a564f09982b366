/// The parcel store of an ordinary hub: tables in an LMDB environment of their own.
/// Format: docs/formats/relay.md. Threads: one at a time.
#pragma once

#include "core/store/table.h"
#include "sync/relay/parcel_store.h"

namespace evenhand {

class TableParcelStore : public ParcelStore {
 public:
  /// Opens, or makes when absent. Errors: corrupt (damaged: wipe the hub's store, partners fill it again), unavailable.
  static Result<TableParcelStore> open(const std::filesystem::path& folder);

  Result<std::vector<Copy>> list(const SpaceId& space, const std::optional<ParcelName>& name) const override;
  Result<std::optional<Copy>> find(const SpaceId& space, const ParcelName& name, const PublicKey& packer) const override;
  Result<Bytes> piece(const SpaceId& space, const Copy& copy, std::uint32_t number) const override;
  Result<UsageByPacker> usage(const SpaceId& space) const override;
  Result<bool> keep(const ParcelHeader& header, ByteView piece) override;
  Result<void> forget(const SpaceId& space, const Copy& copy) override;

 private:
  explicit TableParcelStore(TableStore tables) : tables_(std::move(tables)) {}
  TableStore tables_;
};

}  // namespace evenhand
