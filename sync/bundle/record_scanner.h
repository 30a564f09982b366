/// Walks over the records of a part, whatever happened to it: what does not stand as a sound record is passed over until
/// the next marker.
///
/// Work: every byte is looked at a bounded number of times, also when a hostile file is full of false heads.
/// Lifetime: a record handed out dies with the next call. Threads: one.
#pragma once

#include "sync/bundle/record.h"

namespace evenhand {

class RecordScanner {
 public:
  /// Lifetime: file and codec outlive the scanner.
  RecordScanner(const FileHandle& file, std::uint64_t end, const RecordCodec& codec) : file_(file), end_(end), codec_(codec) {}

  struct Found {
    RecordHead head;
    ByteView record;  ///< head and sealed bytes
    RecordCodec::Opened opened;
  };
  /// The next record that opens. Nothing: the end. Errors: unavailable.
  Result<std::optional<Found>> next();
  std::uint64_t at() const { return at_; }

 private:
  Result<void> fill(std::size_t wanted);
  Result<bool> skip_to_marker();

  const FileHandle& file_;
  std::uint64_t end_;
  const RecordCodec& codec_;
  std::uint64_t at_ = 0;         ///< of the scan in the file
  std::uint64_t buffer_at_ = 0;  ///< of the buffer's first byte
  Bytes buffer_;
  std::uint64_t wasted_ = 0;     ///< bytes of records that did not open
};

}  // namespace evenhand
