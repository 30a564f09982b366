/// Adopting the lead's grades of a shared service, and what became of those grades since.
///
/// Threads: one.
#pragma once

#include "apps/cli/session.h"
#include "core/codec/json.h"

namespace CLI {
class App;
}

namespace evenhand::cli {

/// Who adopted a grade and as what; of an adopted grade, what the lead says now.
struct Adoptions {
  Json list = Json::array();
  std::vector<std::string> lines;
};
Result<Adoptions> adoptions_of(const Workspace& workspace, const Record& record);
/// What an organisation adopted of an outcome, of one service or of any. Errors: those of reading.
Result<std::vector<Record>> adopted_by(const Workspace& workspace, const EntityId& organisation, const EntityId& cycle, std::string_view outcome,
                                       const std::optional<EntityId>& service);
/// A grade with who adopted it, or an adopted grade with what the lead says now.
Result<void> show_grade(Workspace& workspace, Console& console, const Record& record);
/// How many adopted grades the lead regraded since. Errors: those of reading.
Result<std::size_t> count_regraded(const Workspace& workspace);
/// grade adopt.
void add_adopt(CLI::App& grade, Console& console);

}  // namespace evenhand::cli
