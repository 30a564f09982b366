#include "sync/replica/framed_space.h"

#include "core/engine/workspace_state.h"
#include "sync/protocol/frame.h"

namespace evenhand {

FramedSpace::FramedSpace(Workspace& workspace, Space& space)
    : WorkspaceSpace(workspace, space), parcels_(workspace, space.id, [this] { return WorkspaceSpace::blobs(); }, [this](const PublicKey& packer, const Error& why) { (void)blame(Lane::data, packer, why).ok(); }) {}

bool FramedSpace::may_contribute() const {
  const Device* self = space().fold.access().find_device(workspace().keystore().device().public_key());
  return self != nullptr && self->capabilities.has(Capability::contribute);
}

bool FramedSpace::gives_data() const { return may_contribute() && workspace().current_epoch(id()) != nullptr; }

Result<std::optional<Segment>> FramedSpace::next_segment(const ChainId& chain, std::uint64_t after_seq, std::uint64_t& cursor) const {
  EVENHAND_TRY(auto segment, LogSpace::next_segment(chain, after_seq, cursor));
  if (!segment) return segment;
  const bool is_data = segment->range.lane == Lane::data;
  if (is_data && !gives_data()) return std::optional<Segment>();
  const SealKey* const epoch = is_data ? workspace().current_epoch(id()) : nullptr;
  EVENHAND_TRY(segment->payload, pack_frame(id(), segment->range, segment->payload, epoch, workspace().keystore().device(), workspace().state().random));
  segment->form = SegmentForm::frame;
  return segment;
}

Result<Segment> FramedSpace::open(const Segment& framed, const FrameHeader& header) const {
  Segment segment{header.range, SegmentForm::commits, {}};
  EVENHAND_TRY(segment.payload, open_frame(framed.payload, header, [this](const KeyId& key) { return workspace().epoch_key(id(), key); }));
  return segment;
}

// The bytes stand under a seal that fits and a signature of the packer, and are not what their header says, or not commits that anybody
// takes. What the hub packed itself, and damage to our own log, which says what to do here, is nobody else's fault.
Result<void> FramedSpace::blame(Lane lane, const PublicKey& packer, const Error& why) {
  const bool is_its_fault = lane == Lane::data && why.code == ErrorCode::corrupt && why.next.empty();
  if (!is_its_fault || packer == workspace().keystore().device().public_key()) return why;
  false_.push_back(is_false(packer, why));
  return {};
}

std::string FramedSpace::name_of_writer(const ChainId& chain) const {
  const std::string named = WorkspaceSpace::name_of_writer(chain);
  const auto packer = packers_.find(chain);
  return named != kSomebody || packer == packers_.end() ? named : name_of_device(packer->second);
}

Error FramedSpace::why_left_out(const ChainId& chain, LeftOut why) const {
  if (no_key_.contains(chain) || (why == LeftOut::ahead && may_contribute() && !gives_data())) {
    return not_found("The newest key of this space has not been handed to this laptop yet. What is sealed with it, and what was written here since, waits; everything else is in step", {},
                     "An admin's laptop hands it on by itself: exchange with an admin of the space, or with the hub again once one has been there.");
  }
  if (why == LeftOut::no_room || no_room_.contains(chain)) return WorkspaceSpace::why_left_out(chain, why);
  const std::string who = name_of_writer(chain);
  if (why == LeftOut::lacks_texts) {
    return not_found("The hub has no whole copy of something that " + who + " wrote, and this laptop lacks its text. Everything else is in step", {},
                     "It comes with a laptop that has it: exchange with that laptop, or ask " + who + ".");
  }
  if (why == LeftOut::ahead) {
    return refused("The hub does not have everything yet that " + who + " wrote and this laptop holds, and this laptop may not bring it. Everything else is in step", {},
                   "It comes with a laptop that has it and may contribute to this space.");
  }
  const std::string what = why == LeftOut::torn ? " gave the hub a piece of its work as if it were the end of it" : " wrote on top of something that it has not shown to anybody";
  return corrupt(who + what + ". That waits; everything else is in step", {},
                 "Ask them to exchange with the hub again from that laptop. If it stays so, tell an admin of the space: that laptop is broken or not to be trusted, and can be removed.");
}

FalsePacking FramedSpace::is_false(const PublicKey& packer, const Error& why) const {
  return {packer, corrupt(name_of_device(packer) + " gave the hub something that nobody can open. What that laptop gave it is passed over; everything else goes on", why.what,
                          "Tell an admin of the space: that laptop is broken or not to be trusted, and can be removed.")};
}

Result<void> FramedSpace::store_opened(Opened& opened, Stored& stored) {
  const auto keep = [&](std::span<const Segment> segments) -> Result<void> {
    EVENHAND_TRY(const Stored now, WorkspaceSpace::store(segments));
    stored.events_new += now.events_new;
    stored.events_known += now.events_known;
    stored.commits_parked += now.commits_parked;
    stored.commits_filled += now.commits_filled;
    for (const auto& one : now.without_room) {
      if (packers_.contains(one.first)) no_room_.insert(one.first);  // data: what the hub holds of it decides when it is tried again
      else stored.without_room.insert(one);
    }
    return {};
  };
  const Opened all = std::exchange(opened, {});
  if (all.segments.empty()) return {};
  const auto kept = keep(all.segments);
  if (kept || kept.error().code == ErrorCode::unavailable) return kept;
  for (std::size_t i = 0; i < all.segments.size(); ++i) {
    const auto one = keep({&all.segments[i], 1});
    if (one) continue;
    EVENHAND_CHECK(blame(all.segments[i].range.lane, all.packers[i], one.error()));
    stored.events_passed_over += all.segments[i].range.last_seq - all.segments[i].range.first_seq + 1;
  }
  return {};
}

Result<Stored> FramedSpace::store(std::span<const Segment> segments) {
  Opened opened;
  Stored stored;
  for (const Segment& segment : segments) {
    if (segment.form != SegmentForm::frame) return refused("a hub gives frames only");
    EVENHAND_TRY(const FrameHeader header, read_frame_header(segment.payload));
    if (header.space != id() || header.range != segment.range) return refused("a frame came under another name than its own");
    const std::uint64_t events = header.range.last_seq - header.range.first_seq + 1;
    if (stored.without_key.contains(header.range.chain)) {
      stored.events_passed_over += events;
      continue;
    }
    auto commits = open(segment, header);
    if (!commits && commits.error().code == ErrorCode::not_found) {
      // Its key stands in the authority lane, which came before it.
      EVENHAND_CHECK(store_opened(opened, stored));
      EVENHAND_CHECK(workspace().settle());
      commits = open(segment, header);
    }
    if (!commits && commits.error().code == ErrorCode::not_found && header.range.lane == Lane::data) {
      no_key_.insert(header.range.chain);
      stored.without_key.insert(header.range.chain);
      stored.events_passed_over += events;
      continue;
    }
    if (!commits) {
      EVENHAND_CHECK(blame(header.range.lane, header.packer, commits.error()));
      stored.events_passed_over += events;
      continue;
    }
    if (header.range.lane == Lane::data) packers_[header.range.chain] = header.packer;
    opened.segments.push_back(std::move(*commits));
    opened.packers.push_back(header.packer);
  }
  EVENHAND_CHECK(store_opened(opened, stored));
  return stored;
}

Result<Stored> FramedSpace::store_farewell(ByteView commits) {
  const Segment segment{{}, SegmentForm::commits, Bytes(commits.begin(), commits.end())};
  return WorkspaceSpace::store(std::span(&segment, 1));
}

}  // namespace evenhand
