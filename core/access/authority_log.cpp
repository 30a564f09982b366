#include "core/access/authority_log.h"

#include "core/codec/archive.h"

namespace evenhand {

Result<std::vector<AuthorityEvent>> authority_events(const LogReadView& view) {
  EVENHAND_TRY(const auto chains, view.chains());
  std::vector<AuthorityEvent> events;
  for (const auto& [id, chain] : chains) {
    if (chain.descriptor.lane != Lane::authority) continue;
    Result<void> inner;
    EVENHAND_CHECK(view.scan_chain(id, 1, [&, &device = chain.descriptor.device](Arrival, const CommitView& commit) {
      const auto hashes = commit.event_hashes();
      if (!hashes) return inner = hashes.error(), false;
      inner = commit.walk([&](std::size_t i, const EventView& event) {
        AuthorityEvent& taken = events.emplace_back();
        taken.reference = {commit.chain(), commit.first_seq() + i, shorten((*hashes)[i])};
        taken.hash = (*hashes)[i];
        taken.device = device;
        taken.type = std::string(event.header.type);
        taken.grant = event.header.grant;
        for (std::size_t p = 0; p < event.header.parent_count(); ++p) taken.parents.push_back(event.header.parent(p));
        taken.body.assign(event.body.begin(), event.body.end());
        return true;
      });
      return inner.ok();
    }));
    EVENHAND_CHECK(inner);
  }
  return events;
}

bool holds_charter(const CommitView& commit, const SpaceId& space) {
  bool is_found = false;
  const auto walked = commit.walk([&](std::size_t, const EventView& event) {
    const auto charter = event.header.type == authority_type::kChartered ? decode_untrusted<Charter>(event.body, "charter") : Result<Charter>(not_found("no charter"));
    is_found = charter && charter->space_id() == space;
    return !is_found;
  });
  return walked.ok() && is_found;
}

}  // namespace evenhand
