// What comes from a partner is believed only after its hashes and seals are checked: every commit by its own seal, so that
// what is stored stands by itself wherever it goes next (docs/decisions/0046-every-seal-by-itself.md).

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
    EVENHAND_CHECK(verify_seal(incoming.commit, *descriptor, incoming.hashes.back()));
    return incoming;
  }

  static Result<Incoming> decode(ByteView bytes) {
    Incoming incoming;
    EVENHAND_TRY(incoming.commit, CommitView::decode_untrusted(bytes));
    EVENHAND_TRY(incoming.hashes, incoming.commit.event_hashes());
    return incoming;
  }

 private:
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
  return all;
}

}  // namespace evenhand::log_detail
