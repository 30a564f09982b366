// Trusts that meet at a hub, each when it likes.
#include "core/codec/archive.h"
#include "core/engine/attachments.h"
#include "tests/simulation/trusts.h"
#include "tests/support/hub_attacks.h"

namespace evenhand::simulation {

namespace {

// A hub of a version that cannot be told to pass over, for a planted bug.
struct OlderHub : Replica {
  explicit OlderHub(RelayReplica& hub) : hub_(hub) {}
  const PublicKey& device() const override { return hub_.device(); }
  std::string title() const override { return hub_.title(); }
  std::vector<ReplicaSpace*> spaces_for(const PublicKey& partner) override { return hub_.spaces_for(partner); }
  Result<bool> welcome_space(const PublicKey& partner, const SpaceId& space) override { return hub_.welcome_space(partner, space); }
  Result<void> settle() override { return hub_.settle(); }
  RelayReplica& hub_;
};

}  // namespace

void Trusts::begin_hub() {
  hub_.emplace(folder_ / "hub", shared_, random_.next());
  Desk& host = *desks_[0];
  const PublicKey& key = hub_->device.public_key();
  const AuthorityDrafts admission = {{std::string(authority_type::kCertified), encode(Certificate::make(host->keystore().root(), shared_, host->organisation(), key, "Hub"))},
                                     {std::string(authority_type::kGranted), encode(Grant{key, Capabilities(Capability::relay).bits()})},
                                         {std::string(authority_type::kCertified), encode(Certificate::make(host->keystore().root(), shared_, host->organisation(), hostile_.public_key(), "Hostile"))},
                                         {std::string(authority_type::kGranted), encode(Grant{hostile_.public_key(), (Capability::read | Capability::contribute).bits()})}};
  must(host->submit_authority(shared_, admission), "a hub is let in, and somebody who means harm");
}

Meeting Trusts::meet_hub(Desk& desk, Fault fault, std::optional<std::uint64_t> room_bytes) {
  const PublicKey& key = hub_->device.public_key();
  WorkspaceReplica replica(*desk, [&](const PublicKey& partner) { return partner == key; });
  OlderHub older(*hub_->replica);
  Replica& hub = options_.planted == Planted::stops_at_false_frames ? static_cast<Replica&>(older) : *hub_->replica;
  const Party left{replica, desk.memory, desk.random, desk.room_bytes}, right{hub, hub_->memory, hub_->random, room_bytes, &hub_->heard};
  const Meeting meeting = converse(left, right, fault, random_, random_.chance(70));
  ++tally_.hub_meetings;
  tally_.passed_over += meeting.left.passed_over.size();
  if (meeting.agreed) desk.confirmed[shared_] = desk.held(shared_);
  return meeting;
}

// With events that this desk has and the hub may not have yet, and attachments that it may have or not.
void Trusts::attack_hub(Desk& desk) {
  const Space& space = *desk->find_space(shared_);
  const SealKey* const epoch = desk->current_epoch(shared_);
  LogSpace log(const_cast<Space&>(space).log);
  const VersionVector vector = must(log.vector(), "a vector");
  std::vector<Segment> targets;
  for (const VersionVector::Entry& entry : vector.entries) {
    if (must(log.lane_of(entry.chain), "a lane") != Lane::data) continue;
    std::uint64_t cursor = 0;
    auto target = must(log.next_segment(entry.chain, random_.chance(50) ? 0 : entry.ends.back().seq - 1, cursor), "a segment");
    if (target) targets.push_back(std::move(*target));
  }
  if (targets.empty() || epoch == nullptr || !hub_->replica->is_known(hostile_.public_key())) return;
  std::vector<wire::BlobId> attachments;
  for (const auto& [address, is_here] : must(named_attachments(space), "attachments")) attachments.push_back(address);
  const test::HubAttack& attack = test::kHubAttacks[random_.below(std::size(test::kHubAttacks))];
  tell_(std::string("attack: ") + attack.name + ", with what " + desk.name() + " has");
  ++tally_.hub_attacks;
  attack.run({hub_->replica->view(shared_, hostile_.public_key()), hostile_, *epoch, targets[random_.below(targets.size())], attachments, random_});
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
  if (random_.chance(25)) attack_hub(desk);
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
      // A false copy of an attachment was found; who has the right one is asked for it when they come.
      const bool waits = round < 4 && meeting.left.attachments_lacking > 0 && !meeting.left.passed_over.empty();
      anything = anything || waits;
      if (!meeting.agreed && !waits) wrong(desk->name() + " and the hub do not agree: " + meeting.left.why.sentence() + " / " + meeting.right.why.sentence());
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
