#include "sync/relay/table_frame_store.h"

#include "core/event/layout.h"
#include "sync/protocol/limits.h"
#include "sync/relay/guarded.h"

namespace evenhand {

namespace {

using relay::damaged;
using relay::guarded;
using relay::unguarded;

// The tables of version 1 had other names (docs/formats/relay.md, "Versions").
constexpr std::string_view kFrames = "frames2", kRanges = "ranges", kPassed = "passed", kLost = "lost", kOldFrames = "frames";
constexpr std::size_t kChainAt = SpaceId::kSize, kLastAt = kChainAt + ChainId::kSize, kHeadAt = kLastAt + 8, kPackerAt = kHeadAt + Hash::kSize, kFirstAt = kPackerAt + PublicKey::kSize;
constexpr std::size_t kFrameKeyBytes = kFirstAt + 8, kPassedKeyBytes = SpaceId::kSize + 2 * PublicKey::kSize;
/// Partners of one space see it in few ways; more are made anew when they are asked for.
constexpr std::size_t kSightsHeld = 8;

void put(Bytes& key, ByteView bytes) { key.insert(key.end(), bytes.begin(), bytes.end()); }

void put(Bytes& key, std::uint64_t number) {
  std::array<std::uint8_t, 8> bytes;
  put_u64_be(bytes.data(), number);
  put(key, ByteView(bytes));
}

Bytes frame_key(const SpaceId& space, const ChainId& chain, const KeptFrame& frame) {
  Bytes key;
  put(key, space.view());
  put(key, chain.view());
  put(key, frame.last);
  put(key, frame.head.view());
  put(key, frame.packer.view());
  put(key, frame.first);
  return key;
}

Result<std::pair<ChainId, KeptFrame>> read_range(ByteView key, ByteView value) {
  const auto body = unguarded(key, value);
  if (!body || key.size() != kFrameKeyBytes || body->size() != Hash::kSize) return damaged(kRanges);
  const KeptFrame frame{get_u64_be(&key[kLastAt]), *Hash::from(key.subspan(kHeadAt, Hash::kSize)), *PublicKey::from(key.subspan(kPackerAt, PublicKey::kSize)), get_u64_be(&key[kFirstAt]),
                        *Hash::from(*body)};
  return std::pair(*ChainId::from(key.subspan(kChainAt, ChainId::kSize)), frame);
}

}  // namespace

Result<TableFrameStore> TableFrameStore::open(const std::filesystem::path& folder) {
  auto tables = TableStore::open(folder, OpenMode::read_write, {kFrames, kRanges, kPassed, kLost, relay::kPackers, kOldFrames});
  if (!tables) {
    Error error = tables.error();
    if (error.code == ErrorCode::corrupt) error.next = relay::kWipe;
    return error;
  }
  EVENHAND_TRY(const TableReadView view, tables->read());
  if (view.count(kOldFrames) > 0) return corrupt("the hub's store was written by an older version", folder.string(), relay::kWipe);
  return TableFrameStore(std::move(*tables));
}

Result<FrameStore::Chains*> TableFrameStore::seen(const SpaceId& space, const Packers& without) const {
  const Sight sight{space, without};
  if (const auto found = seen_.find(sight); found != seen_.end()) return &found->second;
  EVENHAND_TRY(const TableReadView view, tables_.read());
  Chains chains;
  Result<void> inner;
  view.scan(kRanges, space.view(), [&](ByteView key, ByteView value) {
    const auto read = read_range(key, value);
    if (!read) return inner = read.error(), false;
    if (!without.contains(read->second.packer)) chains[read->first].add(read->second);
    return true;
  });
  EVENHAND_CHECK(inner);
  if (view.is_damaged()) return damaged(kRanges);
  if (seen_.size() >= kSightsHeld) seen_.clear();
  return &(seen_[sight] = std::move(chains));
}

Result<const FrameStore::Chains*> TableFrameStore::chains(const SpaceId& space, const Packers& without) const {
  EVENHAND_TRY(Chains* const chains, seen(space, without));
  return chains;
}

Result<Bytes> TableFrameStore::bytes_of(const SpaceId& space, const ChainId& chain, const KeptFrame& frame) const {
  EVENHAND_TRY(const TableReadView view, tables_.read());
  const auto bytes = view.find(kFrames, frame_key(space, chain, frame));
  if (!bytes) return damaged(kFrames);
  return Bytes(bytes->begin(), bytes->end());
}

Result<UsageByPacker> TableFrameStore::usage(const SpaceId& space) const {
  EVENHAND_TRY(const TableReadView view, tables_.read());
  return relay::read_usage(view, space);
}

Result<std::vector<bool>> TableFrameStore::keep(const SpaceId& space, std::span<const Frame> frames, const Packers& without) {
  EVENHAND_TRY(Chains* const chains, seen(space, without));
  EVENHAND_TRY(WriteBatch batch, tables_.write());
  std::vector<bool> is_new;
  std::vector<const Frame*> kept;
  const auto keep_one = [&](const Frame& frame) -> Result<void> {
    const SegmentRange& range = frame.header.range;
    const KeptFrame name = frame.name();
    SeenFrames& chain = (*chains)[range.chain];
    const Bytes key = frame_key(space, range.chain, name);
    is_new.push_back(!chain.ends_one_at(name.end()));
    const auto before = batch.find(kFrames, key);
    EVENHAND_TRY(const bool is_taken, is_kept(chain, frame, before.has_value()));
    if (!is_taken) return {};
    chain.add(name);
    kept.push_back(&frame);
    if (before) EVENHAND_CHECK(relay::count_out(batch, space, name.packer, before->size()));
    EVENHAND_CHECK(batch.put(kFrames, key, frame.bytes));
    EVENHAND_CHECK(batch.put(kRanges, key, guarded(key, Bytes(name.previous.bytes.begin(), name.previous.bytes.end()))));
    return relay::count_in(batch, space, name.packer, frame.bytes.size());
  };
  const auto all = [&]() -> Result<void> {
    for (const Frame& frame : frames) EVENHAND_CHECK(keep_one(frame));
    return batch.commit();
  };
  if (const auto done = all(); !done) {
    seen_.clear();  // some of it was seen already
    return done.error();
  }
  for (auto& [sight, others] : seen_) {
    if (sight.first != space || &others == chains) continue;
    for (const Frame* frame : kept) {
      if (!sight.second.contains(frame->header.packer)) others[frame->header.range.chain].add(frame->name());
    }
  }
  return is_new;
}

Result<void> TableFrameStore::pass_over(const SpaceId& space, const PublicKey& device, const PublicKey& packer) {
  EVENHAND_TRY(const auto known, passed_over(space));
  if (const auto own = known.find(device); own != known.end()) {
    if (own->second.contains(packer)) return {};
    if (own->second.size() >= kPassedOverMax) return refused("a device passes over at most " + std::to_string(kPassedOverMax) + " others");
  }
  EVENHAND_TRY(WriteBatch batch, tables_.write());
  Bytes key;
  for (const ByteView part : {space.view(), device.view(), packer.view()}) put(key, part);
  EVENHAND_CHECK(batch.put(kPassed, key, guarded(key, {})));
  return batch.commit();
}

Result<std::map<PublicKey, Packers>> TableFrameStore::passed_over(const SpaceId& space) const {
  EVENHAND_TRY(const TableReadView view, tables_.read());
  std::map<PublicKey, Packers> all;
  Result<void> inner;
  view.scan(kPassed, space.view(), [&](ByteView key, ByteView value) {
    if (key.size() != kPassedKeyBytes || !unguarded(key, value)) return inner = damaged(kPassed), false;
    all[*PublicKey::from(key.subspan(SpaceId::kSize, PublicKey::kSize))].insert(*PublicKey::from(key.last(PublicKey::kSize)));
    return true;
  });
  EVENHAND_CHECK(inner);
  if (view.is_damaged()) return damaged(kPassed);
  return all;
}

Result<void> TableFrameStore::note_lost_texts(const SpaceId& space, const PublicKey& device, const std::vector<Reference>& events) {
  EVENHAND_TRY(WriteBatch batch, tables_.write());
  Bytes key;
  for (const ByteView part : {space.view(), device.view()}) put(key, part);
  if (events.empty()) {
    EVENHAND_CHECK(batch.erase(kLost, key));
    return batch.commit();
  }
  Bytes value(events.size() * Reference::kBytes);
  for (std::size_t i = 0; i < events.size(); ++i) events[i].write(&value[i * Reference::kBytes]);
  EVENHAND_CHECK(batch.put(kLost, key, guarded(key, std::move(value))));
  return batch.commit();
}

Result<std::map<PublicKey, std::vector<Reference>>> TableFrameStore::lost_texts(const SpaceId& space) const {
  EVENHAND_TRY(const TableReadView view, tables_.read());
  std::map<PublicKey, std::vector<Reference>> all;
  Result<void> inner;
  view.scan(kLost, space.view(), [&](ByteView key, ByteView value) {
    const auto body = unguarded(key, value);
    if (!body || key.size() != SpaceId::kSize + PublicKey::kSize || body->size() % Reference::kBytes != 0) return inner = damaged(kLost), false;
    std::vector<Reference>& events = all[*PublicKey::from(key.last(PublicKey::kSize))];
    for (std::size_t at = 0; at < body->size(); at += Reference::kBytes) events.push_back(Reference::read(body->data() + at));
    return true;
  });
  EVENHAND_CHECK(inner);
  if (view.is_damaged()) return damaged(kLost);
  return all;
}

}  // namespace evenhand
