#include "sync/session/log_space.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/store/log_digest.h"
#include "sync/session/chain_order.h"

namespace evenhand {

using session_detail::ForkOrder;
using session_detail::SegmentMaker;

namespace {

constexpr std::uint64_t kCounts = std::uint64_t{1} << 63;  // in a cursor of a forked chain

}  // namespace

struct LogSpace::Sending {
  session_detail::GoodSeals seals;
  std::map<std::pair<ChainId, std::uint64_t>, ForkOrder> orders;  ///< of forked chains that are going out, by where they begin
  std::map<ChainId, SegmentRange> last;  ///< what went out last of each chain under way that had no fork
};

LogSpace::LogSpace(Log& log, BlobStore* blobs, Known known) : log_(log), blobs_(blobs), known_(std::move(known)), sending_(std::make_unique<Sending>()) {}
LogSpace::~LogSpace() = default;

Result<VersionVector> LogSpace::vector() const {
  EVENHAND_TRY(const LogReadView view, log_.read());
  EVENHAND_TRY(const auto chains, view.chains());
  VersionVector vector;
  for (const auto& [id, state] : chains) {
    VersionVector::Entry entry{id, {}};
    for (const BranchHead& branch : state.branches) entry.ends.push_back({branch.seq, shorten(branch.head)});
    if (!entry.ends.empty()) vector.entries.push_back(std::move(entry));
  }
  return vector;
}

Result<std::vector<Hash>> LogSpace::full_heads() const {
  EVENHAND_TRY(const LogReadView view, log_.read());
  EVENHAND_TRY(const auto chains, view.chains());
  std::vector<Hash> heads;
  for (const auto& [id, state] : chains) {
    if (!state.branches.empty()) heads.push_back(head_over(state.branches));
  }
  return heads;
}

Result<Lane> LogSpace::lane_of(const ChainId& chain) const {
  EVENHAND_TRY(const LogReadView view, log_.read());
  EVENHAND_TRY(const ChainState state, view.chain(chain));
  return state.descriptor.lane;
}

Result<bool> LogSpace::has(const Reference& event) const {
  EVENHAND_TRY(const LogReadView view, log_.read());
  const auto found = view.find(event);
  if (!found && found.error().code != ErrorCode::not_found) return found.error();
  return found.ok();
}

Result<std::vector<Reference>> LogSpace::missing_bodies(std::size_t most) const {
  if (!known_.missing_bodies) return std::vector<Reference>();
  EVENHAND_TRY(auto missing, known_.missing_bodies());
  std::sort(missing.begin(), missing.end());
  if (missing.size() <= most) return missing;
  // From each chain in turn, beginning elsewhere each time: nobody can show so many lost texts that others' are never asked for. Far from each
  // other, because a segment that comes brings its neighbours.
  std::map<ChainId, std::vector<Reference>> of;
  for (const Reference& one : missing) of[one.chain].push_back(one);
  std::set<Reference> chosen;
  const std::size_t turn = ++times_asked_, share = std::max<std::size_t>(1, most / of.size());
  auto chain = std::next(of.begin(), static_cast<std::ptrdiff_t>(turn * most % of.size()));
  for (std::size_t round = 0; chosen.size() < most && round < missing.size(); ++round) {
    for (std::size_t i = 0; i < of.size() && chosen.size() < most; ++i) {
      const auto& events = chain->second;
      const std::size_t apart = events.size() / share;
      const std::size_t place = round < share * apart ? round % share * apart + round / share : round;
      // The first one always: who brings a hub what it asks for begins there.
      if (round < events.size()) chosen.insert(events[share > 1 && round == 0 ? 0 : (place + turn) % events.size()]);
      if (++chain == of.end()) chain = of.begin();
    }
  }
  return std::vector<Reference>(chosen.begin(), chosen.end());
}

Result<Hash> LogSpace::digest_without(const std::set<ChainId>& without) const {
  std::vector<Reference> missing;
  if (known_.missing_bodies) {
    EVENHAND_TRY(missing, known_.missing_bodies());
  }
  std::erase_if(missing, [&](const Reference& one) { return without.contains(one.chain); });
  EVENHAND_TRY(const LogReadView view, log_.read());
  EVENHAND_TRY(auto chains, view.chains());
  std::erase_if(chains, [&](const auto& one) { return without.contains(one.first); });
  LogDigest digest(chains.size());
  for (const auto& [id, state] : chains) digest.add(id, state.branches);
  return digest.finish(missing);
}

Result<std::optional<Segment>> LogSpace::next_segment(const ChainId& chain, std::uint64_t after_seq, std::uint64_t& cursor) const {
  EVENHAND_TRY(const LogReadView view, log_.read());
  const auto state = view.chain(chain);
  if (!state && state.error().code == ErrorCode::not_found) return std::optional<Segment>();
  EVENHAND_CHECK(state);
  SegmentMaker maker(*state);
  if (state->is_forked()) {
    // A cursor counts commits given, in the order that stood when the first was. One of when there was no fork yet goes on along the old
    // line: the partner was told of no other, and the next round's ends tell it.
    const std::uint64_t given = (cursor & kCounts) != 0 ? cursor & ~kCounts : 0;
    auto going_out = sending_->orders.find({chain, after_seq});
    if (given == 0 || going_out == sending_->orders.end()) {
      const auto last = sending_->last.find(chain);
      const bool goes_on = given == 0 && cursor != 0 && last != sending_->last.end() && last->second.last_seq == cursor;
      EVENHAND_TRY(ForkOrder read, goes_on ? ForkOrder::read_on(view, chain, cursor, last->second.head) : ForkOrder::read(view, chain, after_seq));
      going_out = sending_->orders.insert_or_assign({chain, after_seq}, std::move(read)).first;
    }
    const ForkOrder& order = going_out->second;
    for (std::size_t place = given; place < order.size(); ++place) {
      if (place > given && order.begins(place)) break;
      EVENHAND_TRY(const CommitView commit, view.commit_at(order.at(place)));
      if (!maker.take(commit)) break;
    }
    EVENHAND_TRY(std::optional<Segment> segment, maker.finish(sending_->seals));
    if (segment) cursor = kCounts | (given + maker.commits());
    else sending_->orders.erase(going_out);
    return segment;
  }
  // A cursor is the last sequence number given.
  Arrival next = 0;
  EVENHAND_CHECK(view.scan_chain(chain, std::max(after_seq, cursor) + 1, [&](Arrival arrival, const CommitView& commit) {
    const bool is_taken = maker.take(commit);
    if (!is_taken) next = arrival;
    return is_taken;
  }));
  EVENHAND_TRY(std::optional<Segment> segment, maker.finish(sending_->seals));
  if (segment) {
    cursor = segment->range.last_seq;
    sending_->last[chain] = segment->range;
    segment->goes_on_at = next;
  } else {
    sending_->last.erase(chain);
  }
  return segment;
}

Result<std::vector<ByteView>> LogSpace::commits_of(std::span<const Segment> segments) {
  std::vector<ByteView> commits;
  for (const Segment& segment : segments) {
    if (segment.form != SegmentForm::commits) return refused("a log keeps commits, not frames");
    EVENHAND_TRY(const auto split, split_by_length(segment.payload));
    commits.insert(commits.end(), split.begin(), split.end());
  }
  return commits;
}

Result<Stored> LogSpace::store(std::span<const Segment> segments) {
  EVENHAND_TRY(const std::vector<ByteView> commits, commits_of(segments));
  EVENHAND_TRY(const AppendOutcome appended, log_.append_untrusted(commits));
  return Stored{appended.events_new, appended.events_known, appended.commits_parked, appended.commits_filled, 0, appended.without_room};
}

Result<std::vector<BlobAddress>> LogSpace::wanted_blobs(std::size_t most) const {
  if (!known_.wanted_blobs) return std::vector<BlobAddress>();
  return known_.wanted_blobs(most);
}

}  // namespace evenhand
