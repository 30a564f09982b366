#include "sync/session/chain_order.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "core/event/limits.h"
#include "core/event/whole_bytes.h"

namespace evenhand::session_detail {

namespace {

constexpr std::size_t kSealsKept = 65'536;

}  // namespace

Result<bool> GoodSeals::is_good(const CommitView& commit, const ChainDescriptor& chain, const Hash& head) {
  if (known_.contains({commit.chain(), head})) return true;
  if (!verify_seal(commit, chain, head)) return false;
  if (known_.size() >= kSealsKept) known_.clear();
  known_.emplace(commit.chain(), head);
  return true;
}

Result<ForkOrder> ForkOrder::read(const LogReadView& view, const ChainId& chain, std::uint64_t after_seq) {
  struct Branch {
    std::uint64_t first_seq;
    Hash first;  ///< its first commit's
    std::vector<Arrival> arrivals;
    bool operator<(const Branch& other) const { return std::tie(first_seq, first) < std::tie(other.first_seq, other.first); }
  };
  std::vector<Branch> branches;
  std::map<Hash, std::size_t> tips;
  Result<void> inner;
  EVENHAND_CHECK(view.scan_chain(chain, after_seq + 1, [&](Arrival arrival, const CommitView& commit) {
    const auto hashes = commit.event_hashes();
    if (!hashes) return inner = hashes.error(), false;
    auto tip = tips.extract(commit.previous());
    const std::size_t branch = tip ? tip.mapped() : branches.size();
    if (!tip) branches.push_back({commit.first_seq(), hashes->back(), {}});
    branches[branch].arrivals.push_back(arrival);
    tips[hashes->back()] = branch;
    return true;
  }));
  EVENHAND_CHECK(inner);
  // A branch may begin within a commit, which then ends behind it; yet whatever it stands on begins before it.
  std::sort(branches.begin(), branches.end());
  ForkOrder order;
  for (const Branch& branch : branches) {
    order.starts_.insert(order.arrivals_.size());
    order.arrivals_.insert(order.arrivals_.end(), branch.arrivals.begin(), branch.arrivals.end());
  }
  return order;
}

Result<ForkOrder> ForkOrder::read_on(const LogReadView& view, const ChainId& chain, std::uint64_t last_seq, Hash head) {
  ForkOrder order;
  Result<void> inner;
  EVENHAND_CHECK(view.scan_chain(chain, last_seq + 1, [&](Arrival arrival, const CommitView& commit) {
    if (commit.previous() != head) return true;
    const auto hashes = commit.event_hashes();
    if (!hashes) return inner = hashes.error(), false;
    order.arrivals_.push_back(arrival);
    head = hashes->back();
    return true;
  }));
  EVENHAND_CHECK(inner);
  return order;
}

bool SegmentMaker::take(const CommitView& commit) {
  const auto whole = whole_bytes_of(commit);
  const std::size_t bytes = whole ? *whole : commit.bytes().size();  // a damaged one: finish() says so
  if (!commits_.empty()) {
    const bool fits = commit.last_seq() - commits_.front().first_seq() < kEventsPerCommitMax && bytes_ + bytes <= kCommitBytesMax;
    if (!fits || commit.first_seq() != commits_.back().last_seq() + 1) return false;
  }
  bytes_ += bytes;
  commits_.push_back(commit);
  return true;
}

Result<std::optional<Segment>> SegmentMaker::finish(GoodSeals& seals) {
  if (commits_.empty()) return std::optional<Segment>();
  Segment segment;
  for (std::size_t count = commits_.size(); count > 0; --count) {
    EVENHAND_TRY(const std::vector<Hash> hashes, commits_[count - 1].event_hashes());
    if (count == commits_.size()) segment.range.head = hashes.back();
    EVENHAND_TRY(const bool is_good, seals.is_good(commits_[count - 1], state_.descriptor, hashes.back()));
    if (!is_good) continue;
    segment.range.head = hashes.back();
    commits_.resize(count);
    break;
  }
  segment.range.chain = commits_.front().chain();
  segment.range.lane = state_.descriptor.lane;
  segment.range.first_seq = commits_.front().first_seq();
  segment.range.last_seq = commits_.back().last_seq();
  segment.range.previous = commits_.front().previous();
  for (const CommitView& commit : commits_) segment.payload.insert(segment.payload.end(), commit.bytes().begin(), commit.bytes().end());
  return std::optional(std::move(segment));
}

}  // namespace evenhand::session_detail
