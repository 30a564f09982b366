#include "sync/relay/table_frame_store.h"

#include <algorithm>

#include "core/event/layout.h"
#include "sync/relay/guarded.h"

namespace evenhand {

namespace {

using Ends = std::vector<BranchHead>;
using relay::damaged;
using relay::guarded;
using relay::unguarded;

constexpr std::string_view kFrames = "frames", kChains = "chains", kPackers = "packers";
constexpr std::size_t kSpaceBytes = SpaceId::kSize, kChainKeyBytes = kSpaceBytes + ChainId::kSize, kFrameKeyBytes = kChainKeyBytes + 8 + Hash::kSize;
constexpr std::size_t kEndBytes = 8 + Hash::kSize;

Bytes chain_key(const SpaceId& space, const ChainId& chain) {
  Bytes key(space.bytes.begin(), space.bytes.end());
  key.insert(key.end(), chain.bytes.begin(), chain.bytes.end());
  return key;
}

Bytes seq_key(const SpaceId& space, const ChainId& chain, std::uint64_t seq) {
  Bytes key = chain_key(space, chain);
  std::array<std::uint8_t, 8> number;
  put_u64_be(number.data(), seq);
  key.insert(key.end(), number.begin(), number.end());
  return key;
}

Bytes frame_key(const SpaceId& space, const SegmentRange& range) {
  Bytes key = seq_key(space, range.chain, range.last_seq);
  key.insert(key.end(), range.head.bytes.begin(), range.head.bytes.end());
  return key;
}

Result<Ends> read_ends(ByteView key, ByteView value) {
  const auto body = unguarded(key, value);
  if (!body || body->empty() || body->size() % kEndBytes != 0) return damaged(kChains);
  Ends ends;
  for (std::size_t at = 0; at < body->size(); at += kEndBytes) {
    ends.push_back({layout::get<std::uint64_t>(&(*body)[at]), *Hash::from(body->subspan(at + 8, Hash::kSize))});
  }
  return ends;
}

Bytes write_ends(const Ends& ends) {
  Bytes value(ends.size() * kEndBytes);
  for (std::size_t i = 0; i < ends.size(); ++i) {
    layout::put(&value[i * kEndBytes], ends[i].seq);
    std::copy(ends[i].head.bytes.begin(), ends[i].head.bytes.end(), value.begin() + static_cast<std::ptrdiff_t>(i * kEndBytes + 8));
  }
  return value;
}

Result<FrameStore::Usage> read_usage(ByteView key, ByteView value) {
  const auto body = unguarded(key, value);
  if (!body || body->size() != 16) return damaged(kPackers);
  return FrameStore::Usage{layout::get<std::uint64_t>(body->data()), layout::get<std::uint64_t>(body->data() + 8)};
}

// A frame ends its chain unless another goes on after it. Ranges are all that a hub sees: a branch that another one outruns
// looks covered; both stay here and go to whoever asks (docs/formats/relay.md, "Forks").
void add_end(Ends& ends, const SegmentRange& range) {
  std::erase_if(ends, [&](const BranchHead& end) {
    const bool is_covered = end.seq >= range.first_seq && end.seq < range.last_seq;
    return is_covered || (end.seq + 1 == range.first_seq && end.head == range.previous);
  });
  if (std::any_of(ends.begin(), ends.end(), [&](const BranchHead& end) { return end.seq > range.last_seq; })) return;
  ends.push_back({range.last_seq, range.head});
  std::sort(ends.begin(), ends.end());
}

}  // namespace

Result<TableFrameStore> TableFrameStore::open(const std::filesystem::path& folder) {
  auto tables = TableStore::open(folder, OpenMode::read_write, {kFrames, kChains, kPackers});
  if (tables) return TableFrameStore(std::move(*tables));
  Error error = tables.error();
  if (error.code == ErrorCode::corrupt) error.next = relay::kWipe;
  return error;
}

Result<std::vector<FrameStore::ChainEnds>> TableFrameStore::chains(const SpaceId& space) const {
  EVENHAND_TRY(const TableReadView view, tables_.read());
  std::vector<ChainEnds> chains;
  Result<void> inner;
  view.scan(kChains, space.view(), [&](ByteView key, ByteView value) {
    if (key.size() != kChainKeyBytes) return inner = damaged(kChains), false;
    auto ends = read_ends(key, value);
    if (!ends) return inner = ends.error(), false;
    chains.push_back({*ChainId::from(key.last(ChainId::kSize)), std::move(*ends)});
    return true;
  });
  EVENHAND_CHECK(inner);
  if (view.is_damaged()) return damaged(kChains);
  return chains;
}

Result<std::vector<Hash>> TableFrameStore::heads_at(const SpaceId& space, const ChainId& chain, std::uint64_t seq) const {
  EVENHAND_TRY(const TableReadView view, tables_.read());
  std::vector<Hash> heads;
  view.scan(kFrames, seq_key(space, chain, seq), [&](ByteView key, ByteView) {
    if (key.size() == kFrameKeyBytes) heads.push_back(*Hash::from(key.last(Hash::kSize)));
    return true;
  });
  if (view.is_damaged()) return damaged(kFrames);
  return heads;
}

Result<std::optional<Bytes>> TableFrameStore::frame_ending_from(const SpaceId& space, const ChainId& chain, std::uint64_t last_from, std::uint64_t skip) const {
  EVENHAND_TRY(const TableReadView view, tables_.read());
  std::optional<Bytes> found;
  view.scan_from(kFrames, seq_key(space, chain, last_from), chain_key(space, chain), [&](ByteView, ByteView value) {
    if (skip-- > 0) return true;
    found.emplace(value.begin(), value.end());
    return false;
  });
  if (view.is_damaged()) return damaged(kFrames);
  return found;
}

Result<std::map<PublicKey, FrameStore::Usage>> TableFrameStore::usage(const SpaceId& space) const {
  EVENHAND_TRY(const TableReadView view, tables_.read());
  std::map<PublicKey, Usage> all;
  Result<void> inner;
  view.scan(kPackers, space.view(), [&](ByteView key, ByteView value) {
    const auto usage = read_usage(key, value);
    if (!usage) return inner = usage.error(), false;
    all[*PublicKey::from(key.last(PublicKey::kSize))] = *usage;
    return true;
  });
  EVENHAND_CHECK(inner);
  if (view.is_damaged()) return damaged(kPackers);
  return all;
}

Result<std::vector<bool>> TableFrameStore::keep(const SpaceId& space, std::span<const Frame> frames) {
  EVENHAND_TRY(WriteBatch batch, tables_.write());
  std::vector<bool> is_new;
  for (const Frame& frame : frames) {
    const SegmentRange& range = frame.header.range;
    const Bytes key = frame_key(space, range);
    is_new.push_back(!batch.find(kFrames, key));
    if (!is_new.back()) continue;
    const Bytes chain = chain_key(space, range.chain);
    Ends ends;
    if (const auto value = batch.find(kChains, chain)) {
      EVENHAND_TRY(ends, read_ends(chain, *value));
    }
    // One that begins within what is kept is a re-packed one; which hash it stands on there, only its readers can tell.
    const bool is_within = !ends.empty() && range.first_seq <= ends.back().seq;
    SegmentRange before = range;
    before.last_seq = range.first_seq - 1;
    before.head = range.previous;
    if (range.first_seq != 1 && !is_within && !batch.find(kFrames, frame_key(space, before))) {
      return refused("a frame begins where nothing that is kept here ends", "chain " + range.chain.hex() + ", event " + std::to_string(range.first_seq));
    }
    add_end(ends, range);
    EVENHAND_CHECK(batch.put(kFrames, key, frame.bytes));
    EVENHAND_CHECK(batch.put(kChains, chain, guarded(chain, write_ends(ends))));
    Bytes packer(space.bytes.begin(), space.bytes.end());
    packer.insert(packer.end(), frame.header.packer.bytes.begin(), frame.header.packer.bytes.end());
    Usage usage;
    if (const auto value = batch.find(kPackers, packer)) {
      EVENHAND_TRY(usage, read_usage(packer, *value));
    }
    Bytes count(16);
    layout::put(count.data(), usage.frames + 1);
    layout::put(count.data() + 8, usage.bytes + frame.bytes.size());
    EVENHAND_CHECK(batch.put(kPackers, packer, guarded(packer, std::move(count))));
  }
  EVENHAND_CHECK(batch.commit());
  return is_new;
}

}  // namespace evenhand
