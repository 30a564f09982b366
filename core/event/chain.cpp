#include "core/event/chain.h"

#include "core/event/layout.h"

namespace evenhand {

void ChainDescriptor::write(std::uint8_t* to) const {
  std::memcpy(to, device.bytes.data(), 32);
  std::memcpy(to + 32, space.bytes.data(), 32);
  to[64] = static_cast<std::uint8_t>(lane);
  std::memcpy(to + 65, incarnation.bytes.data(), 8);
}

Result<ChainDescriptor> ChainDescriptor::decode_untrusted(ByteView bytes) {
  if (bytes.size() != kBytes) return corrupt("a chain descriptor has " + std::to_string(kBytes) + " bytes");
  if (bytes[64] > 1) return corrupt("a chain descriptor names an unknown lane", "byte 64");
  ChainDescriptor chain;
  chain.device = *PublicKey::from(bytes.subspan(0, 32));
  chain.space = *SpaceId::from(bytes.subspan(32, 32));
  chain.lane = static_cast<Lane>(bytes[64]);
  chain.incarnation = *Incarnation::from(bytes.subspan(65, 8));
  return chain;
}

Hash ChainDescriptor::root() const {
  static constexpr std::string_view kDomain{"evenhand/chain/1\0", 17};
  std::array<std::uint8_t, kBytes> bytes;
  write(bytes.data());
  return sha256({view_of(kDomain), bytes});
}

ChainId ChainDescriptor::id() const { return *ChainId::from(root().view().first(ChainId::kSize)); }

ShortHash shorten(const Hash& hash) { return *ShortHash::from(hash.view().first(ShortHash::kSize)); }

std::string Reference::text() const {
  const std::string letters = to_crockford(hash.view()).substr(0, 8);
  return letters.substr(0, 4) + "-" + letters.substr(4);
}

void Reference::write(std::uint8_t* to) const {
  std::memcpy(to, chain.bytes.data(), 16);
  layout::put(to + 16, seq);
  std::memcpy(to + 24, hash.bytes.data(), 8);
}

Reference Reference::read(const std::uint8_t* from) {
  Reference reference;
  std::memcpy(reference.chain.bytes.data(), from, 16);
  reference.seq = layout::get<std::uint64_t>(from + 16);
  std::memcpy(reference.hash.bytes.data(), from + 24, 8);
  return reference;
}

}  // namespace evenhand
