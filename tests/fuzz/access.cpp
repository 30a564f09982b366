// Who may do what, computed from authority events with any bodies, parents and grants. The order in which the events
// arrive must not matter, and no charter means no device.
//
// Input, per event: type (1), device (1), grant (1: an earlier event, or none), parents (1: a bit for each of the eight
// events before), body (2 + length).
#include <algorithm>

#include "core/access/access.h"
#include "core/codec/archive.h"
#include "tests/fuzz/input.h"

using namespace evenhand;

namespace {

constexpr std::string_view kTypes[] = {authority_type::kChartered, authority_type::kAdmitted, authority_type::kLeft,    authority_type::kCertified,
                                       authority_type::kGranted,   authority_type::kRemoved,  authority_type::kAdopted, authority_type::kErasure,
                                       authority_type::kRedaction, authority_type::kRetired,  "a-plugin.thing"};

PublicKey device_of(std::size_t number, const std::optional<Charter>& charter) {
  if (number == 0 && charter) return charter->device;
  PublicKey key;
  key.bytes.fill(static_cast<std::uint8_t>(number));
  return key;
}

std::vector<AuthorityEvent> events_in(fuzz::Input& input, std::optional<Charter>& charter) {
  std::vector<AuthorityEvent> events;
  while (!input.is_empty() && events.size() < 24) {
    AuthorityEvent event;
    event.type = std::string(kTypes[input.below(std::size(kTypes))]);
    const std::size_t device = input.below(4);
    const std::size_t grant = input.number();
    const std::size_t parents = input.number();
    const ByteView body = input.run();
    event.body.assign(body.begin(), body.end());
    if (event.type == authority_type::kChartered && !charter) {
      if (auto read = decode_untrusted<Charter>(body, "charter")) charter = *read;
    }
    event.device = device_of(device, charter);
    event.reference.chain.bytes.fill(static_cast<std::uint8_t>(device));
    event.reference.seq = events.size() + 1;
    event.hash = sha256(encode(std::uint64_t{events.size()}));
    event.reference.hash = shorten(event.hash);
    if (!events.empty() && grant < 255) event.grant = events[grant % events.size()].reference;
    for (std::size_t back = 1; back <= 8 && back <= events.size(); ++back) {
      if ((parents >> (back - 1) & 1) != 0) event.parents.push_back(events[events.size() - back].reference);
    }
    events.push_back(std::move(event));
  }
  return events;
}

bool same(const Access& a, const Access& b) {
  const auto devices = [](const Device& x, const Device& y) {
    return x.key == y.key && x.label == y.label && x.capabilities == y.capabilities && x.is_removed == y.is_removed;
  };
  const auto members = [](const Member& x, const Member& y) { return x.organisation == y.organisation && x.root == y.root && x.has_left == y.has_left; };
  return std::equal(a.devices().begin(), a.devices().end(), b.devices().begin(), b.devices().end(), devices) &&
         std::equal(a.members().begin(), a.members().end(), b.members().begin(), b.members().end(), members) && a.heads() == b.heads() &&
         a.is_retired() == b.is_retired() && a.needs_epoch() == b.needs_epoch() && a.epochs().size() == b.epochs().size() && a.without_effect() == b.without_effect();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  std::optional<Charter> charter;
  std::vector<AuthorityEvent> events = events_in(input, charter);
  const SpaceId space = charter ? charter->space_id() : SpaceId{};
  const Access access = Access::build(space, events);
  EVENHAND_ASSERT(access.charter() || access.devices().empty(), "without a charter nobody is in");
  for (const AuthorityEvent& event : events) {
    const Standing standing = access.judge(event.reference, event.device, event.grant, Capability::contribute);
    EVENHAND_ASSERT(access.charter() || standing != Standing::counts, "without a charter nothing counts");
  }
  std::reverse(events.begin(), events.end());
  EVENHAND_ASSERT(same(access, Access::build(space, events)), "rights do not depend on the order of arrival");
  return 0;
}
