#include "core/engine/share.h"

#include <algorithm>

#include "core/engine/shared_last.h"
#include "core/store/blob_store.h"

namespace evenhand {

namespace {

// Beside another process that holds the workspace: it may hold the stores open, and another may be sharing the same attachment.
Result<void> copy_attachment(const Space& from, const Space& to, const BlobAddress& address) {
  EVENHAND_TRY(const BlobStore source, BlobStore::open(from.folder / "blobs", OpenMode::read_only));
  EVENHAND_TRY(BlobStore target, BlobStore::open(to.folder / "blobs", OpenMode::read_write));
  if (target.has(address)) return {};
  EVENHAND_TRY(const BlobReader reader, source.read(address));
  Bytes chunk;
  std::size_t next = 0, given = 0;
  EVENHAND_TRY(const BlobAddress copied, target.put([&](std::span<std::uint8_t> room) -> Result<std::size_t> {
    if (given == chunk.size()) {
      if (next == reader.outline().chunks.size()) return std::size_t{0};
      EVENHAND_TRY(chunk, reader.chunk(next++));
      given = 0;
    }
    const std::size_t count = std::min(room.size(), chunk.size() - given);
    std::copy_n(chunk.begin() + static_cast<std::ptrdiff_t>(given), count, room.begin());
    given += count;
    return count;
  }));
  EVENHAND_ASSERT(copied == address, "each chunk was held against the address");
  return {};
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
    const std::vector<Written>& standing = now == nullptr ? kNoneWritten : now->values;
    const auto is_ours = [&](const Written& written) { return last_.shared_by.contains(written.by); };
    const bool is_all_ours = !standing.empty() && std::all_of(standing.begin(), standing.end(), is_ours);
    const bool stands = standing.empty() ? bytes.empty() : std::all_of(standing.begin(), standing.end(), [&](const Written& written) { return written.value == bytes; });
    if (stands && !comes_back_) {
      if (wanted && bytes != before && !is_all_ours && !was_taken_ && !last_.sharings.empty()) agree(field, std::move(*wanted));
      return {};
    }
    // Unchanged at home: what a partner wrote stands. Where only laptops of ours shared different things, this one is the latest word.
    if (there_ && bytes == before && !stands && (was_taken_ || !is_all_ours)) return {};
    if (!wanted && field.required) return {};
    std::vector<Reference> theirs;
    for (const Written& written : standing) {
      if (!is_ours(written) && written.value != before && written.value != bytes) theirs.push_back(written.by);
    }
    RecordChange* change = &change_;
    if (there_ && !comes_back_ && (was_taken_ || !theirs.empty())) {
      const bool is_disputed = !theirs.empty();
      if (was_taken_) theirs.insert(theirs.end(), last_.removals.begin(), last_.removals.end());
      std::vector<Reference> heads = last_.beside(theirs);
      if (heads.empty()) return {};  // never shared from here: whoever wrote it keeps it
      if (is_disputed) disputed.emplace_back(field.name);
      change = &beside_.try_emplace(heads, RecordChange{change_.type, change_.entity, Verb::changed, {}}).first->second;
      change->seen = std::move(heads);
    }
    // Nobody else's word is replaced: what was decided at home stands on all that our own laptops shared.
    if (change == &change_ && now != nullptr && now->is_conflicted()) change_.seen = there_->heads;
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
  // A partner came to say what we say: said by us too, or the next change at home would look like one beside theirs.
  void agree(const FieldSpec& field, Value value) {
    change_.seen = there_->heads;
    change_.set.push_back({std::string(field.name), std::move(value)});
  }

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
  static inline const std::vector<Written> kNoneWritten;
  RecordChange change_;
  std::map<std::vector<Reference>, RecordChange> beside_;  ///< by the heads that each is written on
  const std::optional<EntityState>& there_;
  const SharedLast& last_;
  bool comes_back_ = false;  ///< we took the copy away ourselves
  bool was_taken_ = false;   ///< a partner did
};

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
  std::vector<BlobAddress> attachments;
  for (const FieldSpec& field : spec->fields) {
    if (stays_at_home(field)) {
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
      if (const auto* blob = std::get_if<AttachedBlob>(&*wanted)) attachments.push_back(*BlobAddress::from(blob->root.view()));
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
  // Not before: what lies in a shared space's store may be sent, and the sharing might have been refused.
  for (const BlobAddress& attachment : attachments) EVENHAND_CHECK(copy_attachment(home, *into, attachment));
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

}  // namespace evenhand
