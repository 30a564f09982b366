/// Attachments: files of up to 2 GiB, named by what they hold.
///
/// The address is H("evenhand/blob/1\0" ‖ length u64 BE ‖ chunk hashes), with a chunk hash H("evenhand/blob-chunk/1\0" ‖
/// chunk) for every 256 KiB: so a copy can be resumed and checked chunk by chunk. Whatever is larger than a chunk is
/// never whole in memory. The same bytes are kept once per store (a store per space and class, DESIGN section 7).
///
/// Durability: put() is durable. Threads: one at a time per object. Several processes may put() into one store at a time; write() is
/// for whoever holds the workspace. Format: docs/formats/store.md.
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/os/files.h"
#include "core/store/log.h"

namespace evenhand {

using BlobAddress = Id<struct BlobTag, 32>;

inline constexpr std::size_t kBlobChunkBytes = 256 * 1024;
inline constexpr std::uint64_t kBlobBytesMax = std::uint64_t{2} << 30;

/// What makes an address: enough to check each chunk by itself.
struct BlobOutline {
  std::uint64_t length = 0;
  std::vector<Hash> chunks;

  BlobAddress address() const;
};

/// Hands out chunks of one attachment in any order.
class BlobReader {
 public:
  const BlobOutline& outline() const { return outline_; }
  /// Errors: corrupt (the chunk does not fit the address), unavailable.
  Result<Bytes> chunk(std::size_t index) const;

 private:
  friend class BlobStore;
  BlobReader(FileHandle file, BlobOutline outline) : file_(std::move(file)), outline_(std::move(outline)) {}
  FileHandle file_;
  BlobOutline outline_;
};

/// Writes an attachment chunk by chunk, going on where an earlier copy stopped. What was added stays when the writer dies.
class BlobWriter {
 public:
  /// The chunk to add next; those before it are here. Equal to the number of chunks: ready to finish.
  std::size_t next_chunk() const { return next_; }
  bool is_complete() const { return next_ == outline_.chunks.size(); }
  const BlobAddress& address() const { return address_; }
  /// Errors: corrupt (not the next chunk of this address; nothing was written), unavailable.
  Result<void> add(ByteView chunk);
  /// Durable when it returns. All chunks must have been added. Errors: unavailable.
  Result<void> finish();

 private:
  friend class BlobStore;
  BlobWriter(std::filesystem::path part, std::filesystem::path file, BlobOutline outline, BlobAddress address);
  std::filesystem::path part_;
  std::filesystem::path file_;
  BlobOutline outline_;
  BlobAddress address_;
  FileHandle handle_;
  std::size_t next_ = 0;
};

class BlobStore {
 public:
  /// Fills the span as far as it can and gives the count; 0 = the end.
  using Source = std::function<Result<std::size_t>(std::span<std::uint8_t>)>;
  /// Takes one checked chunk.
  using Sink = std::function<Result<void>(ByteView)>;

  /// Makes the folder when it is absent (for writing) and removes cut copies of put(), not those that another process is making.
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

  /// Errors: not_found, corrupt.
  Result<BlobReader> read(const BlobAddress& address) const;
  /// Chunks of an unfinished copy; write() may find fewer of them good.
  std::size_t chunks_begun(const BlobAddress& address) const;
  /// Goes on with an unfinished copy (each chunk of it is checked again), or begins one. Errors: refused (longer than 2 GiB;
  /// read only), corrupt (the outline is not that of the address), unavailable.
  Result<BlobWriter> write(const BlobAddress& address, BlobOutline outline);

  /// Absent is fine. Errors: unavailable.
  Result<void> remove(const BlobAddress& address);
  /// Ascending. Errors: unavailable.
  Result<std::vector<BlobAddress>> list() const;

 private:
  BlobStore(std::filesystem::path folder, OpenMode mode) : folder_(std::move(folder)), mode_(mode) {}
  std::filesystem::path file_of(const BlobAddress& address) const;
  std::filesystem::path part_of(const BlobAddress& address) const;

  std::filesystem::path folder_;
  OpenMode mode_;
  unsigned copies_begun_ = 0;
};

}  // namespace evenhand
