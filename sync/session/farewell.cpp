#include "sync/session/farewell.h"

#include "core/access/authority_log.h"
#include "core/access/departure.h"

namespace evenhand {

Result<Bytes> farewell_of(const Log& log, const Access& access, const PublicKey& device) {
  EVENHAND_TRY(const LogReadView view, log.read());
  EVENHAND_TRY(const std::vector<AuthorityEvent> events, authority_events(view));
  Bytes commits;
  for (const auto& [chain, last_seq] : past_of_departure(events, access, device)) {
    EVENHAND_CHECK(view.scan_chain(chain, 1, [&, last = last_seq](Arrival, const CommitView& commit) {
      if (commit.first_seq() > last) return true;  // of a forked chain shorter ones of another branch come after it
      commits.insert(commits.end(), commit.bytes().begin(), commit.bytes().end());
      return true;
    }));
  }
  return commits;
}

Result<std::unique_ptr<FarewellSpace>> FarewellSpace::make(Log& log, const Access& access, const PublicKey& device) {
  EVENHAND_TRY(const LogReadView view, log.read());
  EVENHAND_TRY(const std::vector<AuthorityEvent> events, authority_events(view));
  auto past = past_of_departure(events, access, device);
  if (past.empty()) return not_found("nobody took this device out of the space", device.hex().substr(0, 16));
  return std::unique_ptr<FarewellSpace>(new FarewellSpace(log, std::move(past)));
}

Result<VersionVector> FarewellSpace::vector() const {
  EVENHAND_TRY(const LogReadView view, log_.read());
  VersionVector vector;
  for (const auto& [chain, last_seq] : past_) {
    VersionVector::End end{};
    Result<void> inner;
    EVENHAND_CHECK(view.scan_chain(chain, 1, [&, last = last_seq](Arrival, const CommitView& commit) {
      if (commit.first_seq() > last || commit.last_seq() < end.seq) return true;
      const auto hashes = commit.event_hashes();
      if (!hashes) return inner = hashes.error(), false;
      end = {commit.last_seq(), shorten(hashes->back())};
      return true;
    }));
    EVENHAND_CHECK(inner);
    if (end.seq > 0) vector.entries.push_back({chain, {end}});
  }
  return vector;
}

// A segment may run past the end of what is told: it is cut there.
Result<std::optional<Segment>> FarewellSpace::next_segment(const ChainId& chain, std::uint64_t after_seq, std::uint64_t& cursor) const {
  const auto known = past_.find(chain);
  if (known == past_.end()) return std::optional<Segment>();
  for (;;) {
    EVENHAND_TRY(std::optional<Segment> segment, LogSpace::next_segment(chain, after_seq, cursor));
    if (!segment || segment->range.last_seq <= known->second) return segment;
    EVENHAND_TRY(const std::vector<CommitView> commits, split_commits(segment->payload));
    std::size_t bytes = 0;
    for (const CommitView& commit : commits) {
      if (commit.first_seq() > known->second) break;
      bytes += commit.bytes().size();
      EVENHAND_TRY(const std::vector<Hash> hashes, commit.event_hashes());
      segment->range.last_seq = commit.last_seq();
      segment->range.head = hashes.back();
    }
    segment->payload.resize(bytes);
    if (bytes > 0) return segment;
  }
}

}  // namespace evenhand
