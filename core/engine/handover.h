/// Takes writes over from other processes: a process that wants to write while this one holds the workspace hands its
/// command here, and it goes through the same submit() as our own.
///
/// A short command needs none of this: others wait for its lock. What holds the workspace for long (an import) opens one
/// of these and calls serve() between its own steps, or whenever descriptor() is readable.
///
/// What always holds: a command is carried out at most once. Before anything is written its receipt goes to the asker,
/// who can look in the log for it whatever happens then; when the receipt cannot be delivered nothing is written.
///
/// Threads: those of the workspace. Lifetime: dies before the workspace, which must not be moved meanwhile.
#pragma once

#include "core/engine/workspace.h"
#include "core/os/local_socket.h"

namespace evenhand {

class HandoverHost {
 public:
  /// Errors: refused (this process does not hold the workspace), unavailable (no socket can be made in its folder; the
  /// workspace then works as before, and others wait for the lock).
  static Result<HandoverHost> open(Workspace& workspace);

  /// For poll(2): readable when serve() may have something to do.
  int descriptor() const { return server_.descriptor(); }
  /// Carries out what has arrived; never waits for an asker. Returns how many commands were answered.
  std::size_t serve();

 private:
  HandoverHost(Workspace& workspace, LocalServer server) : workspace_(&workspace), server_(std::move(server)) {}

  Workspace* workspace_;
  LocalServer server_;
};

}  // namespace evenhand
