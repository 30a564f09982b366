// Chains that would keep a space from ever ending in step. At a hub: of which the hub holds what nobody can use, or this device what it may
// not give; the member finds them, and tells the hub (docs/decisions/0064-leaving-out.md). Anywhere: of which a bound leaves no room for more;
// whoever has none tells the other (docs/decisions/0067-no-room.md). Both leave them out of what they compare, and everything else goes on.

#include "core/event/limits.h"
#include "sync/session/session_state.h"

namespace evenhand {

namespace session_detail {

namespace {

/// In the first of them each gives what the other seems to lack, in the second everything.
constexpr std::size_t kRoundsInVain = 2;

void put(Bytes& bytes, const wire::WireEnds& ends) {
  const auto put_number = [&](std::uint64_t number) {
    std::array<std::uint8_t, 8> eight;
    put_u64_be(eight.data(), number);
    bytes.insert(bytes.end(), eight.begin(), eight.end());
  };
  put_number(ends.total);
  for (const VersionVector::End& end : ends.ends) {
    put_number(end.seq);
    bytes.insert(bytes.end(), end.head.bytes.begin(), end.head.bytes.end());
  }
}

BothEndsPrint print_of(const wire::WireEnds& mine, const wire::WireEnds& theirs) {
  static constexpr std::string_view kDomain{"evenhand/both-ends/1\0", 21};
  Bytes bytes;
  put(bytes, mine);
  put(bytes, theirs);
  return *BothEndsPrint::from(sha256({view_of(kDomain), bytes}).view().first(BothEndsPrint::kSize));
}

}  // namespace

Result<VersionVector> SpaceExchange::vector_now() const {
  EVENHAND_TRY(VersionVector vector, space_->vector());
  std::erase_if(vector.entries, [&](const VersionVector::Entry& entry) { return left_out_.contains(entry.chain); });
  return vector;
}

Result<Hash> SpaceExchange::digest_now() const {
  if (left_out_.empty()) return space_->log_digest();
  std::set<ChainId> without;
  for (const auto& [chain, one] : left_out_) without.insert(chain);
  return space_->digest_without(without);
}

Result<void> SpaceExchange::read_heads() {
  my_heads_.clear();
  EVENHAND_TRY(const VersionVector all, space_->vector());
  EVENHAND_TRY(const VersionVector now, vector_now());
  if (now != mine_) return {};
  EVENHAND_TRY(const std::vector<Hash> heads, space_->full_heads());
  for (std::size_t i = 0; i < heads.size(); ++i) {
    if (!left_out_.contains(all.entries[i].chain)) my_heads_.push_back(heads[i]);
  }
  return {};
}

std::vector<SpaceExchange::Difference> SpaceExchange::differences() {
  std::vector<Difference> found;
  std::set<const TheirChain*> common;
  const bool are_heads_known = their_heads_ && their_heads_->size() == mine_.entries.size() && my_heads_.size() == mine_.entries.size();
  for (std::size_t i = 0; i < mine_.entries.size(); ++i) {
    const VersionVector::Entry& entry = mine_.entries[i];
    const TheirChain* const their = theirs_->find(entry.chain);
    common.insert(their);
    Difference one{entry.chain, wire::wire_ends(entry.ends), their != nullptr ? their->ends : wire::WireEnds()};
    const bool lacks_texts = std::any_of(my_missing_.begin(), my_missing_.end(), [&](const Reference& missing) { return missing.chain == entry.chain; });
    const auto before = remembered_->find(entry.chain);
    const bool lacked_texts = before != remembered_->end() && before->second.on == print_of(one.mine, one.theirs);
    if (one.mine != one.theirs || lacks_texts || lacked_texts || (are_heads_known && (*their_heads_)[i] != my_heads_[i])) found.push_back(std::move(one));
  }
  for (const TheirChain& their : theirs_->chains) {
    if (common.contains(&their)) continue;
    if (theirs_->chain_bytes == ChainId::kSize) {
      found.push_back({their.chain, {}, their.ends});
      continue;
    }
    // Told by its beginning; only one that is known from the last time can be named.
    const auto known = remembered_->lower_bound(their.chain);
    if (known != remembered_->end() && theirs_->find(known->first) == &their) found.push_back({known->first, {}, their.ends});
  }
  return found;
}

Result<LeftOut> SpaceExchange::kind_of(const Difference& one) const {
  if (one.theirs.total != one.theirs.ends.size()) return LeftOut::stands_on_unshown;
  for (const VersionVector::End& end : one.theirs.ends) {
    EVENHAND_TRY(const bool is_here, space_->has({one.chain, end.seq, end.head}));
    if (!is_here) return LeftOut::stands_on_unshown;
  }
  if (one.mine == one.theirs) return LeftOut::lacks_texts;
  const auto& named = one.theirs.ends;
  const bool is_all_there = std::all_of(one.mine.ends.begin(), one.mine.ends.end(), [&](const VersionVector::End& end) { return std::find(named.begin(), named.end(), end) != named.end(); });
  return is_all_there ? LeftOut::torn : LeftOut::ahead;
}

Result<std::vector<wire::LeaveOut::Item>> SpaceExchange::choose_left_out() {
  std::vector<wire::LeaveOut::Item> chosen;
  std::map<ChainId, Standing> standing;
  for (const Difference& one : differences()) {
    if (left_out_.contains(one.chain)) continue;
    const bool is_here = one.mine.total > 0;
    EVENHAND_TRY(const Lane lane, is_here ? space_->lane_of(one.chain) : Result<Lane>(Lane::data));
    const auto before = remembered_->find(one.chain);
    if (lane != Lane::data || (!is_here && !data_seen_.contains(one.chain) && before == remembered_->end())) continue;
    const BothEndsPrint print = print_of(one.mine, one.theirs);
    const auto known = standing_.find(one.chain);
    const Standing now = known != standing_.end() && known->second.on == print ? known->second : Standing{print, round_};
    standing.emplace(one.chain, now);
    bool is_as_last_time = before != remembered_->end() && before->second.on == print;
    if ((!is_as_last_time && round_ - now.since < kRoundsInVain) || left_out_.size() >= kChainsPerSpaceMax) continue;
    EVENHAND_TRY(const LeftOut kind, kind_of(one));
    is_as_last_time = is_as_last_time && !(kind == LeftOut::ahead && space_->gives_data());  // what it had to keep back it may give by now
    if (!is_as_last_time && round_ - now.since < kRoundsInVain) continue;
    left_out_.emplace(one.chain, OneLeftOut{{print, {}}, kind});
    chosen.push_back({one.chain, is_as_last_time ? before->second.held : ChainPrint()});
  }
  standing_ = std::move(standing);
  std::sort(chosen.begin(), chosen.end(), [](const auto& a, const auto& b) { return a.chain < b.chain; });
  if (chosen.empty()) return chosen;
  std::vector<ChainId>& asked = unanswered_.emplace_back();
  for (const auto& item : chosen) asked.push_back(item.chain);
  return chosen;
}

// One that the hub does not leave out takes part again: what came to the hub since may be what was missing.
Result<void> SpaceExchange::take_answer(const std::vector<ChainPrint>& held) {
  if (unanswered_.empty() || unanswered_.front().size() != held.size()) return refused("the partner answers for other chains than were left out");
  for (std::size_t i = 0; i < held.size(); ++i) {
    const ChainId& chain = unanswered_.front()[i];
    left_out_.at(chain).at.held = held[i];
    if (!held[i].is_zero()) continue;
    left_out_.erase(chain);
    remembered_->erase(chain);
  }
  unanswered_.pop_front();
  return {};
}

Result<std::vector<ChainPrint>> SpaceExchange::take_left_out(const std::vector<wire::LeaveOut::Item>& chains) {
  if (left_out_.size() + chains.size() > kChainsPerSpaceMax) return refused("the partner leaves out more chains than a space may have");
  std::vector<ChainPrint> answer;
  for (const auto& [chain, held_then] : chains) {
    EVENHAND_TRY(const Lane lane, space_->lane_of(chain));
    if (lane != Lane::data) return refused("the partner leaves out a chain of the authority lane", chain.hex());
    if (left_out_.contains(chain)) return refused("the partner leaves out a chain twice", chain.hex());
    EVENHAND_TRY(const ChainPrint held, space_->print_of_chain(chain));
    const bool is_left_out = held_then.is_zero() || held_then == held;
    answer.push_back(is_left_out ? held : ChainPrint());
    if (is_left_out) left_out_.emplace(chain, OneLeftOut());
  }
  drop_sends();
  return answer;
}

Result<std::vector<ChainId>> SpaceExchange::close(const std::vector<ChainId>& chains, bool is_lasting) {
  if (left_out_.size() + chains.size() > kChainsPerSpaceMax) return refused("the partner leaves out more chains than a space may have");
  OneLeftOut one;
  one.has_no_room = true;
  one.is_lasting = is_lasting;
  if (!is_at_hub()) one.why = LeftOut::no_room;
  std::vector<ChainId> closed;
  for (const ChainId& chain : chains) {
    if (left_out_.emplace(chain, one).second) closed.push_back(chain);
  }
  drop_sends();
  return closed;
}

Result<std::vector<ChainId>> SpaceExchange::still_without_room() {
  std::vector<ChainId> still;
  const auto found_none = [](const auto& one) { return one.second.held.is_zero() && !one.second.on.is_zero(); };
  if (std::none_of(remembered_->begin(), remembered_->end(), found_none)) return still;
  for (const Difference& one : differences()) {
    const auto before = remembered_->find(one.chain);
    if (before != remembered_->end() && found_none(*before) && before->second.on == print_of(one.mine, one.theirs)) still.push_back(one.chain);
  }
  std::sort(still.begin(), still.end());
  EVENHAND_TRY(still, close(still, true));
  for (const ChainId& chain : still) left_out_.at(chain).at = remembered_->at(chain);
  return still;
}

bool SpaceExchange::takes_no_more(const ChainId& chain) const {
  const auto found = left_out_.find(chain);
  return found != left_out_.end() && found->second.has_no_room;
}

// In the round in which it was found: later ones do not name the chain any more.
Result<void> SpaceExchange::note_where_no_room() {
  std::optional<VersionVector> here;
  for (auto& [chain, one] : left_out_) {
    if (!one.is_lasting || !one.at.on.is_zero()) continue;
    if (!here) {
      EVENHAND_TRY(here, space_->vector());
    }
    const VersionVector::Entry* const mine = here->find(chain);
    const TheirChain* const theirs = theirs_->find(chain);
    one.at.on = print_of(mine != nullptr ? wire::wire_ends(mine->ends) : wire::WireEnds(), theirs != nullptr ? theirs->ends : wire::WireEnds());
  }
  return {};
}

void SpaceExchange::note_left_out(SessionOutcome& outcome) {
  for (const auto& [chain, one] : left_out_) {
    outcome_.left_out.push_back(chain);
    if (!one.why) continue;
    const Error why = space_->why_left_out(chain, *one.why);
    const bool is_said = std::any_of(outcome.left_out.begin(), outcome.left_out.end(), [&](const Error& said) { return said.what == why.what; });
    if (!is_said) outcome.left_out.push_back(why);
  }
}

}  // namespace session_detail

using session_detail::Phase;
using session_detail::SpaceExchange;

// Said before the member's own plan, so that neither has ended this round; what is on its way already is taken.
Result<void> Session::State::leave_chains_out(SpaceExchange& space) {
  if (!space.remembered_) {
    auto agreed = memory.agreed(partner, space.space_->id());
    space.remembered_ = agreed ? std::move(agreed->left_out) : std::map<ChainId, LeftOutChain>();
  }
  if (may_take_no_more) {
    EVENHAND_TRY(auto still, space.still_without_room());
    if (!still.empty()) say(wire::to_message(wire::NoMore{space.number_, true, std::move(still)}));
  }
  if (!may_leave_out || space.space_->parcel_maker() == nullptr) return {};
  EVENHAND_TRY(auto chains, space.choose_left_out());
  if (!chains.empty()) say(wire::to_message(wire::LeaveOut{space.number_, std::move(chains)}));
  return {};
}

Result<void> Session::State::on_leave_out(const wire::LeaveOut& message) {
  EVENHAND_TRY(SpaceExchange* const space, space_of(message.space));
  const bool is_its_turn = !space->is_done() && space->phase_ != Phase::offered && !space->got_plan_;
  if (!may_leave_out || space->space_->parcel_keeper() == nullptr || !is_its_turn) return refused("the partner leaves out chains when it is not its turn");
  EVENHAND_TRY(auto held, space->take_left_out(message.chains));
  say(wire::to_message(wire::LeftOutNow{space->number_, std::move(held)}));
  if (streaming_space == space->number_) streaming_space.reset();
  return {};
}

Result<void> Session::State::on_left_out(const wire::LeftOutNow& message) {
  EVENHAND_TRY(SpaceExchange* const space, space_of(message.space));
  return space->take_answer(message.held);
}

Result<void> Session::State::take_no_more(SpaceExchange& space, const Stored& stored) {
  const std::map<ChainId, NoRoom>& chains = stored.without_room;
  if (chains.empty() && stored.without_key.empty()) return {};
  if (!may_take_no_more && !chains.empty()) return refused(std::string(to_words(chains.begin()->second)), chains.begin()->first.hex(), "Bring both to the newest version: it goes on with everything else.");
  if (!may_take_no_more) return refused("the hub gave a frame whose key has not been given to this laptop", {}, "Exchange with an admin of the space first.");
  std::map<bool, std::vector<ChainId>> named;  // by whether it lasts: strangers may be let in, what is waited for may come, and a key
  for (const auto& [chain, why] : chains) named[why != NoRoom::strangers && why != NoRoom::waiting].push_back(chain);
  for (const ChainId& chain : stored.without_key) {
    if (!chains.contains(chain)) named[false].push_back(chain);
  }
  std::sort(named[false].begin(), named[false].end());
  for (const auto& [is_lasting, all] : named) {
    EVENHAND_TRY(auto closed, space.close(all, is_lasting));
    if (!closed.empty()) say(wire::to_message(wire::NoMore{space.number_, is_lasting, std::move(closed)}));
  }
  if (streaming_space == space.number_) streaming_space.reset();
  return {};
}

Result<void> Session::State::on_no_more(const wire::NoMore& message) {
  EVENHAND_TRY(SpaceExchange* const space, space_of(message.space));
  const bool is_its_turn = !space->is_done() && space->phase_ != Phase::offered && !space->their_end_;
  if (!may_take_no_more || !is_its_turn) return refused("the partner takes no more of a chain when it is not its turn");
  if (streaming_space == space->number_) streaming_space.reset();
  const auto closed = space->close(message.chains, message.is_lasting);
  return closed ? Result<void>{} : closed.error();
}

}  // namespace evenhand
