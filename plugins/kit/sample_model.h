/// A model made straight from data files (docs/formats/data-file.md), without store or events: what plugins are tried on.
///
/// Ids are made from the labels, so the same file gives the same ids. Threads: one.
#pragma once

#include <map>
#include <set>
#include <string>

#include "core/engine/model.h"

namespace evenhand::plugins {

class SampleModel : public Model {
 public:
  /// A type that a plugin declares: its records may stand in data files under its short name ("walk"). Lifetime: as its spec.
  void know(const RecordSpec& declared) { declared_.push_back(&declared); }
  /// Adds the records of a data file; `name` keeps its labels apart from those of others. Errors: corrupt, refused.
  Result<void> add_text(const std::string& name, std::string_view json_text);

  Result<std::vector<Record>> records(std::string_view type) const override;
  Result<std::optional<Record>> find(const EntityId& id) const override;
  /// As its file says of itself.
  Result<bool> is_published(const EntityId& id) const override { return published_.contains(id); }

  /// The id behind a label of that file. There must be one.
  EntityId id_of(const std::string& name, const std::string& label) const;
  /// Puts a value in the place of what stood there. Errors: not_found, refused (the field does not take it).
  Result<void> set(const EntityId& id, std::string_view field, const Value& value);
  /// A record of that type with whatever it needs, hanging on what is there.
  void add_blank(const RecordSpec& spec);
  /// The same with every field as the type's own example has it. `number` tells it from others.
  void add_example(const RecordSpec& spec, std::size_t number);
  /// Another order of arrival. What a plugin is given must not depend on it.
  void shuffle(std::uint64_t seed);
  /// What was there when only `count` records had arrived, in their order; some of them not yet whole.
  SampleModel arrived(std::size_t count, std::uint64_t seed) const;
  /// One field of a record taken away. There must be such a record.
  void clear(const EntityId& id, const FieldSpec& field);
  /// All of them, in their order of arrival.
  const std::vector<Record>& all() const { return records_; }
  /// A second value that nobody saw, so that the field is in conflict.
  void add_conflict(const EntityId& id, std::string_view field, const Value& value);

 private:
  Result<void> add_record(const std::string& name, const Json& json);
  const RecordSpec* find_type(const std::string& name) const;
  EntityState blank(const RecordSpec& spec, const std::string& label) const;
  Record& at(const EntityId& id);

  using Labels = std::map<std::string, EntityId, std::less<>>;
  std::map<std::string, Labels> labels_;
  std::vector<Record> records_;
  std::set<EntityId> published_;
  std::vector<const RecordSpec*> declared_;
};

}  // namespace evenhand::plugins
