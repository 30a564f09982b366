// More than 400 lines: one class, whose steps share the commit memo and the dirty set; a cut would need a header for them alone.
#include "core/projection/space_fold.h"

#include <algorithm>
#include <utility>

#include "core/codec/archive.h"
#include "core/record/value.h"

namespace evenhand {

namespace {

constexpr std::string_view kRecords = "records";   // entity id → state
constexpr std::string_view kPlaces = "places";     // entity id → places, waiting, settled
constexpr std::string_view kTypes = "types";       // record type ‖ 0 ‖ entity id → nothing
constexpr std::string_view kBatches = "batches";   // batch id ‖ entity id → nothing
constexpr std::string_view kMeta = "meta";
constexpr std::uint64_t kSaveEveryRecords = 200'000;  // bounds memory while catching up

Bytes type_key(std::string_view type, const EntityId& id) {
  Bytes key(type.begin(), type.end());
  key.push_back(0);
  key.insert(key.end(), id.bytes.begin(), id.bytes.end());
  return key;
}

Bytes join(ByteView a, ByteView b) {
  Bytes joined(a.begin(), a.end());
  joined.insert(joined.end(), b.begin(), b.end());
  return joined;
}

struct Checkpoint {
  std::uint32_t fold_version = 0;
  Arrival arrival = 0;
  FoldCounts counts;
  Hash access_print;
  std::vector<BatchId> closed_batches;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(fold_version, arrival, counts.events, counts.waiting, counts.quarantined, access_print, closed_batches);
  }
};

struct StoredPlaces {
  std::vector<Place> places;
  std::uint32_t waiting = 0;
  bool is_settled = true;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(places, waiting, is_settled);
  }
};

// A batch shows its records while it says closed, and says it without contradiction.
bool shows_records(const EntityState& batch) {
  static const FieldSpec& status = *find_record_type("batch")->find_field("status");
  const FieldState* field = batch.find(status.id);
  if (field == nullptr || field->values.empty() || field->is_conflicted() || batch.lifecycle == Lifecycle::removed) return false;
  const auto value = decode_untrusted<std::string>(field->values.front().value, "status");
  return value.ok() && *value == "closed";
}

// The record of a batch carries its own id as batch, and is never hidden behind itself.
bool is_member_of_batch(const EventHeader& header) {
  return !header.batch.is_zero() && EntityId{header.batch.bytes} != header.entity;
}

bool changes_what_counts(std::string_view type) {
  return type == authority_type::kRemoved || type == authority_type::kAdopted || type == authority_type::kErasure ||
         type == authority_type::kRedaction;
}

}  // namespace

SpaceFold::SpaceFold(const SpaceId& space) : space_(space), access_(Access::build(space, {})) {}

Result<SpaceFold> SpaceFold::open(const SpaceId& space, const std::filesystem::path& folder, OpenMode mode) {
  const auto open_tables = [&] { return TableStore::open(folder, mode, {kRecords, kPlaces, kTypes, kBatches, kMeta}); };
  auto tables = open_tables();
  if (!tables && tables.error().code == ErrorCode::corrupt && mode == OpenMode::read_write) {
    EVENHAND_CHECK(TableStore::discard(folder));
    tables = open_tables();
  }
  if (!tables) return tables.error();
  SpaceFold fold(space);
  fold.tables_ = std::move(*tables);
  fold.mode_ = mode;
  EVENHAND_CHECK(fold.load_checkpoint());
  return fold;
}

Result<void> SpaceFold::load_checkpoint() {
  EVENHAND_TRY(const TableReadView view, tables_->read());
  const auto bytes = view.find(kMeta, view_of("checkpoint"));
  if (!bytes) return {};
  const auto checkpoint = decode_untrusted<Checkpoint>(*bytes, "checkpoint");
  if (!checkpoint || checkpoint->fold_version != kFoldVersion) return {};  // rebuilt by the next catch_up
  checkpoint_ = checkpoint->arrival;
  counts_ = checkpoint->counts;
  access_print_ = checkpoint->access_print;
  closed_batches_.insert(checkpoint->closed_batches.begin(), checkpoint->closed_batches.end());
  view.scan(kBatches, {}, [&](ByteView key, ByteView) {
    if (key.size() == 32) batch_records_[*BatchId::from(key.first(16))].push_back(*EntityId::from(key.last(16)));
    return true;
  });
  return {};
}

// The authority lane is small; it is read whole whenever its heads moved.
Result<void> SpaceFold::read_access(const LogReadView& view) {
  EVENHAND_TRY(const auto chains, view.chains());
  CanonicalOutput heads;
  for (const auto& [id, chain] : chains) {
    chains_.insert_or_assign(id, chain.descriptor);
    if (chain.descriptor.lane != Lane::authority) continue;
    heads(id);
    for (const BranchHead& branch : chain.branches) heads(branch.head);
  }
  const Hash print = sha256(heads.take());
  std::vector<AuthorityEvent> events;
  bool counts_changed = false;
  for (const auto& [id, chain] : chains) {
    if (chain.descriptor.lane != Lane::authority) continue;
    Result<void> inner;
    EVENHAND_CHECK(view.scan_chain(id, 1, [&, &chain = chain](Arrival, const CommitView& commit) {
      const auto hashes = commit.event_hashes();
      if (!hashes) return inner = hashes.error(), false;
      const auto walked = commit.walk([&](std::size_t i, const EventView& event) {
        AuthorityEvent taken{{commit.chain(), commit.first_seq() + i, shorten((*hashes)[i])},
                             (*hashes)[i],
                             chain.descriptor.device,
                             std::string(event.header.type),
                             event.header.grant,
                             {},
                             Bytes(event.body.begin(), event.body.end())};
        for (std::size_t p = 0; p < event.header.parent_count(); ++p) taken.parents.push_back(event.header.parent(p));
        counts_changed = counts_changed || changes_what_counts(event.header.type);
        events.push_back(std::move(taken));
        return true;
      });
      if (!walked) inner = walked.error();
      return walked.ok();
    }));
    EVENHAND_CHECK(inner);
  }
  const bool moved = print != access_print_;
  standing_memo_ = {};
  access_ = Access::build(space_, std::move(events));
  access_print_ = print;
  // New rights can only let waiting events count, unless an event of the other sort is among them.
  if (moved && checkpoint_ > 0 && (counts_changed || counts_.waiting > 0)) clear();
  return {};
}

void SpaceFold::clear() {
  records_.clear();
  dirty_.clear();
  closed_batches_.clear();
  batch_records_.clear();
  counts_ = {};
  checkpoint_ = 0;
  memo_ = {};
}

Result<void> SpaceFold::catch_up(const Log& log, const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  EVENHAND_TRY(const LogReadView view, log.read());
  if (view.last_arrival() < checkpoint_) clear();  // the log was restored from before our checkpoint
  EVENHAND_CHECK(read_access(view));
  if (view.last_arrival() == checkpoint_) return {};
  Result<void> inner;
  std::uint64_t since_report = 0;
  Arrival last = checkpoint_;
  EVENHAND_CHECK(view.scan(checkpoint_ + 1, [&](Arrival arrival, const CommitView& commit) {
    inner = take(view, arrival, commit);
    if (!inner) return false;
    last = arrival;
    since_report += commit.event_count();
    if (progress && since_report >= 20'000) {
      since_report = 0;
      progress(counts_.events, view.event_count());
    }
    if (tables_ && dirty_.size() >= kSaveEveryRecords) {
      inner = save(arrival);
      records_.clear();
    }
    return inner.ok();
  }));
  EVENHAND_CHECK(inner);
  return save(last);
}

Result<void> SpaceFold::rebuild(const Log& log, const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  clear();
  access_print_ = {};
  return catch_up(log, progress);
}

Result<Folding*> SpaceFold::touch(const EntityId& id) {
  if (const auto at = records_.find(id); at != records_.end()) return &at->second;
  Folding folding;
  folding.state.id = id;
  if (tables_ && checkpoint_ > 0) {
    EVENHAND_TRY(const TableReadView view, tables_->read());
    if (const auto bytes = view.find(kRecords, id.view())) {
      EVENHAND_TRY(folding.state, decode_state(*bytes));
    }
    if (const auto bytes = view.find(kPlaces, id.view())) {
      EVENHAND_TRY(StoredPlaces stored, decode_untrusted<StoredPlaces>(*bytes, "places"));
      folding.places = std::move(stored.places);
      folding.waiting = stored.waiting;
      folding.is_settled = stored.is_settled;
    }
  }
  return &records_.emplace(id, std::move(folding)).first->second;
}

Result<void> SpaceFold::take(const LogReadView& view, Arrival arrival, const CommitView& commit) {
  if (chains_.at(commit.chain()).lane == Lane::authority) return {};
  Result<void> inner;
  Hash previous = commit.previous();
  EVENHAND_CHECK(commit.walk([&](std::size_t i, const EventView& event) {
    previous = hash_event(previous, event.header_bytes);
    const Reference reference{commit.chain(), commit.first_seq() + i, shorten(previous)};
    inner = take_event(view, {arrival, static_cast<std::uint32_t>(i)}, reference, event);
    return inner.ok();
  }));
  return inner;
}

Standing SpaceFold::standing_of(const Reference& reference, const EventHeader& header) const {
  const Capability needs = kind_of(header.type).needs;
  StandingMemo& memo = standing_memo_;
  if (memo.grant == header.grant && memo.chain == reference.chain && memo.needs == needs) return memo.standing;
  const Standing standing = access_.judge(reference, chains_.at(reference.chain).device, header.grant, needs);
  if (!access_.depends_on_event(header.grant)) memo = {header.grant, reference.chain, needs, standing};
  return standing;
}

void SpaceFold::mark_dirty(const EntityId& id, Folding& folding) {
  if (!std::exchange(folding.is_dirty, true)) dirty_.push_back(id);
}

Effect SpaceFold::effect_of(const Reference& reference, const EventView& event) const {
  if (standing_of(reference, event.header) == Standing::quarantined) return Effect::hidden;
  if (is_member_of_batch(event.header) && !closed_batches_.contains(event.header.batch)) return Effect::hidden;
  if (access_.is_erased(event.header.key) && !event.header.key.is_zero()) return Effect::erased;
  if (access_.is_redacted(reference)) return Effect::erased;
  if (event.body_state == BodyState::absent) return Effect::missing;
  return Effect::full;
}

Result<void> SpaceFold::take_event(const LogReadView& view, const Place& place, const Reference& reference,
                                   const EventView& event) {
  ++counts_.events;
  EVENHAND_TRY(Folding* const folding, touch(event.header.entity));
  mark_dirty(event.header.entity, *folding);
  folding->places.push_back(place);
  if (is_member_of_batch(event.header)) {
    auto& members = batch_records_[event.header.batch];
    if (members.empty() || members.back() != event.header.entity) members.push_back(event.header.entity);
  }
  const Standing standing = standing_of(reference, event.header);
  if (standing == Standing::quarantined) ++counts_.quarantined;
  if (standing != Standing::waiting && folding->is_settled && stands_after_all(folding->state, event.header)) {
    apply_after_all(folding->state, {reference, event, effect_of(reference, event)});
  } else {
    EVENHAND_CHECK(refold(view, *folding));
  }
  if (folding->state.type == "batch") return note_batch(view, folding->state);
  return {};
}

// Reads the record's events again from the log, in full.
Result<void> SpaceFold::refold(const LogReadView& view, Folding& folding) {
  const EntityId id = folding.state.id;
  std::vector<FoldEvent> events;
  std::uint32_t no_rights = 0;
  for (const Place& place : folding.places) {
    EVENHAND_TRY(const CommitView commit, view.commit_at(place.arrival));
    if (memo_.arrival != place.arrival) {
      EVENHAND_TRY(memo_.hashes, commit.event_hashes());
      memo_.arrival = place.arrival;
    }
    EVENHAND_CHECK(commit.walk([&](std::size_t i, const EventView& event) {
      if (i != place.index) return true;
      const Reference reference{commit.chain(), commit.first_seq() + i, shorten(memo_.hashes[i])};
      if (standing_of(reference, event.header) == Standing::waiting) {
        ++no_rights;
      } else {
        events.push_back({reference, event, effect_of(reference, event)});
      }
      return false;
    }));
  }
  Folded folded = fold_entity(id, events);
  counts_.waiting -= folding.waiting;
  folding.waiting = static_cast<std::uint32_t>(folded.waiting.size()) + no_rights;
  counts_.waiting += folding.waiting;
  folding.is_settled = folding.waiting == 0;
  folding.state = std::move(folded.state);
  return {};
}

// When a batch opens or closes, its records are folded again, so that they appear or vanish as one.
Result<void> SpaceFold::note_batch(const LogReadView& view, const EntityState& state) {
  const BatchId batch{state.id.bytes};
  const bool shown = shows_records(state);
  if (shown == closed_batches_.contains(batch)) return {};
  if (shown) {
    closed_batches_.insert(batch);
  } else {
    closed_batches_.erase(batch);
  }
  std::vector<EntityId> members = batch_records_[batch];
  std::sort(members.begin(), members.end());
  members.erase(std::unique(members.begin(), members.end()), members.end());
  for (const EntityId& id : members) {
    EVENHAND_TRY(Folding* const folding, touch(id));
    mark_dirty(id, *folding);
    EVENHAND_CHECK(refold(view, *folding));
  }
  return {};
}

Result<void> SpaceFold::save(Arrival checkpoint) {
  const bool starts_anew = checkpoint_ == 0;
  checkpoint_ = checkpoint;
  if (!tables_) return {};
  if (mode_ == OpenMode::read_only) return {};  // a reader folds the tail in memory and leaves it there
  EVENHAND_TRY(WriteBatch batch, tables_->write());
  if (starts_anew) {
    for (const std::string_view table : {kRecords, kPlaces, kTypes, kBatches}) EVENHAND_CHECK(batch.clear(table));
  }
  std::sort(dirty_.begin(), dirty_.end());  // sorted keys let the store append
  for (const EntityId& id : dirty_) {
    Folding& folding = records_.at(id);
    EVENHAND_CHECK(batch.put(kRecords, id.view(), encode_state(folding.state)));
    StoredPlaces stored{folding.places, folding.waiting, folding.is_settled};
    EVENHAND_CHECK(batch.put(kPlaces, id.view(), encode(stored)));
    if (folding.state.exists()) EVENHAND_CHECK(batch.put(kTypes, type_key(folding.state.type, id), {}));
  }
  for (const auto& [id, members] : batch_records_) {
    for (const EntityId& member : members) {
      if (std::binary_search(dirty_.begin(), dirty_.end(), member)) EVENHAND_CHECK(batch.put(kBatches, join(id.view(), member.view()), {}));
    }
  }
  Checkpoint written{kFoldVersion, checkpoint, counts_, access_print_, {closed_batches_.begin(), closed_batches_.end()}};
  std::sort(written.closed_batches.begin(), written.closed_batches.end());
  EVENHAND_CHECK(batch.put(kMeta, view_of("checkpoint"), encode(written)));
  EVENHAND_CHECK(batch.commit());
  for (const EntityId& id : dirty_) records_.at(id).is_dirty = false;
  dirty_.clear();
  return {};
}

Result<std::optional<EntityState>> SpaceFold::find(const EntityId& id) const {
  if (const auto at = records_.find(id); at != records_.end()) {
    return at->second.state.exists() ? std::optional(at->second.state) : std::nullopt;
  }
  if (!tables_ || checkpoint_ == 0) return std::optional<EntityState>();
  EVENHAND_TRY(const TableReadView view, tables_->read());
  const auto bytes = view.find(kRecords, id.view());
  if (!bytes) return std::optional<EntityState>();
  EVENHAND_TRY(EntityState state, decode_state(*bytes));
  return state.exists() ? std::optional(std::move(state)) : std::nullopt;
}

Result<std::vector<Reference>> SpaceFold::heads(const EntityId& id) const {
  if (const auto at = records_.find(id); at != records_.end()) return at->second.state.heads;
  if (!tables_ || checkpoint_ == 0) return std::vector<Reference>();
  EVENHAND_TRY(const TableReadView view, tables_->read());
  const auto bytes = view.find(kRecords, id.view());
  if (!bytes) return std::vector<Reference>();
  EVENHAND_TRY(EntityState state, decode_state(*bytes));
  return state.heads;
}

Result<std::vector<Place>> SpaceFold::places(const EntityId& id) const {
  if (const auto at = records_.find(id); at != records_.end()) return at->second.places;
  if (!tables_) return std::vector<Place>();
  EVENHAND_TRY(const TableReadView view, tables_->read());
  const auto bytes = view.find(kPlaces, id.view());
  if (!bytes) return std::vector<Place>();
  EVENHAND_TRY(StoredPlaces stored, decode_untrusted<StoredPlaces>(*bytes, "places"));
  return stored.places;
}

Result<void> SpaceFold::for_each(std::string_view type, const std::function<bool(const EntityState&)>& visit) const {
  std::vector<EntityId> ids;
  if (tables_) {
    EVENHAND_TRY(const TableReadView view, tables_->read());
    if (type.empty()) {
      view.scan(kRecords, {}, [&](ByteView key, ByteView) { return ids.push_back(*EntityId::from(key)), true; });
    } else {
      Bytes prefix = type_key(type, EntityId{});
      prefix.resize(type.size() + 1);
      view.scan(kTypes, prefix, [&](ByteView key, ByteView) { return ids.push_back(*EntityId::from(key.last(16))), true; });
    }
  }
  for (const auto& [id, folding] : records_) ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  for (const EntityId& id : ids) {
    EVENHAND_TRY(const std::optional<EntityState> state, find(id));
    if (!state || (!type.empty() && state->type != type)) continue;
    if (!visit(*state)) break;
  }
  return {};
}

Result<Hash> SpaceFold::state_digest() const {
  Sha256 digest;
  digest.add(encode(std::string("evenhand/state"), kFoldVersion));
  EVENHAND_CHECK(for_each({}, [&](const EntityState& state) {
    digest.add(sha256(encode_state(state)).view());
    return true;
  }));
  return digest.finish();
}

}  // namespace evenhand
