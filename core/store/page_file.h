/// LMDB's file read by our own hands, without LMDB and without a memory map.
///
/// LMDB 0.9 aborts or faults on a page that cannot be, so whoever doubts a file reads it here first: every length,
/// page number and order is checked before it is believed, and each page of a tree is met once.
///
/// The layout (LMDB 0.9.24, data version 1, 64 bit, little-endian), as far as it concerns us:
///
///     page   u64 number ‖ u16 pad ‖ u16 flags ‖ u16 lower ‖ u16 upper ‖ u16 offsets of nodes … nodes up to the end
///            (an overflow page has u32 count of pages in place of lower and upper, then the value)
///     node   u16 low ‖ u16 high ‖ u16 flags ‖ u16 key length ‖ key ‖ value
///            (leaf: low, high = value length; flag 1: value is the number of an overflow page, flag 2: a table)
///     table  u32 pad ‖ u16 flags ‖ u16 depth ‖ u64 branch, leaf, overflow pages ‖ u64 entries ‖ u64 root
///     meta   pages 0 and 1: after the 16-byte header u32 magic 0xBEEFC0DE ‖ u32 version ‖ u64 address ‖ u64 map size
///            ‖ table of free pages ‖ main table ‖ u64 last page ‖ u64 transaction
///
/// Source: lmdb 0.9.24, mdb.c. Threads: one at a time. Lifetime: views handed to a visitor die with the visit.
#pragma once

#include <functional>
#include <map>

#include "core/base/bytes.h"
#include "core/os/files.h"

namespace evenhand {

class PageFile {
 public:
  static constexpr std::size_t kPageBytes = 4096;
  static constexpr std::uint64_t kNoPage = ~std::uint64_t{0};

  struct Table {
    std::uint16_t flags = 0;
    std::uint16_t depth = 0;
    std::uint64_t branch_pages = 0;
    std::uint64_t leaf_pages = 0;
    std::uint64_t overflow_pages = 0;
    std::uint64_t entries = 0;
    std::uint64_t root = kNoPage;
  };

  /// Reads both meta pages and takes the newer. Errors: not_found, corrupt (magic, version, numbers, or the file is
  /// shorter than the meta page says), unavailable.
  static Result<PageFile> open(const std::filesystem::path& file);

  const Table& main() const { return main_; }
  std::uint64_t page_count() const { return last_page_ + 1; }
  std::uint64_t transaction() const { return transaction_; }

  /// The tables that the main table names. Errors: corrupt.
  Result<std::map<std::string, Table>> tables();
  /// Visits every entry ascending; stops at the visitor's error. Errors: corrupt, naming the page; the visitor's.
  Result<void> walk(const Table& table, const std::function<Result<void>(ByteView key, ByteView value)>& visit);
  /// After all tables were walked: the list of free pages names no page twice and none in use. Errors: corrupt.
  Result<void> check_free_pages();

 private:
  struct Bounds {
    Bytes low;   ///< keys are not less; empty: no bound
    Bytes high;  ///< keys are less; empty: no bound
  };
  struct Tally {
    std::uint64_t branch_pages = 0, leaf_pages = 0, overflow_pages = 0, entries = 0;
  };
  using Visit = std::function<Result<void>(std::uint16_t node_flags, ByteView key, ByteView value)>;

  explicit PageFile(FileHandle file) : file_(std::move(file)) {}
  Result<void> read_meta();
  Result<void> walk_table(const Table& table, const Visit& visit);
  Result<void> walk_page(const Table& table, std::uint64_t page, int depth, const Bounds& bounds, Tally& tally, const Visit& visit);
  Result<void> walk_branch(const Table& table, ByteView bytes, int depth, const Bounds& bounds, Tally& tally, const Visit& visit);
  Result<void> walk_leaf(const Table& table, std::uint64_t page, ByteView bytes, const Bounds& bounds, Tally& tally, const Visit& visit);
  Result<void> read_page(std::uint64_t page, std::span<std::uint8_t> out);
  Result<ByteView> read_overflow(std::uint64_t page, std::size_t bytes, Tally& tally);
  Result<void> claim(std::uint64_t page, std::uint64_t count = 1);

  FileHandle file_;
  std::uint64_t last_page_ = 0;
  std::uint64_t transaction_ = 0;
  Table free_;
  Table main_;
  std::vector<bool> met_;
  Bytes overflow_;
};

}  // namespace evenhand
