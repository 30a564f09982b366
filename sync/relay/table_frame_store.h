/// The frame store of an ordinary hub: tables in an LMDB environment of their own.
/// Format: docs/formats/relay.md. Threads: one at a time.
#pragma once

#include "core/store/table.h"
#include "sync/relay/frame_store.h"

namespace evenhand {

class TableFrameStore : public FrameStore {
 public:
  /// Opens, or makes when absent. Errors: corrupt (damaged: wipe the hub's store, partners fill it again), unavailable.
  static Result<TableFrameStore> open(const std::filesystem::path& folder);

  Result<std::vector<ChainEnds>> chains(const SpaceId& space) const override;
  Result<std::vector<Hash>> heads_at(const SpaceId& space, const ChainId& chain, std::uint64_t seq) const override;
  Result<std::optional<Bytes>> frame_ending_from(const SpaceId& space, const ChainId& chain, std::uint64_t last_from, std::uint64_t skip) const override;
  Result<UsageByPacker> usage(const SpaceId& space) const override;
  Result<std::vector<bool>> keep(const SpaceId& space, std::span<const Frame> frames) override;

 private:
  explicit TableFrameStore(TableStore tables) : tables_(std::move(tables)) {}
  TableStore tables_;
};

}  // namespace evenhand
