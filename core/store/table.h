/// Ordered byte tables for read models, in an LMDB environment of their own.
///
/// Apart from the log on purpose: a runaway view once filled a shared map and made log appends fail.
/// Whatever stands here can be rebuilt from the log, so a damaged or outdated file is simply thrown away.
/// Durability: put() and erase() become durable with WriteBatch::commit(), all or nothing; or later, with sync() (Syncing).
/// Threads:    one writer at a time; readers never wait. Lifetime: views die with their TableReadView.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/store/log.h"

namespace evenhand {

class TableReadView {
 public:
  TableReadView(TableReadView&&) noexcept;
  ~TableReadView();
  /// Nothing when the key is absent. Lifetime of the view: this object.
  std::optional<ByteView> find(std::string_view table, ByteView key) const;
  /// Keys that begin with `prefix`, ascending; the visitor returns false to stop.
  void scan(std::string_view table, ByteView prefix, const std::function<bool(ByteView key, ByteView value)>& visit) const;
  /// The same from the key `first`, which begins with `prefix`, on.
  void scan_from(std::string_view table, ByteView first, ByteView prefix, const std::function<bool(ByteView key, ByteView value)>& visit) const;
  std::uint64_t count(std::string_view table) const;
  /// True when a damaged page was met: what was read may be short; throw the store away and rebuild.
  bool is_damaged() const;

 private:
  friend class TableStore;
  struct State;
  explicit TableReadView(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class WriteBatch {
 public:
  WriteBatch(WriteBatch&&) noexcept;
  ~WriteBatch();  ///< gives up what was not committed
  /// Keys have 1 to 511 bytes. Keys that come in ascending order beyond the table's last are appended, which is
  /// several times as fast and fills the pages: sort them for a rebuild. Errors: refused (key), unavailable, corrupt.
  Result<void> put(std::string_view table, ByteView key, ByteView value);
  Result<void> erase(std::string_view table, ByteView key);
  /// Empties a table.
  Result<void> clear(std::string_view table);
  /// Lifetime of the view: until the next put(), erase() or clear().
  std::optional<ByteView> find(std::string_view table, ByteView key) const;
  /// Durable on success, unless syncing is put off. Errors: unavailable; nothing of the batch then counts, and no further batch
  /// can be begun until the store is opened anew. The batch is spent either way.
  Result<void> commit();

 private:
  friend class TableStore;
  struct State;
  explicit WriteBatch(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// When commits reach the disk.
enum class Syncing : std::uint8_t {
  each_commit,
  put_off,  ///< whoever syncs a log beside the store never waits for it, but power loss before sync() costs the whole store
};

class TableStore {
 public:
  /// Opens, or creates when absent (for writing). `tables`: their names, at most 32; naming another one is our own
  /// mistake and stops the program. Errors: not_found (reading only), unavailable, corrupt (throw it away and rebuild), which
  /// is also said of a store whose machine went down while it was put off.
  static Result<TableStore> open(const std::filesystem::path& folder, OpenMode mode,
                                 std::initializer_list<std::string_view> tables, Syncing syncing = Syncing::each_commit);
  /// Removes the folder. Never a log: refuses one.
  static Result<void> discard(const std::filesystem::path& folder);

  TableStore(TableStore&&) noexcept;
  TableStore& operator=(TableStore&&) noexcept;
  ~TableStore();

  Result<TableReadView> read() const;
  Result<WriteBatch> write();

  /// From here on as with Syncing::put_off. What was committed survives the process and others see it at once, as long as the
  /// machine runs. Errors: unavailable.
  Result<void> put_off_syncing();
  /// Since when commits may not be on the disk, put off by whichever process; nothing when all are.
  std::optional<ClaimedTime> put_off_since() const;
  /// Makes everything durable that was put off, and each later commit by itself. Errors: unavailable, corrupt (throw it away).
  Result<void> sync();

 private:
  struct State;
  explicit TableStore(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace evenhand
