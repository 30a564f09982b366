/// zstd (RFC 8878) around one segment: for the wire, and for frames before they are sealed.
///
/// Each call stands alone, so a segment can be read whatever came before it. A thread keeps one context for each
/// direction (about 1.5 MiB), because making one costs more than a small segment.
/// Threads: pure functions.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace evenhand {

/// The compressed bytes; they may be longer than the plain ones, which is for the caller to notice.
Bytes compress(ByteView plain);

/// Gives exactly `plain_bytes` bytes, which the caller has held against a limit: what the compressed bytes say of their
/// own length allocates nothing. Errors: corrupt (damaged, or another length).
Result<Bytes> decompress_untrusted(ByteView compressed, std::size_t plain_bytes);

}  // namespace evenhand
