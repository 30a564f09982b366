#include "core/access/authority.h"

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

EntityId authority_entity(const SpaceId& space) { return *EntityId::from(space.view().first(EntityId::kSize)); }

}  // namespace evenhand
