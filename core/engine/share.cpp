// More than 400 lines: what sharing knows of the last time, what it writes now and what partners changed are one rule, read together.
#include "core/engine/share.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/codec/archive.h"
#include "core/engine/record_events.h"
#include "core/engine/workspace_state.h"
#include "core/os/files.h"
#include "core/store/blob_store.h"

namespace evenhand {

namespace {

EntityId id_of(std::string_view domain, const SpaceId& target, const EntityId& record) {
  return *EntityId::from(sha256({view_of(domain), target.view(), record.view()}).view().first(EntityId::kSize));
}

// Where a copy came from, for laptops that hold that space: others are told of spaces that are for them, not even the id of another.
std::string origin_of(const SpaceId& target, const SpaceId& home) {
  static constexpr std::string_view kDomain{"evenhand/share-origin/1\0", 24};
  return to_hex(sha256({view_of(kDomain), target.view(), home.view()}).view().first(EntityId::kSize));
}

bool is_personal(const FieldSpec& field) { return field.data_class == DataClass::personal || field.data_class == DataClass::special; }

bool names_records_of(SpaceKind home, const FieldSpec& field) {
  if (field.type != FieldType::reference && field.type != FieldType::references) return false;
  for (std::string_view types = field.choices; !types.empty();) {
    const std::size_t bar = types.find('|');
    const RecordSpec* spec = find_record_type(types.substr(0, bar));
    if (spec != nullptr && home_of(*spec) == home) return true;
    types = bar == std::string_view::npos ? std::string_view{} : types.substr(bar + 1);
  }
  return false;
}
bool names_people(const FieldSpec& field) { return names_records_of(SpaceKind::people, field); }

// A field may name records of several homes: only those of the organisation space have copies.
Result<EntityId> target_of(const Workspace& workspace, const SpaceId& space, const EntityId& named) {
  EVENHAND_TRY(const std::optional<Record> record, workspace.find(named));
  return record && home_of(record->spec()) != SpaceKind::organisation ? named : copy_id_of(space, named);
}

Result<Value> translated(const Workspace& workspace, const SpaceId& space, const FieldSpec& field, Value value) {
  if (!names_records_of(SpaceKind::organisation, field)) return value;
  if (auto* one = std::get_if<EntityId>(&value)) {
    EVENHAND_TRY(*one, target_of(workspace, space, *one));
  } else if (auto* many = std::get_if<std::vector<EntityId>>(&value)) {
    for (EntityId& id : *many) {
      EVENHAND_TRY(id, target_of(workspace, space, id));
    }
    std::sort(many->begin(), many->end());
  }
  return value;
}

Result<void> copy_attachment(const Space& from, const Space& to, const AttachedBlob& blob) {
  const BlobAddress address = *BlobAddress::from(blob.root.view());
  EVENHAND_TRY(const BlobStore source, BlobStore::open(from.folder / "blobs", OpenMode::read_only));
  EVENHAND_TRY(BlobStore target, BlobStore::open(to.folder / "blobs", OpenMode::read_write));
  if (target.has(address)) return {};
  // One store pushes, the other pulls: a file between them, so that no attachment is whole in memory.
  const std::filesystem::path between = to.folder / "sharing.tmp";
  EVENHAND_CHECK(remove_tree(between));
  EVENHAND_TRY(FileHandle out, FileHandle::create(between, Secrecy::secret));
  const auto got = source.get(address, [&](ByteView chunk) { return out.write_all(chunk); });
  const auto in = got ? FileHandle::open_to_read(between) : Result<FileHandle>(got.error());
  std::uint64_t done = 0;
  const auto put = !in ? Result<BlobAddress>(in.error()) : target.put([&](std::span<std::uint8_t> room) -> Result<std::size_t> {
    EVENHAND_TRY(const std::size_t count, in->read_at(done, room));
    done += count;
    return count;
  });
  EVENHAND_CHECK(remove_tree(between));
  return put ? Result<void>() : put.error();
}

EntityId provenance_id_of(const SpaceId& target, const EntityId& record) {
  static constexpr std::string_view kProvenance{"evenhand/share-record/1\0", 24};
  return id_of(kProvenance, target, record);
}

/// The copy as our organisation shared it last, whatever was written on it since.
struct SharedLast {
  std::map<std::uint16_t, Bytes> values;  ///< canonical; empty or absent: nothing
  std::map<std::uint16_t, std::set<Bytes>> items;
  bool was_removed_by_us = false;
  RecordEvents copy;
  std::vector<std::size_t> sharings;  ///< of copy.events, in causal order
  std::set<Reference> shared_by;      ///< the same
  std::vector<Reference> removals;

  /// The last sharings that had not seen these events; to write on them is to write beside those events.
  std::vector<Reference> beside(const std::vector<Reference>& events) const {
    std::vector<std::size_t> unseen;
    for (const std::size_t at : sharings) {
      const bool saw_one = std::any_of(events.begin(), events.end(), [&](const Reference& event) {
        const auto other = copy.find(event);
        return other && copy.order.precedes(*other, at);
      });
      if (!saw_one) unseen.push_back(at);
    }
    std::vector<Reference> last;
    for (const std::size_t at : unseen) {
      if (std::none_of(unseen.begin(), unseen.end(), [&](std::size_t later) { return later != at && copy.order.precedes(at, later); })) last.push_back(copy.events[at].reference);
    }
    return last;
  }
};

// Sharing writes the copy and where it comes from in one commit; what a person writes on the copy itself stands alone.
// A sharing that was taken back counts for nothing.
Result<SharedLast> shared_last(const Workspace& workspace, const Space& into, const EntityId& record) {
  SharedLast last;
  EVENHAND_TRY(last.copy, read_events(into, copy_id_of(into.id, record)));
  EVENHAND_TRY(const std::vector<Place> places, into.fold.places(copy_id_of(into.id, record)));
  EVENHAND_TRY(const std::vector<Place> provenance, into.fold.places(provenance_id_of(into.id, record)));
  const RecordEvents& copy = last.copy;
  EVENHAND_ASSERT(copy.events.size() == places.size(), "each place of a record is one event");
  const auto is_ours = [&](const RecordEvent& event) {
    const Device* device = into.fold.access().find_device(event.device);
    return device != nullptr && device->organisation == workspace.organisation() && event.standing == Standing::counts;
  };
  const auto is_sharing = [&](std::size_t at) {
    const RecordEvent& event = copy.events[at];
    if (event.kind.verb != Verb::changed || !event.has_body || !is_ours(event)) return false;
    if (std::any_of(copy.events.begin(), copy.events.end(), [&](const RecordEvent& other) { return other.undoes() == event.reference && is_ours(other); })) return false;
    return std::any_of(provenance.begin(), provenance.end(), [&](const Place& place) { return place.arrival == places[at].arrival; });
  };
  for (const std::size_t at : copy.order.order()) {
    const RecordEvent& event = copy.events[at];
    if (event.kind.verb == Verb::removed) {
      last.was_removed_by_us = is_ours(event);
      last.removals.push_back(event.reference);
    }
    if (!is_sharing(at)) continue;
    last.sharings.push_back(at);
    last.shared_by.insert(event.reference);
    for (const OwnedChange& change : event.changes) {
      const FieldSpec* field = event.kind.record == nullptr ? nullptr : event.kind.record->find_field(change.field);
      if (field == nullptr) continue;
      if (!is_items(*field)) {
        last.values[change.field] = change.value;
        continue;
      }
      EVENHAND_TRY(const ItemsChange items, decode_untrusted<ItemsChange>(change.value, field->name));
      std::set<Bytes>& now = last.items[change.field];
      now.insert(items.added.begin(), items.added.end());
      for (const Bytes& item : items.removed) now.erase(item);
    }
  }
  return last;
}

/// Works out what sharing changes on the copy: what changed at home since it was shared last, and nothing else. A field that
/// a partner changed too is written beside theirs, so that a person decides.
class CopyChange {
 public:
  CopyChange(std::string type, const EntityId& copy, const std::optional<EntityState>& there, const SharedLast& last)
      : change_{std::move(type), copy, Verb::changed, {}}, there_(there), last_(last) {
    comes_back_ = there && there->lifecycle == Lifecycle::removed && last.was_removed_by_us;
    if (comes_back_) change_.seen = there->heads;
    was_taken_ = there && there->lifecycle != Lifecycle::live && !comes_back_;
  }

  /// `wanted`: what the original holds; nothing: it is empty. Errors: those of encoding.
  Result<void> take(const FieldSpec& field, std::optional<Value> wanted) {
    if (is_items(field)) return take_items(field, wanted);
    Bytes bytes;
    if (wanted) {
      EVENHAND_TRY(bytes, encode_value(field, *wanted));
    }
    const auto shared = last_.values.find(field.id);
    const Bytes& before = shared == last_.values.end() ? kNothing : shared->second;
    const FieldState* now = there_ ? there_->find(field.id) : nullptr;
    const auto stands = [&](const Bytes& value) {
      if (now == nullptr || now->values.empty()) return value.empty();
      return std::all_of(now->values.begin(), now->values.end(), [&](const Written& written) { return written.value == value; });
    };
    if (stands(bytes) && !comes_back_) return {};
    if (there_ && bytes == before && !stands(bytes)) return {};  // unchanged at home: what a partner wrote stands
    if (!wanted && field.required) return {};
    RecordChange* change = &change_;
    if (there_ && !comes_back_ && (was_taken_ || !stands(before))) {
      std::vector<Reference> theirs = was_taken_ ? last_.removals : std::vector<Reference>();
      for (const Written& written : now == nullptr ? std::vector<Written>() : now->values) {
        if (written.value != before) theirs.push_back(written.by);
      }
      std::vector<Reference> heads = last_.beside(theirs);
      if (heads.empty()) return {};  // never shared from here: whoever wrote it keeps it
      if (!stands(before)) disputed.emplace_back(field.name);
      change = &beside_.try_emplace(heads, RecordChange{change_.type, change_.entity, Verb::changed, {}}).first->second;
      change->seen = std::move(heads);
    }
    if (wanted) change->set.push_back({std::string(field.name), std::move(*wanted)});
    else change->clear.emplace_back(field.name);
    return {};
  }

  /// To submit in this order: what stands on everything, then what stands beside others' words.
  std::vector<RecordChange> changes() const {
    std::vector<RecordChange> all = {change_};
    for (const auto& [heads, change] : beside_) all.push_back(change);
    return all;
  }

  std::vector<std::string> disputed;  ///< fields that both changed

 private:
  Result<void> take_items(const FieldSpec& field, const std::optional<Value>& wanted) {
    std::vector<Bytes> items;
    if (wanted) {
      EVENHAND_TRY(items, encode_items(field, *wanted));
    }
    const auto shared = last_.items.find(field.id);
    const std::set<Bytes> before = shared == last_.items.end() ? std::set<Bytes>() : shared->second;
    std::vector<Bytes> added;
    for (const Bytes& item : items) {
      if (!before.contains(item)) added.push_back(item);
    }
    std::vector<Bytes> removed;
    const FieldState* now = there_ ? there_->find(field.id) : nullptr;
    const auto is_theirs = [&](const Bytes& item) {
      return now != nullptr && std::any_of(now->items.begin(), now->items.end(), [&](const ItemAdded& one) { return one.item == item && !last_.shared_by.contains(one.by); });
    };
    for (const Bytes& item : before) {
      if (std::find(items.begin(), items.end(), item) == items.end() && !is_theirs(item)) removed.push_back(item);
    }
    if (was_taken_) return {};  // the set of a copy that is gone is no dispute
    if (!added.empty()) {
      EVENHAND_TRY(Value value, decode_items(field, added));
      change_.add.push_back({std::string(field.name), std::move(value)});
    }
    if (!removed.empty()) {
      EVENHAND_TRY(Value value, decode_items(field, removed));
      change_.remove.push_back({std::string(field.name), std::move(value)});
    }
    return {};
  }

  static inline const Bytes kNothing;
  RecordChange change_;
  std::map<std::vector<Reference>, RecordChange> beside_;  ///< by the heads that each is written on
  const std::optional<EntityState>& there_;
  const SharedLast& last_;
  bool comes_back_ = false;  ///< we took the copy away ourselves
  bool was_taken_ = false;   ///< a partner did
};

}  // namespace

EntityId copy_id_of(const SpaceId& target, const EntityId& record) {
  static constexpr std::string_view kDomain{"evenhand/share/1\0", 17};
  return id_of(kDomain, target, record);
}

namespace {

Result<Shared> share(Workspace& workspace, const EntityId& id, const SpaceId& target, const std::string& reason, bool is_rehearsal) {
  const Space* into = workspace.find_space(target);
  if (into == nullptr) return not_found("there is no such space here", target.hex().substr(0, 16), "See: evenhand space list");
  if (into->kind != SpaceKind::cycle) return refused("records are shared into a cycle space only", target.hex().substr(0, 16));
  const Space& home = workspace.space_of(SpaceKind::organisation);
  EVENHAND_TRY(std::optional<EntityState> state, home.fold.find(id));
  const RecordSpec* spec = state ? find_record_type(state->type) : nullptr;
  if (spec == nullptr || !shows_in(*spec, SpaceKind::cycle) || home_of(*spec) != SpaceKind::organisation) {
    EVENHAND_TRY(const std::optional<Record> elsewhere, workspace.find(id));
    if (!elsewhere) return not_found("there is no such record", short_id_of(id));
    if (home_of(elsewhere->spec()) == SpaceKind::people) {
      return refused("what stands in the people space never leaves it", std::string(elsewhere->spec().name), "Share counts instead, in a record of their own.");
    }
    return refused("this record is not one of the organisation space, so there is nothing to share", short_id_of(id));
  }
  EVENHAND_TRY(const std::optional<EntityState> there, into->fold.find(copy_id_of(target, id)));
  // Another one at every sharing that writes, so that the provenance is written with it: by that a sharing is known.
  const Hash digest = sha256({ByteView(encode_state(*state)), ByteView(there ? encode_state(*there) : Bytes())});
  const Record source(*spec, std::move(*state));
  if (source.is_removed()) return not_found("that record was removed", source.short_id());

  Shared outcome{copy_id_of(target, id)};
  outcome.is_new = !there;
  EVENHAND_TRY(const SharedLast last, shared_last(workspace, *into, id));
  CopyChange changes(std::string(spec->name), outcome.copy, there, last);
  for (const FieldSpec& field : spec->fields) {
    if (is_personal(field) || names_people(field)) {
      if (!source.values(field.name).empty() || source.state().find(field.id) != nullptr) outcome.left_out.emplace_back(field.name);
      continue;
    }
    if (source.is_conflicted(field.name)) {
      return refused("its " + std::string(field.name) + " is in dispute", source.short_id(), "Decide first: evenhand conflict list");
    }
    const std::vector<Value> values = source.values(field.name);
    std::optional<Value> wanted;
    if (!values.empty()) {
      EVENHAND_TRY(wanted, translated(workspace, target, field, values.front()));
      const auto* blob = std::get_if<AttachedBlob>(&*wanted);
      if (blob != nullptr && !is_rehearsal) EVENHAND_CHECK(copy_attachment(home, *into, *blob));
    }
    EVENHAND_CHECK(changes.take(field, std::move(wanted)));
  }
  outcome.disputed = changes.disputed;
  RecordChange provenance{"share", provenance_id_of(target, id), Verb::changed, {}};
  provenance.set = {{"from_space", origin_of(target, home.id)}, {"entity", id.hex()}, {"digest", digest.hex()}};
  if (!reason.empty()) provenance.set.push_back({"reason", reason});
  EVENHAND_TRY(const std::optional<EntityState> known, into->fold.find(provenance.entity));
  const bool was_taken_back = known && known->lifecycle == Lifecycle::removed;
  if (was_taken_back) provenance.seen = known->heads;  // comes back whole
  Command command;
  command.in_space = target;
  command.is_import = true;  // its references name copies that may come later, its figures were looked at when they were entered
  command.changes = changes.changes();
  EVENHAND_TRY(const Receipt planned, workspace.rehearse(command));
  outcome.is_changed = planned.records_written > 0;
  outcome.is_removed = there && there->lifecycle == Lifecycle::removed && !outcome.is_changed;
  if (is_rehearsal) return outcome;
  // A change of what stays at home changes the digest; that alone is no reason to write.
  if (!outcome.is_changed && known && !was_taken_back && reason.empty()) return outcome;
  command.changes.push_back(std::move(provenance));
  EVENHAND_TRY(const Receipt receipt, workspace.submit(command));
  (void)receipt;
  return outcome;
}

}  // namespace

Result<Shared> share(Workspace& workspace, const EntityId& id, const SpaceId& target, const std::string& reason) { return share(workspace, id, target, reason, false); }

Result<Shared> rehearse_share(Workspace& workspace, const EntityId& id, const SpaceId& target) { return share(workspace, id, target, "", true); }

namespace {

// Does what a partner wrote in this field differ from the original? `theirs`: was it written by another organisation's device?
Result<bool> is_changed(const Workspace& workspace, const Space& space, const FieldSpec& field, const Record& original, const EntityState& copy,
                        const std::function<bool(const Reference&)>& theirs) {
  const FieldState* state = copy.find(field.id);
  if (state == nullptr || is_personal(field) || names_people(field)) return false;
  std::optional<Value> wanted = original.value(field.name);
  if (wanted) {
    EVENHAND_TRY(wanted, translated(workspace, space.id, field, std::move(*wanted)));
  }
  if (is_items(field)) {
    std::vector<Bytes> items;
    if (wanted) {
      EVENHAND_TRY(items, encode_items(field, *wanted));
    }
    return std::any_of(state->items.begin(), state->items.end(), [&](const ItemAdded& added) { return std::find(items.begin(), items.end(), added.item) == items.end() && theirs(added.by); });
  }
  Bytes bytes;
  if (wanted) {
    EVENHAND_TRY(bytes, encode_value(field, *wanted));
  }
  return std::any_of(state->values.begin(), state->values.end(), [&](const Written& written) { return written.value != bytes && theirs(written.by); });
}

}  // namespace

bool tells_of_our_copy(const Workspace& workspace, const Record& share) {
  const SpaceId& home = workspace.space_of(SpaceKind::organisation).id;
  const std::string from = share.text("from_space");
  return from == home.hex() || std::any_of(workspace.spaces().begin(), workspace.spaces().end(), [&](const Space& space) { return from == origin_of(space.id, home); });
}

Result<std::vector<ChangedCopy>> changed_copies(const Workspace& workspace) {
  std::vector<ChangedCopy> changed;
  const Space& home = workspace.space_of(SpaceKind::organisation);
  const RecordSpec& spec = *find_record_type("share");
  for (const Space& space : workspace.spaces()) {
    if (space.kind != SpaceKind::cycle) continue;
    std::vector<EntityId> originals;
    EVENHAND_CHECK(space.fold.for_each(spec.name, [&](const EntityState& state) {
      const Record share(spec, state);
      const auto original = EntityId::from_hex(share.text("entity"));
      if (original && tells_of_our_copy(workspace, share)) originals.push_back(*original);
      return true;
    }));
    if (originals.empty()) continue;
    std::sort(originals.begin(), originals.end());
    EVENHAND_TRY(const LogReadView view, space.log.read());
    const auto theirs = [&](const Reference& event) {
      const auto chain = view.chain(event.chain);
      const Device* device = chain ? space.fold.access().find_device(chain->descriptor.device) : nullptr;
      return device == nullptr || device->organisation != workspace.organisation();
    };
    for (const EntityId& id : originals) {
      EVENHAND_TRY(std::optional<EntityState> original, home.fold.find(id));
      EVENHAND_TRY(const std::optional<EntityState> copy, space.fold.find(copy_id_of(space.id, id)));
      const RecordSpec* type = original ? find_record_type(original->type) : nullptr;
      if (type == nullptr || !copy || original->lifecycle == Lifecycle::removed) continue;
      const Record at_home(*type, std::move(*original));
      ChangedCopy one{id, copy->id, space.id, std::string(type->name), {}};
      if (copy->lifecycle == Lifecycle::removed) {
        EVENHAND_TRY(const SharedLast last, shared_last(workspace, space, id));
        if (!last.was_removed_by_us) changed.push_back(std::move(one));
        continue;
      }
      for (const FieldSpec& field : type->fields) {
        EVENHAND_TRY(const bool is_other, is_changed(workspace, space, field, at_home, *copy, theirs));
        if (is_other) one.fields.emplace_back(field.name);
      }
      if (!one.fields.empty()) changed.push_back(std::move(one));
    }
  }
  return changed;
}

}  // namespace evenhand
