#include "sync/replica/workspace_space.h"

#include <algorithm>

#include "core/event/limits.h"

namespace evenhand {

namespace {

constexpr std::size_t kLengthAt = 8;  // of a commit's length within it

// Commits end to end, each as long as it says.
Result<void> split(ByteView payload, std::vector<ByteView>& commits) {
  while (!payload.empty()) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < 4 && payload.size() >= CommitView::kFixedBytes; ++i) length |= std::size_t{payload[kLengthAt + i]} << (8 * i);
    if (length < CommitView::kFixedBytes || length > kCommitBytesMax || length > payload.size()) return corrupt("a segment does not end with a commit");
    commits.push_back(payload.first(length));
    payload = payload.subspan(length);
  }
  return {};
}

// Grows a segment commit by commit until the next one does not belong to it.
class SegmentMaker {
 public:
  SegmentMaker(const ChainId& chain, Lane lane) {
    segment_.range.chain = chain;
    segment_.range.lane = lane;
  }
  bool is_empty() const { return events_ == 0; }
  /// False: full, or the commit stands on another branch; nothing was taken.
  Result<bool> take(const CommitView& commit) {
    const std::size_t events = events_ + commit.event_count();
    const bool fits = events <= kEventsPerCommitMax && segment_.payload.size() + commit.bytes().size() <= kCommitBytesMax;
    if (!is_empty() && (!fits || commit.previous() != segment_.range.head)) return false;
    EVENHAND_TRY(const std::vector<Hash> hashes, commit.event_hashes());
    if (is_empty()) {
      segment_.range.first_seq = commit.first_seq();
      segment_.range.previous = commit.previous();
    }
    segment_.range.last_seq = commit.last_seq();
    segment_.range.head = hashes.back();
    segment_.payload.insert(segment_.payload.end(), commit.bytes().begin(), commit.bytes().end());
    events_ = events;
    return true;
  }
  Segment take_segment() { return std::move(segment_); }
  std::uint64_t last_seq() const { return segment_.range.last_seq; }

 private:
  Segment segment_;
  std::size_t events_ = 0;
};

}  // namespace

const Space& WorkspaceSpace::space() const {
  const Space* found = std::as_const(workspace_).find_space(id_);
  EVENHAND_ASSERT(found != nullptr, "a workspace never loses a space");
  return *found;
}

Result<VersionVector> WorkspaceSpace::vector() const {
  EVENHAND_TRY(const LogReadView view, space().log.read());
  EVENHAND_TRY(const auto chains, view.chains());
  VersionVector vector;
  for (const auto& [id, chain] : chains) {
    VersionVector::Entry entry{id, {}};
    for (const BranchHead& branch : chain.branches) entry.ends.push_back({branch.seq, shorten(branch.head)});
    std::sort(entry.ends.begin(), entry.ends.end());
    vector.entries.push_back(std::move(entry));
  }
  return vector;
}

Result<std::vector<Reference>> WorkspaceSpace::missing_bodies(const LogReadView& view) const {
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

Result<Hash> WorkspaceSpace::log_digest() const {
  EVENHAND_TRY(const LogReadView view, space().log.read());
  EVENHAND_TRY(const std::vector<Reference> missing, missing_bodies(view));
  return view.log_digest(missing);
}

// `cursor`: of a chain that never forked, the last number handed out; of a forked one, how many commits were, in the order of
// (number, hash), in which a branch never comes before what it stands on.
Result<std::optional<Segment>> WorkspaceSpace::next_segment(const ChainId& id, std::uint64_t after_seq, std::uint64_t& cursor) const {
  EVENHAND_TRY(const LogReadView view, space().log.read());
  auto chain = view.chain(id);
  if (!chain && chain.error().code == ErrorCode::not_found) return std::optional<Segment>();
  if (!chain) return chain.error();
  SegmentMaker maker(id, chain->descriptor.lane);
  const bool is_forked = chain->is_forked();
  std::uint64_t passed = 0;
  Result<void> inner;
  EVENHAND_CHECK(view.scan_chain(id, (is_forked ? after_seq : std::max(after_seq, cursor)) + 1, [&](Arrival, const CommitView& commit) {
    if (is_forked && passed++ < cursor) return true;
    const auto taken = maker.take(commit);
    if (!taken) return inner = taken.error(), false;
    if (*taken && is_forked) cursor = passed;
    return *taken;
  }));
  EVENHAND_CHECK(inner);
  if (maker.is_empty()) return std::optional<Segment>();
  if (!is_forked) cursor = maker.last_seq();
  return std::optional(maker.take_segment());
}

Result<Stored> WorkspaceSpace::store(std::span<const Segment> segments) {
  std::vector<ByteView> commits;
  for (const Segment& segment : segments) {
    if (segment.form != SegmentForm::commits) return refused("this replica takes commits, not frames", id_.hex().substr(0, 16));
    EVENHAND_CHECK(split(segment.payload, commits));
  }
  EVENHAND_TRY(const AppendOutcome outcome, workspace_.receive(id_, commits));
  return Stored{outcome.events_new, outcome.events_known, outcome.commits_parked};
}

Result<std::vector<BlobAddress>> WorkspaceSpace::wanted_blobs(std::size_t most) const {
  std::vector<BlobAddress> wanted;
  const auto opened = BlobStore::open(space().folder / "blobs", OpenMode::read_only);
  if (!opened && opened.error().code != ErrorCode::not_found) return opened.error();
  for (const RecordSpec& spec : vocabulary()) {
    const bool has_blob = std::any_of(spec.fields.begin(), spec.fields.end(), [](const FieldSpec& f) { return f.type == FieldType::blob; });
    if (!has_blob || !shows_in(spec, space().kind)) continue;
    EVENHAND_CHECK(space().fold.for_each(spec.name, [&](const EntityState& state) {
      const Record record(spec, state);
      for (const FieldSpec& field : spec.fields) {
        if (field.type != FieldType::blob || record.is_removed()) continue;
        for (const Value& value : record.values(field.name)) {
          const auto* blob = std::get_if<AttachedBlob>(&value);
          if (blob == nullptr) continue;
          const BlobAddress address = *BlobAddress::from(blob->root.view());
          if (opened && opened->has(address)) continue;
          if (wanted.size() < most && std::find(wanted.begin(), wanted.end(), address) == wanted.end()) wanted.push_back(address);
        }
      }
      return wanted.size() < most;
    }));
  }
  return wanted;
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
