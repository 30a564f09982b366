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
  EVENHAND_TRY(AppendOutcome outcome, workspace_.receive(id_, commits));
  const auto is_strangers = [](const auto& one) { return one.second == NoRoom::strangers; };
  if (std::any_of(outcome.without_room.begin(), outcome.without_room.end(), is_strangers)) {  // what lets them in may have come with it, and is not folded yet
    EVENHAND_CHECK(workspace_.settle());
    EVENHAND_TRY(const AppendOutcome again, workspace_.receive(id_, commits));
    outcome.events_new += again.events_new;
    outcome.without_room = again.without_room;
  }
  if (outcome.commits_filled > 0) missing_ = {};
  for (const ByteView bytes : outcome.without_room.empty() ? std::span<const ByteView>() : commits) {
    EVENHAND_TRY(const CommitView commit, CommitView::decode_untrusted(bytes));
    if (commit.descriptor() && outcome.without_room.contains(commit.chain())) without_room_[commit.chain()] = commit.descriptor()->device;
  }
  return Stored{outcome.events_new, outcome.events_known, outcome.commits_parked, outcome.commits_filled, 0, outcome.without_room};
}

std::string WorkspaceSpace::name_of_device(const PublicKey& key) const {
  const Access& access = space().fold.access();
  const Device* const device = access.find_device(key);
  for (const Member& member : access.members()) {
    if (device != nullptr && member.organisation == device->organisation) return member.title + " (" + device->label + ")";
  }
  return "A device that nobody let in";
}

std::string WorkspaceSpace::name_of_writer(const ChainId& chain) const {
  const auto log = space().log.read();
  const auto state = log ? log->chain(chain) : Result<ChainState>(not_found("no such chain"));
  if (state) return name_of_device(state->descriptor.device);
  const auto refused_here = without_room_.find(chain);
  return refused_here != without_room_.end() ? name_of_device(refused_here->second) : std::string(kSomebody);
}

Error WorkspaceSpace::why_left_out(const ChainId& chain, LeftOut) const {
  return refused("There is no room for more of what " + name_of_writer(chain) + " wrote, here or there. Everything else is in step", {},
                 "Tell an admin of the space: a laptop that writes so much is broken or not to be trusted, and can be removed.");
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
