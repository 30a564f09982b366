/// A model made straight from data files (evenhand-data/1), without store or events. For tests only.
///
/// Ids are made from the labels, so the same file gives the same ids.
#pragma once

#include <map>
#include <set>
#include <string>

#include "core/engine/model.h"

namespace evenhand::test {

class DataFileModel : public Model {
 public:
  /// Adds the records of a file, by its path in the project: "data/published/ccs-2023-24.json".
  /// Labels of two files never meet. Errors: not_found, corrupt, refused.
  Result<void> add_file(const std::string& path);
  /// Adds the records of a JSON text of the same form; `name` keeps its labels apart from those of others.
  Result<void> add_text(const std::string& name, std::string_view json_text);

  Result<std::vector<Record>> records(std::string_view type) const override;
  Result<std::optional<Record>> find(const EntityId& id) const override;
  /// As its file says of itself.
  Result<bool> is_published(const EntityId& id) const override { return published_.contains(id); }

  /// The id behind a label of that file. Stops the test program when there is none.
  EntityId id_of(const std::string& name, const std::string& label) const;
  /// A second value that nobody saw, so that the field is in conflict.
  void add_conflict(const EntityId& id, std::string_view field, const Value& value);

 private:
  Result<void> add_record(const std::string& name, const Json& json);

  using Labels = std::map<std::string, EntityId, std::less<>>;
  std::map<std::string, Labels> labels_;
  std::vector<Record> records_;
  std::set<EntityId> published_;
};

}  // namespace evenhand::test
