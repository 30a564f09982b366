#include "core/access/access.h"

#include <catch2/catch.hpp>

#include "core/projection/space_fold.h"
#include "core/record/vocabulary.h"
#include "tests/unit/core/access/circle.h"

using namespace evenhand;
using test::Circle;

TEST_CASE("every record type under every capability set: it counts exactly when the set holds what the type needs") {
  Circle circle;
  std::vector<std::pair<Capabilities, Reference>> grants;
  for (unsigned bits = 0; bits <= Capabilities::kAllBits; ++bits) {
    const Capabilities set = Capabilities::from_bits(static_cast<std::uint8_t>(bits));
    grants.emplace_back(set, circle.grant(0, 1 + bits % 5, set, circle.charter));
  }
  const Access access = circle.build();
  for (unsigned bits = 0; bits <= Capabilities::kAllBits; ++bits) {
    const auto& [set, grant] = grants[bits];
    const PublicKey device = circle.devices[1 + bits % 5].public_key();
    for (const RecordSpec& record : vocabulary()) {
      const Capability needs = needed_for(std::string(record.name) + ".changed");
      const Standing standing = access.judge({{}, 1, {}}, device, grant, needs);
      CHECK((standing == Standing::counts) == set.has(needs));
    }
  }
}

TEST_CASE("a grant names one device: another's use of it does not count") {
  Circle circle;
  const Reference grant = circle.grant(0, 1, Capability::contribute, circle.charter);
  CHECK(circle.judge(1, grant, Capability::contribute) == Standing::counts);
  CHECK(circle.judge(4, grant, Capability::contribute) == Standing::quarantined);
}

TEST_CASE("a grant that is not here yet leaves work waiting, and one that never was valid quarantines it") {
  Circle circle;
  const Reference unknown{circle.chain_of(0), 99, {}};
  CHECK(circle.judge(1, unknown, Capability::contribute) == Standing::waiting);
  const Reference self_made = circle.grant(4, 4, Capability::admin, circle.charter);  // not its grant to use
  CHECK(circle.judge(4, self_made, Capability::contribute) == Standing::quarantined);
}

TEST_CASE("delegation only narrows: what the giver does not hold cannot be given, admin implies no seat") {
  Circle circle;
  const Reference admin = circle.grant(0, 3, Capability::admin | Capability::contribute, circle.charter);
  const Reference within = circle.grant(3, 4, Capability::contribute, admin);
  const Reference seat = circle.grant(3, 5, Capability::sign_off, admin);
  CHECK(circle.judge(4, within, Capability::contribute) == Standing::counts);
  CHECK(circle.judge(5, seat, Capability::sign_off) == Standing::quarantined);
  CHECK(circle.judge(3, admin, Capability::sign_off) == Standing::quarantined);
}

TEST_CASE("what has no effect makes no head, so that nobody can crowd out what an admin's next event must stand on") {
  Circle circle;
  const std::vector<Reference> before = circle.heads;
  std::vector<Reference> idle;
  for (int i = 0; i < 40; ++i) idle.push_back(circle.write_after(before, 4, authority_type::kRetired, {}, circle.charter));
  circle.write_after({idle.front()}, 4, "nobody.knows", {}, {});
  CHECK(circle.build().heads() == before);
  const Reference grant = circle.grant(0, 1, Capability::contribute, circle.charter);
  CHECK(circle.build().heads() == std::vector<Reference>{grant});
  CHECK(circle.judge(1, grant, Capability::contribute) == Standing::counts);
  circle.write_after({idle.front(), grant}, 4, "nobody.knows", {}, {});  // it stands on the last head, and hides it not
  CHECK(circle.build().heads() == std::vector<Reference>{grant});
}

TEST_CASE("a certificate that the organisation's root did not sign admits nobody") {
  Circle circle;
  KeyPair stranger = KeyPair::make(circle.random);
  circle.write(0, authority_type::kCertified,
               encode(Certificate::make(stranger, circle.space, circle.organisations[1], stranger.public_key(), "stranger")), circle.charter);
  CHECK(circle.build().find_device(stranger.public_key()) == nullptr);
}

TEST_CASE("removal beats a grant that did not know of it, and a later grant restores") {
  Circle circle;
  const Reference first = circle.grant(0, 4, Capability::contribute, circle.charter);
  const Reference admin = circle.grant(0, 1, Capability::admin | Capability::contribute, circle.charter);
  const auto fork = circle.heads;
  const Reference removal = circle.write_after(fork, 0, authority_type::kRemoved, encode(Removal{circle.devices[4].public_key(), {}}), circle.charter);
  const Reference beside = circle.write_after(fork, 1, authority_type::kGranted,
                                              encode(Grant{circle.devices[4].public_key(), Capabilities(Capability::contribute).bits()}), admin);
  CHECK(circle.judge(4, first, Capability::contribute) == Standing::quarantined);
  CHECK(circle.judge(4, beside, Capability::contribute) == Standing::quarantined);
  circle.heads = {removal, beside};
  const Reference later = circle.grant(0, 4, Capability::contribute, circle.charter);
  CHECK(circle.judge(4, later, Capability::contribute) == Standing::counts);
}

TEST_CASE("work up to a removal's cut counts, later work does not unless adopted") {
  Circle circle;
  const Reference grant = circle.grant(0, 4, Capability::contribute, circle.charter);
  const ChainId chain = ChainDescriptor{circle.devices[4].public_key(), circle.space, Lane::data, {}}.id();
  circle.write(0, authority_type::kRemoved, encode(Removal{circle.devices[4].public_key(), {{chain, 5}}}), circle.charter);
  CHECK(circle.judge(4, grant, Capability::contribute, 5) == Standing::counts);
  CHECK(circle.judge(4, grant, Capability::contribute, 6) == Standing::quarantined);
  Bytes adopted(Reference::kBytes);
  Reference{chain, 6, {}}.write(adopted.data());
  circle.write(0, authority_type::kAdopted, encode(Adoption{{adopted}}), circle.charter);
  CHECK(circle.judge(4, grant, Capability::contribute, 6) == Standing::counts);
  CHECK(circle.judge(4, grant, Capability::contribute, 7) == Standing::quarantined);
}

TEST_CASE("two admins who remove each other at once never leave the space without one") {
  Circle circle;
  const Reference second = circle.grant(0, 3, Capabilities::all(), circle.charter);
  const auto fork = circle.heads;
  circle.write_after(fork, 0, authority_type::kRemoved, encode(Removal{circle.devices[3].public_key(), {}}), circle.charter);
  circle.write_after(fork, 3, authority_type::kRemoved, encode(Removal{circle.devices[0].public_key(), {}}), second);
  for (int i = 0; i < 5; ++i) {
    const Access access = circle.build();
    const auto admins = std::count_if(access.devices().begin(), access.devices().end(), [](const Device& d) { return d.capabilities.has(Capability::admin); });
    CHECK(admins == 1);
    CHECK(access.without_effect().size() == 1);
  }
}

TEST_CASE("what a removed device granted after its cut is void, and so is what stands on that") {
  Circle circle;
  const Reference admin = circle.grant(0, 3, Capability::admin | Capability::contribute, circle.charter);
  const auto fork = circle.heads;
  const Reference given = circle.write_after(fork, 3, authority_type::kGranted, encode(Grant{circle.devices[4].public_key(), 36}), admin);
  const Reference onward = circle.write_after({given}, 4, authority_type::kGranted, encode(Grant{circle.devices[5].public_key(), 4}), given);
  CHECK(circle.judge(5, onward, Capability::contribute) == Standing::counts);
  circle.write_after(fork, 0, authority_type::kRemoved, encode(Removal{circle.devices[3].public_key(), {}}), circle.charter);
  CHECK(circle.judge(4, given, Capability::contribute) == Standing::quarantined);
  CHECK(circle.judge(5, onward, Capability::contribute) == Standing::quarantined);
}

TEST_CASE("malformed authority bodies have no effect and stop nothing") {
  Circle circle;
  for (const std::string_view type : {authority_type::kChartered, authority_type::kGranted, authority_type::kRemoved, authority_type::kCertified,
                                      authority_type::kAdmitted, authority_type::kAdopted, authority_type::kErasure, authority_type::kRedaction}) {
    circle.write(0, type, Bytes{0xFF, 0xFF, 0xFF, 0xFF, 0x7F}, circle.charter);
  }
  const Access access = circle.build();
  CHECK(access.without_effect().size() == 8);
  CHECK(access.devices().size() == 6);
}

TEST_CASE("an admin who removes the last admin changes nothing, and goes on holding every right") {
  Circle circle;
  circle.write(0, authority_type::kRemoved, encode(Removal{circle.devices[0].public_key(), {}}), circle.charter);
  const Reference later = circle.grant(0, 4, Capabilities::all(), circle.charter);
  CHECK(circle.judge(0, circle.charter, Capability::contribute) == Standing::counts);
  CHECK(circle.judge(4, later, Capability::admin) == Standing::counts);
}

TEST_CASE("whoever is left after two admins removed each other can still act, having seen both removals") {
  for (int round = 0; round < 6; ++round) {
    Circle circle;
    for (int i = 0; i < round; ++i) circle.random.next();
    const Reference second = circle.grant(0, 3, Capabilities::all(), circle.charter);
    const auto fork = circle.heads;
    const Reference a = circle.write_after(fork, 0, authority_type::kRemoved, encode(Removal{circle.devices[3].public_key(), {}}), circle.charter);
    const Reference b = circle.write_after(fork, 3, authority_type::kRemoved, encode(Removal{circle.devices[0].public_key(), {}}), second);
    circle.heads = {a, b};
    std::sort(circle.heads.begin(), circle.heads.end());
    const bool founder_left = circle.build().find_grant(circle.devices[0].public_key(), Capability::admin).has_value();
    const Reference later = circle.grant(founder_left ? 0 : 3, 4, Capability::contribute, founder_left ? circle.charter : second);
    CHECK(circle.judge(4, later, Capability::contribute) == Standing::counts);
  }
}

TEST_CASE("work under a grant that lacks part of its own past waits, as if the grant were not here") {
  Circle circle;
  const Reference before = circle.grant(0, 1, Capability::contribute, circle.charter);
  const Reference grant = circle.grant(0, 4, Capability::contribute, circle.charter);
  std::erase_if(circle.events, [&](const AuthorityEvent& event) { return event.reference == before; });
  CHECK(circle.judge(4, grant, Capability::contribute) == Standing::waiting);
}

TEST_CASE("of two grants that share a reference only the one with the lower hash has effect, in whatever order they came") {
  Circle circle;
  const Reference narrow = circle.grant(0, 1, Capability::contribute, circle.charter);
  AuthorityEvent twin = circle.events.back();
  twin.body = encode(Grant{circle.devices[1].public_key(), Capabilities::all().bits()});
  twin.hash.bytes.back() ^= 1;
  const bool is_lower = twin.hash < circle.events.back().hash;
  circle.events.push_back(twin);
  for (int i = 0; i < 8; ++i) {
    const Access access = circle.build();
    const Device* device = access.find_device(circle.devices[1].public_key());
    REQUIRE(device != nullptr);
    CHECK(device->capabilities == (is_lower ? Capabilities::all() : Capabilities(Capability::contribute)));
    CHECK(access.without_effect().size() == 1);
    CHECK(access.heads() == std::vector<Reference>{narrow});
  }
}

TEST_CASE("a redaction that names an authority event has no effect and is listed, wherever it stands in the order") {
  Circle circle;
  const Reference grant = circle.grant(0, 1, Capability::contribute, circle.charter);
  const auto redact = [&](const Reference& event) {
    Bytes name(Reference::kBytes);
    event.write(name.data());
    return circle.write(0, authority_type::kRedaction, encode(RedactionOrder{name, "mistake"}), circle.charter);
  };
  const Reference order = redact(grant);
  const Reference data{ChainDescriptor{circle.devices[1].public_key(), circle.space, Lane::data, {}}.id(), 1, {}};
  redact(data);
  const Access access = circle.build();
  CHECK_FALSE(access.is_redacted(grant));
  CHECK(access.is_redacted(data));
  REQUIRE(access.without_effect().size() == 1);
  CHECK(access.without_effect().front().first == order);
}
