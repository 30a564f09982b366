/// One plugin's library, loaded into this process, and the calls to it.
///
/// Threads: one.
#pragma once

namespace evenhand::worker {

/// Serves the host until it is gone. Returns only when there is nothing to serve: the host has been told why.
void serve();

}  // namespace evenhand::worker
