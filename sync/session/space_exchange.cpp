// A little over 400 lines: all that a round plans of one space, chain by chain.
#include "sync/session/space_exchange.h"

#include "core/event/limits.h"

namespace evenhand::session_detail {

using wire::VectorBase;
using wire::VectorMessage;
using wire::WireEnds;

namespace {

constexpr std::size_t kShortChainBytes = 6;
/// People may write while a session runs, so a partner may send a little more than it said.
constexpr std::uint64_t kSlackEvents = 65'536;
/// A log keeps no more branches of a chain.
constexpr std::uint64_t kBranchesCounted = 1024;
/// Of the log of a space, read while chains take turns: some 40 MB where a commit has 20 events.
constexpr std::uint64_t kWindowCommits = 512;

int compare_start(const ChainId& a, const ChainId& b, std::size_t bytes) { return std::memcmp(a.bytes.data(), b.bytes.data(), bytes); }

std::uint64_t highest(const WireEnds& ends) { return ends.ends.empty() ? 0 : ends.ends.back().seq; }

bool is_among(const VersionVector::End& end, const std::vector<VersionVector::End>& ends) { return std::find(ends.begin(), ends.end(), end) != ends.end(); }

}  // namespace

TheirChain* TheirVector::find(const ChainId& chain) {
  const auto at = std::lower_bound(chains.begin(), chains.end(), chain,
                                   [&](const TheirChain& one, const ChainId& id) { return compare_start(one.chain, id, chain_bytes) < 0; });
  return at != chains.end() && compare_start(at->chain, chain, chain_bytes) == 0 ? &*at : nullptr;
}

std::size_t SpaceExchange::held_bytes() const {
  const std::size_t mine = mine_.entries.size() * (sizeof(VersionVector::Entry) + 32);
  const std::size_t theirs = theirs_ ? theirs_->chains.size() * (sizeof(TheirChain) + 32) : 0;
  return sizeof *this + mine + theirs + sends_.capacity() * sizeof(ChainSend) + my_heads_.capacity() * Hash::kSize +
         (left_out_.size() + standing_.size() + data_seen_.size() + (remembered_ ? remembered_->size() : 0)) * 96;
}

void SpaceExchange::forget() {
  mine_ = {};
  theirs_.reset();
  my_heads_ = {};
  their_heads_.reset();
  sends_ = {};
  my_end_ = {};
  planned_.clear();
  given_.clear();
  standing_.clear();
  data_seen_.clear();
  unanswered_.clear();
  remembered_.reset();
}

Result<void> SpaceExchange::begin_round() {
  ++round_;
  theirs_.reset();
  their_heads_.reset();
  heads_told_ = told_whole_ = got_plan_ = sent_sent_ = got_sent_ = false;
  my_digest_.reset();
  their_end_.reset();
  sends_.clear();
  reads_until_ = kWindowCommits;
  phase_ = Phase::waiting;
  EVENHAND_TRY(mine_, vector_now());
  return {};
}

VectorMessage SpaceExchange::whole_vector(bool may_shorten) const {
  VectorMessage message;
  message.space = number_;
  message.chain_bytes = may_shorten ? kShortChainBytes : ChainId::kSize;
  for (std::size_t i = 1; i < mine_.entries.size(); ++i) {
    while (compare_start(mine_.entries[i - 1].chain, mine_.entries[i].chain, message.chain_bytes) == 0) ++message.chain_bytes;
  }
  for (const VersionVector::Entry& entry : mine_.entries) message.entries.push_back({std::nullopt, entry.chain, wire::wire_ends(entry.ends)});
  return message;
}

std::optional<VectorMessage> SpaceExchange::changes_to(const VersionVector& remembered) const {
  VectorMessage message;
  message.space = number_;
  message.base = VectorBase::remembered;
  message.print = wire::print_of(remembered);
  for (std::size_t i = 0; i < remembered.entries.size(); ++i) {
    const VersionVector::Entry* entry = mine_.find(remembered.entries[i].chain);
    if (!entry) return std::nullopt;
    if (entry->ends != remembered.entries[i].ends) message.entries.push_back({static_cast<std::uint32_t>(i), {}, wire::wire_ends(entry->ends)});
  }
  for (const VersionVector::Entry& entry : mine_.entries) {
    if (!remembered.find(entry.chain)) message.entries.push_back({std::nullopt, entry.chain, wire::wire_ends(entry.ends)});
  }
  return message;
}

VectorMessage SpaceExchange::changes_to_theirs() const {
  VectorMessage message;
  message.space = number_;
  message.base = VectorBase::yours;
  std::set<const TheirChain*> met;
  std::vector<VectorMessage::Entry> added;
  TheirVector theirs = *theirs_;
  std::map<std::size_t, WireEnds> changed;
  for (std::size_t i = 0; i < theirs.chains.size(); ++i) changed[i] = {};
  for (const VersionVector::Entry& entry : mine_.entries) {
    const WireEnds ends = wire::wire_ends(entry.ends);
    const TheirChain* const their = theirs.find(entry.chain);
    // Two of ours may share the start by which the partner told one of its own; the second is then told as a new chain.
    if (!their || !met.insert(their).second) {
      added.push_back({std::nullopt, entry.chain, ends});
    } else if (their->ends == ends) {
      changed.erase(static_cast<std::size_t>(their - theirs.chains.data()));
    } else {
      changed[static_cast<std::size_t>(their - theirs.chains.data())] = ends;
    }
  }
  for (auto& [index, ends] : changed) message.entries.push_back({static_cast<std::uint32_t>(index), {}, std::move(ends)});
  message.entries.insert(message.entries.end(), added.begin(), added.end());
  return message;
}

void SpaceExchange::set_theirs(const VersionVector& vector) {
  theirs_.emplace();
  for (const VersionVector::Entry& entry : vector.entries) theirs_->chains.push_back({entry.chain, wire::wire_ends(entry.ends)});
}

Result<void> SpaceExchange::set_theirs(const VectorMessage& message, const VersionVector* base) {
  TheirVector theirs;
  theirs.chain_bytes = message.base == VectorBase::none ? message.chain_bytes : ChainId::kSize;
  if (base) {
    for (const VersionVector::Entry& entry : base->entries) theirs.chains.push_back({entry.chain, wire::wire_ends(entry.ends)});
  }
  for (const VectorMessage::Entry& entry : message.entries) {
    if (entry.index && *entry.index >= theirs.chains.size()) return corrupt("the partner changes a chain that the vector does not have");
    if (entry.index) {
      theirs.chains[*entry.index].ends = entry.ends;
    } else {
      theirs.chains.push_back({entry.chain, entry.ends});
    }
  }
  std::erase_if(theirs.chains, [](const TheirChain& one) { return one.ends.total == 0; });
  std::sort(theirs.chains.begin(), theirs.chains.end(), [](const TheirChain& a, const TheirChain& b) { return a.chain < b.chain; });
  for (std::size_t i = 1; i < theirs.chains.size(); ++i) {
    if (compare_start(theirs.chains[i - 1].chain, theirs.chains[i].chain, theirs.chain_bytes) == 0) return corrupt("the partner names a chain twice");
  }
  if (theirs.chains.size() > kChainsPerSpaceMax) return refused("the partner names more chains than a space may have");
  theirs_ = std::move(theirs);
  return {};
}

bool SpaceExchange::vectors_agree() const {
  if (mine_.entries.size() != theirs_->chains.size()) return false;
  for (std::size_t i = 0; i < mine_.entries.size(); ++i) {
    const TheirChain& their = theirs_->chains[i];
    if (compare_start(mine_.entries[i].chain, their.chain, theirs_->chain_bytes) != 0 || wire::wire_ends(mine_.entries[i].ends) != their.ends) return false;
  }
  return true;
}

Result<wire::Plan> SpaceExchange::make_plan() {
  wire::Plan plan;
  plan.space = number_;
  const bool are_heads_known = their_heads_ && their_heads_->size() == mine_.entries.size() && my_heads_.size() == mine_.entries.size();
  for (std::size_t i = 0; i < mine_.entries.size(); ++i) {
    if (left_out_.contains(mine_.entries[i].chain)) continue;
    EVENHAND_CHECK(plan_chain(mine_.entries[i], are_heads_known && (*their_heads_)[i] != my_heads_[i], plan));
  }
  EVENHAND_CHECK(plan_missing(plan));
  sort_sends();
  EVENHAND_CHECK(expect());
  phase_ = Phase::streaming;
  return plan;
}

// The ends of the partner's branches that we know are what it has; everything after them is what it lacks. An end that we do not
// know although our chain reaches as far is a fork.
Result<void> SpaceExchange::plan_chain(const VersionVector::Entry& entry, bool heads_differ, wire::Plan& plan) {
  const TheirChain* const their = theirs_->find(entry.chain);
  if (heads_differ) return plan_fork(entry, false, plan);
  if (!their) {
    EVENHAND_TRY(const std::uint64_t events, count_events(entry, 0));
    return add_send(entry.chain, 0, events, kAllSegments, plan);
  }
  if (their->ends == wire::wire_ends(entry.ends)) return {};
  EVENHAND_TRY(const bool is_nothing_new, is_stuck(entry, *their));
  if (is_nothing_new) return plan_fork(entry, true, plan);
  if (entry.ends.size() > 1 || their->ends.total > 1) return plan_branches(entry, *their, plan);
  const VersionVector::End mine = entry.ends.front(), partners = their->ends.ends.front();
  if (partners.seq > mine.seq) return {};
  EVENHAND_TRY(const bool is_known, space_->has({entry.chain, partners.seq, partners.head}));
  if (!is_known) return plan_fork(entry, true, plan);
  return add_send(entry.chain, partners.seq, mine.seq - partners.seq, kAllSegments, plan);
}

// A hub guesses what lies within its frames. When a round on these very ends changed nothing although it guessed, or although something
// was sent from here, the guess was wrong: all of both then. Who only has more than it may give guessed nothing.
Result<bool> SpaceExchange::is_stuck(const VersionVector::Entry& entry, const TheirChain& their) {
  if (space_->form() != SegmentForm::frame) return false;
  BothEnds now{entry.ends, their.ends};
  auto& before = planned_[entry.chain];
  const bool is_again = before == now;
  before = std::move(now);
  const bool was_given = given_.erase(entry.chain) > 0;
  if (!is_again || was_given) return is_again;
  for (const VersionVector::End& end : their.ends.ends) {
    if (is_among(end, entry.ends)) continue;
    EVENHAND_TRY(const bool is_known, space_->has({entry.chain, end.seq, end.head}));
    EVENHAND_TRY(const bool is_guess, is_known ? space_->guesses({entry.chain, end.seq, end.head}) : Result<bool>(false));
    if (is_guess) return true;
  }
  return false;
}

// The ends are the leaves of a tree. An end of the partner's that is none here, yet known, has grown here; with as many branches on
// both sides all that the partner lacks stands on such ends. One that is unknown here has grown there, if it reaches further than ours.
Result<void> SpaceExchange::plan_branches(const VersionVector::Entry& entry, const TheirChain& their, wire::Plan& plan) {
  const bool are_all_named = entry.ends.size() <= kEndsOnWireMax && their.ends.total == their.ends.ends.size();
  if (!are_all_named) {
    EVENHAND_TRY(const bool is_mending, plan_mending(entry, their, plan));
    return is_mending ? Result<void>{} : plan_fork(entry, false, plan);
  }
  std::uint64_t only_mine = 0;  // the furthest of my ends that the partner does not name
  for (const VersionVector::End& end : entry.ends) {
    if (!is_among(end, their.ends.ends)) only_mine = std::max(only_mine, end.seq);
  }
  bool is_guessed = false;
  std::uint64_t unknown = 0, grown = std::numeric_limits<std::uint64_t>::max();
  for (const VersionVector::End& end : their.ends.ends) {
    if (is_among(end, entry.ends)) continue;
    EVENHAND_TRY(const bool is_known, space_->has({entry.chain, end.seq, end.head}));
    EVENHAND_TRY(const bool is_guess, is_known ? space_->guesses({entry.chain, end.seq, end.head}) : Result<bool>(false));
    if (!is_known) unknown = std::max(unknown, end.seq);
    else if (is_guess) is_guessed = true;
    else grown = std::min(grown, end.seq);
  }
  const bool has_grown = grown != std::numeric_limits<std::uint64_t>::max();
  if (only_mine == 0 && unknown == 0 && has_grown) {
    EVENHAND_TRY(const bool is_mending, plan_mending(entry, their, plan));
    if (is_mending) return {};
    EVENHAND_TRY(const std::uint64_t events, count_events(entry, grown));
    return add_send(entry.chain, grown, events, kAllSegments, plan);
  }
  const bool are_as_many = entry.ends.size() == their.ends.total;
  if (!are_as_many) note_fork(entry.chain);
  if (only_mine == 0) return {};
  if (unknown > only_mine) return {};
  if (unknown > 0) return plan_fork(entry, true, plan);
  if (!are_as_many) return plan_fork(entry, false, plan);
  if (is_guessed && !has_grown) return {};  // what the partner sends tells where it grew; if not, the next round does
  EVENHAND_TRY(const std::uint64_t events, count_events(entry, grown));
  return add_send(entry.chain, grown, events, kAllSegments, plan);
}

// What a hub takes for an end is none: frames packed anew ran past it. What stands right on it tells the hub, so of each such end that it
// names one segment goes; of a chain that is forked here all from the lowest on, whose branches all begin there. False: there is none.
Result<bool> SpaceExchange::plan_mending(const VersionVector::Entry& entry, const TheirChain& their, wire::Plan& plan) {
  if (space_->form() != SegmentForm::frame || space_->parcel_keeper() != nullptr) return false;  // not at a hub
  std::set<std::uint64_t> grown;
  for (const VersionVector::End& end : their.ends.ends) {
    if (is_among(end, entry.ends)) continue;
    EVENHAND_TRY(const bool is_known, space_->has({entry.chain, end.seq, end.head}));
    if (is_known) grown.insert(end.seq);
  }
  if (grown.empty()) return false;
  EVENHAND_TRY(const std::uint64_t events, count_events(entry, *grown.begin()));
  EVENHAND_CHECK(add_send(entry.chain, *grown.begin(), events, kAllSegments, plan));
  grown.erase(grown.begin());
  if (entry.ends.size() > 1) return true;
  for (const std::uint64_t seq : grown) EVENHAND_CHECK(add_send(entry.chain, seq, 0, 1, plan));
  return true;
}

Result<void> SpaceExchange::plan_fork(const VersionVector::Entry& entry, bool ask, wire::Plan& plan) {
  note_fork(entry.chain);
  if (ask && asked_whole_.insert(entry.chain).second) plan.whole.push_back(entry.chain);
  // Once is enough, unless what waited here beyond a gap has joined since: what a second time would not mend is for doctor.
  if (const auto sent = sent_whole_.find(entry.chain); sent != sent_whole_.end() && sent->second == entry.ends) return {};
  sent_whole_[entry.chain] = entry.ends;
  EVENHAND_TRY(const std::uint64_t events, count_events(entry, 0));
  return add_send(entry.chain, 0, events, kAllSegments, plan);
}

// One segment holds it; at a hub there may be several copies. Of a forked chain the first one from there may be another branch's: then all from there
// on, once. To a hub as well, where the copy has to end where the chain does.
Result<void> SpaceExchange::plan_missing(wire::Plan& plan) {
  std::map<ChainId, std::uint64_t> from;
  ChainId last;
  std::uint64_t covered = 0;
  for (const Reference& missing : their_missing_) {
    if (missing.chain == last && missing.seq <= covered) continue;
    const bool is_lost_here = !is_at_hub() && std::find(my_missing_.begin(), my_missing_.end(), missing) != my_missing_.end();
    if (is_lost_here || !bodies_given_.insert(missing).second) continue;
    const VersionVector::Entry* const mine = left_out_.contains(missing.chain) ? nullptr : mine_.find(missing.chain);
    EVENHAND_TRY(const bool is_here, mine ? space_->has(missing) : Result<bool>(false));
    if (!is_here) continue;
    const bool is_for_hub = space_->form() == SegmentForm::frame && !is_at_hub();
    if (mine->ends.size() == 1 && !is_for_hub) {
      std::uint64_t cursor = 0;
      EVENHAND_TRY(const auto segment, space_->next_segment(missing.chain, missing.seq - 1, cursor));
      if (segment) last = missing.chain, covered = segment->range.last_seq;
      EVENHAND_TRY(const std::size_t segments, space_->segments_with(missing));
      EVENHAND_CHECK(add_send(missing.chain, missing.seq - 1, 0, segments, plan));
    } else {
      const auto first = from.emplace(missing.chain, missing.seq).first;
      first->second = std::min(first->second, missing.seq);
    }
  }
  for (const auto& [chain, seq] : from) EVENHAND_CHECK(add_send(chain, seq - 1, 0, kAllSegments, plan));
  their_missing_.clear();
  return {};
}

Result<void> SpaceExchange::add_send(const ChainId& chain, std::uint64_t after, std::uint64_t events, std::size_t segments, wire::Plan& plan) {
  EVENHAND_TRY(const Lane lane, space_->lane_of(chain));
  sends_.push_back({chain, lane, after, events, 0, segments});
  plan.events += events;
  return {};
}

// Branches share their beginning, so a forked chain has to be walked to be counted.
Result<std::uint64_t> SpaceExchange::count_events(const VersionVector::Entry& entry, std::uint64_t after) const {
  if (entry.ends.size() == 1) return entry.ends.front().seq - after;
  std::uint64_t events = 0, cursor = 0;
  if (space_->form() == SegmentForm::frame) {  // for a bar only: to read them all would cost as much as to send them
    for (const VersionVector::End& end : entry.ends) events += end.seq > after ? end.seq - after : 0;
    return events;
  }
  for (;;) {
    EVENHAND_TRY(const auto segment, space_->next_segment(entry.chain, after, cursor));
    if (!segment) return events;
    events += segment->range.last_seq - segment->range.first_seq + 1;
  }
}

Result<std::uint64_t> SpaceExchange::add_whole(const std::vector<ChainId>& chains) {
  wire::Plan more;
  for (const ChainId& chain : chains) {
    const VersionVector::Entry* const entry = mine_.find(chain);
    if (!entry || left_out_.contains(chain)) return refused("the partner asks for a chain that was not offered", chain.hex());
    EVENHAND_CHECK(plan_fork(*entry, false, more));
  }
  sort_sends();
  return more.events;
}

// Authority first, because the rest is judged by it, and opened with its keys; then what is soonest done. The next one stands last.
void SpaceExchange::sort_sends() {
  std::sort(sends_.begin(), sends_.end(), [](const ChainSend& a, const ChainSend& b) {
    const auto key = [](const ChainSend& send) { return std::tuple(send.lane == Lane::authority ? 0 : 1, send.events, send.chain); };
    return key(a) > key(b);
  });
}

// A chain lies all over a log that many wrote: chain after chain would read every page of it as often as there are chains, which a machine
// that cannot keep the log in memory does not survive. So chains take turns at windows of the log; what goes on behind the window waits.
void SpaceExchange::choose_send() {
  const Lane lane = sends_.back().lane;
  const auto is_within = [&](const ChainSend& send) { return send.lane == lane && send.goes_on_at <= reads_until_; };
  if (is_within(sends_.back())) return;
  auto chosen = std::find_if(sends_.rbegin(), sends_.rend(), is_within);
  if (chosen == sends_.rend()) {
    std::uint64_t first = sends_.back().goes_on_at;
    for (const ChainSend& send : sends_) first = send.lane == lane ? std::min(first, send.goes_on_at) : first;
    reads_until_ = first + kWindowCommits;
    chosen = std::find_if(sends_.rbegin(), sends_.rend(), is_within);
  }
  std::rotate(chosen.base() - 1, chosen.base(), sends_.end());
}

Result<void> SpaceExchange::expect() {
  for (TheirChain& their : theirs_->chains) {
    const auto at = std::lower_bound(mine_.entries.begin(), mine_.entries.end(), their.chain, [&](const VersionVector::Entry& entry, const ChainId& id) {
      return compare_start(entry.chain, id, theirs_->chain_bytes) < 0;
    });
    const bool is_here = at != mine_.entries.end() && compare_start(at->chain, their.chain, theirs_->chain_bytes) == 0;
    const bool is_forked = their.ends.total > 1 || (is_here && at->ends.size() > 1);
    const bool is_ahead = !is_here || highest(their.ends) > at->ends.back().seq;
    const bool is_wanted = is_here && (asked_whole_.contains(at->chain) || their_heads_ ||
                                       std::any_of(my_missing_.begin(), my_missing_.end(), [&](const Reference& one) { return one.chain == at->chain; }));
    bool has_unknown = false;
    if (is_here && !is_forked && !is_ahead && their.ends != wire::wire_ends(at->ends)) {
      EVENHAND_TRY(const bool is_known, space_->has({at->chain, their.ends.ends.front().seq, their.ends.ends.front().head}));
      has_unknown = !is_known;
    }
    their.expected = is_forked || is_ahead || is_wanted || has_unknown;
    const std::uint64_t copies = space_->form() == SegmentForm::frame ? kParcelCopiesMax : 1;
    their.events_left = copies * std::min(their.ends.total, kBranchesCounted) * highest(their.ends) + kSlackEvents;
    their.last_seq = is_here && is_ahead && !is_forked && !is_wanted ? at->ends.back().seq : 0;
  }
  return {};
}

Result<void> SpaceExchange::admit(const SegmentRange& range) {
  TheirChain* const their = theirs_ ? theirs_->find(range.chain) : nullptr;
  if (!their) return refused("the partner sent events of a chain that it had not named", range.chain.hex());
  if (!their->expected) return refused("the partner sent events that nobody asked for", range.chain.hex());
  const std::uint64_t events = range.last_seq - range.first_seq + 1;
  if (events > their->events_left) return refused("the partner sent more events than it said it holds", range.chain.hex());
  their->events_left -= events;
  if (range.lane == Lane::data && mine_.find(range.chain) == nullptr) data_seen_.insert(range.chain);
  const bool is_single = their->ends.total == 1 && !outcome_.forks.size() && my_missing_.empty();
  // Of frames several may end alike: copies by different members, of which one may be false.
  const std::uint64_t seen = space_->form() == SegmentForm::frame && their->last_seq > 0 ? their->last_seq - 1 : their->last_seq;
  if (is_single && range.last_seq <= seen) return refused("the partner sent the same events again and again", range.chain.hex());
  their->last_seq = std::max(their->last_seq, range.last_seq);
  return {};
}

void SpaceExchange::note_fork(const ChainId& chain) {
  if (std::find(outcome_.forks.begin(), outcome_.forks.end(), chain) == outcome_.forks.end()) outcome_.forks.push_back(chain);
}

}  // namespace evenhand::session_detail
