/// One LMDB environment: the thin layer through which this folder speaks to lmdb.h.
///
/// What always holds:
/// - one file is opened once per process: a second open() of the same folder shares the first
///   (LMDB's own rule: closing a second one would drop the locks of the first);
/// - the map is far larger than the file, so that it grows only when nobody in this process reads;
/// - when LMDB finds a page that cannot be, it calls us instead of abort(): the call gives MDB_CORRUPTED
///   and the environment takes no further write;
/// - after a failed commit it takes no further write either, until opened anew; it is read as it was before;
/// - however large the file is, little of it counts as this process's memory: now and then the pages that were read are given back
///   to the system's cache (core/store/mapped_blocks.h).
///
/// Threads: begin() from any thread; one write transaction at a time per process and machine.
/// Lifetime: bytes read live as long as their Transaction.
#pragma once

#include <lmdb.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/os/files.h"
#include "core/store/log.h"
#include "core/store/mapped_blocks.h"

namespace evenhand {

/// Runs one call into LMDB; a failed assertion inside it, or a fault on a page that the disk cannot give,
/// comes back as MDB_CORRUPTED. The callable must hold nothing that needs a destructor.
int guarded(int (*call)(void*), void* argument);
/// Puts the handlers for SIGSEGV and SIGBUS in place that guarded() relies on, should others have replaced them.
void catch_faults();
template <class Call>
int guarded(Call&& call) {
  return guarded([](void* argument) { return (*static_cast<std::remove_reference_t<Call>*>(argument))(); }, &call);
}

inline MDB_val to_val(ByteView bytes) { return {bytes.size(), const_cast<std::uint8_t*>(bytes.data())}; }
inline ByteView to_view(const MDB_val& value) { return {static_cast<const std::uint8_t*>(value.mv_data), value.mv_size}; }

class Environment;

/// A transaction; given up when it dies uncommitted.
class Transaction {
 public:
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  MDB_txn* handle() const { return handle_; }
  /// Writes only. Errors: unavailable (disk full, I/O).
  Result<void> commit();

  /// Nothing when absent. Errors: corrupt.
  Result<std::optional<ByteView>> find(MDB_dbi table, ByteView key) const;
  Result<void> put(MDB_dbi table, ByteView key, ByteView value, unsigned flags = 0);
  Result<void> erase(MDB_dbi table, ByteView key);
  Result<void> clear(MDB_dbi table);
  Result<std::uint64_t> count(MDB_dbi table) const;

 private:
  friend class Environment;
  friend class Cursor;
  Transaction(std::shared_ptr<Environment> environment, MDB_txn* handle, bool writes);

  std::shared_ptr<Environment> environment_;
  MDB_txn* handle_;
  bool writes_;
};

/// A cursor; dies before its transaction.
class Cursor {
 public:
  static Result<Cursor> open(const Transaction& transaction, MDB_dbi table);
  Cursor(Cursor&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)), environment_(other.environment_) {}
  ~Cursor();

  /// Moves, and tells whether something stands there. `key` is read for MDB_SET_RANGE and MDB_SET_KEY.
  Result<bool> move(MDB_cursor_op operation, ByteView key = {});
  ByteView key() const { return to_view(key_); }
  ByteView value() const { return to_view(value_); }

 private:
  Cursor(MDB_cursor* handle, const Environment* environment) : handle_(handle), environment_(environment) {}

  MDB_cursor* handle_;
  const Environment* environment_;
  MDB_val key_{};
  MDB_val value_{};
};

class Environment : public std::enable_shared_from_this<Environment> {
 public:
  struct TableSpec {
    std::string name;
    unsigned flags = 0;  ///< MDB_INTEGERKEY or 0
  };
  struct Options {
    OpenMode mode = OpenMode::read_write;
    bool create = false;              ///< makes the tables that are absent
    std::size_t map_bytes = std::size_t{16} << 30;
    std::function<Result<void>()> before_map;  ///< asked before LMDB maps the file, once per process
  };

  /// Errors: not_found, unavailable (network file system, permission, disk), corrupt, refused (LMDB of another version).
  static Result<std::shared_ptr<Environment>> open(const std::filesystem::path& folder, const std::vector<TableSpec>& tables,
                                                   const Options& options);
  ~Environment();

  /// Errors: unavailable, corrupt.
  Result<Transaction> begin_read();
  /// `bytes_expected`: about how much will be put; the map is grown ahead for it.
  Result<Transaction> begin_write(std::size_t bytes_expected);

  MDB_dbi table(std::size_t index) const { return tables_[index]; }
  MDB_env* handle() const { return handle_; }
  const std::filesystem::path& folder() const { return folder_; }
  OpenMode mode() const { return mode_; }
  std::filesystem::path data_file() const { return folder_ / "data.mdb"; }
  int open_transactions() const { return open_transactions_; }

  /// Whether each commit is synced, which is so at first. Unsynced ones survive the process, not the machine.
  Result<void> sync_each_commit(bool does);
  /// All that was committed survives power loss. Errors: corrupt: some of it may be lost, and no further try can tell.
  Result<void> sync();

  /// Told of what a transaction found in the map before anybody looks at it.
  MappedBlocks& blocks() const { return blocks_; }

  /// A result code of LMDB in plain words. A corrupt page makes the environment refuse further writes.
  Error explain(int code, const std::string& what) const;
  void stop_writing() const { writes_stopped_ = true; }
  bool has_stopped_writing() const { return writes_stopped_; }
  /// A page that cannot be, or a disk that lost what it took. A commit that failed is none: what was there before still is.
  bool is_damaged() const { return is_damaged_; }
  /// A commit failed (disk full, I/O) and nothing else is wrong: opening anew tells what counts, and writing goes on.
  bool waits_to_be_reopened() const { return commit_failed_ && !is_damaged_; }

 private:
  friend class Transaction;
  Environment(std::filesystem::path folder, OpenMode mode) : folder_(std::move(folder)), mode_(mode) {}
  Result<void> make_handle(std::size_t tables, std::size_t map_bytes);
  Result<void> open_handle(const std::vector<TableSpec>& tables, const Options& options);
  Result<void> open_tables(const std::vector<TableSpec>& tables, bool create);
  Result<void> grow_for(std::size_t bytes_expected);
  Result<void> adopt_larger_map();

  std::filesystem::path folder_;
  OpenMode mode_;
  MDB_env* handle_ = nullptr;
  std::vector<MDB_dbi> tables_;
  std::atomic<int> open_transactions_{0};
  mutable std::atomic<bool> writes_stopped_{false}, is_damaged_{false}, commit_failed_{false};
  mutable MappedBlocks blocks_;
};

/// True when `folder` holds an environment that this process has open.
bool is_open_here(const std::filesystem::path& folder);

}  // namespace evenhand
