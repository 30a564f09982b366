#include "core/store/log_layout.h"

#include "core/crypto/hash.h"

namespace evenhand::log_layout {

namespace {

constexpr std::string_view kMagic = "EHLOG";

Error bad(std::string what) { return corrupt("the log's " + std::move(what) + " is damaged", "", "Run evenhand doctor."); }

template <class T>
T get(const std::uint8_t* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}
template <class T>
void put(Bytes& to, T value) {
  const auto* from = reinterpret_cast<const std::uint8_t*>(&value);
  to.insert(to.end(), from, from + sizeof value);
}

// XXH3 over key ‖ value; the values here are short.
template <std::size_t Count>
std::array<std::uint8_t, Count> checksum(ByteView key, ByteView value) {
  Bytes both(key.begin(), key.end());
  both.insert(both.end(), value.begin(), value.end());
  std::array<std::uint8_t, Count> cut;
  std::copy_n(checksum_of(both).bytes.begin(), Count, cut.begin());
  return cut;
}

template <std::size_t Count>
bool has_checksum(ByteView key, ByteView value) {
  if (value.size() < Count) return false;
  const auto wanted = checksum<Count>(key, value.first(value.size() - Count));
  return std::equal(wanted.begin(), wanted.end(), value.end() - Count);
}

void seal(ByteView key, Bytes& value) {
  const auto sum = checksum<8>(key, value);
  value.insert(value.end(), sum.begin(), sum.end());
}

}  // namespace

const std::vector<Environment::TableSpec>& tables() {
  static const std::vector<Environment::TableSpec> specs = {
      {"commits", MDB_INTEGERKEY}, {"chain_index"}, {"chains"}, {"parked"}, {"meta"}};
  return specs;
}

IndexKey index_key(const ChainId& chain, std::uint64_t last_seq, const ShortHash& hash) {
  IndexKey key;
  std::copy(chain.bytes.begin(), chain.bytes.end(), key.begin());
  put_u64_be(key.data() + 16, last_seq);
  std::copy(hash.bytes.begin(), hash.bytes.end(), key.begin() + 24);
  return key;
}

std::array<std::uint8_t, 16> encode_index_value(const IndexKey& key, Arrival arrival, std::size_t events) {
  std::array<std::uint8_t, 16> value;
  const auto count = static_cast<std::uint16_t>(events);
  std::memcpy(value.data(), &arrival, 8);
  std::memcpy(value.data() + 8, &count, 2);
  std::array<std::uint8_t, 42> both;
  std::copy(key.begin(), key.end(), both.begin());
  std::copy_n(value.begin(), 10, both.begin() + 32);
  std::copy_n(checksum_of(both).bytes.begin(), 6, value.begin() + 10);
  return value;
}

Bytes shared_index_key(const IndexKey& key, Arrival arrival) {
  Bytes longer(key.begin(), key.end());
  longer.resize(key.size() + 8);
  put_u64_be(longer.data() + key.size(), arrival);
  return longer;
}

Result<IndexEntry> decode_index(ByteView key, ByteView value) {
  const bool is_shared = key.size() == 40;
  if ((key.size() != 32 && !is_shared) || value.size() != 16) return bad("index");
  IndexEntry entry;
  entry.chain = *ChainId::from(key.first(16));
  entry.last_seq = get_u64_be(key.data() + 16);
  entry.hash = *ShortHash::from(key.subspan(24, 8));
  entry.arrival = get<std::uint64_t>(value.data());
  entry.events = get<std::uint16_t>(value.data() + 8);
  if (is_shared && get_u64_be(key.data() + 32) != entry.arrival) return bad("index");
  IndexKey wanted_key;
  std::copy_n(key.begin(), wanted_key.size(), wanted_key.begin());
  const auto wanted = encode_index_value(wanted_key, entry.arrival, entry.events);
  if (!std::equal(wanted.begin(), wanted.end(), value.begin()) || entry.events == 0 || entry.events > entry.last_seq) return bad("index");
  return entry;
}

Bytes encode_chain(const ChainId& id, const ChainState& state) {
  Bytes value(ChainDescriptor::kBytes);
  state.descriptor.write(value.data());
  put(value, static_cast<std::uint16_t>(state.branches.size()));
  for (const BranchHead& branch : state.branches) {
    put(value, branch.seq);
    value.insert(value.end(), branch.head.bytes.begin(), branch.head.bytes.end());
  }
  seal(id.view(), value);
  return value;
}

Result<ChainState> decode_chain(ByteView key, ByteView value) {
  constexpr std::size_t kFixed = ChainDescriptor::kBytes + 2;
  if (key.size() != 16 || value.size() < kFixed + 8 || !has_checksum<8>(key, value)) return bad("list of chains");
  const std::size_t count = get<std::uint16_t>(value.data() + ChainDescriptor::kBytes);
  if (value.size() != kFixed + 40 * count + 8) return bad("list of chains");
  ChainState state;
  EVENHAND_TRY(state.descriptor, ChainDescriptor::decode_untrusted(value.first(ChainDescriptor::kBytes)));
  for (std::size_t i = 0; i < count; ++i) {
    const ByteView branch = value.subspan(kFixed + 40 * i, 40);
    state.branches.push_back({get<std::uint64_t>(branch.data()), *Hash::from(branch.subspan(8, 32))});
  }
  return state;
}

ParkedKey parked_key(const CommitView& commit) {
  ParkedKey key;
  std::copy(commit.chain().bytes.begin(), commit.chain().bytes.end(), key.begin());
  put_u64_be(key.data() + 16, commit.first_seq());
  std::copy_n(commit.previous().bytes.begin(), 8, key.begin() + 24);
  std::copy_n(commit.bytes().end() - CommitView::kTrailerBytes, 8, key.begin() + 32);
  return key;
}

Bytes encode_counters(const Counters& counters) {
  Bytes value;
  put(value, counters.events);
  put(value, counters.last_arrival);
  put(value, counters.parked_commits);
  put(value, counters.parked_bytes);
  seal(view_of("counters"), value);
  return value;
}

Result<Counters> decode_counters(ByteView value) {
  if (value.size() != 40 || !has_checksum<8>(view_of("counters"), value)) return bad("counters");
  const auto at = [&](std::size_t i) { return get<std::uint64_t>(value.data() + 8 * i); };
  return Counters{at(0), at(1), at(2), at(3)};
}

Bytes encode_format() {
  Bytes value;
  put(value, kFormatVersion);
  value.insert(value.end(), kMagic.begin(), kMagic.end());
  return value;
}

Result<void> check_format(const std::optional<ByteView>& value, const std::filesystem::path& folder) {
  if (!value || value->size() != 4 + kMagic.size() || text_of(value->subspan(4)) != kMagic) {
    return corrupt("this is not a log of Evenhand", folder.string());
  }
  const auto version = get<std::uint32_t>(value->data());
  if (version > kFormatVersion) {
    return refused("a newer version of Evenhand wrote this log (format " + std::to_string(version) + ", this program knows " +
                       std::to_string(kFormatVersion) + ")",
                   folder.string(), "Update this program; nothing was changed.");
  }
  if (version == 0) return corrupt("this is not a log of Evenhand", folder.string());
  return {};
}

}  // namespace evenhand::log_layout
