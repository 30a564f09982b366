#include "sync/relay/usage.h"

#include "core/event/layout.h"
#include "sync/relay/guarded.h"

namespace evenhand::relay {

namespace {

Result<Usage> decode(ByteView key, ByteView value) {
  const auto body = unguarded(key, value);
  if (!body || body->size() != 16 || key.size() != SpaceId::kSize + PublicKey::kSize) return damaged(kPackers);
  return Usage{layout::get<std::uint64_t>(body->data()), layout::get<std::uint64_t>(body->data() + 8)};
}

Bytes key_of(const SpaceId& space, const PublicKey& packer) {
  Bytes key(space.bytes.begin(), space.bytes.end());
  key.insert(key.end(), packer.bytes.begin(), packer.bytes.end());
  return key;
}

Result<Usage> find(const WriteBatch& batch, ByteView key) {
  const auto value = batch.find(kPackers, key);
  return value ? decode(key, *value) : Result<Usage>(Usage());
}

Result<void> put(WriteBatch& batch, ByteView key, const Usage& usage) {
  Bytes body(16);
  layout::put(body.data(), usage.count);
  layout::put(body.data() + 8, usage.bytes);
  return batch.put(kPackers, key, guarded(key, std::move(body)));
}

}  // namespace

Result<UsageByPacker> read_usage(const TableReadView& view, const SpaceId& space) {
  UsageByPacker all;
  Result<void> inner;
  view.scan(kPackers, space.view(), [&](ByteView key, ByteView value) {
    const auto usage = decode(key, value);
    if (!usage) return inner = usage.error(), false;
    all[*PublicKey::from(key.last(PublicKey::kSize))] = *usage;
    return true;
  });
  EVENHAND_CHECK(inner);
  if (view.is_damaged()) return damaged(kPackers);
  return all;
}

Result<void> count_in(WriteBatch& batch, const SpaceId& space, const PublicKey& packer, std::uint64_t bytes) {
  const Bytes key = key_of(space, packer);
  EVENHAND_TRY(Usage usage, find(batch, key));
  return put(batch, key, usage += {1, bytes});
}

Result<void> count_out(WriteBatch& batch, const SpaceId& space, const PublicKey& packer, std::uint64_t bytes) {
  const Bytes key = key_of(space, packer);
  EVENHAND_TRY(const Usage usage, find(batch, key));
  if (usage.count == 0 || usage.bytes < bytes) return damaged(kPackers);
  return put(batch, key, {usage.count - 1, usage.bytes - bytes});
}

}  // namespace evenhand::relay
