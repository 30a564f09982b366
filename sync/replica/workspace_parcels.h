/// The attachments of one space of a workspace as a hub gets and gives them: sealed on the way out, opened and held against
/// their address on the way in.
///
/// What is sealed goes under the space's current epoch key; what a hub has under an older one is found by it and not brought twice.
/// Threads: one at a time. Lifetime: the workspace outlives it. Private to sync/replica.
#pragma once

#include <functional>
#include <map>

#include "core/engine/workspace.h"
#include "core/store/blob_store.h"
#include "sync/protocol/parcel.h"
#include "sync/session/parcels.h"

namespace evenhand {

class WorkspaceParcels : public ParcelMaker {
 public:
  /// `blobs`: the store of that space's attachments; null when it cannot be opened. `blame`: this device packed something false.
  using Blame = std::function<void(const PublicKey& packer, const Error& why)>;
  WorkspaceParcels(Workspace& workspace, const SpaceId& space, std::function<BlobStore*()> blobs, Blame blame)
      : workspace_(workspace), space_(space), blobs_(std::move(blobs)), blame_(std::move(blame)) {}

  Result<std::unique_ptr<ParcelReader>> read(const ParcelName& name) override;
  std::uint32_t chunks_begun(const ParcelName& name) override;
  Result<std::unique_ptr<ParcelWriter>> write(const ParcelName& name, ByteView head, std::uint32_t first_chunk) override;
  /// Offers nothing while this device may not contribute, or has no key to seal with.
  Result<Comparison> compare(const wire::ParcelStock& stock) override;

 private:
  class Reader;
  class Writer;
  struct Known {
    BlobAddress address;
    SealKey seal;
  };
  Result<BlobStore*> blobs() const;
  Result<wire::ParcelOffer::Item> offer_of(const ParcelName& name, const BlobAddress& address) const;

  Workspace& workspace_;
  SpaceId space_;
  std::function<BlobStore*()> blobs_;
  Blame blame_;
  std::map<ParcelName, Known> known_;  ///< what comparisons named
};

}  // namespace evenhand
