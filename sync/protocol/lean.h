/// Commits without what their receiver can work out: the hash of each body that stands beside it (32 bytes an event).
///
/// A lean commit is the commit as in docs/formats/event.md, length field and checksum included, without the body hash in
/// the header of every event whose body is present. Restoring hashes the bodies; the commit's checksum then says whether
/// every byte is back.
/// Threads: pure functions.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace evenhand {

/// Of commits that stand end to end. They are our own, decoded before.
Bytes make_lean(ByteView commits);

/// What make_lean() was given; at most `bytes_max` bytes. Their frames and checksums are left for split_commits().
/// Errors: corrupt (with the byte).
Result<Bytes> restore_lean_untrusted(ByteView lean, std::size_t bytes_max);

}  // namespace evenhand
