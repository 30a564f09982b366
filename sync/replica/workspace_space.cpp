#include "sync/replica/workspace_space.h"

#include <algorithm>

#include "core/engine/attachments.h"

namespace evenhand {

WorkspaceSpace::WorkspaceSpace(Workspace& workspace, Space& space)
    : LogSpace(space.log, nullptr, {[this](std::size_t most) { return lacking_attachments(this->space(), most); }, [this] { return find_missing(); }}),
      workspace_(workspace),
      id_(space.id) {}

const Space& WorkspaceSpace::space() const {
  const Space* found = std::as_const(workspace_).find_space(id_);
  EVENHAND_ASSERT(found != nullptr, "a workspace never loses a space");
  return *found;
}

Result<std::vector<Reference>> WorkspaceSpace::find_missing() const {
  EVENHAND_TRY(const LogReadView view, space().log.read());
  const Access& access = space().fold.access();
  const std::size_t orders = access.erased().size() + access.redacted().size() + workspace_.keystore().destroyed().size();
  if (missing_.orders != orders) missing_ = {0, orders, {}};  // dropping bodies keeps arrival numbers
  Result<void> inner;
  EVENHAND_CHECK(view.scan(missing_.arrival + 1, [&](Arrival, const CommitView& commit) {
    std::vector<std::size_t> absent;
    inner = commit.walk([&](std::size_t i, const EventView& event) {
      const bool is_named = !event.header.key.is_zero() && access.is_erased(event.header.key);
      if (event.body_state == BodyState::absent && !is_named) absent.push_back(i);
      return true;
    });
    if (!inner || absent.empty()) return inner.ok();
    const auto hashes = commit.event_hashes();
    if (!hashes) return inner = hashes.error(), false;
    for (const std::size_t i : absent) {
      const Reference reference{commit.chain(), commit.first_seq() + i, shorten((*hashes)[i])};
      if (!access.is_redacted(reference)) missing_.bodies.push_back(reference);
    }
    return true;
  }));
  EVENHAND_CHECK(inner);
  std::sort(missing_.bodies.begin(), missing_.bodies.end());
  missing_.arrival = view.last_arrival();
  return missing_.bodies;
}

Result<Stored> WorkspaceSpace::store(std::span<const Segment> segments) {
  EVENHAND_TRY(const std::vector<ByteView> commits, commits_of(segments));
  EVENHAND_TRY(const AppendOutcome outcome, workspace_.receive(id_, commits));
  if (outcome.commits_filled > 0) missing_ = {};
  return Stored{outcome.events_new, outcome.events_known, outcome.commits_parked, outcome.commits_filled};
}

BlobStore* WorkspaceSpace::blobs() {
  if (!blobs_) {
    auto opened = BlobStore::open(space().folder / "blobs", workspace_.mode());
    if (!opened) return nullptr;
    blobs_ = std::move(*opened);
  }
  return &*blobs_;
}

}  // namespace evenhand
