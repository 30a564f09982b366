#include "tests/simulation/history.h"

#include <algorithm>
#include <cstdio>

#include "core/crypto/seal.h"
#include "core/record/declared_types.h"
#include "tests/simulation/attacks.h"
#include "tests/simulation/oracles.h"
#include "tests/simulation/trusts.h"

namespace evenhand::simulation {

namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kYearMs = 365 * kDayMs;
constexpr std::size_t kDevicesMax = 9;
constexpr std::string_view kDeclared = "walk-0123456789abcdef0123456789abcdef";

OwnedChange text_change(std::uint16_t field, const std::string& text) { return {field, encode(text)}; }

OwnedChange items_change(const std::string& item, bool adds, std::uint16_t field = 14) {
  const std::vector<Bytes> items = {encode(item)};
  return {field, encode(adds ? ItemsChange{items, {}} : ItemsChange{{}, items})};
}

}  // namespace

void Tally::add(const Tally& other) {
  events += other.events;
  meetings += other.meetings;
  bundles += other.bundles;
  crashes += other.crashes;
  damaged_disks += other.damaged_disks;
  forks += other.forks;
  conflicts += other.conflicts;
  attacks += other.attacks;
  attacks_seen |= other.attacks_seen;
  hub_attacks_seen |= other.hub_attacks_seen;
  hub_knots_seen |= other.hub_knots_seen;
  quarantined += other.quarantined;
  full_disks += other.full_disks;
  private_words += other.private_words;
  shares += other.shares;
  attachments += other.attachments;
  people_erased += other.people_erased;
  hub_meetings += other.hub_meetings;
  hub_wipes += other.hub_wipes;
  hub_attacks += other.hub_attacks;
  passed_over += other.passed_over;
  left_out += other.left_out;
  trust_forks += other.trust_forks;
  programs_changed += other.programs_changed;
  later_writes += other.later_writes;
  sign_offs += other.sign_offs;
  late += other.late;
  left += other.left;
  came_back += other.came_back;
  roots_used += other.roots_used;
  retired += other.retired;
}

History::History(std::uint64_t seed, const Options& options) : random(seed), seed_(seed), options_(options) { found(); }

void History::tell(const std::string& step) {
  const std::string line = std::to_string((now_ms - 1'700'000'000'000) / kDayMs) + " d: " + step + "\n";
  told_.insert(told_.end(), line.begin(), line.end());
  if (options_.tells) std::fputs(line.c_str(), stdout);
}

Hash History::print() { return sha256(told_); }

Device& History::any_honest() {
  std::vector<Device*> all = honest();
  return *all[random.below(all.size())];
}

std::vector<Device*> History::honest() {
  std::vector<Device*> found;
  for (const auto& device : devices) {
    if (!device->is_hostile) found.push_back(device.get());
  }
  return found;
}

Device* History::find_victim() {
  for (int tries = 0; tries < 8; ++tries) {
    Device& device = any_honest();
    if (device.access().charter()) return &device;
  }
  return nullptr;
}

Device& History::add_device(ByteView key_seed, Age age, bool keeps_view) {
  const Device::Maker maker{space_, scratch_.folder(), &promises_, options_.planted, age, keeps_view};
  devices.push_back(std::make_unique<Device>(maker, devices.size(), key_seed, random.next()));
  groups_.push_back(0);
  Device& device = *devices.back();
  device.clock_offset_ms = static_cast<std::int64_t>(random.below(40 * kYearMs)) - 20 * kYearMs;
  return device;
}

void History::found() {
  const std::size_t count = 3 + random.below(6);
  for (std::size_t i = 0; i < 2; ++i) {
    roots_.push_back(KeyPair::make(random));
    organisations_.push_back(random.make_id<EntityId>());
  }
  for (std::size_t i = 0; i < count; ++i) {
    const KeyPair key = KeyPair::make(random);
    key_seeds_.emplace_back(key.seed().begin(), key.seed().end());
  }
  charter_.kind = static_cast<std::uint8_t>(SpaceKind::cycle);
  charter_.nonce = random.make_id<decltype(charter_.nonce)>();
  charter_.organisation = organisations_[0];
  charter_.root = roots_[0].public_key();
  charter_.device = KeyPair::from_seed(key_seeds_[0]).public_key();
  charter_.title = "Simulated";
  space_ = charter_.space_id();
  for (std::size_t i = 0; i < count; ++i) must(add_device(key_seeds_[i], static_cast<Age>(random.below(3)), random.chance(40)).start(), "the first start");
  hostile_ = count - 1;
  hostile().is_hostile = true;
  post_.emplace(scratch_ / "post", random);
  for (int i = 0; i < 4; ++i) entities.push_back(random.make_id<EntityId>());
  for (int i = 0; i < 2; ++i) batches.push_back(random.make_id<EntityId>());
  for (int i = 0; i < 3; ++i) seal_keys.push_back(SealKey::make(random));
  has_one_admin = random.chance(70);

  const Reference charter = founder().write_authority(authority_type::kChartered, encode(charter_), Reference{});
  founder().write_authority(authority_type::kAdmitted, encode(Admission{organisations_[1], roots_[1].public_key(), "Second"}), charter);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t of = i == 0 ? 0 : random.below(2);
    founder().write_authority(authority_type::kCertified, encode(Certificate::make(roots_[of], space_, organisations_[of], devices[i]->device(), "laptop")), charter);
    static constexpr std::uint8_t kMay[] = {7, 7, 15, 31, 3};
    std::uint8_t may = i == hostile_ ? 7 : kMay[random.below(5)];
    if (i == 1 && !has_one_admin && i != hostile_) may = 63;
    if (i > 0 && (i == hostile_ || random.chance(85))) founder().write_authority(authority_type::kGranted, encode(Grant{devices[i]->device(), may}), charter);
  }
  for (std::size_t i = 1; i < count; ++i) {
    if (random.chance(75) || i == hostile_) meet(founder(), *devices[i], Fault::none, random);
  }
  tell("seed " + std::to_string(seed_) + ": " + std::to_string(count) + " devices, the last one hostile" + (has_one_admin ? "" : ", several admins"));
}

Tally History::run() {
  const std::size_t steps = 60 + random.below(100);
  for (std::size_t i = 0; i < steps; ++i) step();
  heal();
  check_everything(*this, scratch_.folder(), promises_);
  Trusts trusts(random.next(), options_, scratch_ / "trusts", [this](const std::string& step) { tell(step); });
  tally.add(trusts.run());
  return tally;
}

void History::step() {
  now_ms += static_cast<std::int64_t>(random.below(kDayMs));
  Device& device = any_honest();
  const std::uint64_t what = random.below(100);
  if (what < 3) return change_program(device);
  if (what < 42) return write_something(device);
  if (what < 46) return write_batch(device);
  if (what < 66) return let_meet();
  if (what < 74) return send_post();
  if (what < 79) return crash(device);
  if (what < 81) return damage_disk(device);
  if (what < 82) return fill_disk(device);
  if (what < 84) return clone(device);
  if (what < 87) return change_membership();
  if (what < 89) return erase_something();
  if (what < 92) return shuffle_groups();
  if (what < 95) {
    device.crash(false);
    copy_folder(device.disk(), backups_[device.number()] = scratch_ / ("backup-" + std::to_string(device.number())));
    restart(device, "a backup");
    return tell(device.name() + " is backed up");
  }
  attack();
}

void History::write_something(Device& device) {
  if (!device.access().find_grant(device.device(), Capability::contribute)) return tell(device.name() + " may not write");
  if (random.chance(20) && write_what_is_later(device)) return;
  const EntityId entity = entities[random.below(entities.size())];
  const std::string word = "v" + std::to_string(random.below(5));
  std::string type = "evidence.changed";
  std::vector<OwnedChange> changes = {text_change(5, word)};
  const std::uint64_t what = random.below(12);
  if (what == 0) {
    type = "evidence.removed";
    changes.clear();
  } else if (what < 3) {
    changes = {device.program().knows("evidence", 14) ? items_change(word, what == 1) : text_change(9, word)};
  } else if (what == 3) {
    changes = {text_change(5, word), text_change(6, "First paragraph.\n\n" + word), text_change(9, word)};
  } else if (what == 4) {
    type = "evidence.decided";
  } else if (what == 5 && !written_.empty()) {
    const auto& [of, reference] = written_[random.below(written_.size())];
    Bytes bytes(Reference::kBytes);
    reference.write(bytes.data());
    EventDraft undo = device.draft(of, "evidence.undone", {{common_field::kUndoes, bytes}, {common_field::kReopened, encode(std::vector<std::uint16_t>{5})}}, now_ms);
    written_.emplace_back(of, device.write(Lane::data, {undo}).front());
    return tell(device.name() + " takes a decision back");
  } else if (what == 6) {
    changes = {{4711, encode(word)}, text_change(9, word)};  // a field of a newer version
  } else if (what == 7) {
    changes = {{5, {}}};  // cleared
  }
  EntityId written_to = entity;
  if (what == 11) {  // a record of a type that a plugin declared, elsewhere: nobody here has its definition
    written_to.bytes[0] ^= 0xFF;
    type = std::string(kDeclared) + (random.chance(10) ? ".removed" : ".changed");
    changes = {random.chance(50) ? text_change(1, word) : items_change(word, random.chance(60), kFirstSetField)};
  }
  EventDraft draft = device.draft(written_to, type, std::move(changes), now_ms);
  if (what == 6) draft.schema_version = 99;
  if (what == 8) {
    draft.type = random.chance(50) ? "org.example.walk" : "evidence.unheard_of";
    draft.must_understand = random.chance(30);
  }
  if (what == 9) {
    const SealKey& key = seal_keys[random.below(seal_keys.size())];
    draft.key = key.id;
    draft.body = encode_body({{5, seal(key, encode(word), encode(entity, std::uint16_t{5}), device.random())}});
  }
  std::vector<EventDraft> drafts = {draft};
  if (what == 10) {  // several records in one commit, all in a batch
    drafts.clear();
    for (const EntityId& one : entities) drafts.push_back(device.draft(one, "evidence.changed", {text_change(9, word)}, now_ms));
    const BatchId batch{batches[random.below(batches.size())].bytes};
    for (EventDraft& one : drafts) one.batch = batch;
  }
  if (options_.planted == Planted::clears_unknown && device.age() == Age::earlier && drafts.size() == 1 && what < 3) drafts[0].body = encode_body({text_change(9, word), {14, {}}});
  const Bytes unknown = device.unknown_fields(written_to);
  const std::vector<Reference> made = device.write(Lane::data, drafts);
  const bool speaks_for_others = what == 6 || what == 11;  // a newer version, a plugin
  if (!speaks_for_others && device.unknown_fields(written_to) != unknown) wrong(device.name() + " under " + device.program().name + " edits a record and changes fields that it does not know");
  for (std::size_t i = 0; i < made.size(); ++i) written_.emplace_back(drafts[i].entity, made[i]);
  tell(device.name() + " writes " + drafts.front().type + (drafts.size() > 1 ? " in a batch " : " ") + made.front().text());
}

// Fields and a type that only the later version has, beside what the others write of the same records at the same time.
bool History::write_what_is_later(Device& device) {
  if (device.age() != Age::later) return false;
  EntityId entity = entities[random.below(entities.size())];
  const std::string word = "l" + std::to_string(random.below(5));
  std::vector<OwnedChange> changes;
  std::string type = "evidence.changed";
  if (random.chance(40)) {
    entity.bytes[0] ^= 0x55;
    type = std::string(kLaterType) + (random.chance(10) ? ".removed" : ".changed");
    changes = {random.chance(50) ? text_change(kLaterTitle, word) : items_change(word, random.chance(60), kLaterPlaces)};
  } else {
    changes = {random.chance(50) ? text_change(kLaterReader, word) : items_change(word, random.chance(60), kLaterLanguages)};
    if (random.chance(30)) changes.insert(changes.begin(), text_change(5, word));
  }
  EventDraft draft = device.draft(entity, type, std::move(changes), now_ms);
  draft.schema_version = program_of(Age::later).basis.find(type.substr(0, type.rfind('.')))->version;
  written_.emplace_back(entity, device.write(Lane::data, {draft}).front());
  ++tally.later_writes;
  tell(device.name() + " writes what only the later version knows: " + type);
  return true;
}

void History::write_batch(Device& device) {
  if (!device.access().find_grant(device.device(), Capability::contribute)) return;
  static constexpr const char* kWords[] = {"open", "closed", "closed", "undone"};
  const std::uint16_t status = find_record_type("batch")->find_field("status")->id;
  const std::string word = kWords[random.below(4)];
  device.write(Lane::data, {device.draft(batches[random.below(batches.size())], "batch.changed", {text_change(status, word)}, now_ms)});
  tell(device.name() + " says of a batch: " + word);
}

void History::change_membership() {
  Device& admin = has_one_admin ? founder() : any_honest();
  if (!admin.access().charter() || !admin.access().find_grant(admin.device(), Capability::admin)) return;
  Device& other = *devices[random.below(devices.size())];
  const std::uint64_t what = random.below(4);
  if (what == 0) {
    static constexpr std::uint8_t kMay[] = {7, 15, 31, 3, 63};
    const std::uint8_t may = kMay[random.below(has_one_admin || other.is_hostile ? 4 : 5)];
    admin.write_authority(authority_type::kGranted, encode(Grant{other.device(), other.is_hostile ? std::uint8_t{7} : may}));
    return tell(admin.name() + " grants " + other.name() + " " + Capabilities::from_bits(may).words());
  }
  if (what == 1 && (!has_one_admin || other.device() != founder().device())) {
    Removal removal{other.device(), {}};
    const auto chains = must(must(admin.log().read(), "read").chains(), "read chains");
    for (const auto& [id, chain] : chains) {
      if (chain.descriptor.device != other.device() || random.chance(15)) continue;
      const std::uint64_t last = chain.branches.back().seq;
      removal.cuts.push_back({id, last - (random.chance(30) ? random.below(last) : 0)});
    }
    admin.write_authority(authority_type::kRemoved, encode(removal));
    return tell(admin.name() + " removes " + other.name());
  }
  if (what == 2 && !written_.empty()) {
    Adoption adoption;
    for (int i = 0; i < 3; ++i) {
      Bytes bytes(Reference::kBytes);
      written_[random.below(written_.size())].second.write(bytes.data());
      adoption.events.push_back(bytes);
    }
    admin.write_authority(authority_type::kAdopted, encode(adoption));
    tell(admin.name() + " adopts work");
  }
}

void History::erase_something() {
  if (!has_one_admin || !founder().access().find_grant(founder().device(), Capability::admin)) return;
  if (random.chance(60)) {
    const KeyId key = seal_keys[random.below(seal_keys.size() - 1)].id;
    founder().write_authority(authority_type::kErasure, encode(ErasureOrder{key, "request"}));
    erased_keys.insert(key);
  } else if (!written_.empty()) {
    const Reference of = written_[random.below(written_.size())].second;
    Bytes bytes(Reference::kBytes);
    of.write(bytes.data());
    founder().write_authority(authority_type::kRedaction, encode(RedactionOrder{bytes, "request"}));
    redacted.push_back(of);
  }
  tell("the founder orders an erasure");
  Device& device = any_honest();
  const Access& access = device.access();
  const std::size_t dropped = must(device.log().drop_bodies([&](const Reference& reference, const EventView& event) {
    return access.is_redacted(reference) || (event.header.is_sealed() && access.is_erased(event.header.key));
  }), device.name() + " drops bodies");
  if (dropped > 0) tell(device.name() + " destroys " + std::to_string(dropped) + " bodies");
}

void History::attack() {
  Device* victim = find_victim();
  if (victim == nullptr || !hostile().access().charter()) return;
  const std::size_t which = random.below(attacks().size());
  const Attack& attack = attacks()[which];
  tell(std::string("attack: ") + attack.name + ", on " + victim->name());
  ++tally.attacks;
  tally.attacks_seen |= std::uint64_t{1} << which;
  try {
    attack.run({*this, hostile(), *victim});
  } catch (const Wrong& failed) {
    wrong(std::string("attack \"") + attack.name + "\": " + failed.what);
  }
}

}  // namespace evenhand::simulation
