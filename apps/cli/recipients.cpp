#include "apps/cli/recipients.h"

#include <optional>

#include "apps/cli/membership.h"
#include "apps/cli/text.h"
#include "core/engine/membership.h"

namespace evenhand::cli {

namespace {

/// Whom a name means, looked for in one space after another.
class Meant {
 public:
  Meant(const Workspace& workspace, std::string name) : workspace_(workspace), name_(std::move(name)) {}

  void look_in(const Space& space) {
    const auto named = devices_named(space, name_);
    if (!named && named.error().code == ErrorCode::not_found) return;
    if (!named) return leave_out(space, named.error());
    bool is_hub = false;
    for (const PublicKey& key : *named) {
      const Device& device = *space.fold.access().find_device(key);
      if (key == workspace_.keystore().device().public_key()) continue;
      if (device.is_removed) departed_.push_back(key);
      else if (device.capabilities.has(Capability::read)) readers_.push_back(key);
      else is_hub = true;
    }
    if (readers_.empty() && is_hub) leave_out(space, refused("a hub takes no file in", name_, "Write it for its organisation, or exchange with the hub: evenhand sync now"));
  }
  bool is_found() const { return !readers_.empty(); }

  Result<std::vector<PublicKey>> devices(const PartnerBook& book) const {
    if (!readers_.empty()) return readers_;
    if (!departed_.empty()) return departed_;  // to be told just that
    if (refusal_) return *refusal_;
    EVENHAND_TRY(const Partner partner, book.find_by_words(name_));
    return std::vector<PublicKey>{partner.device};
  }
  const std::vector<SpaceLeftOut>& left_out() const { return left_out_; }

 private:
  void leave_out(const Space& space, const Error& why) {
    left_out_.push_back({space.id, "Left out: " + harmless_line(space_title(space)) + ". There: " + harmless_line(why.sentence())});
    if (!refusal_) refusal_ = why;
  }

  const Workspace& workspace_;
  std::string name_;
  std::vector<PublicKey> readers_, departed_;
  std::vector<SpaceLeftOut> left_out_;
  std::optional<Error> refusal_;
};

Result<std::vector<PublicKey>> all_others(const Workspace& workspace) {
  std::vector<PublicKey> devices;
  for (const Device& device : workspace.space_of(SpaceKind::cycle).fold.access().devices()) {
    if (device.key != workspace.keystore().device().public_key() && !device.is_removed && device.capabilities.has(Capability::read)) devices.push_back(device.key);
  }
  const std::string advice = advice_on_space_in_use(workspace);
  if (devices.empty()) return not_found("nobody else may read the space in use", "", advice.empty() ? "Let somebody in first: evenhand partner invite --to FILE" : advice + ". Or name whom it is for: --for NAME");
  return devices;
}

}  // namespace

Result<Recipients> recipients_named(const Workspace& workspace, const PartnerBook& book, const std::vector<std::string>& names) {
  Recipients all;
  for (const std::string& name : names) {
    if (name.empty()) return refused("no partner is named", "", "See: evenhand partner list");
    Meant meant(workspace, name);
    const Space& in_use = workspace.space_of(SpaceKind::cycle);
    meant.look_in(in_use);
    for (const Space& space : workspace.spaces()) {
      if (!meant.is_found() && space.id != in_use.id) meant.look_in(space);
    }
    EVENHAND_TRY(const std::vector<PublicKey> devices, meant.devices(book));
    all.devices.insert(all.devices.end(), devices.begin(), devices.end());
    all.left_out.insert(all.left_out.end(), meant.left_out().begin(), meant.left_out().end());
  }
  if (names.empty()) {
    EVENHAND_TRY(all.devices, all_others(workspace));
  }
  return all;
}

}  // namespace evenhand::cli
