#include "sync/relay/relay_space.h"

#include <algorithm>

#include "core/access/departure.h"
#include "core/event/limits.h"
#include "core/store/log_digest.h"
#include "sync/relay/relay_parcels.h"
#include "sync/session/farewell.h"

namespace evenhand {

namespace {

// A cursor is the last sequence number given, and how many frames end there.
constexpr unsigned kTieBits = 10;
constexpr std::uint64_t kTieMask = (std::uint64_t{1} << kTieBits) - 1;

}  // namespace

struct RelaySpace::Opened {
  FrameHeader header;
  ByteView frame;
  Bytes commits;  ///< authority lane only
};

Result<std::unique_ptr<RelaySpace>> RelaySpace::open(Log authority, FrameStore& frames, ParcelTable& parcels, const KeyPair& device, Random& random, const RelayQuota& quota, RelayCounters& counters) {
  std::unique_ptr<RelaySpace> space(new RelaySpace(std::move(authority), frames, parcels, device, random, quota, counters));
  EVENHAND_CHECK(space->refresh_access());
  space->keeper_ = std::make_unique<RelayParcels>(*space, parcels, counters);
  return space;
}

Result<void> RelaySpace::refresh_access() {
  EVENHAND_TRY(const LogReadView view, authority_.read());
  EVENHAND_TRY(auto events, authority_events(view));
  access_ = Access::build(id(), std::move(events));
  return {};
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
  auto commits = farewell_of(authority_, device);
  return commits ? std::move(*commits) : Bytes();
}

Result<std::vector<FrameStore::ChainEnds>> RelaySpace::all_ends() const {
  EVENHAND_TRY(auto all, frames_.chains(id()));
  EVENHAND_TRY(const LogReadView view, authority_.read());
  EVENHAND_TRY(const auto chains, view.chains());
  for (const auto& [chain, state] : chains) {
    if (!state.branches.empty()) all.push_back({chain, state.branches});
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.chain < b.chain; });
  return all;
}

Result<VersionVector> RelaySpace::vector() const {
  EVENHAND_TRY(const auto all, all_ends());
  VersionVector vector;
  for (const auto& [chain, ends] : all) {
    VersionVector::Entry& entry = vector.entries.emplace_back();
    entry.chain = chain;
    for (const BranchHead& end : ends) entry.ends.push_back({end.seq, shorten(end.head)});
  }
  return vector;
}

Result<std::vector<Hash>> RelaySpace::full_heads() const {
  EVENHAND_TRY(const auto all, all_ends());
  std::vector<Hash> heads;
  for (const auto& one : all) heads.push_back(head_over(one.ends));
  return heads;
}

Result<Hash> RelaySpace::log_digest() const {
  EVENHAND_TRY(const auto all, all_ends());
  LogDigest digest(all.size());
  for (const auto& one : all) digest.add(one.chain, one.ends);
  return digest.finish({});
}

Result<bool> RelaySpace::is_authority(const ChainId& chain) const {
  EVENHAND_TRY(const LogReadView view, authority_.read());
  const auto state = view.chain(chain);
  if (!state && state.error().code != ErrorCode::not_found) return state.error();
  return state.ok() && !state->branches.empty();
}

Result<Lane> RelaySpace::lane_of(const ChainId& chain) const {
  EVENHAND_TRY(const bool is_readable, is_authority(chain));
  return is_readable ? Lane::authority : Lane::data;
}

Result<bool> RelaySpace::has(const Reference& event) const {
  EVENHAND_TRY(const bool is_readable, is_authority(event.chain));
  if (is_readable) return log_space_.has(event);
  EVENHAND_TRY(const auto heads, frames_.heads_at(id(), event.chain, event.seq));
  if (!heads.empty()) return std::any_of(heads.begin(), heads.end(), [&](const Hash& head) { return shorten(head) == event.hash; });
  EVENHAND_TRY(const auto all, frames_.chains(id()));
  return std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.chain == event.chain && event.seq < one.ends.back().seq; });
}

Result<bool> RelaySpace::guesses(const Reference& event) const {
  EVENHAND_TRY(const bool is_readable, is_authority(event.chain));
  if (is_readable) return false;
  EVENHAND_TRY(const auto heads, frames_.heads_at(id(), event.chain, event.seq));
  return heads.empty();
}

Result<std::optional<Segment>> RelaySpace::next_segment(const ChainId& chain, std::uint64_t after_seq, std::uint64_t& cursor) const {
  EVENHAND_TRY(const bool is_readable, is_authority(chain));
  Segment segment;
  if (is_readable) {
    EVENHAND_TRY(auto commits, log_space_.next_segment(chain, after_seq, cursor));
    if (!commits) return std::optional<Segment>();
    segment.range = commits->range;
    EVENHAND_TRY(segment.payload, pack_frame(id(), segment.range, commits->payload, nullptr, device_, random_));
  } else {
    const std::uint64_t given = cursor >> kTieBits;
    EVENHAND_TRY(auto frame, frames_.frame_ending_from(id(), chain, cursor == 0 ? after_seq + 1 : given, cursor & kTieMask));
    if (!frame) return std::optional<Segment>();
    // Its packer's signature covers every byte, so damage at rest is found before anybody is sent it.
    const auto header = read_frame_header(*frame);
    if (!header || header->space != id() || header->range.chain != chain) {
      return corrupt("a frame in the hub's store is damaged", "chain " + chain.hex(), "Run evenhand hub wipe; the partners fill it again.");
    }
    segment.range = header->range;
    segment.payload = std::move(*frame);
    cursor = segment.range.last_seq << kTieBits | (given == segment.range.last_seq ? (cursor & kTieMask) + 1 : 1);
  }
  segment.form = SegmentForm::frame;
  ++counters_.frames_given;
  counters_.bytes_given += segment.payload.size();
  return std::optional(std::move(segment));
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

Result<Stored> RelaySpace::store(std::span<const Segment> segments) {
  const auto attempt = [&]() -> Result<Stored> {
    Stored stored;
    std::vector<Opened> authority, data;
    const auto add = [&](const Result<Stored>& more) -> Result<void> {
      EVENHAND_CHECK(more);
      stored.events_new += more->events_new;
      stored.events_known += more->events_known;
      return {};
    };
    // Authority segments follow one another: each is judged by those before it.
    for (const Segment& segment : segments) {
      EVENHAND_TRY(Opened opened, open_segment(segment));
      if (opened.header.range.lane == Lane::data) {
        data.push_back(std::move(opened));
        continue;
      }
      authority.push_back(std::move(opened));
      EVENHAND_CHECK(add(store_authority(authority)));
      authority.clear();
    }
    if (!data.empty()) EVENHAND_CHECK(add(store_data(data)));
    return stored;
  };
  auto stored = attempt();
  if (!stored && stored.error().code != ErrorCode::unavailable) ++counters_.refusals;
  return stored;
}

Result<Stored> RelaySpace::store_authority(const std::vector<Opened>& opened) {
  std::vector<ByteView> commits;
  for (const Opened& one : opened) {
    EVENHAND_TRY(const auto split, split_commits(one.commits));
    for (const CommitView& commit : split) commits.push_back(commit.bytes());
  }
  EVENHAND_TRY(const AppendOutcome appended, authority_.append_untrusted(commits));
  if (appended.events_new > 0) EVENHAND_CHECK(refresh_access());
  return Stored{appended.events_new, appended.events_known, appended.commits_parked};
}

Result<void> RelaySpace::check_packer(const PublicKey& packer) const {
  const Device* known = access_.find_device(packer);
  if (known == nullptr || known->is_removed || !is_open_to(packer)) return refused("it was packed by a device that is no member of this space");
  if (!known->capabilities.has(Capability::contribute)) return refused("it was packed by a device that may not contribute to this space");
  return {};
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
  const auto add = [&](const PublicKey& device, std::uint64_t bytes) {
    room.all_.bytes += bytes;
    room.by_organisation_[organisation_of(device)] += bytes;
  };
  for (const auto& [device, used] : frames) {
    room.all_.count += used.count;
    add(device, used.bytes);
  }
  for (const auto& [device, used] : parcels) {
    room.pieces_ += used.count;
    add(device, used.bytes);
  }
  return room;
}

// Takes nothing when it refuses.
Result<void> RelaySpace::Room::take(const PublicKey& packer, const Usage& more, std::uint64_t& count, std::uint64_t count_max, std::string_view what) {
  const RelayQuota& quota = space_->quota_;
  std::uint64_t& own = by_organisation_[space_->organisation_of(packer)];
  if (own + more.bytes > quota.bytes_per_organisation) {
    return refused("the hub keeps at most " + std::to_string(quota.bytes_per_organisation) + " bytes of one organisation in one space, and that is full", "quota",
                   "Ask whoever runs the hub for more room. Laptops can still exchange with each other.");
  }
  if (all_.bytes + more.bytes > quota.bytes_per_space || count + more.count > count_max) {
    return refused("the hub keeps at most " + std::to_string(quota.bytes_per_space) + " bytes and " + std::to_string(count_max) + " " + std::string(what) + " of one space, and that is full",
                   "quota", "Ask whoever runs the hub for more room. Laptops can still exchange with each other.");
  }
  own += more.bytes;
  all_.bytes += more.bytes;
  count += more.count;
  return {};
}

Result<Stored> RelaySpace::store_data(const std::vector<Opened>& opened) {
  if (!access_.charter()) return refused("the hub does not know yet who is a member of this space", {}, "Exchange with it from the laptop that invited it.");
  std::vector<FrameStore::Frame> frames, unknown;
  for (const Opened& one : opened) {
    EVENHAND_CHECK(check_packer(one.header.packer));
    EVENHAND_TRY(const bool is_readable, is_authority(one.header.range.chain));
    if (is_readable) return refused("a frame of data came under the name of an authority chain");
    EVENHAND_TRY(const auto heads, frames_.heads_at(id(), one.header.range.chain, one.header.range.last_seq));
    frames.push_back({one.header, one.frame});
    if (std::find(heads.begin(), heads.end(), one.header.range.head) == heads.end()) unknown.push_back(frames.back());
  }
  if (!unknown.empty()) {
    EVENHAND_TRY(Room left, room());
    for (const FrameStore::Frame& frame : unknown) EVENHAND_CHECK(left.take_frame(frame.header.packer, frame.bytes.size()));
    EVENHAND_TRY(const auto all, all_ends());
    std::vector<ChainId> more;
    for (const FrameStore::Frame& frame : unknown) {
      const ChainId& chain = frame.header.range.chain;
      const bool is_held = std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.chain == chain; });
      if (!is_held && std::find(more.begin(), more.end(), chain) == more.end()) more.push_back(chain);
    }
    if (all.size() + more.size() > kChainsPerSpaceMax) return refused("a space has at most " + std::to_string(kChainsPerSpaceMax) + " chains", "chains");
  }
  EVENHAND_TRY(const auto is_new, frames_.keep(id(), frames));
  Stored stored;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const std::uint64_t events = frames[i].header.range.last_seq - frames[i].header.range.first_seq + 1;
    (is_new[i] ? stored.events_new : stored.events_known) += events;
    ++(is_new[i] ? counters_.frames_kept : counters_.frames_known);
    if (is_new[i]) counters_.bytes_kept += frames[i].bytes.size();
  }
  return stored;
}

}  // namespace evenhand
