#include "core/store/environment.h"

#include <algorithm>
#include <cerrno>
#include <map>
#include <mutex>

#include "core/store/reopening.h"

namespace evenhand {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kRoomAheadBytes = std::size_t{256} << 20;
constexpr unsigned kReadersMax = 510;
constexpr const char* kReopen = "Make room if the disk is full, then close and open it again.";

// Every environment that this process has open, by device and inode of its file.
std::mutex registry_mutex;
std::map<std::pair<std::uint64_t, std::uint64_t>, std::weak_ptr<Environment>>& registry() {
  static auto& map = *new std::map<std::pair<std::uint64_t, std::uint64_t>, std::weak_ptr<Environment>>;
  return map;
}

std::shared_ptr<Environment> find_open(const fs::path& folder) {
  const auto identity = file_identity(folder / "data.mdb");
  if (!identity) return nullptr;
  const auto found = registry().find({identity->device, identity->inode});
  return found == registry().end() ? nullptr : found->second.lock();
}

void note_open(const std::shared_ptr<Environment>& environment) {
  std::erase_if(registry(), [](const auto& entry) { return entry.second.expired(); });
  if (const auto identity = file_identity(environment->data_file())) {
    registry()[{identity->device, identity->inode}] = environment;
  }
}

}  // namespace

bool is_open_here(const fs::path& folder) {
  const std::lock_guard lock(registry_mutex);
  return find_open(folder) != nullptr;
}

bool a_store_waits_to_be_reopened() {
  const std::lock_guard lock(registry_mutex);
  return std::any_of(registry().begin(), registry().end(), [](const auto& entry) {
    const auto environment = entry.second.lock();
    return environment != nullptr && environment->waits_to_be_reopened();
  });
}

Result<std::shared_ptr<Environment>> Environment::open(const fs::path& folder, const std::vector<TableSpec>& tables,
                                                       const Options& options) {
  const std::lock_guard lock(registry_mutex);
  if (auto shared = find_open(folder)) {
    if (options.mode == OpenMode::read_write && shared->mode() == OpenMode::read_only) {
      return unavailable("this program has the store open for reading only", folder.string(), "Close it, then open it for writing.");
    }
    if (!shared->has_stopped_writing()) return shared;
    return unavailable("the store met an error and waits to be closed", folder.string());
  }
  if (is_network_filesystem(folder)) {
    return unavailable("a store cannot live on a network drive: locks and memory maps do not hold there", folder.string(),
                       "Move the workspace to a disk of this machine.");
  }
  std::shared_ptr<Environment> environment(new Environment(folder, options.mode));
  if (options.before_map) EVENHAND_CHECK(options.before_map());
  EVENHAND_CHECK(environment->open_handle(tables, options));
  note_open(environment);
  return environment;
}

// A handle, sized; LMDB wants a new one after a failed open.
Result<void> Environment::make_handle(std::size_t tables, std::size_t map_bytes) {
  if (handle_ != nullptr) mdb_env_close(handle_);
  handle_ = nullptr;
  if (const int code = mdb_env_create(&handle_)) return explain(code, "cannot open the store");
  mdb_env_set_assert(handle_, [](MDB_env*, const char*) { guarded(nullptr, nullptr); });
  mdb_env_set_maxdbs(handle_, static_cast<MDB_dbi>(tables));
  mdb_env_set_maxreaders(handle_, kReadersMax);
  std::error_code failed;
  const std::size_t on_disk = fs::exists(data_file(), failed) ? fs::file_size(data_file(), failed) : 0;
  mdb_env_set_mapsize(handle_, std::max(map_bytes, on_disk + kRoomAheadBytes));
  return {};
}

Result<void> Environment::open_handle(const std::vector<TableSpec>& tables, const Options& options) {
  catch_faults();
  std::error_code failed;
  if (!options.create && !fs::exists(data_file(), failed)) return not_found("there is no store", folder_.string());
  // MDB_NOTLS: a read transaction belongs to its object, not to the thread that began it.
  const unsigned flags = MDB_NOTLS | (mode_ == OpenMode::read_only ? MDB_RDONLY : 0);
  const auto open_with = [&](unsigned with) {
    return guarded([&, with] { return mdb_env_open(handle_, folder_.c_str(), with, 0600); });
  };
  EVENHAND_CHECK(make_handle(tables.size(), options.map_bytes));
  int code = open_with(flags);
  if ((code == EROFS || code == EACCES) && mode_ == OpenMode::read_only) {
    // No lock file can be made on a read-only disk; nobody can write there either.
    EVENHAND_CHECK(make_handle(tables.size(), options.map_bytes));
    code = open_with(flags | MDB_NOLOCK);
  }
  if (code != 0) return explain(code, "cannot open the store");
  int stale = 0;
  mdb_reader_check(handle_, &stale);  // slots of readers that were killed would keep old pages alive
  return open_tables(tables, options.create);
}

Result<void> Environment::open_tables(const std::vector<TableSpec>& tables, bool create) {
  MDB_txn* txn = nullptr;
  if (const int code = guarded([&] { return mdb_txn_begin(handle_, nullptr, create ? 0 : MDB_RDONLY, &txn); })) {
    return explain(code, "cannot read the store");
  }
  for (const TableSpec& table : tables) {
    MDB_dbi dbi = 0;
    const char* name = table.name.c_str();
    const unsigned flags = table.flags | (create ? MDB_CREATE : 0);
    if (const int code = guarded([&] { return mdb_dbi_open(txn, name, flags, &dbi); })) {
      guarded([&] { return mdb_txn_abort(txn), 0; });
      if (code == MDB_NOTFOUND) return corrupt("the store lacks its table " + table.name, folder_.string(), "Run evenhand doctor.");
      return explain(code, "cannot open the table " + table.name);
    }
    tables_.push_back(dbi);
  }
  if (const int code = guarded([&] { return mdb_txn_commit(txn); })) return explain(code, "cannot open the tables");
  return {};
}

Environment::~Environment() {
  if (handle_ != nullptr) mdb_env_close(handle_);
}

Error Environment::explain(int code, const std::string& what) const {
  switch (code) {
    case MDB_NOTFOUND: return not_found(what + ": it is not there", folder_.string());
    case MDB_VERSION_MISMATCH: return refused(what + ": another version of LMDB wrote it", folder_.string());
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_INVALID:
    case MDB_INCOMPATIBLE:
    case MDB_BAD_DBI:
    case MDB_CURSOR_FULL:
    case MDB_PAGE_FULL:
      is_damaged_ = true;
      stop_writing();
      return corrupt(what + ": the file is damaged", data_file().string(), "Run evenhand doctor.");
    case MDB_PANIC: return unavailable(what + ": an earlier write to it failed", folder_.string(), kReopen);
    case MDB_READERS_FULL: return unavailable(what + ": too many programs read it at once", folder_.string());
    case MDB_MAP_FULL: return unavailable(what + ": the map is full", folder_.string());
    default: break;
  }
  // A full disk reaches us as EIO, because LMDB takes a short write for one.
  const auto room = free_bytes(folder_);
  if (code == EIO && room && *room < (std::uint64_t{1} << 20)) code = ENOSPC;
  if (code == ENOENT) return not_found(what + ": it is not there", folder_.string());
  return code > 0 ? system_error(code, what, folder_) : unavailable(what + ": " + mdb_strerror(code), folder_.string());
}

Result<void> Environment::adopt_larger_map() {
  if (open_transactions_ > 0) return unavailable("another program grew the store while this one reads it", folder_.string(), "Try again.");
  if (const int code = mdb_env_set_mapsize(handle_, 0)) return explain(code, "cannot map the grown store");
  blocks_.forget();
  return {};
}

Result<Transaction> Environment::begin_read() {
  MDB_txn* txn = nullptr;
  const auto begin = [&] { return guarded([&] { return mdb_txn_begin(handle_, nullptr, MDB_RDONLY, &txn); }); };
  int code = begin();
  if (code == MDB_MAP_RESIZED) {
    EVENHAND_CHECK(adopt_larger_map());
    code = begin();
  }
  if (code == MDB_READERS_FULL) {
    int stale = 0;
    mdb_reader_check(handle_, &stale);
    code = begin();
  }
  if (code != 0) return explain(code, "cannot read the store");
  return Transaction(shared_from_this(), txn, false);
}

// The map is only virtual room: a file grows by what is written, never by this.
Result<void> Environment::grow_for(std::size_t bytes_expected) {
  MDB_envinfo info;
  MDB_stat stat;
  mdb_env_info(handle_, &info);
  mdb_env_stat(handle_, &stat);
  // Copy-on-write rewrites index pages too: four times the payload and a floor is room enough, by far.
  const std::size_t wanted = (info.me_last_pgno + 1) * stat.ms_psize + 4 * bytes_expected + (std::size_t{32} << 20);
  if (wanted <= info.me_mapsize) return {};
  if (open_transactions_ > 0) return unavailable("the store must grow its map while it is being read", folder_.string(), "Try again.");
  if (const int code = mdb_env_set_mapsize(handle_, std::max(wanted + kRoomAheadBytes, 2 * info.me_mapsize))) {
    return explain(code, "cannot grow the store's map");
  }
  blocks_.forget();
  return {};
}

Result<Transaction> Environment::begin_write(std::size_t bytes_expected) {
  if (mode_ == OpenMode::read_only) return refused("the store is open for reading only", folder_.string());
  if (writes_stopped_) {
    return unavailable("writing stopped after an error, so that nothing is written over doubtful ground", folder_.string(), kReopen);
  }
  EVENHAND_CHECK(grow_for(bytes_expected));
  MDB_txn* txn = nullptr;
  const auto begin = [&] { return guarded([&] { return mdb_txn_begin(handle_, nullptr, 0, &txn); }); };
  int code = begin();
  if (code == MDB_MAP_RESIZED) {
    EVENHAND_CHECK(adopt_larger_map());
    code = begin();
  }
  if (code != 0) return explain(code, "cannot write to the store");
  return Transaction(shared_from_this(), txn, true);
}

Result<void> Environment::sync_each_commit(bool does) {
  const int code = mdb_env_set_flags(handle_, MDB_NOSYNC, does ? 0 : 1);
  return code == 0 ? Result<void>() : explain(code, "cannot choose when to sync the store");
}

Result<void> Environment::sync() {
  if (guarded([this] { return mdb_env_sync(handle_, 1); }) == 0) return {};
  is_damaged_ = true;
  stop_writing();  // the system may have dropped what it could not write, and says so once only
  return corrupt("the disk did not take what was written", data_file().string(), "Throw it away and rebuild.");
}

}  // namespace evenhand
