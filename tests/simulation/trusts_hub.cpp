// Trusts that meet at a hub, each when it likes.
#include "core/codec/archive.h"
#include "core/event/layout.h"
#include "core/engine/attachments.h"
#include "sync/protocol/compress.h"
#include "tests/simulation/planted_hubs.h"
#include "tests/simulation/trusts.h"
#include "tests/support/hub_attacks.h"

namespace evenhand::simulation {

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
  ForgetfulHub forgetful(*hub_->replica);
  Replica* hub = &*hub_->replica;
  if (options_.planted == Planted::stops_at_false_frames) hub = &older;
  if (options_.planted == Planted::forgets_an_end) hub = &forgetful;
  const Party left{replica, desk.memory, desk.random, desk.room_bytes}, right{*hub, hub_->memory, hub_->random, room_bytes, &hub_->heard};
  const Meeting meeting = converse(left, right, fault, random_, random_.chance(70));
  ++tally_.hub_meetings;
  tally_.passed_over += meeting.left.passed_over.size();
  for (const SpaceOutcome& space : meeting.left.spaces) {
    for (const ChainId& chain : space.left_out) check_left_out(desk, space.space, chain);
  }
  if (meeting.agreed) desk.confirmed[shared_] = desk.held(shared_);
  return meeting;
}

// An admin that had not heard of its return made it, and hands it on once it has.
bool Trusts::lacks_a_key(Desk& desk, const SpaceId& space) {
  const auto& epochs = desk->find_space(space)->fold.access().epochs();
  return std::any_of(epochs.begin(), epochs.end(), [&](const KeyEpoch& epoch) { return desk->epoch_key(space, epoch.key) == nullptr; });
}

// What nothing can bring in step is somebody's who means harm: no honest work is left out, but for a while that of which somebody hid the texts, and that whose key is on its way.
void Trusts::check_left_out(Desk& desk, const SpaceId& space, const ChainId& chain) {
  ++tally_.left_out;
  const auto state = must(desk->find_space(space)->log.read(), "read").chain(chain);
  if (state && state->descriptor.device == hostile_.public_key()) return;
  if (!are_texts_hidden_ && !lacks_a_key(desk, space)) wrong(desk.name() + " leaves out an honest chain at the hub: " + chain.hex());
}

bool Trusts::leaves_honest_work_out(Desk& desk, const SpaceOutcome& outcome) {
  if (outcome.left_out.empty()) return false;
  const LogReadView view = must(desk->find_space(outcome.space)->log.read(), "read");
  return std::any_of(outcome.left_out.begin(), outcome.left_out.end(), [&](const ChainId& chain) {
    const auto state = view.chain(chain);
    return !state || state->descriptor.device != hostile_.public_key();
  });
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
  const auto one_of = [&](const auto& attacks, std::uint64_t& seen) -> const test::HubAttack& {
    const std::size_t which = random_.below(std::size(attacks));
    seen |= std::uint64_t{1} << which;
    return attacks[which];
  };
  const test::HubAttack& attack = random_.chance(30) ? one_of(test::kHubKnots, tally_.hub_knots_seen) : one_of(test::kHubAttacks, tally_.hub_attacks_seen);
  tell_(std::string("attack: ") + attack.name + ", with what " + desk.name() + " has");
  ++tally_.hub_attacks;
  are_texts_hidden_ = are_texts_hidden_ || &attack == &test::kHubKnots[test::kKnotWithoutTexts];
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
      for (const SpaceOutcome& outcome : meeting.left.spaces) anything = anything || leaves_honest_work_out(*desk, outcome);
      anything = anything || meeting.left.attachments_received > 0 || meeting.right.attachments_received > 0;
      // A false copy of an attachment was found; who has the right one is asked for it when they come.
      const bool waits = round < 4 && ((meeting.left.attachments_lacking > 0 && !meeting.left.passed_over.empty()) || (meeting.left.attachments_sealed > 0 && lacks_a_key(*desk, shared_)));
      anything = anything || waits;
      if (!meeting.agreed && !waits) wrong(desk->name() + " and the hub do not agree: " + meeting.left.why.sentence() + " / " + meeting.right.why.sentence());
    }
  }
  check_space_agrees(shared_);
}

// A frame of everything that the first laptop wrote there, signed as any other, and only compressed.
void Trusts::pack_unsealed() {
  Desk& desk = *desks_[0];
  meet_hub(desk, Fault::none, {});
  LogSpace log(desk->find_space(shared_)->log);
  for (const VersionVector::Entry& entry : must(log.vector(), "a vector").entries) {
    std::uint64_t cursor = 0;
    const auto segment = must(log.next_segment(entry.chain, 0, cursor), "a segment");
    const bool is_data = must(log.lane_of(entry.chain), "a lane") == Lane::data;
    if (!is_data || must(must(desk->find_space(shared_)->log.read(), "read").chain(entry.chain), "a chain").descriptor.device != desk.device()) continue;
    SegmentRange range = segment->range;
    range.chain = random_.make_id<ChainId>();  // the hub has this one sealed
    Bytes frame = must(pack_frame(shared_, range, segment->payload, desk->current_epoch(shared_), desk->keystore().device(), desk.random), "a frame");
    frame.resize(kFrameHeaderBytes);
    const Bytes plain = compress(segment->payload);
    layout::put(&frame[8], static_cast<std::uint32_t>(plain.size()));
    static constexpr std::string_view kDomain{"evenhand/frame/1\0", 17};
    const Signature signature = desk->keystore().device().sign(sha256({view_of(kDomain), ByteView(frame).first(192), sha256(plain).view()}).view());
    std::copy(signature.bytes.begin(), signature.bytes.end(), frame.begin() + 192);
    frame.insert(frame.end(), plain.begin(), plain.end());
    const Segment one{range, SegmentForm::frame, std::move(frame)};
    must(hub_->replica->view(shared_, desk.device()).store({&one, 1}), "the hub takes it");
  }
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
