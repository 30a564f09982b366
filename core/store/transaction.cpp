#include "core/store/environment.h"

namespace evenhand {

namespace {

// Faults the value's pages in while a fault is still caught: a sector that cannot be read, or a file cut short
// under us, is found here and not when someone looks at the bytes.
int touch(const MDB_val& value) {
  constexpr std::size_t kPageBytes = 4096;
  const auto* bytes = static_cast<const volatile std::uint8_t*>(value.mv_data);
  for (std::size_t at = 0; at < value.mv_size; at += kPageBytes) (void)bytes[at];
  if (value.mv_size != 0) (void)bytes[value.mv_size - 1];
  return 0;
}

}  // namespace

Transaction::Transaction(std::shared_ptr<Environment> environment, MDB_txn* handle, bool writes)
    : environment_(std::move(environment)), handle_(handle), writes_(writes) {
  ++environment_->open_transactions_;
}

Transaction::Transaction(Transaction&& other) noexcept
    : environment_(std::move(other.environment_)), handle_(std::exchange(other.handle_, nullptr)), writes_(other.writes_) {}

Transaction::~Transaction() {
  if (environment_ == nullptr) return;
  if (handle_ != nullptr) guarded([this] { return mdb_txn_abort(handle_), 0; });
  --environment_->open_transactions_;
}

Result<void> Transaction::commit() {
  MDB_txn* txn = std::exchange(handle_, nullptr);
  const int code = guarded([txn] { return mdb_txn_commit(txn); });
  if (code == 0) return {};
  // What reached the disk is unknown now; only opening anew tells (a failed fsync may not be repeated).
  environment_->commit_failed_ = true;
  environment_->stop_writing();
  return environment_->explain(code, "the commit failed, nothing of it counts");
}

Result<std::optional<ByteView>> Transaction::find(MDB_dbi table, ByteView key) const {
  MDB_val k = to_val(key);
  MDB_val v{};
  int code = guarded([&] { return mdb_get(handle_, table, &k, &v); });
  if (code == 0) {
    environment_->blocks().note(to_view(v), MappedBlocks::Access::single);
    code = guarded([&] { return touch(v); });
  }
  if (code == 0) return std::optional<ByteView>(to_view(v));
  if (code == MDB_NOTFOUND) return std::optional<ByteView>();
  return environment_->explain(code, "cannot read");
}

Result<void> Transaction::put(MDB_dbi table, ByteView key, ByteView value, unsigned flags) {
  MDB_val k = to_val(key);
  MDB_val v = to_val(value);
  const int code = guarded([&] { return mdb_put(handle_, table, &k, &v, flags); });
  if (code != 0) return environment_->explain(code, "cannot write");
  return {};
}

Result<void> Transaction::erase(MDB_dbi table, ByteView key) {
  MDB_val k = to_val(key);
  const int code = guarded([&] { return mdb_del(handle_, table, &k, nullptr); });
  if (code != 0 && code != MDB_NOTFOUND) return environment_->explain(code, "cannot remove");
  return {};
}

Result<void> Transaction::clear(MDB_dbi table) {
  const int code = guarded([&] { return mdb_drop(handle_, table, 0); });
  if (code != 0) return environment_->explain(code, "cannot empty a table");
  return {};
}

Result<std::uint64_t> Transaction::count(MDB_dbi table) const {
  MDB_stat stat;
  if (const int code = guarded([&] { return mdb_stat(handle_, table, &stat); })) return environment_->explain(code, "cannot count");
  return static_cast<std::uint64_t>(stat.ms_entries);
}

Result<Cursor> Cursor::open(const Transaction& transaction, MDB_dbi table) {
  MDB_cursor* handle = nullptr;
  if (const int code = guarded([&] { return mdb_cursor_open(transaction.handle(), table, &handle); })) {
    return transaction.environment_->explain(code, "cannot read");
  }
  return Cursor(handle, transaction.environment_.get());
}

Cursor::~Cursor() {
  if (handle_ != nullptr) mdb_cursor_close(handle_);
}

Result<bool> Cursor::move(MDB_cursor_op operation, ByteView key) {
  if (!key.empty()) key_ = to_val(key);
  int code = guarded([&] { return mdb_cursor_get(handle_, &key_, &value_, operation); });
  if (code == 0) {
    environment_->blocks().note(to_view(value_), MappedBlocks::Access::in_order);
    code = guarded([&] { return touch(value_); });
  }
  if (code == 0) return true;
  if (code == MDB_NOTFOUND) return false;
  return environment_->explain(code, "cannot read");
}

}  // namespace evenhand
