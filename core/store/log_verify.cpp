// What comes from a partner is believed only after its hashes and seals are checked (DESIGN section 2): the last
// seal of a run vouches for the run, because each event's hash covers the one before. A full run ends at the last good seal within
// it, so that whoever gives the commits on finds one within a segment's bounds from every other. Bodies that are not here count as
// though they were: else a run could be taken in without them, be filled later, and hold no good seal within any segment.

#include "core/store/log_append.h"

#include "core/event/whole_bytes.h"

namespace evenhand::log_detail {

namespace {

class Verifier {
 public:
  explicit Verifier(const Reader& reader) : reader_(reader) {}

  Result<Incoming> take(ByteView bytes) {
    EVENHAND_TRY(Incoming incoming, decode(bytes));
    EVENHAND_CHECK(check_bodies(incoming.commit));
    EVENHAND_TRY(const auto descriptor, descriptor_of(incoming.commit));
    if (!descriptor) {
      incoming.trust = Trust::unverified;
      return incoming;
    }
    EVENHAND_TRY(const std::size_t whole, whole_bytes_of(incoming.commit));
    if (!follows(incoming)) EVENHAND_CHECK(close_run());
    while (!run_.empty() && !fits(incoming.commit, whole)) EVENHAND_CHECK(shorten_run());
    if (run_.empty()) descriptor_ = *descriptor;
    run_.push_back({incoming.commit, incoming.hashes.back(), whole, false});
    events_ += incoming.commit.event_count();
    bytes_ += whole;
    return incoming;
  }

  Result<void> close_run() {
    if (run_.empty()) return {};
    const Part last = run_.back();
    drop(run_.size());
    return verify_seal(last.commit, descriptor_, last.head);
  }

  static Result<Incoming> decode(ByteView bytes) {
    Incoming incoming;
    EVENHAND_TRY(incoming.commit, CommitView::decode_untrusted(bytes));
    EVENHAND_TRY(incoming.hashes, incoming.commit.event_hashes());
    return incoming;
  }

 private:
  struct Part {
    CommitView commit;
    Hash head;
    std::size_t bytes;  ///< with all bodies
    bool is_bad;        ///< its seal was looked at
  };

  bool follows(const Incoming& next) const {
    if (run_.empty()) return false;
    const CommitView& last = run_.back().commit;
    return last.chain() == next.commit.chain() && last.last_seq() + 1 == next.commit.first_seq() && run_.back().head == next.commit.previous();
  }
  bool fits(const CommitView& next, std::size_t whole) const {
    return events_ + next.event_count() <= kEventsPerCommitMax && bytes_ + whole <= kCommitBytesMax;
  }

  // Each seal is looked at once. Errors: corrupt (none of the run is good).
  Result<void> shorten_run() {
    Result<void> last;
    for (std::size_t count = run_.size(); count > 0; --count) {
      Part& part = run_[count - 1];
      if (part.is_bad) continue;
      const auto seal = verify_seal(part.commit, descriptor_, part.head);
      if (seal) return drop(count), seal;
      part.is_bad = true;
      if (last) last = seal;
    }
    if (last) return corrupt("no commit of a run has the seal of the chain's device", "chain " + run_.front().commit.chain().hex());
    return last;
  }

  void drop(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      events_ -= run_[i].commit.event_count();
      bytes_ -= run_[i].bytes;
    }
    run_.erase(run_.begin(), run_.begin() + static_cast<std::ptrdiff_t>(count));
  }

  static Result<void> check_bodies(const CommitView& commit) {
    std::optional<std::size_t> bad;
    EVENHAND_CHECK(commit.walk([&](std::size_t i, const EventView& event) {
      if (event.body_state == BodyState::present && !event.body_matches()) bad = i;
      return !bad;
    }));
    if (!bad) return {};
    return corrupt("the body of an event does not fit its hash",
                   "chain " + commit.chain().hex() + ", event " + std::to_string(commit.first_seq() + *bad));
  }

  Result<std::optional<ChainDescriptor>> descriptor_of(const CommitView& commit) {
    const std::string where = "chain " + commit.chain().hex();
    if (commit.descriptor()) {
      const Hash root = commit.descriptor()->root();
      if (commit.descriptor()->id() != commit.chain()) return corrupt("a commit's chain id does not fit its descriptor", where);
      if (commit.previous() != root) return corrupt("a chain's first commit does not stand on the chain's root", where);
      known_[commit.chain()] = *commit.descriptor();
    }
    if (const auto found = known_.find(commit.chain()); found != known_.end()) return std::optional(found->second);
    EVENHAND_TRY(const auto state, reader_.chain(commit.chain()));
    if (!state) return std::optional<ChainDescriptor>();
    known_[commit.chain()] = state->descriptor;
    return std::optional(state->descriptor);
  }

  const Reader& reader_;
  std::map<ChainId, ChainDescriptor> known_;
  std::vector<Part> run_;
  ChainDescriptor descriptor_;  ///< of the run's chain
  std::size_t events_ = 0, bytes_ = 0;
};

}  // namespace

Result<std::vector<Incoming>> decode_trusted(std::span<const ByteView> commits) {
  std::vector<Incoming> all;
  all.reserve(commits.size());
  for (const ByteView bytes : commits) {
    EVENHAND_TRY(Incoming incoming, Verifier::decode(bytes));
    all.push_back(std::move(incoming));
  }
  return all;
}

Result<std::vector<Incoming>> verify_untrusted(std::span<const ByteView> commits, const Reader& reader) {
  Verifier verifier(reader);
  std::vector<Incoming> all;
  all.reserve(commits.size());
  for (const ByteView bytes : commits) {
    EVENHAND_TRY(Incoming incoming, verifier.take(bytes));
    all.push_back(std::move(incoming));
  }
  EVENHAND_CHECK(verifier.close_run());
  return all;
}

}  // namespace evenhand::log_detail
