/// What was signed, for reading: the records of a snapshot, as they stood when it was put forward.
///
/// A document made from it is the same whenever it is made, whatever was edited since. Numbers about people stand in it as
/// they are, because a snapshot never leaves its space; whoever makes a document masks them first (plugins/host/mask.h).
/// Threads: one at a time. Lifetime: values. Format: docs/formats/sign-off.md, "Snapshot".
#pragma once

#include <set>

#include "core/engine/model.h"

namespace evenhand {

/// Adds one version of a value, or items of a set, to a state that is made from a document and not from events.
/// Errors: refused (not a value of that field).
Result<void> put_value(FieldState& field, const FieldSpec& spec, const Value& value);

class SnapshotModel : public Model {
 public:
  /// Errors: corrupt, naming the record.
  static Result<SnapshotModel> decode_untrusted(std::string_view bytes);

  const EntityId& organisation() const { return organisation_; }
  const EntityId& cycle() const { return cycle_; }
  const std::string& scope() const { return scope_; }

  Result<std::vector<Record>> records(std::string_view type) const override;
  Result<std::optional<Record>> find(const EntityId& id) const override;
  Result<bool> is_published(const EntityId& id) const override { return published_.contains(id); }

 private:
  Result<void> add(const Json& record);

  std::string scope_;
  EntityId organisation_;
  EntityId cycle_;
  std::vector<Record> records_;
  std::set<EntityId> published_;
};

}  // namespace evenhand
