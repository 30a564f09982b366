/// The frame store of an ordinary hub: tables in an LMDB environment of their own, and in memory who sees which frames.
/// Format: docs/formats/relay.md. Threads: one at a time.
#pragma once

#include "core/store/table.h"
#include "sync/relay/frame_store.h"

namespace evenhand {

class TableFrameStore : public FrameStore {
 public:
  /// Opens, or makes when absent. Errors: corrupt (damaged: wipe the hub's store, partners fill it again), unavailable.
  static Result<TableFrameStore> open(const std::filesystem::path& folder);

  Result<const Chains*> chains(const SpaceId& space, const Packers& without) const override;
  Result<Bytes> bytes_of(const SpaceId& space, const ChainId& chain, const KeptFrame& frame) const override;
  Result<UsageByPacker> usage(const SpaceId& space) const override;
  Result<std::vector<bool>> keep(const SpaceId& space, std::span<const Frame> frames, const Packers& without) override;
  Result<void> pass_over(const SpaceId& space, const PublicKey& device, const PublicKey& packer) override;
  Result<std::map<PublicKey, Packers>> passed_over(const SpaceId& space) const override;
  Result<void> note_lost_texts(const SpaceId& space, const PublicKey& device, const std::vector<Reference>& events) override;
  Result<std::map<PublicKey, std::vector<Reference>>> lost_texts(const SpaceId& space) const override;

 private:
  explicit TableFrameStore(TableStore tables) : tables_(std::move(tables)) {}
  using Sight = std::pair<SpaceId, Packers>;

  Result<Chains*> seen(const SpaceId& space, const Packers& without) const;

  TableStore tables_;
  mutable std::map<Sight, Chains> seen_;  ///< as far as somebody asked
};

}  // namespace evenhand
