// What must hold of several trusts once everybody has met everybody.
#include <algorithm>

#include "core/engine/membership.h"
#include "core/store/blob_store.h"
#include "tests/simulation/trusts.h"

namespace evenhand::simulation {

std::vector<Desk*> Trusts::holders(const SpaceId& space) {
  std::vector<Desk*> found;
  for (const auto& desk : desks_) {
    if ((*desk)->find_space(space) != nullptr && !is_out(*desk, space)) found.push_back(desk.get());
  }
  return found;
}

void Trusts::heal() {
  tell_("everybody meets everybody");
  for (int round = 0; round < 10; ++round) {
    bool anything = false;
    for (const auto& a : desks_) {
      for (const auto& b : desks_) {
        if (a->number >= b->number) continue;
        if (are_sisters(*a, *b)) {
          hand_keys_over(*a, *b);
          hand_keys_over(*b, *a);
        }
        const Meeting meeting = meet(*a, *b, Fault::none);
        for (const SessionOutcome* side : {&meeting.left, &meeting.right}) {
          for (const SpaceOutcome& outcome : side->spaces) anything = anything || outcome.events_new > 0;
          anything = anything || side->attachments_received > 0;
        }
        const bool is_partner = !meeting.left.spaces.empty() && std::none_of(removed_.begin(), removed_.end(), [&](const auto& out) { return out.first == a->number || out.first == b->number; });
        // In the first round an attachment may still lie with somebody whom both are yet to meet.
        if (round > 0 && is_partner && !meeting.agreed) wrong(a->name() + " and " + b->name() + " do not agree in the end: " + meeting.left.why.sentence() + " / " + meeting.right.why.sentence());
      }
    }
    if (!anything && round > 0) return;
  }
  wrong("ten rounds of meetings of trusts, and something is still new");
}

void Trusts::check_everything() {
  if (options_.planted == Planted::keeps_the_erased) bring_back();
  check_spaces_agree();
  for (const auto& desk : desks_) {
    if (const std::string lost = desk->find_lost(); !lost.empty()) wrong(desk->name() + " lost event " + lost + ", which it had confirmed");
  }
  check_attachments();
  check_erased();
  for (const auto& desk : desks_) desk->open();  // the views that were saved say the same
  check_spaces_agree();
  check_erased();
  check_secrets();
  if (options_.planted == Planted::packs_unsealed) pack_unsealed();
  check_hub();
  for (const Space& space : (*desks_[0])->spaces()) {
    tally_.events += space.fold.counts().events;
    for (const auto& [id, chain] : must(must(space.log.read(), "read").chains(), "read chains")) tally_.trust_forks += chain.is_forked() ? 1 : 0;
  }
}

void Trusts::check_spaces_agree() {
  std::set<SpaceId> all;
  for (const auto& desk : desks_) {
    for (const Space& space : (*desk)->spaces()) all.insert(space.id);
  }
  for (const SpaceId& id : all) check_space_agrees(id);
}

void Trusts::check_space_agrees(const SpaceId& id) {
  const std::vector<Desk*> who = holders(id);
  for (Desk* desk : who) {
    WorkspaceReplica one(**desk), first(**who.front());
    if (must(one.any_space(id)->log_digest(), "digest") != must(first.any_space(id)->log_digest(), "digest")) wrong(desk->name() + " and " + who.front()->name() + " hold different logs of a space");
    if (must((*desk)->find_space(id)->fold.state_digest(), "digest") != must((*who.front())->find_space(id)->fold.state_digest(), "digest")) {
      wrong(desk->name() + " and " + who.front()->name() + " show different records of a space");
    }
    // What one of them confirmed, all of them hold.
    const std::set<Reference> here = desk->held(id);
    for (Desk* other : who) {
      for (const Reference& event : other->confirmed[id]) {
        if (!here.contains(event)) wrong(desk->name() + " lacks event " + event.text() + ", which " + other->name() + " had confirmed");
      }
    }
  }
}

void Trusts::bring_back() {
  const std::vector<ByteView> commits(old_copy_.begin(), old_copy_.end());
  Space& people = (*desks_[0])->space_of(SpaceKind::people);
  must(people.log.append_untrusted(commits), "an old copy");
  must(people.fold.rebuild(people.log), "an old copy");
}

// No word is on a disk, or came over a wire, where it has no business; those of people are nowhere in plain sight.
void Trusts::check_secrets() {
  for (const auto& desk : desks_) {
    std::set<SpaceId> knows;
    std::set<SpaceId> foreign;
    for (const Space& space : (*desk)->spaces()) knows.insert(space.id);
    for (const auto& other : desks_) {
      for (const SpaceId& id : own_spaces(*other)) {
        if (!knows.contains(id)) foreign.insert(id);
      }
    }
    // A version that is signed holds what the trust's other laptop sees of its cycles.
    for (const auto& other : desks_) {
      if (signed_.empty() || !are_sisters(*desk, *other)) continue;
      for (const Space& space : (*other)->spaces()) {
        if (space.kind == SpaceKind::cycle) knows.insert(space.id);
      }
    }
    std::set<std::uint64_t> found = canaries_in(desk->heard);
    found.merge(canaries_below(desk->folder));
    for (const std::uint64_t word : found) {
      const Secret& secret = secrets_.at(word);
      if (secret.is_sealed) wrong("a word about a person stands in plain sight on the disk of " + desk->name());
      if (std::none_of(secret.spaces.begin(), secret.spaces.end(), [&](const SpaceId& id) { return knows.contains(id); })) wrong(desk->name() + " has a private word of another trust: " + canary(word));
    }
    for (const SpaceId& id : foreign) {
      if (desk->heard.find(text_of(id.view())) != std::string::npos) wrong(desk->name() + " was told of a space that is not for it");
    }
  }
}

// Whoever holds a space holds the attachments that its live records name, byte for byte.
void Trusts::check_attachments() {
  for (const auto& desk : desks_) {
    for (const Space& space : (*desk)->spaces()) {
      if (is_out(*desk, space.id)) continue;
      std::vector<Hash> named;
      must(space.fold.for_each("file", [&](const EntityState& state) {
        const Record record(*find_record_type("file"), state);
        for (const Value& value : record.values("content")) {
          if (!record.is_removed() && std::holds_alternative<AttachedBlob>(value)) named.push_back(std::get<AttachedBlob>(value).root);
        }
        return true;
      }), "list attachments");
      if (named.empty()) continue;
      const BlobStore blobs = must(BlobStore::open(space.folder / "blobs", OpenMode::read_only), desk->name() + " opens its attachments");
      for (const Hash& root : named) {
        Bytes bytes;
        must(blobs.get(*BlobAddress::from(root.view()), [&](ByteView chunk) -> Result<void> { return bytes.insert(bytes.end(), chunk.begin(), chunk.end()), Result<void>(); }), desk->name() + " reads an attachment");
        if (bytes != attached_.at(root)) wrong(desk->name() + " holds another attachment than was attached");
      }
    }
  }
}

// Of people who were erased nothing can be read, nothing is listed, and no sealed byte lies in a log; and whoever lists
// something finds something in it.
void Trusts::check_erased() {
  for (const auto& desk : desks_) {
    std::set<EntityId> gone;
    for (const Person& person : people_) {
      if (person.is_erased && person.trust == desk->trust) gone.insert(person.records.begin(), person.records.end());
    }
    const Space& people = (*desk)->space_of(SpaceKind::people);
    must(must(people.log.read(), "read").scan(1, [&](Arrival, const CommitView& commit) {
      must(commit.walk([&](std::size_t, const EventView& event) {
        if (gone.contains(event.header.entity) && !event.header.key.is_zero() && event.body_state == BodyState::present) wrong(desk->name() + " holds sealed bytes of a person who was erased");
        return true;
      }), "walk");
      return true;
    }), "scan");
    for (const RecordSpec& spec : vocabulary()) {
      if (home_of(spec) != SpaceKind::people) continue;
      for (const Record& record : must((*desk)->records(spec.name), "list records")) {
        if (gone.contains(record.id())) wrong(desk->name() + " lists a " + std::string(spec.name) + " of a person who was erased");
        const auto& fields = record.state().fields;
        if (std::none_of(fields.begin(), fields.end(), [](const FieldState& field) { return !field.values.empty() || !field.items.empty(); })) wrong(desk->name() + " lists a " + std::string(spec.name) + " with nothing in it");
      }
    }
  }
}

}  // namespace evenhand::simulation
