/// The sealed attachments of one space at a hub: from a member that may contribute, within the quotas, for whoever reads.
///
/// Of one name several members may bring a copy; a partner gets the first whole one whose packer it does not pass over.
/// A piece that is damaged at rest is not given away; its copy is dropped, so that the next member who has it brings it again.
/// Threads: one at a time. Lifetime: view, space and table outlive it. Private to sync/relay.
#pragma once

#include "sync/relay/parcel_store.h"
#include "sync/relay/relay_view.h"

namespace evenhand {

class RelayParcels : public ParcelKeeper {
 public:
  RelayParcels(const RelayView& view, const RelaySpace& space, ParcelStore& store, RelayCounters& counters) : view_(view), space_(space), store_(store), counters_(counters) {}

  Result<std::unique_ptr<ParcelReader>> read(const ParcelName& name) override;
  std::uint32_t chunks_begun(const ParcelName& name) override;
  Result<std::unique_ptr<ParcelWriter>> write(const ParcelName& name, ByteView head, std::uint32_t first_chunk) override;
  Result<wire::ParcelStock> stock(bool asks) override;
  Result<bool> asks() override;
  Result<Choice> choose(const PublicKey& partner, const std::vector<wire::ParcelOffer::Item>& offered) override;

 private:
  class Reader;
  class Writer;
  Result<void> take(const ParcelName& name, std::uint32_t number, ByteView piece);
  /// May a parcel be begun. Errors: refused.
  Result<void> check_new(const ParcelHeader& header) const;
  Result<void> drop_begun(const ParcelName& name);
  /// Whole copies that the partner sees, of all names or one, ascending by name. Errors: corrupt, unavailable.
  Result<std::vector<ParcelStore::Copy>> whole_ones(const std::optional<ParcelName>& name, bool asks) const;

  const RelayView& view_;
  const RelaySpace& space_;
  ParcelStore& store_;
  RelayCounters& counters_;
};

}  // namespace evenhand
