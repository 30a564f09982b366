#include "sync/relay/table_frame_store.h"

#include <algorithm>

#include "core/event/layout.h"
#include "sync/protocol/limits.h"
#include "sync/relay/guarded.h"

namespace evenhand {

namespace {

using Ends = std::vector<BranchHead>;
using relay::damaged;
using relay::guarded;
using relay::unguarded;

constexpr std::string_view kFrames = "frames", kChains = "chains", kBases = "bases";
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

// Where the frames of one chain end, as keep() changes it. Ranges are all that a hub sees: a frame's head is an end until a frame
// stands on exactly it. What a frame holds in its middle nobody here knows (docs/formats/relay.md, "Forks").
class ChainEdit {
 public:
  static Result<ChainEdit> begin(WriteBatch& batch, const SpaceId& space, const ChainId& chain) {
    ChainEdit edit(batch, space, chain);
    if (const auto value = batch.find(kChains, edit.key_)) {
      EVENHAND_TRY(edit.ends_, read_ends(edit.key_, *value));
    }
    return edit;
  }

  /// A frame may be kept that begins the chain, or stands on a kept one, or within what is kept: packed anew, from where only its
  /// readers can tell.
  bool has_room_for(const SegmentRange& range) const {
    const bool is_within = !ends_.empty() && range.first_seq <= ends_.back().seq;
    return range.first_seq == 1 || is_within || batch_->find(kFrames, frame_key(space_, base_of(range)));
  }

  /// What this frame stands on is no end any more. False: it was none.
  Result<bool> stand_on(const SegmentRange& range) {
    const SegmentRange base = base_of(range);
    if (std::erase(ends_, BranchHead{base.last_seq, base.head}) == 0) return false;
    EVENHAND_CHECK(note_base(base));
    EVENHAND_CHECK(write());
    return true;
  }

  /// Errors: corrupt, refused (an end too many), unavailable.
  Result<void> add(const SegmentRange& range) {
    EVENHAND_TRY(const bool has_grown, stand_on(range));
    if (!has_grown && range.first_seq > 1) EVENHAND_CHECK(note_base(base_of(range)));
    const Bytes key = frame_key(space_, range);
    if (const auto value = batch_->find(kBases, key)) return unguarded(key, *value) ? Result<void>() : Result<void>(damaged(kBases));
    if (ends_.size() >= kEndsAtHubMax) return refused("a chain has more than " + std::to_string(kEndsAtHubMax) + " ends", "chain " + range.chain.hex());
    ends_.push_back({range.last_seq, range.head});
    std::sort(ends_.begin(), ends_.end());
    return write();
  }

 private:
  ChainEdit(WriteBatch& batch, const SpaceId& space, const ChainId& chain) : batch_(&batch), space_(space), key_(chain_key(space, chain)) {}

  static SegmentRange base_of(SegmentRange range) {
    range.last_seq = range.first_seq - 1;
    range.head = range.previous;
    return range;
  }
  Result<void> note_base(const SegmentRange& base) {
    const Bytes key = frame_key(space_, base);
    return batch_->put(kBases, key, guarded(key, {}));
  }
  Result<void> write() {
    return batch_->put(kChains, key_, guarded(key_, write_ends(ends_)));
  }

  WriteBatch* batch_;
  SpaceId space_;
  Bytes key_;
  Ends ends_;
};

}  // namespace

Result<TableFrameStore> TableFrameStore::open(const std::filesystem::path& folder) {
  auto tables = TableStore::open(folder, OpenMode::read_write, {kFrames, kChains, kBases, relay::kPackers});
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

Result<UsageByPacker> TableFrameStore::usage(const SpaceId& space) const {
  EVENHAND_TRY(const TableReadView view, tables_.read());
  return relay::read_usage(view, space);
}

Result<std::vector<bool>> TableFrameStore::keep(const SpaceId& space, std::span<const Frame> frames) {
  EVENHAND_TRY(WriteBatch batch, tables_.write());
  std::vector<bool> is_new;
  for (const Frame& frame : frames) {
    const SegmentRange& range = frame.header.range;
    const Bytes key = frame_key(space, range);
    EVENHAND_TRY(ChainEdit chain, ChainEdit::begin(batch, space, range.chain));
    is_new.push_back(!batch.find(kFrames, key));
    if (!is_new.back()) {
      // Its events are here; that they stand on what looked like an end may be news.
      EVENHAND_CHECK(chain.stand_on(range));
      continue;
    }
    if (!chain.has_room_for(range)) {
      return refused("a frame begins where nothing that is kept here ends", "chain " + range.chain.hex() + ", event " + std::to_string(range.first_seq));
    }
    EVENHAND_CHECK(chain.add(range));
    EVENHAND_CHECK(batch.put(kFrames, key, frame.bytes));
    EVENHAND_CHECK(relay::count_in(batch, space, frame.header.packer, frame.bytes.size()));
  }
  EVENHAND_CHECK(batch.commit());
  return is_new;
}

}  // namespace evenhand
