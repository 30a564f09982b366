#include "core/access/authority.h"

#include <algorithm>
#include <array>

#include "core/codec/archive.h"

namespace evenhand {

std::string Capabilities::words() const {
  static constexpr std::pair<Capability, std::string_view> kWords[] = {
      {Capability::relay, "relay"},           {Capability::read, "read"},         {Capability::contribute, "contribute"},
      {Capability::facilitate, "facilitate"}, {Capability::sign_off, "sign off"}, {Capability::admin, "admin"}};
  std::string text;
  for (const auto& [capability, word] : kWords) {
    if (has(capability)) text += (text.empty() ? "" : ", ") + std::string(word);
  }
  return text.empty() ? "nothing" : text;
}

SpaceId Charter::space_id() const {
  static constexpr std::string_view kDomain{"evenhand/space/1\0", 17};
  return *SpaceId::from(sha256({view_of(kDomain), encode(*this)}).view());
}

namespace {
// As they stand in a header: ascending, 32 bytes each.
void write_parents(CanonicalOutput& out, std::vector<Reference> parents) {
  std::sort(parents.begin(), parents.end());
  out.varint(parents.size());
  for (const Reference& parent : parents) {
    std::array<std::uint8_t, Reference::kBytes> bytes{};
    parent.write(bytes.data());
    out.raw(bytes);
  }
}

Bytes certificate_message(const SpaceId& space, const EntityId& organisation, const PublicKey& device, const std::string& label) {
  static constexpr std::string_view kDomain{"evenhand/device/1\0", 18};
  CanonicalOutput out;
  out.raw(view_of(kDomain));
  out(space, organisation, device, label);
  return out.take();
}
}  // namespace

Certificate Certificate::make(const KeyPair& root, const SpaceId& space, const EntityId& organisation,
                              const PublicKey& device, std::string label) {
  const Bytes message = certificate_message(space, organisation, device, label);
  return {organisation, device, std::move(label), root.sign(message)};
}

bool Certificate::is_signed_by(const PublicKey& root, const SpaceId& space) const {
  return verify(root, certificate_message(space, organisation, device, label), by_root);
}

namespace {
Bytes leaving_message(const Leaving& leaving, const SpaceId& space, const std::vector<Reference>& parents) {
  static constexpr std::string_view kDomain{"evenhand/leaving/1\0", 19};
  CanonicalOutput out;
  out.raw(view_of(kDomain));
  out(space, leaving.organisation, leaving.devices, leaving.cuts);
  write_parents(out, parents);
  return out.take();
}

Bytes root_grant_message(const SpaceId& space, const PublicKey& device, const std::vector<Reference>& parents) {
  static constexpr std::string_view kDomain{"evenhand/root-grant/1\0", 22};
  CanonicalOutput out;
  out.raw(view_of(kDomain));
  out(space, device);
  write_parents(out, parents);
  return out.take();
}
}  // namespace

void Leaving::sign(const KeyPair& root, const SpaceId& space, const std::vector<Reference>& parents) {
  by_root = root.sign(leaving_message(*this, space, parents));
}

bool Leaving::is_signed_by(const PublicKey& root, const SpaceId& space, const std::vector<Reference>& parents) const {
  return verify(root, leaving_message(*this, space, parents), by_root);
}

Result<Leaving> Leaving::decode_untrusted(ByteView body) {
  if (body.size() != EntityId::kSize) return evenhand::decode_untrusted<Leaving>(body, "leaving");
  return Leaving{*EntityId::from(body), {}, {}, {}};
}

RootGrant RootGrant::make(const KeyPair& root, const SpaceId& space, const PublicKey& device, const std::vector<Reference>& parents) {
  return {device, root.sign(root_grant_message(space, device, parents))};
}

bool RootGrant::is_signed_by(const PublicKey& root, const SpaceId& space, const std::vector<Reference>& parents) const {
  return verify(root, root_grant_message(space, device, parents), by_root);
}

DeviceHint hint_of(const PublicKey& device) { return *DeviceHint::from(device.view().first(DeviceHint::kSize)); }

KeyId epoch_key_id(const SpaceId& space, ByteView key) {
  static constexpr std::string_view kDomain{"evenhand/epoch/1\0", 17};
  return *KeyId::from(sha256({view_of(kDomain), space.view(), key}).view().first(KeyId::kSize));
}

EntityId authority_entity(const SpaceId& space) { return *EntityId::from(space.view().first(EntityId::kSize)); }

}  // namespace evenhand
