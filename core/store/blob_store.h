/// Attachments: files of up to 2 GiB, named by what they hold.
///
/// The address is H("evenhand/blob/1\0" ‖ length u64 BE ‖ chunk hashes), with a chunk hash H("evenhand/blob-chunk/1\0" ‖
/// chunk) for every 256 KiB: so a copy can be resumed and checked chunk by chunk. Whatever is larger than a chunk is
/// never whole in memory. The same bytes are kept once per store (a store per space and class, DESIGN section 7).
///
/// Durability: put() is durable. Threads: one at a time per object. Format: docs/formats/store.md.
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/store/log.h"

namespace evenhand {

using BlobAddress = Id<struct BlobTag, 32>;

inline constexpr std::size_t kBlobChunkBytes = 256 * 1024;
inline constexpr std::uint64_t kBlobBytesMax = std::uint64_t{2} << 30;

class BlobStore {
 public:
  /// Fills the span as far as it can and gives the count; 0 = the end.
  using Source = std::function<Result<std::size_t>(std::span<std::uint8_t>)>;
  /// Takes one checked chunk.
  using Sink = std::function<Result<void>(ByteView)>;

  /// Makes the folder when it is absent (for writing) and removes cut copies; the writer holds the workspace.
  /// Errors: not_found (reading only), unavailable.
  static Result<BlobStore> open(const std::filesystem::path& folder, OpenMode mode);

  /// Errors: refused (longer than 2 GiB; read only), unavailable, the source's own; nothing stays behind then.
  Result<BlobAddress> put(const Source& source);
  /// Hands out only chunks that fit the address. Errors: not_found, corrupt (naming the chunk; those before it were
  /// handed out and are good), the sink's own.
  Result<void> get(const BlobAddress& address, const Sink& sink) const;
  /// Errors: not_found, corrupt.
  Result<std::uint64_t> size_of(const BlobAddress& address) const;
  bool has(const BlobAddress& address) const;
  /// Absent is fine. Errors: unavailable.
  Result<void> remove(const BlobAddress& address);
  /// Ascending. Errors: unavailable.
  Result<std::vector<BlobAddress>> list() const;

 private:
  BlobStore(std::filesystem::path folder, OpenMode mode) : folder_(std::move(folder)), mode_(mode) {}
  std::filesystem::path file_of(const BlobAddress& address) const;

  std::filesystem::path folder_;
  OpenMode mode_;
  unsigned copies_begun_ = 0;
};

}  // namespace evenhand
