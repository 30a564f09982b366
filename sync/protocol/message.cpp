#include "sync/protocol/message.h"

#include <algorithm>

#include "core/crypto/hash.h"

namespace evenhand::wire {

namespace {

template <class AnyId>
AnyId first_of(const Hash& hash) {
  return *AnyId::from(hash.view().first(AnyId::kSize));
}

}  // namespace

SpaceTagId SessionBinding::tag(const SpaceId& space) const {
  static constexpr std::string_view kDomain{"evenhand/session-space/1\0", 25};
  return first_of<SpaceTagId>(sha256({view_of(kDomain), nonce.view(), initiator.view(), responder.view(), space.view()}));
}

SessionDigest SessionBinding::digest(const SpaceId& space, const Hash& log_digest, bool by_initiator) const {
  static constexpr std::string_view kDomain{"evenhand/session-digest/1\0", 26};
  const std::uint8_t role = by_initiator ? 0 : 1;
  return first_of<SessionDigest>(
      sha256({view_of(kDomain), nonce.view(), initiator.view(), responder.view(), {&role, 1}, space.view(), log_digest.view()}));
}

VectorPrint print_of(const VersionVector& vector) {
  static constexpr std::string_view kDomain{"evenhand/vector/1\0", 18};
  return first_of<VectorPrint>(sha256({view_of(kDomain), vector.encode()}));
}

ParcelMark mark_of(const ParcelName& name) { return *ParcelMark::from(name.view().first(ParcelMark::kSize)); }

WireEnds wire_ends(const std::vector<VersionVector::End>& ends) {
  const std::size_t told = std::min(ends.size(), kEndsOnWireMax);
  return {ends.size(), {ends.end() - static_cast<std::ptrdiff_t>(told), ends.end()}};
}

}  // namespace evenhand::wire
