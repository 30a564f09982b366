/// One part of a bundle while it is written: a temporary file that becomes real only after it was read back.
///
/// Lifetime: what was not renamed is removed with the object. Threads: one at a time.
#pragma once

#include <memory>

#include "core/crypto/hash.h"
#include "sync/bundle/record.h"

namespace evenhand {

class PartFile {
 public:
  /// Makes the temporary file beside `final` and leaves room for the header. Errors: unavailable.
  static Result<PartFile> create(const std::filesystem::path& final, BundleHeader header);

  PartFile(PartFile&& other) noexcept;
  PartFile& operator=(PartFile&&) = delete;
  ~PartFile();

  /// Length with the trailer that will follow.
  std::uint64_t bytes() const { return written_ + header_.bytes() + BundleHeader::kTrailerMarkBytes; }
  /// Takes a record (head and sealed bytes). Errors: unavailable.
  Result<void> add(ByteView record);
  std::uint32_t records() const { return records_; }
  /// Over head and tag of every record so far.
  Hash digest() { return digest_->finish(); }
  /// Writes what is buffered and closes the file until settle(). Errors: unavailable.
  Result<void> flush();

  /// Writes header and trailer, now that the number of parts is known, syncs, reads everything back from the disk and compares.
  /// Errors: unavailable.
  Result<void> settle(std::uint32_t parts);
  /// Renames into place and syncs the folder. Errors: unavailable.
  Result<void> rename_to(const std::filesystem::path& final);

 private:
  PartFile(std::filesystem::path path, FileHandle file, BundleHeader header);
  Result<void> write(ByteView bytes);
  Result<void> compare() const;

  std::filesystem::path path_;  ///< empty once renamed
  FileHandle file_;
  BundleHeader header_;
  Bytes buffer_;
  std::uint64_t written_ = 0;
  std::uint32_t records_ = 0;
  std::unique_ptr<Sha256> digest_ = std::make_unique<Sha256>();
  std::unique_ptr<Sha256> body_ = std::make_unique<Sha256>();
  Hash body_hash_;
};

}  // namespace evenhand
