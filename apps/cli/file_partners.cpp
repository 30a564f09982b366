#include "apps/cli/file_partners.h"

#include <algorithm>
#include <map>

#include "apps/cli/text.h"
#include "core/engine/membership.h"

namespace evenhand::cli {

namespace {

std::vector<VersionVector> held_by(PartnerBook& book, const PublicKey& device, const SpaceId& space) {
  std::vector<VersionVector> all;
  if (auto agreed = book.agreed(device, space)) all.push_back(std::move(agreed->vector));
  if (auto held = book.held(device, space)) all.push_back(std::move(*held));
  return all;
}

// The device as a member that is still in.
const Device* member(const Space& space, const PublicKey& key) {
  const Device* const device = space.fold.access().find_device(key);
  return device == nullptr || device->is_removed ? nullptr : device;
}

std::string days_ago(ClaimedTime when, ClaimedTime now) {
  const std::int32_t days = day_of(now) - day_of(when);
  if (days <= 0) return "today";
  return days == 1 ? "yesterday" : counted(static_cast<std::uint64_t>(days), "day") + " ago";
}

}  // namespace

std::vector<VersionVector> held_elsewhere(PartnerBook& book, const Space& space, const PublicKey& own) {
  std::vector<VersionVector> all;
  for (const Device& device : space.fold.access().devices()) {
    if (device.is_removed || device.key == own) continue;
    for (VersionVector& one : held_by(book, device.key, space.id)) all.push_back(std::move(one));
  }
  for (const Partner& partner : book.partners()) {  // what was agreed on was agreed with a member, be it one that is not known here any more
    if (space.fold.access().find_device(partner.device) != nullptr) continue;
    if (auto agreed = book.agreed(partner.device, space.id)) all.push_back(std::move(agreed->vector));
  }
  return all;
}

Result<Apart> apart_from(const Workspace& workspace, PartnerBook& book, const std::vector<PublicKey>& devices) {
  Apart all;
  for (const Space& space : workspace.spaces()) {
    std::vector<VersionVector> held;
    bool is_in = false;
    for (const PublicKey& key : devices) {
      if (member(space, key) == nullptr) continue;
      is_in = true;
      for (VersionVector& one : held_by(book, key, space.id)) held.push_back(std::move(one));
    }
    if (!is_in) continue;
    EVENHAND_TRY(const Apart here, find_apart(space, held));
    all.not_there += here.not_there;
    all.not_here += here.not_here;
  }
  return all;
}

std::string FilePartner::last_files(ClaimedTime now) const {
  if (received.ms == 0) return "no file received yet, last one sent " + days_ago(sent, now);
  return "last file received " + days_ago(received, now) + (sent.ms == 0 ? ", none sent" : ", sent " + days_ago(sent, now));
}

std::string FilePartner::command() const { return "evenhand sync send --to FILE --for \"" + title + "\""; }

Result<std::vector<FilePartner>> file_partners(const Workspace& workspace, PartnerBook& book) {
  const EntityId own = workspace.organisation();
  std::map<std::string, FilePartner> found;  // by organisation; of our own, by device
  for (const FileContact& contact : book.by_file()) {
    if (book.find(contact.device) != nullptr) continue;
    for (const Space& space : workspace.spaces()) {
      const Device* const device = member(space, contact.device);
      if (device == nullptr) continue;
      const bool is_ours = device->organisation == own;
      FilePartner& partner = found[is_ours ? device->key.hex() : device->organisation.hex()];
      if (partner.title.empty()) partner.title = harmless_line(is_ours ? device->label : name_of(space, device->organisation));
      partner.devices.push_back(contact.device);
      partner.sent = std::max(partner.sent, contact.sent);
      partner.received = std::max(partner.received, contact.received);
      break;
    }
  }
  std::vector<FilePartner> all;
  for (auto& [key, partner] : found) {
    EVENHAND_TRY(partner.apart, apart_from(workspace, book, partner.devices));
    all.push_back(std::move(partner));
  }
  std::sort(all.begin(), all.end(), [](const FilePartner& a, const FilePartner& b) { return a.title < b.title; });
  return all;
}

std::string apart_text(const Apart& apart) {
  const std::string waits = apart.not_there == 0 ? "none" : counted(apart.not_there, "change");
  return apart.not_here == 0 ? waits : waits + "; " + with_commas(apart.not_here) + " of theirs not here";
}

Json to_json(const FilePartner& partner) {
  Json devices = Json::array();
  for (const PublicKey& device : partner.devices) devices.push(device.hex());
  return Json::object().set("partner", partner.title).set("by", "file").set("devices", std::move(devices)).set("last_file_received_ms", partner.received.ms)
      .set("last_file_sent_ms", partner.sent.ms).set("waiting", partner.apart.not_there).set("not_here", partner.apart.not_here).set("next", partner.command());
}

Result<void> note_sent_file(PartnerBook& book, std::vector<PublicKey> devices, bool is_meant, ClaimedTime now) {
  if (!is_meant) std::erase_if(devices, [&](const PublicKey& device) { return book.is_forgotten(device); });
  return book.note_sent(devices, now);
}

Result<void> note_received_file(const Workspace& workspace, const BundleReport& report, ClaimedTime now) {
  if (!report.maker || *report.maker == workspace.keystore().device().public_key()) return {};
  EVENHAND_TRY(PartnerBook book, PartnerBook::open(workspace.folder()));
  bool is_member = false;
  for (const SpaceReport& one : report.spaces) {
    const Space* const space = workspace.find_space(one.id);
    const Device* const maker = space == nullptr ? nullptr : member(*space, *report.maker);
    if (maker == nullptr || !maker->capabilities.has(Capability::read)) continue;
    is_member = true;
    if (!one.held_by_maker.entries.empty()) book.note_held(*report.maker, one.id, one.held_by_maker);
  }
  return is_member ? book.note_received(*report.maker, now) : Result<void>();
}

}  // namespace evenhand::cli
