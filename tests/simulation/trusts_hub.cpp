// Trusts that meet at a hub, each when it likes.
#include "core/codec/archive.h"
#include "tests/simulation/trusts.h"

namespace evenhand::simulation {

void Trusts::begin_hub() {
  hub_.emplace(folder_ / "hub", shared_, random_.next());
  Desk& host = *desks_[0];
  const PublicKey& key = hub_->device.public_key();
  const AuthorityDrafts admission = {{std::string(authority_type::kCertified), encode(Certificate::make(host->keystore().root(), shared_, host->organisation(), key, "Hub"))},
                                     {std::string(authority_type::kGranted), encode(Grant{key, Capabilities(Capability::relay).bits()})}};
  must(host->submit_authority(shared_, admission), "a hub is let in");
}

Meeting Trusts::meet_hub(Desk& desk, Fault fault, std::optional<std::uint64_t> room_bytes) {
  const PublicKey& key = hub_->device.public_key();
  WorkspaceReplica replica(*desk, [&](const PublicKey& partner) { return partner == key; });
  const Party left{replica, desk.memory, desk.random, desk.room_bytes}, right{*hub_->replica, hub_->memory, hub_->random, room_bytes, &hub_->heard};
  const Meeting meeting = converse(left, right, fault, random_, random_.chance(70));
  ++tally_.hub_meetings;
  if (meeting.agreed) desk.confirmed[shared_] = desk.held(shared_);
  return meeting;
}

void Trusts::let_meet_hub() {
  const std::vector<Desk*> members = holders(shared_);
  Desk& desk = *members[random_.below(members.size())];
  const std::uint64_t what = random_.below(10);
  if (what == 0) {
    hub_->wipe();
    ++tally_.hub_wipes;
    tell_("the hub is wiped");
  } else if (what == 1) {
    hub_->open();
    tell_("the hub starts again");
  }
  const Fault fault = random_.chance(50) ? Fault::none : static_cast<Fault>(random_.below(7));
  const bool is_full = random_.chance(10);
  const Meeting meeting = meet_hub(desk, fault, is_full ? std::optional(random_.below(200'000)) : std::nullopt);
  if (is_full) hub_->open();
  tell_(desk.name() + " meets the hub, " + to_word(fault) + (is_full ? ", whose disk is full" : "") + ": " + (meeting.agreed ? "agreed" : meeting.left.why.what));
}

// What they share comes to all of them although no two of them meet.
void Trusts::heal_at_hub() {
  const std::vector<Desk*> members = holders(shared_);
  tell_("everybody meets the hub, and nobody else");
  bool anything = true;
  for (int round = 0; anything; ++round) {
    if (round == 10) wrong("ten rounds of meetings at the hub, and something is still new");
    anything = round == 0;
    for (Desk* desk : members) {
      const Meeting meeting = meet_hub(*desk, Fault::none, {});
      for (const SpaceOutcome& outcome : meeting.left.spaces) anything = anything || outcome.events_new > 0;
      for (const SpaceOutcome& outcome : meeting.right.spaces) anything = anything || outcome.events_new > 0;
      anything = anything || meeting.left.attachments_received > 0 || meeting.right.attachments_received > 0;
      if (!meeting.agreed) wrong(desk->name() + " and the hub do not agree: " + meeting.left.why.sentence() + " / " + meeting.right.why.sentence());
    }
  }
  check_space_agrees(shared_);
}

// It carries what it cannot read: no word that anybody wrote stands on its disk, or came to it in plain sight.
void Trusts::check_hub() {
  hub_->replica.reset();
  std::set<std::uint64_t> found = canaries_in(hub_->heard);
  found.merge(canaries_below(hub_->folder));
  if (!found.empty()) wrong("the hub can read " + canary(*found.begin()));
  for (const auto& desk : desks_) {
    for (const Space& space : (*desk)->spaces()) {
      if (space.id != shared_ && hub_->heard.find(text_of(space.id.view())) != std::string::npos) wrong("the hub was told of a space that it does not serve");
    }
  }
}

}  // namespace evenhand::simulation
