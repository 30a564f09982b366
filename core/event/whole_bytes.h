/// How long a commit is with the bodies that it lacks. They may come later, and an erased one may stand on another laptop still: what
/// bounds runs and segments is counted like this, so that everybody who holds the same commits cuts them alike.
///
/// Threads: any.
#pragma once

#include "core/event/commit.h"

namespace evenhand {

/// Looks at lengths only. At most kCommitBytesMax for what decode_untrusted() takes. Errors: corrupt.
Result<std::size_t> whole_bytes_of(const CommitView& commit);

}  // namespace evenhand
