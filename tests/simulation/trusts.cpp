#include "tests/simulation/trusts.h"

#include <algorithm>
#include <fstream>

#include "core/engine/attachments.h"
#include "core/engine/erasure.h"
#include "core/engine/membership.h"
#include "core/engine/share.h"
#include "tests/simulation/full_disk.h"

namespace evenhand::simulation {

namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kYearMs = 365 * kDayMs;

FieldValue text(std::string field, std::string words) { return {std::move(field), std::move(words)}; }

std::vector<EntityId> ids_in(const Space& space, std::string_view type) {
  std::vector<EntityId> ids;
  must(space.fold.for_each(type, [&](const EntityState& state) { return ids.push_back(state.id), true; }), "list records");
  return ids;
}

}  // namespace

void check_is_answer(const Error& error, const std::string& doing) {
  if (error.code == ErrorCode::corrupt) wrong(doing + ": " + error.sentence());
}

Trusts::Trusts(std::uint64_t seed, const Options& options, std::filesystem::path folder, Telling tell)
    : options_(options), random_(seed), folder_(std::move(folder)), tell_(std::move(tell)), decisions_(seed + 77) {
  std::filesystem::create_directories(folder_);
  found();
}

void Trusts::found() {
  const std::size_t trusts = 2 + random_.below(2);
  std::vector<std::size_t> of = {0, 0, 1};  // the first trust has two laptops
  if (trusts == 3) of.push_back(2);
  for (std::size_t i = 0; i < of.size(); ++i) {
    desks_.push_back(std::make_unique<Desk>(i, of[i], folder_ / ("desk-" + std::to_string(i)), now_ms_, random_.next()));
    Desk& desk = *desks_.back();
    desk.clock.offset_ms = static_cast<std::int64_t>(random_.below(40 * kYearMs)) - 20 * kYearMs;
    if (i == 1) continue;  // it joins
    const std::string name(1, static_cast<char>('A' + of[i]));
    desk.workspace.emplace(must(Workspace::create(desk.folder, {name + " NHS Trust", name, name + " laptop"}, desk.clock, desk.random), desk.name() + " begins"));
  }
  Desk& host = *desks_[0];
  shared_ = host->space_of(SpaceKind::cycle).id;
  std::vector<SpaceId> all;
  for (const Space& space : host->spaces()) all.push_back(space.id);
  begin_hub();
  join(host, *desks_[1], all, true, random_.chance(50) ? Capabilities::all() : kPartner);
  join(host, *desks_[2], {shared_}, false, random_.chance(50) ? kPartner : Capability::read | Capability::contribute);
  if (trusts == 3) {
    const SpaceId other = must(host->found_cycle_space("Another one"), "another cycle space");
    join(host, *desks_[3], random_.chance(50) ? std::vector{other} : std::vector{shared_, other}, false, kPartner);
  }
  for (std::size_t i = 1; i < desks_.size(); ++i) meet(host, *desks_[i], Fault::none);
  tell_(std::to_string(trusts) + " trusts, the first with two laptops");
}

void Trusts::join(Desk& host, Desk& guest, const std::vector<SpaceId>& spaces, bool is_same_organisation, Capabilities may) {
  const Bytes invitation = must(invite(*host, spaces, is_same_organisation), "invite");
  Bytes reply;
  if (is_same_organisation) {
    reply = must(join_organisation(guest.folder, invitation, "Second laptop", guest.clock, guest.random), guest.name() + " joins");
    guest.open();
  } else {
    reply = must(accept(*guest, invitation, guest.name()), guest.name() + " accepts");
  }
  must(admit(*host, reply, may), guest.name() + " is let in");
}

Tally Trusts::run() {
  const std::size_t steps = 25 + random_.below(30);
  for (std::size_t i = 0; i < steps; ++i) {
    step();
    if (decisions_.chance(40)) decide_something();
  }
  if (decisions_.chance(10)) retire_shared();
  if (random_.chance(50)) heal_at_hub();
  heal();
  check_everything();
  check_decisions();
  return tally_;
}

void Trusts::step() {
  now_ms_ += static_cast<std::int64_t>(random_.below(5 * kDayMs));
  Desk& desk = any();
  const std::uint64_t what = random_.below(100);
  if (what < 14) return write_private(desk);
  if (what < 30) return write_about_person(desk);
  if (what < 40) return write_in_cycle(desk);
  if (what < 46) return attach_file(desk);
  if (what < 54) return share_something(desk);
  if (what < 65) return let_meet();
  if (what < 74) return let_meet_hub();
  if (what < 79) return send_stick();
  if (what < 82) return crash(desk, "a crash");
  if (what < 84) return set_back(*desks_[2 + random_.below(desks_.size() - 2)]);
  if (what < 88) return fill_disk(desk);
  if (what < 92) return erase_somebody(*desks_[0]);
  if (what < 95) return undo(desk);
  if (what < 99) return hand_keys_over(*desks_[what % 2], *desks_[1 - what % 2]);
  remove_partner();
}

std::set<SpaceId> Trusts::own_spaces(Desk& desk) { return {desk->space_of(SpaceKind::organisation).id, desk->space_of(SpaceKind::people).id}; }

std::vector<SpaceId> Trusts::cycles(Desk& desk) {
  std::vector<SpaceId> found;
  for (const Space& space : desk->spaces()) {
    if (space.kind == SpaceKind::cycle && desk.may(space.id, Capability::contribute) && !is_out(desk, space.id)) found.push_back(space.id);
  }
  return found;
}

std::string Trusts::new_word(std::set<SpaceId> spaces, bool is_sealed) {
  secrets_.push_back({std::move(spaces), is_sealed});
  ++tally_.private_words;
  return canary(secrets_.size() - 1);
}

bool Trusts::submit(Desk& desk, const Command& command, const std::string& what) {
  const bool is_full = desk.room_bytes.has_value();
  const auto receipt = [&] {
    const FullDisk full(desk.room_bytes);
    return desk->submit(command);
  }();
  if (!receipt) check_is_answer(receipt.error(), desk.name() + " writes");
  tell_(desk.name() + " writes " + what + (receipt ? "" : is_full ? ": refused, the disk is full" : ": refused"));
  if (!receipt) return false;
  for (const Reference& event : receipt->events) {
    const auto in = std::find_if(desk->spaces().begin(), desk->spaces().end(), [&](const Space& space) { return must(space.log.read(), "read").find(event).ok(); });
    if (in == desk->spaces().end()) wrong(desk.name() + " tells of event " + event.text() + ", which is in none of its logs");
    desk.confirmed[in->id].insert(event);
  }
  for (const EntityId& entity : receipt->entities) {
    if (home_of(*find_record_type(command.changes.front().type)) != SpaceKind::people) continue;
    for (Person& person : people_) {
      for (const FieldValue& value : command.changes.front().set) {
        if (value.field == "person" && std::get<EntityId>(value.value) == person.id) person.records.insert(entity);
      }
    }
    if (command.changes.front().type == "person" && command.changes.front().entity.is_zero()) people_.push_back({desk.trust, entity, {entity}});
  }
  return true;
}

void Trusts::write_private(Desk& desk) {
  const SpaceId space = desk->space_of(SpaceKind::organisation).id;
  if (!desk.may(space, Capability::contribute)) return tell_(desk.name() + " may not write yet");
  Command command;
  command.is_import = true;  // its references name nothing
  const std::string word = new_word({space});
  const std::vector<EntityId> known = ids_in(*desk->find_space(space), "evidence");  // copies of others' stand elsewhere
  RecordChange change{"evidence", {}, Verb::changed, {text("title", word)}};
  if (!known.empty() && random_.chance(50)) {
    change.entity = known[random_.below(known.size())];
  } else {
    change.entity = random_.make_id<EntityId>();
    change.set.push_back({"organisation", desk->organisation()});
    change.set.push_back({"cycle", random_.make_id<EntityId>()});
    change.set.push_back(text("outcome", "1A"));
  }
  command.changes.push_back(std::move(change));
  submit(desk, command, "evidence of its own");
}

void Trusts::write_about_person(Desk& desk) {
  if (!desk.may(desk->space_of(SpaceKind::people).id, Capability::contribute)) return tell_(desk.name() + " may not write yet");
  const std::string word = new_word({}, true);
  const std::vector<Record> known = must(desk->records("person"), "list people");
  const std::uint64_t what = random_.below(5);
  if (known.empty() || what == 0) {
    submit(desk, Command{{{"person", {}, Verb::changed, {text("name", word), text("consent", "contact")}}}}, "of a person");
    return;
  }
  const EntityId person = known[random_.below(known.size())].id();
  if (what == 1) {
    submit(desk, Command{{{"person", person, Verb::changed, {text("contact", word)}}}}, "how to reach a person");
  } else {
    submit(desk, Command{{{what == 2 ? "training" : "activity", {}, Verb::changed, {{"person", person}, text("title", word)}}}}, "what a person did");
  }
}

void Trusts::write_in_cycle(Desk& desk) {
  const std::vector<SpaceId> spaces = cycles(desk);
  if (spaces.empty()) return tell_(desk.name() + " may not write in a cycle");
  const SpaceId space = spaces[random_.below(spaces.size())];
  Command command;
  command.in_space = space;
  RecordChange change{"group", {}, Verb::changed, {text("name", new_word({space}))}};
  const std::vector<EntityId> here = ids_in(*desk->find_space(space), "group");
  if (!here.empty() && random_.chance(60)) {
    change.entity = here[random_.below(here.size())];
  } else {
    change.set.push_back(text("code", "code"));
    change.set.push_back(text("category", "local"));
  }
  command.changes.push_back(std::move(change));
  submit(desk, command, "in a cycle");
}

void Trusts::attach_file(Desk& desk) {
  const SpaceId home = desk->space_of(SpaceKind::organisation).id;
  const std::vector<EntityId> known = ids_in(*desk->find_space(home), "evidence");
  if (known.empty()) return tell_(desk.name() + " has nothing to attach to");
  const EntityId to = known[random_.below(known.size())];
  std::string content = new_word({home});
  const std::uint64_t word = secrets_.size() - 1;
  content.resize(content.size() + random_.below(random_.chance(80) ? 2'000 : 300'000), 'x');
  const std::filesystem::path file = folder_ / "to-attach.txt";
  std::ofstream(file, std::ios::binary) << content;
  const std::set<Reference> before = desk.held(home);
  const auto made = [&] {
    const FullDisk full(desk.room_bytes);
    return attach(*desk, to, file, "An attachment");
  }();
  tell_(desk.name() + " attaches " + std::to_string(content.size()) + " bytes" + (made ? "" : ": refused"));
  if (!made) return check_is_answer(made.error(), desk.name() + " attaches");
  for (const Reference& event : desk.held(home)) {
    if (!before.contains(event)) desk.confirmed[home].insert(event);
  }
  attached_[made->content.root] = Bytes(content.begin(), content.end());
  word_of_file_[made->content.root] = word;
  ++tally_.attachments;
}

// With a record goes what it holds now; what it held before, and what comes later, stays at home.
void Trusts::share_something(Desk& desk) {
  const std::vector<SpaceId> spaces = cycles(desk);
  const std::vector<Record> known = must(desk->records(random_.chance(60) ? "evidence" : "file"), "list what may be shared");
  if (spaces.empty() || known.empty()) return tell_(desk.name() + " has nothing to share");
  const SpaceId into = spaces[random_.below(spaces.size())];
  const Record& record = known[random_.below(known.size())];
  const auto shared = share(*desk, record.id(), into, "");
  tell_(desk.name() + " shares " + std::string(record.spec().name) + (shared ? "" : ": refused"));
  if (!shared) return check_is_answer(shared.error(), desk.name() + " shares");
  ++tally_.shares;
  for (const std::uint64_t word : canaries_in(record.text("title"))) secrets_[word].spaces.insert(into);
  const bool is_file = record.spec().name == "file";
  if (const auto content = is_file ? record.value("content") : std::nullopt; content && std::holds_alternative<AttachedBlob>(*content)) {
    const auto word = word_of_file_.find(std::get<AttachedBlob>(*content).root);
    if (word != word_of_file_.end()) secrets_[word->second].spaces.insert(into);
  }
  const std::vector<Record> others = must(desk->records("evidence"), "list evidence");
  if (options_.planted == Planted::shares_untold && !others.empty()) (void)share(*desk, others.front().id(), into, "").ok();
}

void Trusts::erase_somebody(Desk& desk) {
  std::vector<Person*> candidates;
  for (Person& person : people_) {
    if (person.trust == desk.trust && !person.is_erased) candidates.push_back(&person);
  }
  if (candidates.empty()) return tell_("nobody is to be erased");
  Person& person = *candidates[random_.below(candidates.size())];
  if (options_.planted == Planted::keeps_the_erased) old_copy_ = commits_in(desk->space_of(SpaceKind::people).log);
  const auto erased = erase_person(*desk, person.id, "request");
  tell_(desk.name() + " erases a person" + (erased ? "" : ": refused"));
  if (!erased) return check_is_answer(erased.error(), desk.name() + " erases");
  person.is_erased = true;
  ++tally_.people_erased;
  if (random_.chance(30)) undo(desk);
}

void Trusts::undo(Desk& desk) {
  const auto undone = desk->undo();
  tell_(desk.name() + " takes its last action back" + (undone ? "" : ": refused"));
  if (!undone) check_is_answer(undone.error(), desk.name() + " undoes");
}

void Trusts::hand_keys_over(Desk& from, Desk& to) {
  const auto keys = export_person_keys_for(*from, to.device());
  tell_(from.name() + " hands its keys over" + (keys ? "" : ": refused"));
  if (keys) must(import_person_keys(*to, *keys), to.name() + " takes keys");
}

void Trusts::remove_partner() {
  Desk& host = *desks_[0];
  Desk& partner = *desks_[2 + random_.below(desks_.size() - 2)];
  if (host->find_space(shared_)->fold.access().find_device(partner.device()) == nullptr || is_out(partner, shared_)) return;
  must(remove_devices(*host, shared_, {partner.device()}), "remove a partner");
  removed_.insert({partner.number, shared_});
  tell_(host.name() + " removes " + partner.name());
}

}  // namespace evenhand::simulation
