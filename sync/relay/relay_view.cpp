#include "sync/relay/relay_view.h"

#include <algorithm>

#include "core/store/log_digest.h"
#include "sync/relay/opened_frame.h"
#include "sync/relay/relay_parcels.h"

namespace evenhand {

namespace {

// A cursor is the last sequence number given, and how many frames that end there were given: of copies, too, so of all of a space at most.
constexpr unsigned kTieBits = 22;
static_assert(VersionVector::kSeqMax <= std::uint64_t{1} << (63 - kTieBits));
constexpr std::uint64_t kTieMask = (std::uint64_t{1} << kTieBits) - 1;

}  // namespace

RelayView::RelayView(RelaySpace& space, const PublicKey& partner)
    : space_(space),
      partner_(partner),
      keeper_(std::make_unique<RelayParcels>(*this, space, space.parcels_, space.counters_)),
      authority_(std::make_unique<LogSpace>(space.authority_)) {}

// What a session that broke left half given goes with it.
void RelayView::begin() {
  asks_ = space_.is_asked_for_copies(partner_);
  authority_ = std::make_unique<LogSpace>(space_.authority_);
  texts_asked_ = asks_ ? space_.texts_to_ask_of(partner_) : std::vector<Reference>();
  are_texts_told_ = false;
}

// What a round ends with tells what is asked for; at the end of the next one it was brought.
void RelayView::round_ends() {
  asks_ = false;
  if (are_texts_told_) {
    space_.note_asked(partner_, texts_asked_);
    texts_asked_.clear();
  }
  are_texts_told_ = true;
}

void RelayView::partner_lacks(const std::vector<Reference>& events) { space_.note_lost_texts(partner_, events); }

// Its own copies a partner need not bring again; and who may not contribute is not asked for any.
Result<Packers> RelayView::passed_over(bool with_others) const {
  EVENHAND_TRY(const auto all, space_.frames_.passed_over(id()));
  Packers found;
  const bool asks = with_others && space_.check_packer(partner_).ok();
  for (const auto& [device, packers] : all) {
    if (device == partner_ || (asks && space_.is_open_to(device))) found.insert(packers.begin(), packers.end());
  }
  found.erase(partner_);
  return found;
}

Result<Packers> RelayView::without() const { return passed_over(asks_); }

Result<std::vector<RelayView::Ends>> RelayView::all_ends(const Packers& without) const {
  std::vector<Ends> all;
  EVENHAND_TRY(const LogReadView view, space_.authority_.read());
  EVENHAND_TRY(const auto readable, view.chains());
  for (const auto& [chain, state] : readable) {
    if (!state.branches.empty()) all.push_back({chain, state.branches});
  }
  const std::size_t count = all.size();
  EVENHAND_TRY(const FrameStore::Chains* const chains, space_.frames_.chains(id(), without));
  for (const auto& [chain, frames] : *chains) {
    const auto named = std::lower_bound(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count), chain, [](const Ends& one, const ChainId& other) { return one.chain < other; });
    // Somebody packed data under the name of an authority chain before that came.
    const bool is_readable = named != all.begin() + static_cast<std::ptrdiff_t>(count) && named->chain == chain;
    if (!is_readable && !brought_as_data_.contains(chain) && !frames.ends().empty()) all.push_back({chain, {frames.ends().begin(), frames.ends().end()}});
  }
  std::sort(all.begin(), all.end(), [](const Ends& a, const Ends& b) { return a.chain < b.chain; });
  return all;
}

Result<std::vector<RelayView::Ends>> RelayView::all_ends() const {
  EVENHAND_TRY(const Packers packers, without());
  return all_ends(packers);
}

Result<VersionVector> RelayView::vector() const {
  EVENHAND_TRY(const auto all, all_ends());
  VersionVector vector;
  for (const auto& [chain, ends] : all) {
    VersionVector::Entry& entry = vector.entries.emplace_back();
    entry.chain = chain;
    for (const BranchHead& end : ends) entry.ends.push_back({end.seq, shorten(end.head)});
  }
  return vector;
}

Result<std::vector<Hash>> RelayView::full_heads() const {
  EVENHAND_TRY(const auto all, all_ends());
  std::vector<Hash> heads;
  for (const auto& one : all) heads.push_back(head_over(one.ends));
  return heads;
}

Result<Hash> RelayView::digest(const Packers& without, const std::set<ChainId>& chains) const {
  EVENHAND_TRY(auto all, all_ends(without));
  std::erase_if(all, [&](const Ends& one) { return chains.contains(one.chain); });
  LogDigest digest(all.size());
  for (const auto& one : all) digest.add(one.chain, one.ends);
  return digest.finish({});
}

// While it asks, and there is something to ask for, it is equal to nobody's, so that a round takes place.
Result<Hash> RelayView::digest_without(const std::set<ChainId>& chains) const {
  EVENHAND_TRY(const Packers shown, passed_over(false));
  EVENHAND_TRY(const Hash all, digest(shown, chains));
  if (!texts_asked_.empty()) return sha256({all.view(), all.view()});
  EVENHAND_TRY(const Packers now, without());
  if (now == shown) return all;
  EVENHAND_TRY(const Hash less, digest(now, chains));
  return less == all ? all : sha256({less.view(), all.view()});
}

// Of what is shown when nothing is asked for, so that it is the same in each round.
Result<ChainPrint> RelayView::print_of_chain(const ChainId& chain) const {
  static constexpr std::string_view kDomain{"evenhand/chain-at-hub/1\0", 24};
  EVENHAND_TRY(const Packers packers, passed_over(false));
  EVENHAND_TRY(const FrameStore::Chains* const chains, space_.frames_.chains(id(), packers));
  Sha256 hash;
  hash.add(view_of(kDomain));
  if (const auto copies = space_.copies_asked_for_.find(chain); copies != space_.copies_asked_for_.end()) hash.add(view_of(std::to_string(copies->second)));
  if (const auto found = chains->find(chain); found != chains->end()) {
    for (const KeptFrame& frame : found->second.frames()) {
      std::array<std::uint8_t, 16> range;
      put_u64_be(range.data(), frame.last);
      put_u64_be(range.data() + 8, frame.first);
      hash.add(range);
      for (const ByteView part : {frame.head.view(), frame.packer.view(), frame.previous.view()}) hash.add(part);
    }
  }
  ChainPrint print = *ChainPrint::from(hash.finish().view().first(ChainPrint::kSize));
  print.bytes[0] |= 1;
  return print;
}

Result<Lane> RelayView::lane_of(const ChainId& chain) const {
  EVENHAND_TRY(const bool is_readable, space_.is_authority(chain));
  return is_readable ? Lane::authority : Lane::data;
}

Result<const SeenFrames*> RelayView::frames_of(const ChainId& chain) const {
  EVENHAND_TRY(const Packers packers, without());
  EVENHAND_TRY(const FrameStore::Chains* const chains, space_.frames_.chains(id(), packers));
  const auto found = chains->find(chain);
  return found == chains->end() ? nullptr : &found->second;
}

Result<bool> RelayView::has(const Reference& event) const {
  EVENHAND_TRY(const bool is_readable, space_.is_authority(event.chain));
  if (is_readable) return authority_->has(event);
  EVENHAND_TRY(const SeenFrames* const frames, frames_of(event.chain));
  if (frames == nullptr) return false;
  const std::vector<Hash> heads = frames->heads_at(event.seq);
  if (heads.empty()) return event.seq < frames->last();
  return std::any_of(heads.begin(), heads.end(), [&](const Hash& head) { return shorten(head) == event.hash; });
}

Result<bool> RelayView::guesses(const Reference& event) const {
  EVENHAND_TRY(const bool is_readable, space_.is_authority(event.chain));
  if (is_readable) return false;
  EVENHAND_TRY(const SeenFrames* const frames, frames_of(event.chain));
  return frames == nullptr || frames->heads_at(event.seq).empty();
}

// Those that end behind it come in the order of their ends, and members cut a chain in different places.
Result<std::size_t> RelayView::segments_with(const Reference& event) const {
  constexpr std::size_t kLookedAt = 32;
  EVENHAND_TRY(const bool is_readable, space_.is_authority(event.chain));
  EVENHAND_TRY(const SeenFrames* const frames, is_readable ? Result<const SeenFrames*>(nullptr) : frames_of(event.chain));
  if (frames == nullptr) return std::size_t{1};
  KeptFrame least;
  least.last = event.seq;
  std::size_t count = 1, place = 0;
  for (auto at = frames->frames().lower_bound(least); at != frames->frames().end() && place < kLookedAt; ++at) {
    ++place;
    if (at->first <= event.seq) count = place;
  }
  return count;
}

Result<std::optional<Segment>> RelayView::next_segment(const ChainId& chain, std::uint64_t after_seq, std::uint64_t& cursor) const {
  EVENHAND_TRY(const bool is_readable, space_.is_authority(chain));
  Segment segment;
  if (is_readable) {
    EVENHAND_TRY(auto commits, authority_->next_segment(chain, after_seq, cursor));
    if (!commits) return std::optional<Segment>();
    segment.range = commits->range;
    EVENHAND_TRY(segment.payload, pack_frame(id(), segment.range, commits->payload, nullptr, space_.device_, space_.random_));
  } else {
    EVENHAND_TRY(const SeenFrames* const frames, frames_of(chain));
    if (frames == nullptr) return std::optional<Segment>();
    const std::uint64_t given = cursor >> kTieBits;
    if ((cursor & kTieMask) == kTieMask) return refused("more frames end at one event than a hub gives out", "chain " + chain.hex(), "Lower quota.frames_per_space, and run evenhand hub wipe.");
    KeptFrame least;
    least.last = cursor == 0 ? after_seq + 1 : given;
    auto at = frames->frames().lower_bound(least);
    for (std::uint64_t skip = cursor & kTieMask; skip > 0 && at != frames->frames().end(); --skip) ++at;
    if (at == frames->frames().end()) return std::optional<Segment>();
    const KeptFrame frame = *at;
    EVENHAND_TRY(segment.payload, space_.frames_.bytes_of(id(), chain, frame));
    // Its packer's signature covers every byte, so damage at rest is found before anybody is sent it.
    const auto header = read_frame_header(segment.payload);
    if (!header || header->space != id() || header->range.chain != chain || FrameStore::Frame{*header, {}}.name() != frame) {
      return corrupt("a frame in the hub's store is damaged", "chain " + chain.hex(), "Run evenhand hub wipe; the partners fill it again.");
    }
    segment.range = header->range;
    cursor = segment.range.last_seq << kTieBits | (given == segment.range.last_seq ? (cursor & kTieMask) + 1 : 1);
  }
  segment.form = SegmentForm::frame;
  ++space_.counters_.frames_given;
  space_.counters_.bytes_given += segment.payload.size();
  return std::optional(std::move(segment));
}

Result<bool> RelayView::stands_on_data(const Segment& segment) const {
  if (segment.form != SegmentForm::frame || segment.range.lane != Lane::authority || segment.range.first_seq == 1) return false;
  EVENHAND_TRY(const bool is_readable, space_.is_authority(segment.range.chain));
  if (is_readable) return false;
  EVENHAND_TRY(const SeenFrames* const frames, frames_of(segment.range.chain));
  return frames != nullptr;
}

Result<Stored> RelayView::store(std::span<const Segment> segments) {
  const auto attempt = [&]() -> Result<Stored> {
    Stored stored;
    std::vector<RelaySpace::Opened> data;
    const auto add = [&](const Result<Stored>& more) -> Result<void> {
      EVENHAND_CHECK(more);
      stored.events_new += more->events_new;
      stored.events_known += more->events_known;
      stored.without_room.insert(more->without_room.begin(), more->without_room.end());
      return {};
    };
    // Authority segments follow one another: each is judged by those before it.
    for (const Segment& segment : segments) {
      if (stored.without_room.contains(segment.range.chain)) continue;
      // It begins where data under that name ends: the partner is shown none of that, and brings the chain from its beginning.
      EVENHAND_TRY(const bool is_taken_for_data, stands_on_data(segment));
      if (is_taken_for_data) {
        brought_as_data_.insert(segment.range.chain);
        continue;
      }
      auto segment_opened = space_.open_segment(segment);
      if (!segment_opened) {  // who may pack may have come with it
        EVENHAND_CHECK(space_.refresh_access());
        segment_opened = space_.open_segment(segment);
      }
      EVENHAND_TRY(RelaySpace::Opened opened, std::move(segment_opened));
      if (opened.header.range.lane == Lane::data && !brought_as_data_.empty()) {
        EVENHAND_CHECK(space_.refresh_access());
        // Its key stands in the authority that comes anew from its beginning.
        if (!space_.check_epoch(opened.header.epoch)) {
          stored.without_room.emplace(segment.range.chain, NoRoom::waiting);
          continue;
        }
      }
      if (opened.header.range.lane == Lane::data) {
        data.push_back(std::move(opened));
        continue;
      }
      EVENHAND_CHECK(add(space_.store_authority(opened)));
    }
    EVENHAND_CHECK(space_.refresh_access());
    if (data.empty()) return stored;
    EVENHAND_TRY(const Packers packers, without());
    std::set<ChainId> asked_for;
    for (const Reference& event : texts_asked_) asked_for.insert(event.chain);
    EVENHAND_CHECK(add(space_.store_data(data, packers, asked_for)));
    return stored;
  };
  auto stored = attempt();
  const auto refreshed = space_.refresh_access();  // whatever came before a refusal
  if (!refreshed && stored) return refreshed.error();
  if (!stored && stored.error().code != ErrorCode::unavailable) ++space_.counters_.refusals;
  return stored;
}

// Of more packers than are kept the device goes on passing over by itself, and leaves out what that leaves open.
Result<void> RelayView::pass_over(const PublicKey& packer) {
  if (packer == partner_) return refused("a device passes over what it packed itself");
  if (space_.access().find_device(packer) == nullptr) return refused("a device passes over one that is no member");
  const auto kept = space_.frames_.pass_over(id(), partner_, packer);
  return kept || kept.error().code == ErrorCode::refused ? Result<void>{} : kept;
}

}  // namespace evenhand
