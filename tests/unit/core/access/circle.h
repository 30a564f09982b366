/// Authority events of two organisations, written without a log.
#pragma once

#include <algorithm>
#include <random>

#include "core/access/access.h"
#include "core/codec/archive.h"
#include "tests/support/seeded_random.h"

namespace evenhand::test {

/// Two organisations with three devices each, writing authority events without a log.
struct Circle {
  SeededRandom random{3};
  std::vector<KeyPair> roots;
  std::vector<KeyPair> devices;  ///< 0-2 of the founder, 3-5 of the second organisation
  std::vector<EntityId> organisations;
  SpaceId space;
  Reference charter;
  std::vector<AuthorityEvent> events;
  std::vector<Reference> heads;
  std::vector<std::uint64_t> seq = std::vector<std::uint64_t>(6, 0);

  explicit Circle(std::uint8_t kind = 2) {
    for (int i = 0; i < 2; ++i) {
      roots.push_back(KeyPair::make(random));
      organisations.push_back(random.make_id<EntityId>());
    }
    for (int i = 0; i < 6; ++i) devices.push_back(KeyPair::make(random));
    Charter words{kind, {}, organisations[0], roots[0].public_key(), devices[0].public_key(), "Fenmarsh"};
    space = words.space_id();
    charter = write(0, authority_type::kChartered, encode(words), {});
    write(0, authority_type::kAdmitted, encode(Admission{organisations[1], roots[1].public_key(), "Second"}), charter);
    for (std::size_t i = 0; i < 6; ++i) {
      const std::size_t of = i / 3;
      write(0, authority_type::kCertified,
            encode(Certificate::make(roots[of], space, organisations[of], devices[i].public_key(), "laptop " + std::to_string(i))), charter);
    }
  }

  ChainId chain_of(std::size_t device) const { return ChainDescriptor{devices[device].public_key(), space, Lane::authority, {}}.id(); }

  Reference write(std::size_t device, std::string_view type, Bytes body, const Reference& grant) {
    return write_after(heads, device, type, std::move(body), grant, true);
  }
  /// With parents of one's own choosing: how concurrent events are made.
  Reference write_after(std::vector<Reference> parents, std::size_t device, std::string_view type, Bytes body, const Reference& grant,
                        bool becomes_head = false) {
    AuthorityEvent event;
    event.hash = random.make_id<Hash>();
    event.reference = {chain_of(device), ++seq[device], shorten(event.hash)};
    event.device = devices[device].public_key();
    event.type = std::string(type);
    event.grant = grant;
    event.parents = std::move(parents);
    event.body = std::move(body);
    events.push_back(event);
    if (becomes_head) heads = {event.reference};
    return event.reference;
  }
  Reference grant(std::size_t by, std::size_t to, Capabilities what, const Reference& under) {
    return write(by, authority_type::kGranted, encode(Grant{devices[to].public_key(), what.bits()}), under);
  }

  /// Builds from a shuffled copy each time: the order of arrival must not matter.
  Access build() {
    std::vector<AuthorityEvent> shuffled = events;
    std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937_64(random.next()));
    return Access::build(space, std::move(shuffled));
  }
  Standing judge(std::size_t device, const Reference& grant, Capability needs, std::uint64_t at = 1) {
    return build().judge({ChainDescriptor{devices[device].public_key(), space, Lane::data, {}}.id(), at, {}}, devices[device].public_key(), grant, needs);
  }
};

}  // namespace evenhand::test
