/// The parts of a blob's file. Private to core/store.
#pragma once

#include "core/store/blob_store.h"

namespace evenhand::blob_layout {

Hash hash_chunk(ByteView chunk);
/// Bytes of chunk `index` of a blob of that length; `index` is one of its chunks.
std::size_t chunk_bytes(std::uint64_t length, std::size_t index);
/// Errors: not_found, corrupt.
Result<std::pair<FileHandle, BlobOutline>> open_blob(const std::filesystem::path& file, const BlobAddress& address);
/// What stands behind the chunks; the file is durable when it returns.
Result<void> write_trailer(FileHandle& file, const BlobOutline& outline);

}  // namespace evenhand::blob_layout
