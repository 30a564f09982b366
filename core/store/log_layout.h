/// What the log's tables hold, byte for byte. Private to core/store; docs/formats/store.md is the same in words.
///
///     commits      u64 arrival (native, MDB_INTEGERKEY)      → commit bytes ("EHC1")
///     chain_index  chain 16 ‖ last seq u64 BE ‖ short hash 8 → arrival u64 ‖ events u16 ‖ 6 bytes of checksum
///                  (+ arrival u64 BE when an entry of that key was there already)
///     chains       chain 16                                  → descriptor 73 ‖ branches u16 ‖ n × (seq u64, head 32) ‖ checksum 8
///     parked       chain 16 ‖ first seq u64 BE ‖ previous 8 ‖ checksum of the commit 8
///                                                            → u8 verified ‖ commit bytes
///     meta         "format" → u32 version ‖ "EHLOG"; "space" → 32;
///                  "counters" → u64 events ‖ last arrival ‖ parked commits ‖ parked bytes ‖ checksum 8
///
/// Checksums cover key and value (XXH3-128, cut), so a value that moved to another key is found too.
/// Numbers are little-endian unless marked BE.
#pragma once

#include <array>

#include "core/event/commit.h"
#include "core/store/environment.h"

namespace evenhand::log_layout {

inline constexpr std::uint32_t kFormatVersion = 1;
enum Table : std::size_t { kCommits, kChainIndex, kChains, kParked, kMeta };
const std::vector<Environment::TableSpec>& tables();

inline constexpr std::size_t kBranchesPerChainMax = 1024;
inline constexpr std::uint64_t kParkedCommitsMax = 10'000;
inline constexpr std::uint64_t kParkedBytesMax = std::uint64_t{256} << 20;

using IndexKey = std::array<std::uint8_t, 32>;
IndexKey index_key(const ChainId& chain, std::uint64_t last_seq, const ShortHash& hash);
struct IndexEntry {
  ChainId chain;
  std::uint64_t last_seq = 0;
  ShortHash hash;
  Arrival arrival = 0;
  std::uint64_t events = 0;
  std::uint64_t first_seq() const { return last_seq - events + 1; }
};
std::array<std::uint8_t, 16> encode_index_value(const IndexKey& key, Arrival arrival, std::size_t events);
/// Different commits may end with hashes of the same first 8 bytes: the key of the later arrival is made longer.
Bytes shared_index_key(const IndexKey& key, Arrival arrival);
/// Errors: corrupt.
Result<IndexEntry> decode_index(ByteView key, ByteView value);

Bytes encode_chain(const ChainId& id, const ChainState& state);
Result<ChainState> decode_chain(ByteView key, ByteView value);

using ParkedKey = std::array<std::uint8_t, 40>;
ParkedKey parked_key(const CommitView& commit);

struct Counters {
  std::uint64_t events = 0;
  Arrival last_arrival = 0;
  std::uint64_t parked_commits = 0;
  std::uint64_t parked_bytes = 0;
};
Bytes encode_counters(const Counters& counters);
Result<Counters> decode_counters(ByteView value);

Bytes encode_format();
/// Errors: refused (newer version), corrupt (not ours).
Result<void> check_format(const std::optional<ByteView>& value, const std::filesystem::path& folder);

inline std::array<std::uint8_t, 8> arrival_key(Arrival arrival) {
  std::array<std::uint8_t, 8> key;
  std::memcpy(key.data(), &arrival, 8);
  return key;
}
inline Arrival arrival_of(ByteView key) {
  Arrival arrival;
  std::memcpy(&arrival, key.data(), 8);
  return arrival;
}

}  // namespace evenhand::log_layout
