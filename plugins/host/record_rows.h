/// Turns records into rows and picks those that a report is about.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/engine/model.h"
#include "plugins/host/input_writer.h"

namespace evenhand::plugins {

/// Every field of the record as a plugin reads it, before masking and before undeclared fields are dropped.
InputRow row_of(const Record& record);

/// What a report is about.
struct Scope {
  std::optional<EntityId> organisation;  ///< none: every organisation of the cycles
  std::vector<EntityId> cycles;          ///< one; several of the same title for a comparison
  bool has_people = true;                ///< do the people on the register belong to it? It is the workspace's own organisation's

  bool has_cycle(const std::optional<EntityId>& id) const;
};

/// False: a comment that nobody has found publishable. Whatever a plugin contributes, it does not get complaints, safeguarding, speaking up, nor
/// what nobody has looked at.
bool is_for_plugins(const Record& record);

/// Decides which records belong to a report. Services that the organisation runs together with others belong to it,
/// with all that hangs on them. Organisations and groups always belong. People on the register, and what they did, name no
/// organisation: they are those of the workspace's own. Records that are not for plugins (above) never do.
class ScopeFilter {
 public:
  /// Errors: those of the model.
  static Result<ScopeFilter> make(const Model& model, const Scope& scope);

  Result<bool> keeps(const Record& record) const;
  /// The services of the scope, by position.
  const std::vector<EntityId>& services() const { return services_; }

 private:
  ScopeFilter(const Model& model, const Scope& scope) : model_(&model), scope_(scope) {}
  bool is_service_in_scope(const EntityId& id) const;
  Result<bool> keeps(const Record& record, int depth) const;
  /// By the record that it hangs on: a tally on its workshop, an update on its action.
  Result<bool> keeps_parent(const Record& record, int depth) const;

  const Model* model_;
  Scope scope_;
  std::vector<EntityId> services_;
};

}  // namespace evenhand::plugins
