#include "core/store/table.h"

#include <algorithm>

#include "core/os/machine.h"
#include "core/store/check.h"
#include "core/store/store_folder.h"

namespace evenhand {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kKeyBytesMax = 511;  // LMDB's own bound
constexpr std::size_t kTablesMax = 32;
constexpr std::size_t kBootIdBytesMax = 256;
constexpr std::string_view kMarker = "EHTABLES1";

struct Names {
  std::vector<std::string> names;
  std::size_t at(std::string_view name) const {
    const auto found = std::find(names.begin(), names.end(), name);
    EVENHAND_ASSERT(found != names.end(), "a table is named when its store is opened");
    return static_cast<std::size_t>(found - names.begin());
  }
};

bool begins_with(ByteView key, ByteView prefix) {
  return key.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), key.begin());
}

/// The boot of the machine in which commits were put off.
fs::path unsynced_file(const fs::path& folder) { return folder / "unsynced"; }

/// Durable before the first commit that is not.
Result<void> note_unsynced(const fs::path& folder, ByteView boot) {
  std::error_code failed;
  return fs::exists(unsynced_file(folder), failed) ? Result<void>() : write_file_durably(unsynced_file(folder), boot, Secrecy::secret);
}

/// Within one boot everybody sees what was written; after another one nobody knows how much of it reached the disk.
Result<void> check_synced(const fs::path& folder) {
  const auto boot = read_file(unsynced_file(folder), kBootIdBytesMax);
  if (boot ? !boot->empty() && *boot == boot_id() : boot.error().code == ErrorCode::not_found) return {};
  return corrupt("the machine went down before this table store was on the disk", folder.string(), "Throw it away and rebuild.");
}

Result<void> make_folder(const fs::path& folder, Syncing syncing) {
  std::error_code failed;
  if (fs::exists(folder / "data.mdb", failed)) return {};
  EVENHAND_CHECK(make_private_folder(folder));
  const Bytes boot = boot_id();
  if (syncing == Syncing::each_commit || boot.empty()) return write_file_durably(folder / "tables", view_of(kMarker), Secrecy::secret);
  EVENHAND_CHECK(note_unsynced(folder, boot));
  return write_file_whole(folder / "tables", view_of(kMarker), Secrecy::secret);
}

bool is_table_store(const fs::path& folder) {
  const auto marker = read_file(folder / "tables", 64);
  return marker && text_of(*marker) == kMarker;
}

}  // namespace

struct TableReadView::State {
  std::shared_ptr<StoreFolder> use;
  std::shared_ptr<Environment> environment;
  std::shared_ptr<const Names> names;
  Transaction transaction;
  MDB_dbi table(std::string_view name) const { return environment->table(names->at(name)); }
};

struct WriteBatch::State {
  // The greatest key of a table, so that keys that come sorted are appended: full pages, no search.
  struct Last {
    bool is_known = false;
    bool is_empty = true;
    Bytes key;
  };
  std::shared_ptr<StoreFolder> use;
  std::shared_ptr<Environment> environment;
  std::shared_ptr<const Names> names;
  Transaction transaction;
  std::vector<Last> last;

  MDB_dbi table(std::string_view name) const { return environment->table(names->at(name)); }
  Result<bool> comes_last(std::size_t index, ByteView key);
};

struct TableStore::State {
  fs::path folder;
  std::shared_ptr<Environment> environment;
  std::shared_ptr<StoreFolder> use;
  std::shared_ptr<const Names> names;
};

TableReadView::TableReadView(std::unique_ptr<State> state) : state_(std::move(state)) {}
TableReadView::TableReadView(TableReadView&&) noexcept = default;
TableReadView::~TableReadView() = default;

std::optional<ByteView> TableReadView::find(std::string_view table, ByteView key) const {
  if (key.empty() || key.size() > kKeyBytesMax) return std::nullopt;
  const auto found = state_->transaction.find(state_->table(table), key);
  return found ? *found : std::nullopt;
}

void TableReadView::scan(std::string_view table, ByteView prefix, const std::function<bool(ByteView, ByteView)>& visit) const {
  scan_from(table, prefix, prefix, visit);
}

void TableReadView::scan_from(std::string_view table, ByteView first, ByteView prefix, const std::function<bool(ByteView, ByteView)>& visit) const {
  auto cursor = Cursor::open(state_->transaction, state_->table(table));
  if (!cursor) return;
  auto stands = first.empty() ? cursor->move(MDB_FIRST) : cursor->move(MDB_SET_RANGE, first);
  while (stands && *stands && begins_with(cursor->key(), prefix)) {
    if (!visit(cursor->key(), cursor->value())) return;
    stands = cursor->move(MDB_NEXT);
  }
}

std::uint64_t TableReadView::count(std::string_view table) const {
  const auto entries = state_->transaction.count(state_->table(table));
  return entries ? *entries : 0;
}

bool TableReadView::is_damaged() const { return state_->environment->is_damaged(); }

WriteBatch::WriteBatch(std::unique_ptr<State> state) : state_(std::move(state)) {}
WriteBatch::WriteBatch(WriteBatch&&) noexcept = default;
WriteBatch::~WriteBatch() = default;

Result<bool> WriteBatch::State::comes_last(std::size_t index, ByteView key) {
  Last& greatest = last[index];
  if (!greatest.is_known) {
    EVENHAND_TRY(Cursor cursor, Cursor::open(transaction, environment->table(index)));
    EVENHAND_TRY(const bool stands, cursor.move(MDB_LAST));
    greatest.is_known = true;
    greatest.is_empty = !stands;
    if (stands) greatest.key.assign(cursor.key().begin(), cursor.key().end());
  }
  if (!greatest.is_empty && !std::lexicographical_compare(greatest.key.begin(), greatest.key.end(), key.begin(), key.end())) return false;
  greatest.is_empty = false;
  greatest.key.assign(key.begin(), key.end());
  return true;
}

Result<void> WriteBatch::put(std::string_view table, ByteView key, ByteView value) {
  if (key.empty() || key.size() > kKeyBytesMax) return refused("a key has 1 to 511 bytes", std::string(table));
  const std::size_t index = state_->names->at(table);
  EVENHAND_TRY(const bool comes_last, state_->comes_last(index, key));
  return state_->transaction.put(state_->environment->table(index), key, value, comes_last ? MDB_APPEND : 0);
}

Result<void> WriteBatch::erase(std::string_view table, ByteView key) {
  if (key.empty() || key.size() > kKeyBytesMax) return {};
  return state_->transaction.erase(state_->table(table), key);
}

Result<void> WriteBatch::clear(std::string_view table) {
  const std::size_t index = state_->names->at(table);
  state_->last[index] = {true, true, {}};
  return state_->transaction.clear(state_->environment->table(index));
}

std::optional<ByteView> WriteBatch::find(std::string_view table, ByteView key) const {
  if (key.empty() || key.size() > kKeyBytesMax) return std::nullopt;
  const auto found = state_->transaction.find(state_->table(table), key);
  return found ? *found : std::nullopt;
}

Result<void> WriteBatch::commit() { return state_->transaction.commit(); }

TableStore::TableStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
TableStore::TableStore(TableStore&&) noexcept = default;
TableStore& TableStore::operator=(TableStore&&) noexcept = default;
TableStore::~TableStore() = default;

Result<TableStore> TableStore::open(const fs::path& folder, OpenMode mode, std::initializer_list<std::string_view> tables, Syncing syncing) {
  EVENHAND_ASSERT(tables.size() <= kTablesMax, "a table store has at most 32 tables");
  if (mode == OpenMode::read_write) EVENHAND_CHECK(make_folder(folder, syncing));
  std::error_code failed;
  if (!fs::exists(folder, failed)) return not_found("there is no table store", folder.string());
  if (!is_table_store(folder)) return corrupt("this is not a table store", folder.string(), "Throw it away and rebuild.");
  EVENHAND_CHECK(check_synced(folder));
  auto state = std::make_unique<State>();
  auto names = std::make_shared<Names>();
  names->names.assign(tables.begin(), tables.end());
  std::vector<Environment::TableSpec> specs;
  for (const std::string& name : names->names) specs.push_back({name});
  EVENHAND_TRY(state->use, StoreFolder::enter(folder));
  Environment::Options options;
  options.mode = mode;
  options.create = mode == OpenMode::read_write;
  options.before_map = [&]() -> Result<void> {
    if (!fs::exists(folder / "data.mdb", failed) || !state->use->is_alone() || state->use->was_left_clean()) return {};
    return check_pages(folder);
  };
  EVENHAND_TRY(state->environment, Environment::open(folder, specs, options));
  state->folder = folder;
  state->names = std::move(names);
  state->use->watch(state->environment);
  state->use->let_others_in();
  TableStore store(std::move(state));
  if (syncing == Syncing::put_off && mode == OpenMode::read_write) EVENHAND_CHECK(store.put_off_syncing());
  return store;
}

Result<void> TableStore::discard(const fs::path& folder) {
  std::error_code failed;
  if (!fs::exists(folder, failed)) return {};
  if (!is_table_store(folder)) return refused("this is not a table store, so it is not thrown away", folder.string());
  if (is_open_here(folder)) return refused("the table store is open", folder.string(), "Close it first.");
  return remove_tree(folder);
}

Result<TableReadView> TableStore::read() const {
  EVENHAND_TRY(Transaction transaction, state_->environment->begin_read());
  return TableReadView(std::unique_ptr<TableReadView::State>(
      new TableReadView::State{state_->use, state_->environment, state_->names, std::move(transaction)}));
}

Result<WriteBatch> TableStore::write() {
  constexpr std::size_t kBatchBytesExpected = std::size_t{64} << 20;
  EVENHAND_TRY(Transaction transaction, state_->environment->begin_write(kBatchBytesExpected));
  return WriteBatch(std::unique_ptr<WriteBatch::State>(new WriteBatch::State{
      state_->use, state_->environment, state_->names, std::move(transaction), std::vector<WriteBatch::State::Last>(state_->names->names.size())}));
}

Result<void> TableStore::put_off_syncing() {
  const Bytes boot = boot_id();
  if (boot.empty()) return {};  // nobody could tell boots apart later, so each commit stays durable
  EVENHAND_CHECK(note_unsynced(state_->folder, boot));
  return state_->environment->sync_each_commit(false);
}

std::optional<ClaimedTime> TableStore::put_off_since() const {
  constexpr std::int64_t kNanosecondsInMs = 1'000'000;
  const auto identity = file_identity(unsynced_file(state_->folder));
  return identity ? std::optional(ClaimedTime{identity->modified_ns / kNanosecondsInMs}) : std::nullopt;
}

Result<void> TableStore::sync() {
  if (!put_off_since()) return {};
  EVENHAND_CHECK(state_->environment->sync());
  EVENHAND_CHECK(sync_file(state_->folder / "tables"));
  EVENHAND_CHECK(sync_folder(state_->folder));
  EVENHAND_CHECK(state_->environment->sync_each_commit(true));
  // Should power loss bring the file back, a sound store is made anew; no more than that.
  return remove_tree(unsynced_file(state_->folder));
}

}  // namespace evenhand
