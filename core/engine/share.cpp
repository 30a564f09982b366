#include "core/engine/share.h"

#include <algorithm>

#include "core/codec/archive.h"
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

bool is_at_home_in_organisation(std::string_view types) {
  while (!types.empty()) {
    const std::size_t bar = types.find('|');
    const RecordSpec* spec = find_record_type(types.substr(0, bar));
    if (spec != nullptr && home_of(*spec) == SpaceKind::organisation) return true;
    types = bar == std::string_view::npos ? std::string_view{} : types.substr(bar + 1);
  }
  return false;
}

bool names_people(const FieldSpec& field) {
  if (field.type != FieldType::reference && field.type != FieldType::references) return false;
  std::string_view types = field.choices;
  while (!types.empty()) {
    const std::size_t bar = types.find('|');
    const RecordSpec* spec = find_record_type(types.substr(0, bar));
    if (spec != nullptr && home_of(*spec) == SpaceKind::people) return true;
    types = bar == std::string_view::npos ? std::string_view{} : types.substr(bar + 1);
  }
  return false;
}

// A field may name records of several homes: only those of the organisation space have copies.
Result<EntityId> target_of(const Workspace& workspace, const SpaceId& space, const EntityId& named) {
  EVENHAND_TRY(const std::optional<Record> record, workspace.find(named));
  return record && home_of(record->spec()) != SpaceKind::organisation ? named : copy_id_of(space, named);
}

Result<Value> translated(const Workspace& workspace, const SpaceId& space, const FieldSpec& field, Value value) {
  if (!is_at_home_in_organisation(field.choices)) return value;
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
  if (!put) return put.error();
  return {};
}

}  // namespace

EntityId copy_id_of(const SpaceId& target, const EntityId& record) {
  static constexpr std::string_view kDomain{"evenhand/share/1\0", 17};
  return id_of(kDomain, target, record);
}

Result<Shared> share(Workspace& workspace, const EntityId& id, const SpaceId& target, const std::string& reason) {
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
  const Hash digest = sha256(encode_state(*state));
  const Record source(*spec, std::move(*state));
  if (source.is_removed()) return not_found("that record was removed", source.short_id());

  Shared outcome{copy_id_of(target, id)};
  RecordChange copy{std::string(spec->name), outcome.copy, Verb::changed, {}};
  EVENHAND_TRY(const std::optional<EntityState> there, into->fold.find(outcome.copy));
  outcome.is_new = !there;
  for (const FieldSpec& field : spec->fields) {
    if (is_personal(field) || names_people(field)) {
      if (!source.values(field.name).empty() || source.state().find(field.id) != nullptr) outcome.left_out.emplace_back(field.name);
      continue;
    }
    if (source.is_conflicted(field.name)) {
      return refused("its " + std::string(field.name) + " is in dispute", source.short_id(), "Decide first: evenhand conflict list");
    }
    const std::vector<Value> values = source.values(field.name);
    if (values.empty()) {
      if (there) copy.clear.emplace_back(field.name);
      continue;
    }
    EVENHAND_TRY(Value value, translated(workspace, target, field, values.front()));
    if (const auto* blob = std::get_if<AttachedBlob>(&value)) EVENHAND_CHECK(copy_attachment(home, *into, *blob));
    copy.set.push_back({std::string(field.name), std::move(value)});
  }
  static constexpr std::string_view kProvenance{"evenhand/share-record/1\0", 24};
  RecordChange provenance{"share", id_of(kProvenance, target, id), Verb::changed, {}};
  provenance.set = {{"from_space", origin_of(target, home.id)}, {"entity", id.hex()}, {"digest", digest.hex()}};
  if (!reason.empty()) provenance.set.push_back({"reason", reason});
  Command command;
  command.in_space = target;
  command.is_import = true;  // its references name copies that may come later, its figures were looked at when they were entered
  command.changes.push_back(std::move(copy));
  EVENHAND_TRY(const Receipt planned, workspace.rehearse(command));
  outcome.is_changed = planned.records_written > 0;
  // A change of what stays at home changes the digest; that alone is no reason to write.
  EVENHAND_TRY(const std::optional<EntityState> known, into->fold.find(provenance.entity));
  if (!outcome.is_changed && known && reason.empty()) return outcome;
  command.changes.push_back(std::move(provenance));
  EVENHAND_TRY(const Receipt receipt, workspace.submit(command));
  outcome.is_changed = receipt.records_written > 0;
  return outcome;
}

}  // namespace evenhand
