// What comes from a partner is believed only after its hashes and seals are checked (DESIGN section 2): the last
// seal of a run vouches for the run, because each event's hash covers the one before.

#include "core/store/log_append.h"

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
    if (!goes_on(incoming)) EVENHAND_CHECK(close_run());
    if (!run_) run_ = Run{};
    run_->last = incoming.commit;
    run_->descriptor = *descriptor;
    run_->head = incoming.hashes.back();
    run_->events += incoming.commit.event_count();
    run_->bytes += bytes.size();
    return incoming;
  }

  Result<void> close_run() {
    if (!run_) return {};
    const Run run = *run_;
    run_.reset();
    return verify_seal(run.last, run.descriptor, run.head);
  }

  static Result<Incoming> decode(ByteView bytes) {
    Incoming incoming;
    EVENHAND_TRY(incoming.commit, CommitView::decode_untrusted(bytes));
    EVENHAND_TRY(incoming.hashes, incoming.commit.event_hashes());
    return incoming;
  }

 private:
  struct Run {
    CommitView last;
    ChainDescriptor descriptor;
    Hash head;
    std::size_t events = 0;
    std::size_t bytes = 0;
  };

  bool goes_on(const Incoming& next) const {
    return run_ && run_->last.chain() == next.commit.chain() && run_->last.last_seq() + 1 == next.commit.first_seq() &&
           run_->head == next.commit.previous() && run_->events + next.commit.event_count() <= kEventsPerCommitMax &&
           run_->bytes + next.commit.bytes().size() <= kCommitBytesMax;
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
  std::optional<Run> run_;
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
