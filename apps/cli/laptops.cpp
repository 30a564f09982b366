#include "apps/cli/laptops.h"

#include <algorithm>

#include "core/engine/membership.h"

namespace evenhand::cli {

std::string laptop_text(const std::string& organisation, const std::string& label) {
  return organisation.empty() || label.empty() ? organisation + label : organisation + ", " + label;
}

std::string laptop_name(const Space& space, const PublicKey& device) { return LaptopNames(space).of(device).text(); }

std::string organisation_text(const Workspace& workspace, const EntityId& organisation) {
  for (const Space& space : workspace.spaces()) {
    const std::vector<Member>& members = space.fold.access().members();
    if (std::any_of(members.begin(), members.end(), [&](const Member& member) { return member.organisation == organisation; })) return name_of(space, organisation);
  }
  return "";
}

std::string own_label(const Workspace& workspace) {
  const Device* self = workspace.space_of(SpaceKind::organisation).fold.access().find_device(workspace.keystore().device().public_key());
  return self == nullptr ? kAnotherLaptop : self->label;
}

const LaptopNames::Name& LaptopNames::of(const PublicKey& key) {
  const auto known = names_.find(key);
  if (known != names_.end()) return known->second;
  const Device* device = space_.fold.access().find_device(key);
  Name name{"", "unknown " + key.hex().substr(0, 8)};
  if (device != nullptr) name = {name_of(space_, device->organisation), device->label};
  return names_.emplace(key, std::move(name)).first->second;
}

}  // namespace evenhand::cli
