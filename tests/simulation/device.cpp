#include "tests/simulation/device.h"

#include <algorithm>
#include <fstream>

#include "tests/simulation/full_disk.h"

namespace evenhand::simulation {

namespace fs = std::filesystem;

void wrong(const std::string& what) { throw Wrong{what}; }

void Promises::forget(std::size_t by, const std::set<EventName>& still_held) {
  for (auto at = keepers_.begin(); at != keepers_.end();) {
    if (!still_held.contains(at->first)) at->second.erase(by);
    at = at->second.empty() ? keepers_.erase(at) : std::next(at);
  }
}

std::set<EventName> Promises::kept_by(std::size_t device) const {
  std::set<EventName> kept;
  for (const auto& [event, keepers] : keepers_) {
    if (keepers.contains(device)) kept.insert(event);
  }
  return kept;
}

std::vector<EventName> Promises::open() const {
  std::vector<EventName> open;
  for (const auto& [event, keepers] : keepers_) open.push_back(event);
  return open;
}

void put_back_in_place(const fs::path& from, const fs::path& to) {
  std::ifstream in(from, std::ios::binary);
  std::fstream out(to, std::ios::binary | std::ios::in | std::ios::out);
  out << in.rdbuf();
  out.close();
  fs::resize_file(to, fs::file_size(from));
}

void copy_folder(const fs::path& from, const fs::path& to) {
  fs::remove_all(to);
  fs::create_directories(to);
  fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
}

std::vector<Bytes> commits_in(const Log& log) {
  std::vector<Bytes> found;
  const LogReadView view = must(log.read(), "read a log");
  must(view.scan(1, [&](Arrival, const CommitView& commit) {
    found.emplace_back(commit.bytes().begin(), commit.bytes().end());
    return true;
  }), "scan a log");
  return found;
}

namespace {

/// Says when bodies came for events that were here already.
class FilledSpace : public LogSpace {
 public:
  FilledSpace(Log& log, Known known, bool& has_filled) : LogSpace(log, nullptr, std::move(known)), has_filled_(has_filled) {}
  Result<Stored> store(std::span<const Segment> segments) override {
    EVENHAND_TRY(const Stored stored, LogSpace::store(segments));
    has_filled_ = has_filled_ || stored.commits_filled > 0;
    return stored;
  }

 private:
  bool& has_filled_;
};

const Bytes kMachine = {7, 7, 7};

/// The planted bug of a partner that is believed.
class BelievingSpace : public LogSpace {
 public:
  BelievingSpace(Log& log, Known known) : LogSpace(log, nullptr, std::move(known)), log_(log) {}
  Result<Stored> store(std::span<const Segment> segments) override {
    EVENHAND_TRY(const std::vector<ByteView> commits, commits_of(segments));
    EVENHAND_TRY(const AppendOutcome appended, log_.append(commits));
    return Stored{appended.events_new, appended.events_known, appended.commits_parked, 0, 0, {}};
  }

 private:
  Log& log_;
};

/// The planted bug of a version that relays only what it understands, and confirms everything.
class DroppingSpace : public LogSpace {
 public:
  DroppingSpace(Log& log, Known known, const Program& program) : LogSpace(log, nullptr, std::move(known)), log_(log), program_(program) {}
  Result<Stored> store(std::span<const Segment> segments) override {
    EVENHAND_TRY(std::vector<ByteView> commits, commits_of(segments));
    std::erase_if(commits, [this](ByteView commit) { return !understands(commit); });
    EVENHAND_TRY(const AppendOutcome appended, log_.append_untrusted(commits));
    return Stored{appended.events_new, appended.events_known, appended.commits_parked, 0, 0, {}};
  }

 private:
  bool understands(ByteView bytes) const {
    const auto commit = CommitView::decode_untrusted(bytes);
    bool is_all = true;
    const auto walked = commit ? commit->walk([&](std::size_t, const EventView& event) {
      const std::string_view type = event.header.type;
      is_all = is_all && (!type.starts_with(kLaterType) || program_.basis.find(type.substr(0, type.rfind('.'))) != nullptr);
      return is_all;
    }) : Result<void>(commit.error());
    return is_all || !walked;
  }

  Log& log_;
  const Program& program_;
};

}  // namespace

FoldBasis Device::basis() const {
  FoldBasis basis = program().basis;
  if (maker_.planted == Planted::same_fold_version) basis.version = kFoldVersion;
  return basis;
}

Device::Device(const Maker& maker, std::size_t number, ByteView key_seed, std::uint64_t seed)
    : maker_(maker), number_(number), disk_(maker.folder / ("disk-" + std::to_string(number))), key_(KeyPair::from_seed(key_seed)), random_(seed) {
  fs::create_directories(disk_);
}

Result<OwnEnds> Device::own_ends(const Incarnation& incarnation) {
  EVENHAND_TRY(const LogReadView view, log_->read());
  OwnEnds ends;
  for (const Lane lane : {Lane::data, Lane::authority}) {
    const auto chain = view.chain(ChainDescriptor{key_.public_key(), maker_.space, lane, incarnation}.id());
    if (!chain) continue;
    (lane == Lane::data ? ends.data : ends.authority) = chain->branches.back().seq;
  }
  return ends;
}

void Device::find_ends() {
  const LogReadView view = must(log_->read(), "read");
  for (const Lane lane : {Lane::data, Lane::authority}) {
    const ChainDescriptor descriptor = chain(lane);
    const auto state = view.chain(descriptor.id());
    ends_[lane] = state ? End{state->branches.back().seq, state->branches.back().head} : End{0, descriptor.root()};
  }
}

Result<void> Device::start() {
  const fs::path folder = disk_ / "log";
  auto opened = fs::exists(folder) ? Log::open(folder, OpenMode::read_write) : Log::create(folder, maker_.space);
  if (!opened) return opened.error();
  SpaceFold fold(maker_.space, basis());
  if (maker_.keeps_view) {
    EVENHAND_TRY(fold, SpaceFold::open(maker_.space, view_folder(), OpenMode::read_write, basis()));
  }
  EVENHAND_CHECK(has_filled_ ? fold.rebuild(*opened) : fold.catch_up(*opened));
  has_filled_ = false;
  log_.emplace(std::move(*opened));
  fold_.emplace(std::move(fold));
  const auto in_log = [this](const Incarnation& incarnation) { return own_ends(incarnation); };
  auto marker = IncarnationMarker::resume(disk_ / "marker", kMachine, in_log);
  if (!marker) marker = IncarnationMarker::begin(disk_ / "marker", kMachine, random_);
  marker_.emplace(must(std::move(marker), name() + " begins an incarnation"));
  find_ends();
  const LogSpace::Known known{{}, [this] { return missing_bodies(); }};
  if (maker_.planted == Planted::believes_anybody) {
    space_ = std::make_unique<BelievingSpace>(*log_, known);
  } else if (maker_.planted == Planted::drops_unknown && age() == Age::earlier) {
    space_ = std::make_unique<DroppingSpace>(*log_, known, program());
  } else {
    space_ = std::make_unique<FilledSpace>(*log_, known, has_filled_);
  }
  return {};
}

void Device::crash(bool forgets_partners) {
  space_.reset();
  fold_.reset();
  marker_.reset();
  log_.reset();
  if (forgets_partners) memory_ = {};
}

Device::Sealed Device::seal(Lane lane, const std::vector<EventDraft>& drafts) {
  CommitBuilder builder(chain(lane), key_, ends_[lane].seq, ends_[lane].head);
  std::vector<Reference> made;
  for (const EventDraft& one : drafts) made.push_back(must(builder.add(one, random_), name() + " writes"));
  Sealed sealed{builder.finish(), {}, {builder.last_seq(), builder.head()}};
  const auto hashes = must(must(CommitView::decode_untrusted(sealed.commit), "its own commit").event_hashes(), "its own commit");
  for (std::size_t i = 0; i < made.size(); ++i) sealed.events.push_back({made[i], hashes[i]});
  if (!is_hostile) {  // even one that a full disk refuses: the doctor may find it whole in a damaged file
    for (const EventName& event : sealed.events) maker_.promises->note_made(event);
  }
  return sealed;
}

void Device::confirm(Lane lane, const Sealed& sealed) {
  ends_[lane] = sealed.end;
  if (is_hostile) return;
  for (const EventName& event : sealed.events) maker_.promises->give(event, number_);
}

std::vector<Reference> Device::write(Lane lane, const std::vector<EventDraft>& drafts) {
  const Sealed sealed = seal(lane, drafts);
  const ByteView bytes = sealed.commit;
  const bool is_lost = maker_.planted == Planted::loses_a_write && lane == Lane::data && ++writes_ % 11 == 0;
  if (!is_lost) must(log_->append({&bytes, 1}), name() + " appends");
  confirm(lane, sealed);
  must(marker_->acknowledge({ends_[Lane::data].seq, ends_[Lane::authority].seq}), name() + " acknowledges");
  catch_up();
  std::vector<Reference> made;
  for (const EventName& event : sealed.events) made.push_back(event.reference);
  return made;
}

bool Device::write_if_room(const std::vector<EventDraft>& drafts) {
  const Sealed sealed = seal(Lane::data, drafts);
  const ByteView bytes = sealed.commit;
  const FullDisk full(room_bytes);
  const auto appended = log_->append({&bytes, 1});
  if (!appended && appended.error().code != ErrorCode::unavailable) wrong(name() + " finds its disk full and says: " + appended.error().sentence());
  if (!appended && maker_.planted != Planted::forgets_when_full) return false;
  confirm(Lane::data, sealed);
  (void)marker_->acknowledge({ends_[Lane::data].seq, ends_[Lane::authority].seq});  // behind the log is harmless
  return appended.ok();
}

EventDraft Device::draft(const EntityId& entity, std::string type, std::vector<OwnedChange> changes, std::int64_t now_ms) {
  EventDraft draft;
  draft.type = std::move(type);
  draft.entity = entity;
  draft.parents = must(fold_->heads(entity), name() + " looks for heads");
  if (draft.parents.size() > kParentsMax) draft.parents.resize(kParentsMax);
  draft.body = encode_body(std::move(changes));
  draft.claimed.ms = now_ms + clock_offset_ms;
  if (const auto grant = access().find_grant(device(), needed_for(draft.type))) draft.grant = *grant;
  return draft;
}

Reference Device::write_authority(std::string_view type, Bytes body, std::optional<Reference> under) {
  EventDraft draft;
  draft.type = std::string(type);
  draft.must_understand = true;
  draft.entity = authority_entity(maker_.space);
  draft.parents = access().heads();
  if (draft.parents.size() > kParentsMax) draft.parents.resize(kParentsMax);
  draft.body = std::move(body);
  if (!under) under = access().find_grant(device(), Capability::admin);
  if (under) draft.grant = *under;
  return write(Lane::authority, {draft}).front();
}

Hash Device::state_digest() { return must(fold_->state_digest(), name() + " digests its state"); }

Bytes Device::unknown_fields(const EntityId& entity) {
  const auto state = must(fold_->find(entity), name() + " looks a record up");
  EntityState unknown;
  for (const FieldState& field : state ? state->fields : std::vector<FieldState>()) {
    if (!program().knows(state->type, field.field)) unknown.fields.push_back(field);
  }
  return encode_state(unknown);
}

std::vector<Bytes> Device::shown(const EntityId& entity, std::uint16_t field) {
  std::vector<Bytes> values;
  const auto state = must(fold_->find(entity), name() + " looks a record up");
  const FieldState* found = state ? state->find(field) : nullptr;
  if (found == nullptr) return values;
  const LogReadView view = must(log_->read(), "read");
  Arrival last = 0;
  for (const Written& written : found->values) {
    const Arrival arrival = must(view.find(written.by), "find a version").arrival;
    if (maker_.planted == Planted::last_to_come_wins) {
      if (arrival < last) continue;
      values.clear();
    }
    last = arrival;
    values.push_back(written.value);
  }
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

std::set<EventName> Device::events() {
  std::set<EventName> all;
  const LogReadView view = must(log_->read(), "read");
  must(view.scan_hashed(1, [&](Arrival, const CommitView& commit, std::span<const Hash> hashes) {
    for (std::size_t i = 0; i < hashes.size(); ++i) all.insert({{commit.chain(), commit.first_seq() + i, shorten(hashes[i])}, hashes[i]});
    return true;
  }), name() + " reads everything");
  return all;
}

Result<std::vector<Reference>> Device::missing_bodies() {
  std::vector<Reference> missing;
  EVENHAND_TRY(const LogReadView view, log_->read());
  Result<void> inner;
  EVENHAND_CHECK(view.scan(1, [&](Arrival, const CommitView& commit) {
    std::vector<std::size_t> absent;
    inner = commit.walk([&](std::size_t i, const EventView& event) {
      if (event.body_state == BodyState::absent && !access().is_erased(event.header.key)) absent.push_back(i);
      return true;
    });
    if (!inner || absent.empty()) return inner.ok();
    const std::vector<Hash> hashes = must(commit.event_hashes(), "hash");
    for (const std::size_t i : absent) {
      const Reference reference{commit.chain(), commit.first_seq() + i, shorten(hashes[i])};
      if (!access().is_redacted(reference)) missing.push_back(reference);
    }
    return true;
  }));
  EVENHAND_CHECK(inner);
  return missing;
}

std::vector<Bytes> Device::commits() { return commits_in(*log_); }

void Device::promise_all() {
  for (const EventName& event : events()) maker_.promises->give(event, number_);
}

// A body that came after its event changes a record that is folded already.
Result<void> Device::settle() {
  EVENHAND_CHECK(has_filled_ ? fold_->rebuild(*log_) : fold_->catch_up(*log_));
  has_filled_ = false;
  return {};
}

void Device::catch_up() { must(settle(), name() + " folds"); }

}  // namespace evenhand::simulation
