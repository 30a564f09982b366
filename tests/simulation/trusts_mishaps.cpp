// What happens to trusts besides people: meetings, sticks, crashes, full disks.
#include <fstream>

#include "core/engine/attachments.h"
#include "core/engine/membership.h"
#include "sync/bundle/bundle.h"
#include "tests/simulation/full_disk.h"
#include "tests/simulation/trusts.h"

namespace evenhand::simulation {

namespace fs = std::filesystem;

Meeting Trusts::meet(Desk& a, Desk& b, Fault fault) {
  WorkspaceReplica ours(*a), theirs(*b);
  const bool compression = random_.chance(30);
  const auto ear = [&](Desk& desk) { return compression || desk.trust == 0 ? nullptr : &desk.heard; };
  const Party left{ours, a.memory, a.random, a.room_bytes, ear(a)}, right{theirs, b.memory, b.random, b.room_bytes, ear(b)};
  const Meeting meeting = converse(left, right, fault, random_, compression);
  ++tally_.meetings;
  if (meeting.agreed && fault == Fault::none && !a.room_bytes && !b.room_bytes) {
    a.confirm_all();
    b.confirm_all();
  }
  return meeting;
}

void Trusts::let_meet() {
  Desk& a = any();
  Desk& b = any();
  if (a.number == b.number) return;
  const Fault fault = random_.chance(50) ? Fault::none : static_cast<Fault>(random_.below(7));
  const Meeting meeting = meet(a, b, fault);
  tell_(a.name() + " meets " + b.name() + ", " + to_word(fault) + ": " + (meeting.agreed ? "agreed" : meeting.left.why.what));
}

// Everything of one space that both hold, and its attachments, on a stick that may be cut short.
void Trusts::send_stick() {
  Desk& from = any();
  Desk& to = any();
  const std::vector<SpaceId> spaces = cycles(from);
  if (from.number == to.number || spaces.empty()) return;
  const SpaceId id = spaces[random_.below(spaces.size())];
  const SealKey* const epoch = from->current_epoch(id);
  if (to->find_space(id) == nullptr || epoch == nullptr || is_out(to, id)) return;
  WorkspaceReplica maker(*from), reader(*to);
  BundleOrder order;
  order.file = folder_ / "stick";
  order.devices = {to.device()};
  std::vector<BlobAddress> attachments;
  if (BlobStore* blobs = maker.any_space(id)->blobs()) attachments = must(blobs->list(), "list attachments");
  order.spaces = {{maker.any_space(id), {}, epoch, attachments}};
  order.title = from.name();
  const BundleWritten written = must(write_bundle(order, from->keystore().device(), from.random, {}), from.name() + " writes a stick");
  ++tally_.bundles;
  const fs::path part = written.parts.at(0);
  if (random_.chance(30)) fs::resize_file(part, random_.below(fs::file_size(part)));
  const BundleSink sink{[&](const SpaceId& space) { return reader.any_space(space); },
                        [&](const SpaceId& space, const KeyId& key) { return to->epoch_key(space, key); }};
  const auto report = read_bundle(std::span(&part, 1), {&to->keystore().device(), std::nullopt}, sink, {});
  must(to->settle(), to.name() + " settles");
  tell_(from.name() + " gives " + to.name() + " a stick" + (report ? "" : ": refused"));
  fs::remove(part);
}

void Trusts::crash(Desk& desk, const char* why) {
  if (options_.planted == Planted::loses_attachments) fs::remove_all(desk->space_of(SpaceKind::organisation).folder / "blobs");
  desk.close();
  if (random_.chance(50)) desk.memory = {};
  ++tally_.crashes;
  desk.open();
  if (const std::string lost = desk.find_lost(); !lost.empty()) wrong(desk.name() + " lost event " + lost + ", which it had confirmed, after " + why);
  tell_(desk.name() + " starts again after " + why);
}

// With its whole machine, so that it cannot know: every file is the one that it was, and says what it said. What nobody else has is
// gone with it; so only laptops that no erasure depends on.
void Trusts::set_back(Desk& desk) {
  const fs::path backup = folder_ / "backup";
  desk.close();
  fs::remove_all(backup);
  copy_folder(desk.folder, backup);
  desk.open();
  tell_(desk.name() + " is backed up");
  for (std::uint64_t i = random_.below(5); i > 0; --i) write_in_cycle(desk);
  const bool is_at_hub = random_.chance(50) && desk->find_space(shared_) != nullptr && !is_out(desk, shared_);
  const Meeting meeting = is_at_hub ? meet_hub(desk, Fault::none, {}) : meet(desk, *desks_[0], Fault::none);
  tell_(desk.name() + " meets " + (is_at_hub ? "the hub" : desks_[0]->name()) + (meeting.agreed ? ": agreed" : ": " + meeting.left.why.what));
  desk.close();
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(desk.folder)) {
    if (entry.is_regular_file()) files.push_back(fs::relative(entry.path(), desk.folder));
  }
  for (const fs::path& file : files) {
    const bool is_attachment = file.string().find("/blobs/") != std::string::npos;  // partners may have been told of them
    if (fs::exists(backup / file)) put_back_in_place(backup / file, desk.folder / file);
    else if (!is_attachment) fs::remove(desk.folder / file);
  }
  if (random_.chance(50)) desk.memory = {};
  desk.open();
  for (auto& [space, events] : desk.confirmed) events = desk.held(space);
  tell_(desk.name() + " is set back with its whole machine, and cannot know");
  for (std::uint64_t i = random_.below(5); i > 0; --i) write_in_cycle(desk);
}

void Trusts::fill_disk(Desk& desk) {
  ++tally_.full_disks;
  std::uint64_t largest = 0;
  for (const Space& space : desk->spaces()) largest = std::max(largest, space.log.bytes_on_disk());
  desk.room_bytes = random_.chance(60) ? largest : random_.below(largest + 16'384);
  const std::uint64_t what = random_.below(4);
  for (std::uint64_t i = 0; what < 3 && i < 1 + random_.below(6); ++i) {
    if (what == 0) write_private(desk);
    if (what == 1) write_about_person(desk);
    if (what == 2) attach_file(desk);
  }
  Desk& other = any();
  if (what == 3 && other.number != desk.number) meet(desk, other, Fault::none);
  desk.room_bytes.reset();
  crash(desk, "its disk was full");
}

}  // namespace evenhand::simulation
