// Folding records anew. What an exchange brings comes chain by chain, so that most events stand before what they build on:
// their records are left behind while the log is read, and all of them are folded here, from the whole of their events.
//
// What costs is to find, prove and hash commits. Each is read once for all records of a block; its checksum is looked at
// again, as on every read, but hashes that this catch_up() has worked out are not worked out a second time. Records are folded
// on other threads, and taken in order on this one.

#include <algorithm>
#include <tuple>

#include "core/os/work_ahead.h"
#include "core/projection/space_fold.h"

namespace evenhand {

namespace {

constexpr std::size_t kWorkEvents = 2'000;  // enough to outweigh a lock
constexpr std::size_t kWorksAhead = 8;

}  // namespace

bool SpaceFold::Seen::add_commit(Arrival arrival, std::size_t events_of_it, std::size_t events_max) {
  if (begins.empty()) first = arrival;
  if (arrival != first + begins.size() || events.size() + events_of_it > events_max) return false;
  begins.push_back(events.size());
  return true;
}

std::span<const SpaceFold::Seen::Event> SpaceFold::Seen::find(Arrival arrival, std::size_t events_of_it) const {
  if (arrival < first || arrival - first >= begins.size()) return {};
  return std::span(events).subspan(begins[arrival - first], events_of_it);
}

/// Some records of a block, with their events one after another.
struct SpaceFold::Refold {
  std::span<Folding* const> records;
  std::span<const Found> found;

  std::vector<Refolded> done;
  Result<void> damage;
};

// The events of these records, in the order of their places.
Result<std::vector<SpaceFold::Found>> SpaceFold::find_again(const LogReadView& view, std::span<const Folding* const> records) const {
  struct Wanted {
    Place place;
    std::uint32_t slot = 0;
  };
  std::vector<Wanted> wanted;
  for (const Folding* const record : records) {
    for (const Place& place : record->places) wanted.push_back({place, static_cast<std::uint32_t>(wanted.size())});
  }
  std::sort(wanted.begin(), wanted.end(), [](const Wanted& a, const Wanted& b) {
    return std::tie(a.place.arrival, a.place.index, a.slot) < std::tie(b.place.arrival, b.place.index, b.slot);
  });
  std::vector<Found> found(wanted.size());
  std::vector<Hash> hashes;
  for (auto next = wanted.begin(); next != wanted.end();) {
    const Arrival arrival = next->place.arrival;
    const auto is_here = [&] { return next != wanted.end() && next->place.arrival == arrival; };
    EVENHAND_TRY(const CommitView commit, view.commit_at(arrival));
    const auto take = [&](std::size_t i, ByteView bytes, const ShortHash& hash, const Hash& whole) {
      for (; is_here() && next->place.index == i; ++next) found[next->slot] = {bytes, {commit.chain(), commit.first_seq() + i, hash}, whole};
      return is_here();
    };
    // Only on a forked chain can two events share a reference.
    const bool is_forked = forked_.contains(commit.chain());
    const auto seen = is_forked ? std::span<const Seen::Event>() : seen_.find(arrival, commit.event_count());
    while (is_here() && next->place.index < seen.size()) {
      const std::size_t i = next->place.index;
      const std::size_t end = i + 1 < seen.size() ? seen[i + 1].begin : commit.bytes().size() - CommitView::kTrailerBytes;
      take(i, commit.bytes().subspan(seen[i].begin, end - seen[i].begin), seen[i].hash, {});
    }
    if (seen.empty()) {
      hashes.clear();
      EVENHAND_CHECK(commit.append_event_hashes(hashes));
      EVENHAND_CHECK(commit.walk_bytes([&](std::size_t i, ByteView bytes) { return take(i, bytes, shorten(hashes[i]), is_forked ? hashes[i] : Hash{}); }));
    }
    if (is_here()) return corrupt("the read model names an event that the log does not hold", "commit " + std::to_string(arrival), "Run evenhand rebuild.");
  }
  return found;
}

Result<void> SpaceFold::read_found(std::span<const Found> found, Reading& reading) const {
  reading.events.clear();
  reading.no_rights = 0;
  StandingMemo memo;
  for (const Found& one : found) {
    FoldEvent& event = reading.events.emplace_back();
    EVENHAND_CHECK(CommitView::decode_event(one.bytes, event.view));
    const Standing standing = standing_of(one.reference, event.view.header, memo);
    if (standing == Standing::waiting) {
      ++reading.no_rights;
      reading.events.pop_back();
      continue;
    }
    event.reference = one.reference;
    event.hash = one.hash;
    event.effect = effect_of(one.reference, event.view, standing);
  }
  return {};
}

Result<SpaceFold::Reading> SpaceFold::read_again(const LogReadView& view, const Folding& record) const {
  const Folding* const one[] = {&record};
  EVENHAND_TRY(const std::vector<Found> found, find_again(view, one));
  Reading reading;
  EVENHAND_CHECK(read_found(found, reading));
  return reading;
}

// In blocks, so that memory stays bounded however many records are behind.
Result<void> SpaceFold::refold_behind(const LogReadView& view) {
  for (auto next = behind_.begin(); next != behind_.end();) {
    std::vector<Folding*> block;
    for (std::size_t events = 0; next != behind_.end() && events < bounds_.refold_at_once_max; ++next) {
      block.push_back(&records_.at(*next));
      events += block.back()->places.size();
    }
    EVENHAND_TRY(const std::vector<Found> found, find_again(view, block));
    EVENHAND_CHECK(refold(view, block, found));
  }
  behind_.clear();
  return {};
}

Result<void> SpaceFold::refold(const LogReadView& view, std::span<Folding* const> records, std::span<const Found> found) {
  WorkAhead<Refold> ahead([this](Refold& work) { work.damage = fold_anew(work); });
  const auto deliver = [&]() -> Result<void> {
    Refold work = ahead.take();
    EVENHAND_CHECK(work.damage);
    if (!work.found.empty()) view.keep_memory_small(work.found.front().bytes);
    for (std::size_t i = 0; i < work.records.size(); ++i) take_refolded(*work.records[i], std::move(work.done[i]));
    return {};
  };
  while (!records.empty()) {
    std::size_t count = 0, events = 0;
    while (count < records.size() && events < kWorkEvents) events += records[count++]->places.size();
    ahead.add({records.first(count), found.first(events), {}, {}});
    records = records.subspan(count);
    found = found.subspan(events);
    if (ahead.size() == kWorksAhead) EVENHAND_CHECK(deliver());
  }
  while (ahead.size() > 0) EVENHAND_CHECK(deliver());
  return {};
}

// On any thread: reads what nobody changes while records are folded anew.
Result<void> SpaceFold::fold_anew(Refold& work) const {
  Reading reading;
  std::span<const Found> found = work.found;
  for (const Folding* const record : work.records) {
    EVENHAND_CHECK(read_found(found.first(record->places.size()), reading));
    found = found.subspan(record->places.size());
    work.done.push_back({fold_entity(record->state.id, reading.events, basis_), reading.no_rights});
  }
  return {};
}

void SpaceFold::take_refolded(Folding& folding, Refolded refolded) {
  counts_.waiting -= folding.waiting;
  folding.waiting = static_cast<std::uint32_t>(refolded.folded.waiting.size()) + refolded.no_rights;
  counts_.waiting += folding.waiting;
  folding.is_settled = folding.waiting == 0 && !refolded.folded.has_shared_references;
  folding.is_behind = false;
  folding.state = std::move(refolded.folded.state);
}

}  // namespace evenhand
