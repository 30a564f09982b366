#include "sync/relay/relay_space.h"

#include <algorithm>

#include "core/access/authority_log.h"
#include "core/access/departure.h"
#include "core/event/limits.h"
#include "sync/relay/opened_frame.h"
#include "sync/session/farewell.h"

namespace evenhand {

namespace {

constexpr std::string_view kQuota = "quota";  // where a full one is told
constexpr std::uint64_t kAuthorityBytesMax = std::uint64_t{16} << 20;

bool is_end_of(const ChainState& chain, const SegmentRange& range) {
  return std::find(chain.branches.begin(), chain.branches.end(), BranchHead{range.last_seq, range.head}) != chain.branches.end();
}
constexpr std::uint64_t kCopiesPart = 2;       // copies of what the hub has may fill half of the room

}  // namespace


Result<std::unique_ptr<RelaySpace>> RelaySpace::open(Log authority, FrameStore& frames, ParcelStore& parcels, const KeyPair& device, Random& random, const RelayQuota& quota, RelayCounters& counters) {
  std::unique_ptr<RelaySpace> space(new RelaySpace(std::move(authority), frames, parcels, device, random, quota, counters));
  EVENHAND_CHECK(space->refresh_access());
  EVENHAND_TRY(const LogReadView view, space->authority_.read());
  EVENHAND_TRY(const auto chains, view.chains());
  EVENHAND_TRY(auto lost_texts, space->frames_.lost_texts(space->id()));
  for (auto& [device, events] : lost_texts) space->lost_texts_[device].events = std::move(events);
  std::map<ChainId, PublicKey> devices;
  for (const auto& [chain, state] : chains) devices.emplace(chain, state.descriptor.device);
  EVENHAND_CHECK(view.scan(1, [&](Arrival, const CommitView& commit) {
    space->authority_bytes_[devices[commit.chain()]] += commit.bytes().size();
    return true;
  }));
  return space;
}

Result<void> RelaySpace::refresh_access() {
  if (!is_access_old_) return {};
  EVENHAND_TRY(const LogReadView view, authority_.read());
  EVENHAND_TRY(auto events, authority_events(view));
  access_ = Access::build(id(), std::move(events));
  is_access_old_ = false;
  return {};
}

bool RelaySpace::has_room_for_authority(const PublicKey& device, std::uint64_t bytes) const {
  if (access_.find_grant(device, Capability::admin)) return true;
  std::uint64_t used = 0;
  for (const auto& [other, of_other] : authority_bytes_) {
    if (other == device || (!was_let_in(device) && !was_let_in(other))) used += of_other;
  }
  return used + bytes <= kAuthorityBytesMax;
}

bool RelaySpace::is_open_to(const PublicKey& device) const {
  if (!access_.charter()) return true;
  const Device* known = access_.find_device(device);
  if (known == nullptr || known->is_removed) return false;
  const auto member = std::find_if(access_.members().begin(), access_.members().end(), [&](const Member& m) { return m.organisation == known->organisation; });
  if (member == access_.members().end() || member->has_left) return false;
  return known->capabilities.has(Capability::read) || known->capabilities.has(Capability::relay);
}

std::optional<Bytes> RelaySpace::farewell(const PublicKey& device) const {
  if (departure_of(access_, device) == Departure::none) return std::nullopt;
  auto commits = farewell_of(authority_, access_, device);
  return commits ? std::move(*commits) : Bytes();
}

Result<bool> RelaySpace::is_authority(const ChainId& chain) const {
  EVENHAND_TRY(const LogReadView view, authority_.read());
  const auto state = view.chain(chain);
  if (!state && state.error().code != ErrorCode::not_found) return state.error();
  return state.ok() && !state->branches.empty();
}

Result<RelaySpace::Opened> RelaySpace::open_segment(const Segment& segment) const {
  if (segment.form != SegmentForm::frame) return refused("a hub takes frames only");
  EVENHAND_TRY(const FrameHeader header, read_frame_header(segment.payload));
  if (header.space != id()) return refused("a frame of another space came under this one's name");
  if (header.range != segment.range) return refused("a frame came under another range than its own");
  Opened opened{header, segment.payload, {}};
  if (header.range.lane == Lane::data) return opened;
  // Until the charter is here nobody is known; its hash is the space's id, so nobody can bring another one.
  if (access_.charter() && !is_open_to(header.packer) && header.packer != device_.public_key()) return refused("a frame was packed by a device that is no member of this space");
  EVENHAND_TRY(opened.commits, open_frame(segment.payload, header, {}));
  EVENHAND_TRY(const auto commits, split_commits(opened.commits));
  const auto& descriptor = commits.front().descriptor();
  EVENHAND_TRY(const bool is_known, is_authority(header.range.chain));
  if (descriptor ? descriptor->lane != Lane::authority : !is_known) return refused("events that a hub may not read came as authority", "chain " + header.range.chain.hex());
  return opened;
}

Result<Stored> RelaySpace::store_authority(const Opened& opened) {
  std::vector<ByteView> commits;
  std::uint64_t bytes = 0;
  EVENHAND_TRY(const auto split, split_commits(opened.commits));
  for (const CommitView& commit : split) {
    commits.push_back(commit.bytes());
    bytes += commit.bytes().size();
  }
  const ChainId& chain = opened.header.range.chain;
  const auto state_of = [&]() -> Result<ChainState> {
    EVENHAND_TRY(const LogReadView view, authority_.read());
    return view.chain(chain);
  };
  const auto state = state_of();
  const auto& descriptor = split.front().descriptor();
  const PublicKey device = state ? state->descriptor.device : descriptor ? descriptor->device : PublicKey();
  const bool brings_charter = holds_charter(split.front(), id());
  if (!brings_charter && !has_room_for_authority(device, bytes)) {
    EVENHAND_CHECK(refresh_access());
    // What is here already asks for no room.
    if (!has_room_for_authority(device, bytes) && !(state && is_end_of(*state, opened.header.range))) return Stored{0, 0, 0, 0, 0, {{chain, NoRoom::strangers}}};  // not for ever: it may become an admin
  }
  EVENHAND_TRY(const AppendOutcome appended, authority_.append_untrusted(commits, [&](const PublicKey& one) { return brings_charter || was_let_in(one); }));
  if (appended.events_new > 0 || appended.commits_filled > 0) {
    is_access_old_ = true;
    authority_bytes_[device] += bytes;
  }
  if (brings_charter) EVENHAND_CHECK(refresh_access());  // who is a stranger is known from here on
  return Stored{appended.events_new, appended.events_known, appended.commits_parked, 0, 0, appended.without_room};
}

Result<void> RelaySpace::check_packer(const PublicKey& packer) const {
  const Device* known = access_.find_device(packer);
  if (known == nullptr || known->is_removed || !is_open_to(packer)) return refused("it was packed by a device that is no member of this space");
  if (!known->capabilities.has(Capability::contribute)) return refused("it was packed by a device that may not contribute to this space");
  return {};
}

Result<void> RelaySpace::check_epoch(const KeyId& epoch) const {
  const std::vector<KeyEpoch>& epochs = access_.epochs();
  if (std::any_of(epochs.begin(), epochs.end(), [&](const KeyEpoch& one) { return one.key == epoch; })) return {};
  return refused("it is sealed under a key that this space never had", epoch.hex());
}

EntityId RelaySpace::organisation_of(const PublicKey& device) const {
  const Device* known = access_.find_device(device);
  return known == nullptr ? EntityId() : known->organisation;
}

Result<RelaySpace::Room> RelaySpace::room() const {
  EVENHAND_TRY(const auto frames, frames_.usage(id()));
  EVENHAND_TRY(const auto parcels, parcels_.usage(id()));
  Room room;
  room.space_ = this;
  const auto add = [&](const UsageByPacker& all, std::uint64_t Room::Filled::*count) {
    for (const auto& [device, used] : all) {
      for (Room::Filled* const filled : {&room.all_, &room.by_organisation_[organisation_of(device)]}) {
        filled->bytes += used.bytes;
        filled->*count += used.count;
      }
    }
  };
  add(frames, &Room::Filled::frames);
  add(parcels, &Room::Filled::pieces);
  return room;
}

Result<void> RelaySpace::Room::take_frames(const PublicKey& packer, const Usage& more) {
  return take(packer, more, {&Filled::frames, space_->quota_.frames_per_space, space_->quota_.frames_per_organisation, "frames"});
}

Result<void> RelaySpace::Room::take_pieces(const PublicKey& packer, const Usage& more) {
  return take(packer, more, {&Filled::pieces, space_->quota_.pieces_per_space, space_->quota_.pieces_per_organisation, "pieces of attachments"});
}

// Takes nothing when it refuses.
Result<void> RelaySpace::Room::take(const PublicKey& packer, const Usage& more, const Numbers& numbers) {
  const RelayQuota& quota = space_->quota_;
  Filled& own = by_organisation_[space_->organisation_of(packer)];
  const auto check = [&](const Filled& filled, std::uint64_t bytes_max, std::uint64_t count_max, const std::string& of) -> Result<void> {
    const bool is_long = filled.bytes + more.bytes > bytes_max;
    if (!is_long && filled.*numbers.count + more.count <= count_max) return {};
    const std::string most = is_long ? std::to_string(bytes_max) + " bytes" : std::to_string(count_max) + " " + numbers.what;
    return refused("the hub keeps at most " + most + " of " + of + ", and that is full", std::string(kQuota),
                   "Ask whoever runs the hub for more room. Laptops can still exchange with each other.");
  };
  EVENHAND_CHECK(check(own, quota.bytes_per_organisation / part_, numbers.organisation_max / part_, "one organisation in one space"));
  EVENHAND_CHECK(check(all_, quota.bytes_per_space / part_, numbers.space_max / part_, "one space"));
  for (Filled* const filled : {&own, &all_}) {
    filled->bytes += more.bytes;
    filled->*numbers.count += more.count;
  }
  return {};
}

bool RelaySpace::is_asked_for_copies(const PublicKey& device) {
  const auto left_out = without_room_.find(device);
  if (left_out == without_room_.end()) return true;
  auto left = room();
  if (!left) return false;
  left->part_ = kCopiesPart;
  if (!left->take_frames(device, left_out->second)) return false;
  without_room_.erase(left_out);
  return true;
}

// Where there is no room for it, the end of a later round tells it again.
void RelaySpace::note_lost_texts(const PublicKey& device, const std::vector<Reference>& events) {
  const auto known = lost_texts_.find(device);
  if (known == lost_texts_.end() ? events.empty() : known->second.events == events) return;
  if (!frames_.note_lost_texts(id(), device, events)) return;
  if (events.empty()) lost_texts_.erase(known);
  else lost_texts_[device] = {events, {}};
}

// One of each member's list in turn: none, however often it changes its own, takes the others' place.
std::vector<Reference> RelaySpace::texts_to_ask_of(const PublicKey& device) const {
  if (!check_packer(device)) return {};
  std::set<Reference> events, own;
  if (const auto lost = lost_texts_.find(device); lost != lost_texts_.end()) own.insert(lost->second.events.begin(), lost->second.events.end());
  for (std::size_t i = 0, at_most = 1; i < at_most; ++i) {
    for (const auto& [other, lost] : lost_texts_) {
      at_most = std::max(at_most, lost.events.size());
      const bool is_asked = i < lost.events.size() && other != device && !lost.asked.contains(device) && is_open_to(other) && !own.contains(lost.events[i]);
      if (is_asked && events.size() < kMissingBodiesMax) events.insert(lost.events[i]);
    }
  }
  return {events.begin(), events.end()};
}

void RelaySpace::note_asked(const PublicKey& device, const std::vector<Reference>& events) {
  const auto own = lost_texts_.find(device);
  const auto is_heard = [&](const Reference& event) {
    return std::ranges::binary_search(events, event) || (own != lost_texts_.end() && std::ranges::find(own->second.events, event) != own->second.events.end());
  };
  for (auto& [other, lost] : lost_texts_) {
    if (std::ranges::all_of(lost.events, is_heard)) lost.asked.insert(device);
  }
}

// Is there room for what is unknown in that sight?
Result<void> RelaySpace::check_room(const std::vector<FrameStore::Frame>& frames, const Packers& without, std::uint64_t part) const {
  EVENHAND_TRY(const FrameStore::Chains* const chains, frames_.chains(id(), without));
  std::vector<const FrameStore::Frame*> unknown;
  for (const FrameStore::Frame& frame : frames) {
    const auto chain = chains->find(frame.header.range.chain);
    if (frame.is_asked_for || chain == chains->end() || !chain->second.adds_nothing(frame.name())) unknown.push_back(&frame);
  }
  if (unknown.empty()) return {};
  EVENHAND_TRY(Room left, room());
  left.part_ = part;
  for (const FrameStore::Frame* const frame : unknown) EVENHAND_CHECK(left.take_frames(frame->header.packer, {1, frame->bytes.size()}));
  return {};
}

// Chains that would be new here, beyond what a space may have, or what one organisation may fill of that. Whose one is, only its readers
// can tell: it counts for whoever packed the frame that ends first.
Result<std::map<ChainId, NoRoom>> RelaySpace::chains_without_room(const std::vector<FrameStore::Frame>& frames) const {
  EVENHAND_TRY(const FrameStore::Chains* const chains, frames_.chains(id(), {}));
  std::map<ChainId, NoRoom> without_room;
  std::set<ChainId> more;
  std::map<EntityId, std::size_t> by_organisation;
  std::size_t count = 0;
  for (const FrameStore::Frame& frame : frames) {
    const ChainId& chain = frame.header.range.chain;
    if (chains->contains(chain) || more.contains(chain) || without_room.contains(chain)) continue;
    if (count == 0) {
      EVENHAND_TRY(const LogReadView view, authority_.read());
      EVENHAND_TRY(const auto readable, view.chains());
      count = readable.size() + chains->size();
      for (const auto& [known, seen] : *chains) {
        if (!seen.frames().empty()) ++by_organisation[organisation_of(seen.frames().begin()->packer)];
      }
    }
    std::size_t& of_organisation = by_organisation[organisation_of(frame.header.packer)];
    if (count >= kChainsPerSpaceMax || of_organisation >= kChainsPerSpaceMax / 2) {
      without_room.emplace(chain, NoRoom::chains);
      continue;
    }
    more.insert(chain);
    ++count;
    ++of_organisation;
  }
  return without_room;
}

Result<Stored> RelaySpace::store_data(const std::vector<Opened>& opened, const Packers& without, const std::set<ChainId>& asked_for) {
  if (!access_.charter()) return refused("the hub does not know yet who is a member of this space", {}, "Exchange with it from the laptop that invited it.");
  std::vector<FrameStore::Frame> frames;
  for (const Opened& one : opened) {
    EVENHAND_CHECK(check_packer(one.header.packer));
    EVENHAND_CHECK(check_epoch(one.header.epoch));
    EVENHAND_TRY(const bool is_readable, is_authority(one.header.range.chain));
    if (is_readable) return refused("a frame of data came under the name of an authority chain");
    frames.push_back({one.header, one.frame, asked_for.contains(one.header.range.chain)});
  }
  Stored stored;
  EVENHAND_TRY(stored.without_room, chains_without_room(frames));
  std::erase_if(frames, [&](const FrameStore::Frame& frame) { return stored.without_room.contains(frame.header.range.chain); });
  // Copies of what the hub has, made because somebody passes over whoever packed it, or lacks texts of it: nobody is refused for them.
  const bool are_copies = !without.empty() || std::ranges::any_of(frames, &FrameStore::Frame::is_asked_for);
  const auto has_room = check_room(frames, without, are_copies ? kCopiesPart : 1);
  const bool leaves_copies_out = !has_room && are_copies && has_room.error().where == kQuota;
  if (!has_room && !leaves_copies_out) return has_room.error();
  if (leaves_copies_out) {
    for (FrameStore::Frame& frame : frames) frame.is_asked_for = false;
    EVENHAND_CHECK(check_room(frames, {}, 1));
    Usage all;
    for (const FrameStore::Frame& frame : frames) all += {1, frame.bytes.size()};
    for (const FrameStore::Frame& frame : frames) without_room_[frame.header.packer] = all;
  }
  EVENHAND_TRY(const auto is_new, frames_.keep(id(), frames, leaves_copies_out ? Packers() : without));
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (frames[i].is_asked_for) ++copies_asked_for_[frames[i].header.range.chain];
    const std::uint64_t events = frames[i].header.range.last_seq - frames[i].header.range.first_seq + 1;
    (is_new[i] ? stored.events_new : stored.events_known) += events;
    ++(is_new[i] ? counters_.frames_kept : counters_.frames_known);
    if (is_new[i]) counters_.bytes_kept += frames[i].bytes.size();
  }
  return stored;
}

}  // namespace evenhand
