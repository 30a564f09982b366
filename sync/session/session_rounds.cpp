#include "sync/session/session_state.h"

namespace evenhand {

using session_detail::Phase;
using session_detail::SpaceExchange;
using wire::MessageType;
using wire::VectorBase;

Result<void> Session::State::agree(SpaceExchange& space, const Agreed& agreed) {
  const auto before = memory.agreed(partner, space.space_->id());
  if (!before || before->log_digest != agreed.log_digest || before->left_out != agreed.left_out) memory.remember(partner, space.space_->id(), agreed);
  space.phase_ = Phase::agreed;
  space.note_left_out(outcome);
  space.forget();
  return {};
}

// The hub shows the space otherwise from here on, so what was tried before counts no more.
Result<void> Session::State::on_pass_over(const wire::PassOver& message) {
  EVENHAND_TRY(SpaceExchange* const space, space_of(message.space));
  if (!may_pass_over) return refused("the partner passes over without having said that it may");
  if (++idle_messages > kIdleMessagesMax) return refused("the partner talks without saying anything");
  space->forget_attempts();
  return space->space_->pass_over(message.packer);
}

void Session::State::tell_false(SpaceExchange& space, const std::vector<FalsePacking>& found) {
  for (const FalsePacking& one : found) {
    if (!may_pass_over || !space.passed_over_.insert(one.packer).second) continue;
    say(wire::to_message(wire::PassOver{space.number_, one.packer}));
    outcome.passed_over.push_back(one.why);
    space.forget_attempts();
  }
}

Result<void> Session::State::begin_round(SpaceExchange& space) {
  EVENHAND_CHECK(space.begin_round());
  say(wire::to_message(space.whole_vector(false)));
  space.told_whole_ = true;
  return {};
}

// The first vector of whoever knows by now, or cannot know, what the partner holds.
Result<void> Session::State::answer_changes(SpaceExchange& space, const std::optional<Agreed>& agreed) {
  const auto changes = agreed ? space.changes_to(agreed->vector) : std::nullopt;
  if (changes) {
    say(wire::to_message(*changes));
    return know_theirs(space);
  }
  space.theirs_.reset();
  space.told_whole_ = true;
  say(wire::to_message(space.whole_vector(true)));
  return {};
}

Result<void> Session::State::on_vector(const wire::VectorMessage& message) {
  // The initiator remembers a space that this side has lost, or keeps from it: it does not know yet, and tells what changed.
  const bool is_not_here = !is_initiator() && message.space < spaces.size() && !spaces[message.space].space_;
  if (is_not_here && message.base == VectorBase::remembered) {
    return ++idle_messages > kIdleMessagesMax ? refused("the partner talks without saying anything") : Result<void>{};
  }
  EVENHAND_TRY(SpaceExchange* const space, space_of(message.space));
  if (space->phase_ != Phase::waiting || space->theirs_) {
    // Sent before our verdict reached the partner; it has no meaning any more.
    const bool is_too_early = space->round_ <= 1 && space->is_done() && !is_initiator() && message.base == VectorBase::remembered;
    return is_too_early && !space->told_whole_ ? Result<void>{} : refused("the partner tells its vector when it is not its turn");
  }
  if (message.base == VectorBase::remembered) {
    const auto agreed = memory.agreed(partner, space->space_->id());
    const bool is_known = agreed && wire::print_of(agreed->vector) == message.print;
    if (!is_initiator() && space->awaits_changes_) {
      space->awaits_changes_ = false;
      if (!is_known) return answer_changes(*space, std::nullopt);
      EVENHAND_CHECK(space->set_theirs(message, &agreed->vector));
      return answer_changes(*space, agreed);
    }
    // A meeting that only the partner remembers, after which nothing changed here: what it remembers is our own vector.
    const bool is_ours = !is_known && wire::print_of(space->mine_) == message.print;
    if (!is_initiator() || space->round_ != 1 || (!is_known && !is_ours)) return refused("the partner changes a vector that nobody remembers");
    EVENHAND_CHECK(space->set_theirs(message, is_ours ? &space->mine_ : &agreed->vector));
    return know_theirs(*space);
  }
  if (message.base == VectorBase::yours) {
    if (!space->told_whole_ || space->round_ != 1) return refused("the partner changes a vector that it was not told");
    EVENHAND_CHECK(space->set_theirs(message, &space->mine_));
    return know_theirs(*space);
  }
  if (space->awaits_changes_ || (space->round_ == 1 && space->told_whole_)) return refused("the partner tells its vector when it is not its turn");
  EVENHAND_CHECK(space->set_theirs(message, nullptr));
  if (!space->told_whole_) {
    EVENHAND_CHECK(leave_chains_out(*space));  // before the partner plans
    say(wire::to_message(space->changes_to_theirs()));
  }
  return know_theirs(*space);
}

// Equal vectors of unequal logs: two events may share the 8 bytes that a vector tells of them, or a body is missing.
Result<void> Session::State::know_theirs(SpaceExchange& space) {
  space.named_ = false;
  std::size_t chains = 0;
  for (const SpaceExchange& other : spaces) chains += other.is_done() ? 0 : other.chain_count();
  if (chains > kChainsPerSessionMax) return refused("the partner names more chains than one exchange can compare");
  if (!space.vectors_agree()) return plan(space);
  EVENHAND_CHECK(space.read_heads());
  say(wire::to_message(wire::Heads{space.number_, space.my_heads_}));
  space.phase_ = Phase::heads;
  return {};
}

Result<void> Session::State::on_heads(const wire::Heads& message) {
  EVENHAND_TRY(SpaceExchange* const space, space_of(message.space));
  if (space->phase_ != Phase::heads) return refused("the partner tells full heads when it is not its turn");
  if (!message.heads.empty() && message.heads.size() != space->mine_.entries.size()) return corrupt("the partner tells heads for other chains than it named");
  space->their_heads_ = message.heads;
  return plan(*space);
}

Result<void> Session::State::plan(SpaceExchange& space) {
  EVENHAND_CHECK(leave_chains_out(space));
  EVENHAND_TRY(const wire::Plan made, space.make_plan());
  progress.events_to_send += made.events;
  say(wire::to_message(made));
  return {};
}

Result<void> Session::State::on_plan(const wire::Plan& message) {
  EVENHAND_TRY(SpaceExchange* const space, space_of(message.space));
  if (space->phase_ != Phase::streaming || space->got_plan_) return refused("the partner tells its plan when it is not its turn");
  space->got_plan_ = true;
  progress.events_to_receive += std::min(message.events, VersionVector::kSeqMax);
  EVENHAND_TRY(const std::uint64_t more, space->add_whole(message.whole));
  if (more == 0) return {};
  progress.events_to_send += more;
  say(wire::to_message(wire::Coming{space->number_, more}));
  return {};
}

Result<void> Session::State::on_coming(const wire::Coming& message) {
  EVENHAND_TRY(SpaceExchange* const space, space_of(message.space));
  if (space->phase_ != Phase::streaming || space->got_sent_) return refused("the partner promises events when it is not its turn");
  if (++idle_messages > kIdleMessagesMax) return refused("the partner talks without saying anything");
  progress.events_to_receive += std::min(message.events, VersionVector::kSeqMax);
  return {};
}

Result<void> Session::State::on_sent(std::size_t number) {
  EVENHAND_TRY(SpaceExchange* const space, space_of(number));
  if (space->phase_ != Phase::streaming || !space->got_plan_ || space->got_sent_) return refused("the partner ends what it had not begun");
  space->got_sent_ = true;
  return {};
}

Result<void> Session::State::on_end(const wire::EndOfRound& message) {
  EVENHAND_TRY(SpaceExchange* const space, space_of(message.space));
  if (!space->got_sent_ || space->their_end_ || space->phase_ != Phase::streaming) return refused("the partner tells its digest when it is not its turn");
  if (!space->unanswered_.empty()) return refused("the partner ends a round and has not answered what is left out");
  space->their_end_ = message;
  space->space_->partner_lacks(message.missing);
  // At once, because the partner may go on to the next round in the same breath.
  return space->my_digest_ ? compare_ends(*space) : Result<void>{};
}

// What can be said now: that all is sent, then the digest, then, when digests differ, the next round's vector.
Result<void> Session::State::advance_rounds() {
  for (SpaceExchange& space : spaces) {
    if (space.phase_ != Phase::streaming) continue;
    if (space.got_plan_ && space.sends_.empty() && !held_back && !ahead && !space.sent_sent_) {
      space.sent_sent_ = true;
      say(wire::to_message(MessageType::sent, space.number_));
    }
    if (space.sent_sent_ && space.got_sent_ && !space.my_digest_) EVENHAND_CHECK(end_round(space));
    if (space.my_digest_ && space.their_end_) EVENHAND_CHECK(compare_ends(space));
  }
  return {};
}

Result<void> Session::State::end_round(SpaceExchange& space) {
  space.space_->round_ends();
  EVENHAND_TRY(space.my_missing_, space.space_->missing_bodies(kMissingBodiesMax));
  if (!space.my_missing_.empty() && anything_new) {  // the orders that took them may have come with them, and are not folded yet
    EVENHAND_CHECK(settle_once());
    EVENHAND_TRY(space.my_missing_, space.space_->missing_bodies(kMissingBodiesMax));
  }
  const std::vector<Reference> told = space.my_missing_;  // a hub asks others also for what is left out here
  std::erase_if(space.my_missing_, [&](const Reference& one) { return space.left_out_.contains(one.chain); });
  EVENHAND_CHECK(space.note_where_no_room());
  EVENHAND_TRY(space.my_digest_, space.digest_now());
  EVENHAND_TRY(space.my_end_.vector, space.vector_now());
  space.my_end_.log_digest = *space.my_digest_;
  space.my_end_.left_out.clear();
  for (const auto& [chain, one] : space.left_out_) space.my_end_.left_out.emplace(chain, one.at);
  const auto digest = binding.digest(space.space_->id(), *space.my_digest_, is_initiator());
  say(wire::to_message(wire::EndOfRound{space.number_, digest, told}));
  return {};
}

Result<void> Session::State::compare_ends(SpaceExchange& space) {
  if (binding.digest(space.space_->id(), *space.my_digest_, !is_initiator()) == space.their_end_->digest) return agree(space, space.my_end_);
  space.their_missing_ = space.their_end_->missing;
  if (space.round_ < kRoundsMax) return begin_round(space);
  const bool lacks_bodies = !space.my_missing_.empty() || !space.their_missing_.empty();
  leave_out(space, lacks_bodies ? "some texts are missing on both sides; a device that has them is needed"
                                : "the two logs still differ after everything was exchanged: people may be writing right now, or run evenhand doctor on both");
  return {};
}

}  // namespace evenhand
