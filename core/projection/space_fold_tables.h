/// How the fold of a space lies in its tables, and what its parts share. Private to core/projection.
#pragma once

#include "core/codec/archive.h"
#include "core/projection/space_fold.h"

namespace evenhand::fold_tables {

inline constexpr std::string_view kRecords = "records";  ///< entity id → state
inline constexpr std::string_view kPlaces = "places";    ///< entity id → places, waiting, settled
inline constexpr std::string_view kTypes = "types";      ///< record type ‖ 0 ‖ entity id → nothing
inline constexpr std::string_view kBatches = "batches";  ///< batch id ‖ entity id → nothing
inline constexpr std::string_view kMeta = "meta";

struct Checkpoint {
  std::uint32_t fold_version = 0;
  Arrival arrival = 0;
  FoldCounts counts;
  Hash access_print;
  std::vector<BatchId> closed_batches;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(fold_version, arrival, counts.events, counts.waiting, counts.quarantined, access_print, closed_batches);
  }
};

struct StoredPlaces {
  std::vector<Place> places;
  std::uint32_t waiting = 0;
  bool is_settled = true;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(places, waiting, is_settled);
  }
};

inline Bytes type_key(std::string_view type, const EntityId& id) {
  Bytes key(type.begin(), type.end());
  key.push_back(0);
  key.insert(key.end(), id.bytes.begin(), id.bytes.end());
  return key;
}

}  // namespace evenhand::fold_tables
