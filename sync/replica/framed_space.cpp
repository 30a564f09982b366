#include "sync/replica/framed_space.h"

#include "core/engine/workspace_state.h"
#include "sync/protocol/frame.h"

namespace evenhand {

FramedSpace::FramedSpace(Workspace& workspace, Space& space)
    : WorkspaceSpace(workspace, space), parcels_(workspace, space.id, [this] { return WorkspaceSpace::blobs(); }) {}

Result<std::optional<Segment>> FramedSpace::next_segment(const ChainId& chain, std::uint64_t after_seq, std::uint64_t& cursor) const {
  EVENHAND_TRY(auto segment, LogSpace::next_segment(chain, after_seq, cursor));
  if (!segment) return segment;
  const KeyPair& device = workspace().keystore().device();
  const SealKey* epoch = nullptr;
  if (segment->range.lane == Lane::data) {
    const Device* self = space().fold.access().find_device(device.public_key());
    if (self == nullptr || !self->capabilities.has(Capability::contribute)) return std::optional<Segment>();
    epoch = workspace().current_epoch(id());
    if (epoch == nullptr) return refused("the key of this space is not here, so nothing can be sealed for the hub", {}, "Exchange with an admin of the space first.");
  }
  EVENHAND_TRY(segment->payload, pack_frame(id(), segment->range, segment->payload, epoch, device, workspace().state().random));
  segment->form = SegmentForm::frame;
  return segment;
}

Result<Segment> FramedSpace::open(const Segment& framed, const FrameHeader& header) const {
  Segment segment{header.range, SegmentForm::commits, {}};
  EVENHAND_TRY(segment.payload, open_frame(framed.payload, header, [this](const KeyId& key) { return workspace().epoch_key(id(), key); }));
  return segment;
}

Result<Stored> FramedSpace::store(std::span<const Segment> segments) {
  std::vector<Segment> opened;
  Stored stored;
  const auto flush = [&]() -> Result<void> {
    if (opened.empty()) return {};
    EVENHAND_TRY(const Stored now, WorkspaceSpace::store(opened));
    stored.events_new += now.events_new;
    stored.events_known += now.events_known;
    stored.commits_parked += now.commits_parked;
    opened.clear();
    return {};
  };
  for (const Segment& segment : segments) {
    if (segment.form != SegmentForm::frame) return refused("a hub gives frames only");
    EVENHAND_TRY(const FrameHeader header, read_frame_header(segment.payload));
    if (header.space != id() || header.range != segment.range) return refused("a frame came under another name than its own");
    auto commits = open(segment, header);
    if (!commits && commits.error().code == ErrorCode::not_found) {
      // Its key stands in the authority lane, which came before it.
      EVENHAND_CHECK(flush());
      EVENHAND_CHECK(workspace().settle());
      commits = open(segment, header);
      if (!commits && commits.error().code == ErrorCode::not_found) {
        return refused("the hub gave a frame whose key has not been given to this laptop", commits.error().where, "Exchange with an admin of the space first.");
      }
    }
    EVENHAND_CHECK(commits);
    opened.push_back(std::move(*commits));
  }
  EVENHAND_CHECK(flush());
  return stored;
}

Result<Stored> FramedSpace::store_farewell(ByteView commits) {
  const Segment segment{{}, SegmentForm::commits, Bytes(commits.begin(), commits.end())};
  return WorkspaceSpace::store(std::span(&segment, 1));
}

}  // namespace evenhand
