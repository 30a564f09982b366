/// Who is asked about what people enter: the validators of the plugins that are agreed to at that moment.
///
/// A process may hold a workspace for weeks, while plugins come, change and go by other commands and by other laptops' words. One that is
/// gone is asked no more, and its process ends. What was asked for another process's command is told when that command ends.
/// Threads: one, and one such object in a process. Lifetime: within that of workspace and console; the workspace must not be moved, nor written through afterwards.
#pragma once

#include <memory>
#include <string>

#include "apps/cli/plugin.h"

namespace evenhand::cli {

/// --safe or EVENHAND_SAFE.
bool is_safe_mode(const Console& console);

class Examining {
 public:
  /// Becomes the workspace's examiner. Nothing is read before the first change is made.
  Examining(Workspace& workspace, Console& console);
  ~Examining();
  Examining(const Examining&) = delete;
  Examining& operator=(const Examining&) = delete;

  /// Tells of the runs that were not told yet.
  void tell();

 private:
  std::shared_ptr<const plugins::Registry> registry_now();
  void look_again();
  std::string agreed_now() const;

  Workspace& workspace_;
  Console& console_;
  ValidatorRuns runs_;
  bool has_one_failed_ = false;  ///< of runs_
  std::shared_ptr<const plugins::Registry> registry_;  ///< null: nobody was asked yet
  std::string agreed_;                                 ///< what registry_ was made from
  FoldCounts seen_;                                    ///< of the organisation's space, when that was last looked at
};

}  // namespace evenhand::cli
