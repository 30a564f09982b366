// What happens to simulated laptops besides people: meetings, post, crashes, disks.
#include <algorithm>
#include <fstream>

#include "core/store/doctor.h"
#include "tests/simulation/history.h"

namespace evenhand::simulation {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kWeekMs = 7 * std::int64_t{86'400'000};

bool same_key(const Device& a, const Device& b) { return a.device() == b.device(); }

/// An erasure was carried out and its order lost with a disk: what it took is missing until somebody comes who has it.
bool lack_texts(Device& a, Device& b) {
  return !must(a.space().missing_bodies(1), "missing bodies").empty() || !must(b.space().missing_bodies(1), "missing bodies").empty();
}

fs::path largest_file(const fs::path& folder) {
  fs::path largest;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file() && (largest.empty() || entry.file_size() > fs::file_size(largest))) largest = entry.path();
  }
  return largest;
}

}  // namespace

void History::shuffle_groups() {
  const std::size_t groups = 1 + random.below(3);
  for (std::size_t& group : groups_) group = random.below(groups);
  now_ms += static_cast<std::int64_t>(1 + random.below(10)) * kWeekMs;
  tell("for weeks there are " + std::to_string(groups) + " groups that do not meet");
}

void History::let_meet() {
  Device& a = *devices[random.below(devices.size())];
  Device& b = *devices[random.below(devices.size())];
  if (&a == &b || same_key(a, b) || groups_[a.number()] != groups_[b.number()]) return;
  if (options_.planted == Planted::confirms_before_durable) {
    for (Device* device : {&a, &b}) {
      device->crash(false);
      copy_folder(device->disk() / "log", scratch_ / ("unsynced-" + std::to_string(device->number())));
      must(device->start(), "starts");
    }
  }
  const Fault fault = random.chance(50) ? Fault::none : static_cast<Fault>(random.below(7));
  const Meeting meeting = meet(a, b, fault, random, random.chance(70));
  ++tally.meetings;
  tell(a.name() + " meets " + b.name() + ", " + to_word(fault) + ": " + (meeting.agreed ? "agreed" : meeting.left.why.what));
  if (fault == Fault::none && !meeting.agreed && !a.is_hostile && !b.is_hostile && !lack_texts(a, b)) wrong("two honest devices met undisturbed and did not agree: " + meeting.left.why.sentence());
}

void History::meet_for_certain(Device& left, Device& right) {
  if (!same_key(left, right)) meet(left, right, Fault::none, random);
}

void History::send_post() {
  Device& device = any_honest();
  if (post_->is_empty() || random.chance(45)) {
    Device& reader = any_honest();
    std::vector<PublicKey> keys;
    for (const auto& one : devices) keys.push_back(one->device());
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    post_->write(device, random.chance(50) ? VersionVector{} : must(reader.space().vector(), "a vector"), keys, {now_ms + device.clock_offset_ms});
    ++tally.bundles;
    if (random.chance(35)) post_->damage();
    return tell(device.name() + " writes a bundle");
  }
  tell(device.name() + " reads a bundle: " + post_->read(device));
}

void History::check_promises_after(Device& device, const char* after) {
  const std::set<EventName> promised = promises_.kept_by(device.number());
  const std::set<EventName> here = device.events();
  if (!std::includes(here.begin(), here.end(), promised.begin(), promised.end())) wrong(device.name() + " lost what it had confirmed, after " + after);
}

void History::restart(Device& device, const char* after) {
  must(device.start(), device.name() + " starts after " + after);
  check_promises_after(device, after);
}

void History::crash(Device& device) {
  device.crash(random.chance(50));
  ++tally.crashes;
  const fs::path unsynced = scratch_ / ("unsynced-" + std::to_string(device.number()));
  if (options_.planted == Planted::confirms_before_durable && fs::exists(unsynced)) copy_folder(unsynced, device.disk() / "log");
  restart(device, "a crash");
  tell(device.name() + " crashes and starts again");
}

// The file is cut or overwritten: either everything is there, or it says so, and what is whole is saved.
void History::spoil_file(Device& device) {
  const fs::path folder = device.disk() / "log";
  const fs::path file = largest_file(folder);
  const std::uint64_t length = fs::file_size(file);
  if (random.chance(50)) {
    fs::resize_file(file, random.below(length));
  } else {
    std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
    for (std::uint64_t i = 0; i < 1 + random.below(20); ++i) {
      out.seekp(static_cast<std::streamoff>(random.below(length)));
      out.put(static_cast<char>(random.below(256)));
    }
  }
  const auto started = device.start();
  if (started) {
    check_promises_after(device, "damage that nobody noticed");
    return tell(device.name() + " finds its damaged log whole");
  }
  if (started.error().code != ErrorCode::corrupt && started.error().code != ErrorCode::refused && started.error().code != ErrorCode::not_found) {
    wrong("a damaged log: " + started.error().sentence());
  }
  device.crash(true);
  const fs::path saved = device.disk() / "saved";
  const auto salvaged = salvage(folder, saved);
  fs::remove_all(folder);
  if (salvaged) fs::rename(saved, folder);
  fs::remove_all(saved);
  must(device.start(), device.name() + " starts from what was saved");
  promises_.forget(device.number(), device.events());
  tell(device.name() + " saves " + (salvaged ? std::to_string(salvaged->events) : "0") + " events of its damaged log");
}

void History::damage_disk(Device& device) {
  device.crash(random.chance(50));
  ++tally.damaged_disks;
  fs::remove_all(device.view_folder());  // made of the log, and worth no more than it
  if (random.chance(50)) return spoil_file(device);
  const auto backup = backups_.find(device.number());
  const std::uint64_t what = random.below(6);
  if (backup == backups_.end() || what == 0) {
    fs::remove_all(device.disk());
    fs::create_directories(device.disk());
    tell(device.name() + " loses its disk");
  } else if (what == 1) {
    copy_folder(backup->second, device.disk());
    tell(device.name() + " is restored from its backup");
  } else if (what == 2) {
    copy_folder(backup->second / "log", device.disk() / "log");
    tell(device.name() + " has its log restored, not its marker");
  } else {
    copy_folder(backup->second / "log", device.disk() / "log");
    if (fs::exists(device.disk() / "marker")) put_back_in_place(backup->second / "marker", device.disk() / "marker");
    tell(device.name() + " is set back with its whole machine, and cannot know");
  }
  must(device.start(), device.name() + " starts on another disk");
  promises_.forget(device.number(), device.events());
}

// For a moment nothing grows any more, while people write and exchange: what was confirmed stays, what was refused was told.
void History::fill_disk(Device& device) {
  ++tally.full_disks;
  const std::uint64_t room = random.chance(70) ? device.log_bytes() : random.below(device.log_bytes() + 16'384);
  device.room_bytes = room;
  std::size_t taken = 0, refused = 0;
  const auto may_write = device.access().find_grant(device.device(), Capability::contribute);
  for (std::uint64_t i = 0; may_write && refused == 0 && i < 1 + random.below(8); ++i) {
    const std::string words(1 + random.below(3000), 'w');
    const EventDraft draft = device.draft(entities[random.below(entities.size())], "evidence.changed", {{5, encode(words)}}, now_ms);
    ++(device.write_if_room({draft}) ? taken : refused);
  }
  Device& other = any_honest();
  if (refused == 0 && !same_key(device, other)) meet(device, other, Fault::none, random);
  device.room_bytes.reset();
  device.crash(random.chance(50));
  restart(device, "its disk was full");
  tell(device.name() + " finds its disk full at " + std::to_string(room) + " bytes: " + std::to_string(taken) + " writes went in, " + std::to_string(refused) + " did not");
}

void History::install(Device& device, Age age) {
  const Hash log = device.log_digest();
  device.crash(false);
  device.install(age);
  restart(device, "another version of the program was put on it");
  ++tally.programs_changed;
  if (device.log_digest() != log) wrong(device.name() + " holds another log under " + device.program().name);
  SpaceFold anew(space_, program_of(age).basis);
  must(anew.catch_up(device.log()), "a fresh fold");
  for (const auto& [entity, unused] : written_) {
    const auto there = must(anew.find(entity), "look a record up"), here = must(device.fold().find(entity), "look a record up");
    const bool is_alike = there.has_value() == here.has_value() && (!there || encode_state(*there) == encode_state(*here));
    if (!is_alike) wrong(device.name() + " shows record " + entity.hex() + " otherwise than " + device.program().name + " shows it");
  }
}

// Most go to a newer version; now and then somebody goes back to an older one, whose log then holds more than it knows.
void History::change_program(Device& device) {
  const Age to = static_cast<Age>(random.chance(70) ? std::min<std::uint64_t>(2, static_cast<std::uint64_t>(device.age()) + 1 + random.below(2)) : random.below(3));
  if (to == device.age()) return;
  install(device, to);
  tell(device.name() + " has now " + device.program().name);
}

void History::clone(Device& device) {
  if (devices.size() >= 9) return;
  device.crash(false);
  const Bytes seed(device.key().seed().begin(), device.key().seed().end());
  Device& copy = add_device(seed, device.age(), device.keeps_view());
  copy_folder(device.disk(), copy.disk());
  restart(device, "being cloned");
  must(copy.start(), "a clone starts");
  tell(copy.name() + " is a clone of " + device.name());
}

void History::heal() {
  tell("everybody meets everybody");
  const std::vector<Device*> all = honest();
  for (int round = 0; round < 8; ++round) {
    bool anything = false;
    for (Device* a : all) {
      for (Device* b : all) {
        if (a->number() >= b->number() || same_key(*a, *b)) continue;
        const Meeting meeting = meet(*a, *b, Fault::none, random);
        for (const SpaceOutcome& outcome : meeting.left.spaces) anything = anything || outcome.events_new > 0;
        for (const SpaceOutcome& outcome : meeting.right.spaces) anything = anything || outcome.events_new > 0;
        if (!meeting.agreed && !lack_texts(*a, *b)) wrong(a->name() + " and " + b->name() + " do not agree in the end: " + meeting.left.why.sentence() + " / " + meeting.right.why.sentence());
      }
    }
    if (!anything) return;
  }
  wrong("eight rounds of meetings, and something is still new");
}

}  // namespace evenhand::simulation
