// Leaving, coming back, the founder's root, and the epochs of a space's key.
#include <catch2/catch.hpp>

#include "core/access/departure.h"
#include "core/crypto/box.h"
#include "core/crypto/seal.h"
#include "tests/unit/core/access/circle.h"

using namespace evenhand;
using test::Circle;

namespace {

KeyBox boxed(Circle& circle, const PublicKey& device, const SealKey& key) {
  return *KeyBox::from(*seal_to(device, key.bytes, circle.random));
}

// A fresh key of the space; its name follows from it.
SealKey fresh(Circle& circle) {
  SealKey key = SealKey::make(circle.random);
  key.id = epoch_key_id(circle.space, key.bytes);
  return key;
}

Epoch epoch_for(Circle& circle, const SealKey& key, const std::vector<std::size_t>& devices) {
  Epoch epoch{key.id, {}};
  for (const std::size_t device : devices) {
    const PublicKey to = circle.devices[device].public_key();
    epoch.boxes.push_back({hint_of(to), boxed(circle, to, key)});
  }
  return epoch;
}

Leaving second_leaves(const Circle& circle, std::vector<Cut> cuts = {}) {
  return {circle.organisations[1], {circle.devices[3].public_key(), circle.devices[4].public_key(), circle.devices[5].public_key()}, std::move(cuts), {}};
}

const Member& second(const Access& access, const Circle& circle) {
  return *std::find_if(access.members().begin(), access.members().end(), [&](const Member& m) { return m.organisation == circle.organisations[1]; });
}

}  // namespace

TEST_CASE("an organisation that leaves under its root takes its rights, keeps its work up to the cut, and may come back") {
  Circle circle;
  const Reference grant = circle.grant(0, 4, Capability::contribute, circle.charter);
  const ChainId chain = ChainDescriptor{circle.devices[4].public_key(), circle.space, Lane::data, {}}.id();
  Leaving leaving = second_leaves(circle, {{chain, 7}});
  leaving.sign(circle.roots[1], circle.space, circle.heads);
  circle.write(4, authority_type::kLeft, encode(leaving), grant);
  const Access left = circle.build();
  CHECK(second(left, circle).has_left);
  CHECK(circle.judge(4, grant, Capability::contribute, 7) == Standing::counts);
  CHECK(circle.judge(4, grant, Capability::contribute, 8) == Standing::quarantined);
  CHECK(left.find_device(circle.devices[4].public_key())->is_removed);

  circle.write(0, authority_type::kAdmitted, encode(Admission{circle.organisations[1], circle.roots[1].public_key(), "Second"}), circle.charter);
  const Reference again = circle.grant(0, 4, Capability::contribute, circle.charter);
  CHECK_FALSE(second(circle.build(), circle).has_left);
  CHECK(circle.judge(4, again, Capability::contribute) == Standing::counts);
}

TEST_CASE("nobody makes another organisation leave without its root or an admin's grant, nor with a signature used before") {
  Circle circle;
  const Reference grant = circle.grant(0, 4, Capability::contribute, circle.charter);
  circle.write(4, authority_type::kLeft, encode(second_leaves(circle)), grant);
  CHECK_FALSE(second(circle.build(), circle).has_left);

  Leaving by_other_root = second_leaves(circle);
  by_other_root.sign(circle.roots[0], circle.space, circle.heads);
  circle.write(4, authority_type::kLeft, encode(by_other_root), grant);
  CHECK_FALSE(second(circle.build(), circle).has_left);

  Leaving old = second_leaves(circle);
  old.sign(circle.roots[1], circle.space, circle.heads);
  circle.write(0, authority_type::kRetired, {}, circle.charter);  // the heads move on
  circle.write(4, authority_type::kLeft, encode(old), grant);
  CHECK_FALSE(second(circle.build(), circle).has_left);

  Leaving others = second_leaves(circle);
  others.devices = {circle.devices[1].public_key()};
  others.sign(circle.roots[1], circle.space, circle.heads);
  circle.write(4, authority_type::kLeft, encode(others), grant);
  CHECK_FALSE(second(circle.build(), circle).has_left);
}

TEST_CASE("an organisation with the last admin cannot leave, and its short form of old takes no rights") {
  Circle circle;
  Leaving founder{circle.organisations[0], {circle.devices[0].public_key()}, {}, {}};
  founder.sign(circle.roots[0], circle.space, circle.heads);
  circle.write(0, authority_type::kLeft, encode(founder), circle.charter);
  CHECK_FALSE(circle.build().members().front().has_left);
  const Reference grant = circle.grant(0, 4, Capability::contribute, circle.charter);
  circle.write(0, authority_type::kLeft, encode(circle.organisations[1]), circle.charter);
  CHECK(second(circle.build(), circle).has_left);
  CHECK(circle.judge(4, grant, Capability::contribute) == Standing::counts);
}

TEST_CASE("the founder's root restores an admin after a partner removed all of the founder's devices, once and there only") {
  Circle circle;
  const Reference partner = circle.grant(0, 3, Capabilities::all(), circle.charter);
  circle.write(3, authority_type::kRemoved, encode(Removal{circle.devices[0].public_key(), {{circle.chain_of(0), circle.seq[0]}}}), partner);
  CHECK_FALSE(circle.build().find_grant(circle.devices[0].public_key(), Capability::admin));
  const RootGrant words = RootGrant::make(circle.roots[0], circle.space, circle.devices[1].public_key(), circle.heads);
  const Reference restored = circle.write(1, authority_type::kRestored, encode(words), {});
  CHECK(circle.judge(1, restored, Capability::admin) == Standing::counts);

  circle.write(3, authority_type::kRemoved, encode(Removal{circle.devices[1].public_key(), {}}), partner);
  const Reference replayed = circle.write(1, authority_type::kRestored, encode(words), {});
  CHECK(circle.judge(1, replayed, Capability::admin) == Standing::quarantined);
  const Reference forged =
      circle.write(4, authority_type::kRestored, encode(RootGrant::make(circle.roots[1], circle.space, circle.devices[4].public_key(), circle.heads)), {});
  CHECK(circle.judge(4, forged, Capability::admin) == Standing::quarantined);
}

TEST_CASE("an organisation's own space and its people space admit nobody else") {
  for (const std::uint8_t kind : {0, 1}) {
    Circle circle(kind);
    CHECK(circle.build().members().size() == 1);
    const Access left = circle.build();
    for (const Device& device : left.devices()) CHECK(device.organisation == circle.organisations[0]);
  }
}

TEST_CASE("the epoch that nobody has replaced is current, whatever the order of arrival, and a removal asks for a new one") {
  Circle circle;
  CHECK(circle.build().needs_epoch());
  const SealKey first = fresh(circle);
  circle.grant(0, 4, Capability::read, circle.charter);
  circle.write(0, authority_type::kEpoch, encode(epoch_for(circle, first, {0, 4})), circle.charter);
  CHECK_FALSE(circle.build().needs_epoch());
  const Reference admin = circle.grant(0, 1, Capabilities::all(), circle.charter);
  const auto fork = circle.heads;
  const SealKey second_key = fresh(circle);
  const SealKey third = fresh(circle);
  const Reference removal = circle.write_after(fork, 0, authority_type::kRemoved, encode(Removal{circle.devices[4].public_key(), {}}), circle.charter);
  CHECK(circle.build().needs_epoch());
  const Reference after = circle.write_after({removal}, 0, authority_type::kEpoch, encode(epoch_for(circle, second_key, {0, 1})), circle.charter);
  CHECK_FALSE(circle.build().needs_epoch());
  const Reference beside = circle.write_after(fork, 1, authority_type::kEpoch, encode(epoch_for(circle, third, {0, 1, 4})), admin);
  const KeyId current = circle.build().epochs().back().key;
  CHECK((current == second_key.id || current == third.id));
  for (int i = 0; i < 5; ++i) CHECK(circle.build().epochs().back().key == current);
  CHECK(circle.build().needs_epoch() == (current == third.id));

  circle.heads = {after, beside};
  std::sort(circle.heads.begin(), circle.heads.end());
  const SealKey fourth = fresh(circle);
  circle.write(0, authority_type::kEpoch, encode(epoch_for(circle, fourth, {0, 1})), circle.charter);
  const Access access = circle.build();
  CHECK(access.epochs().back().key == fourth.id);
  CHECK_FALSE(access.epochs().back().is_sealed_to(circle.devices[4].public_key()));
  CHECK(access.epochs().size() == 4);
}

TEST_CASE("keys shared with a device that came later stand with their epochs; an epoch by somebody without rights does not") {
  Circle circle;
  const SealKey key = fresh(circle);
  circle.write(0, authority_type::kEpoch, encode(epoch_for(circle, key, {0})), circle.charter);
  circle.grant(0, 2, Capability::read, circle.charter);
  const PublicKey late = circle.devices[2].public_key();
  CHECK_FALSE(circle.build().epochs().back().is_sealed_to(late));
  circle.write(0, authority_type::kShared, encode(KeyShare{late, {{key.id, boxed(circle, late, key)}}}), circle.charter);
  circle.write(5, authority_type::kEpoch, encode(epoch_for(circle, fresh(circle), {5})), circle.charter);
  const Access access = circle.build();
  REQUIRE(access.epochs().size() == 1);
  REQUIRE(access.epochs().back().is_sealed_to(late));
  bool opened = false;
  for (const Epoch::Box& box : access.epochs().back().boxes) {
    const auto plain = open_sealed(circle.devices[2], box.box.view());
    opened = opened || (plain.ok() && epoch_key_id(circle.space, *plain) == key.id);
  }
  CHECK(opened);
}

TEST_CASE("an epoch for 200 devices takes at most 20 kB, and what one event holds at most fits a body") {
  SeededRandom random(9);
  Epoch epoch;
  for (std::size_t i = 0; i < kEpochBoxesMax; ++i) {
    if (i == 200) CHECK(encode(epoch).size() <= 20'000);
    epoch.boxes.push_back({random.make_id<DeviceHint>(), random.make_id<KeyBox>()});
  }
  CHECK(encode(epoch).size() <= kBodyBytesMax);
}

TEST_CASE("a removal without effect tells the removed device nothing of what came after its own") {
  Circle circle;
  const PublicKey out = circle.devices[4].public_key();
  const Reference removal = circle.write(0, authority_type::kRemoved, encode(Removal{out, {}}), circle.charter);
  circle.write(0, authority_type::kCertified, encode(Certificate::make(circle.roots[0], circle.space, circle.organisations[0], KeyPair::make(circle.random).public_key(), "later")), circle.charter);
  circle.write_after(circle.heads, 5, authority_type::kRemoved, encode(Removal{out, {}}), circle.charter);
  const auto past = past_of_departure(circle.events, circle.build(), out);
  REQUIRE(past.size() == 1);
  CHECK(past.begin()->second == removal.seq);
}
