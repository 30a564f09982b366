#include "core/store/log.h"

#include <algorithm>

#include <unistd.h>

#include "core/os/process_environment.h"
#include "core/store/check.h"
#include "core/store/log_append.h"
#include "core/store/log_state.h"

namespace evenhand {

namespace fs = std::filesystem;
using namespace log_layout;

namespace {

// Below this a whole look costs a few milliseconds, so it is taken even when nothing seems to have changed:
// a disk can rot a file without touching its dates.
constexpr std::uint64_t kAlwaysCheckedBytes = std::uint64_t{4} << 20;

Result<SpaceId> space_of(Environment& environment) {
  EVENHAND_TRY(const Transaction transaction, environment.begin_read());
  EVENHAND_TRY(const auto format, transaction.find(environment.table(kMeta), view_of("format")));
  EVENHAND_CHECK(check_format(format, environment.folder()));
  EVENHAND_TRY(const auto space, transaction.find(environment.table(kMeta), view_of("space")));
  const auto id = SpaceId::from(space.value_or(ByteView{}));
  if (!id) return corrupt("the log does not name its space", environment.folder().string(), "Run evenhand doctor.");
  return *id;
}

Result<void> write_meta(Environment& environment, const SpaceId& space) {
  EVENHAND_TRY(Transaction transaction, environment.begin_write(4096));
  const MDB_dbi meta = environment.table(kMeta);
  EVENHAND_CHECK(transaction.put(meta, view_of("format"), encode_format()));
  EVENHAND_CHECK(transaction.put(meta, view_of("space"), space.view()));
  EVENHAND_CHECK(transaction.put(meta, view_of("counters"), encode_counters({})));
  return transaction.commit();
}

}  // namespace

Log::Log(std::unique_ptr<State> state) : state_(std::move(state)) {}
Log::Log(Log&&) noexcept = default;
Log& Log::operator=(Log&&) noexcept = default;
Log::~Log() = default;

std::string_view to_words(NoRoom why) {
  switch (why) {
    case NoRoom::branches: return "a chain has at most 1,024 branches";
    case NoRoom::chains: return "a space holds at most 4,096 chains";
    case NoRoom::device: return "a space holds at most 256 chains of one laptop";
    case NoRoom::strangers: return "a space holds at most 1,024 chains of laptops that it does not know";
    case NoRoom::waiting: return "too many commits lie beyond a gap; the events before them must come first";
  }
  return "";
}

namespace log_detail {

Result<void> make_environment(const fs::path& folder, const SpaceId& space) {
  EVENHAND_CHECK(make_private_folder(folder));
  Environment::Options options;
  options.create = true;
  EVENHAND_TRY(const auto environment, Environment::open(folder, tables(), options));
  return write_meta(*environment, space);
}

}  // namespace log_detail

Result<Log> Log::create(const fs::path& folder, const SpaceId& space) {
  std::error_code failed;
  if (fs::exists(folder, failed)) return refused("there is something already", folder.string());
  const fs::path temporary = folder.string() + ".new-" + std::to_string(::getpid());
  EVENHAND_CHECK(remove_tree(temporary));
  auto made = log_detail::make_environment(temporary, space);
  if (made) made = sync_folder(temporary);
  if (made) made = rename_durably(temporary, folder);
  if (!made) {
    [[maybe_unused]] const auto removed = remove_tree(temporary);
    return made.error();
  }
  return open(folder, OpenMode::read_write);
}

Result<Log> Log::open(const fs::path& folder, OpenMode mode) {
  std::error_code failed;
  if (!fs::exists(folder / "data.mdb", failed)) return not_found("there is no log", folder.string());
  auto state = std::make_unique<State>();
  state->folder = folder;
  state->mode = mode;
  EVENHAND_TRY(state->use, StoreFolder::enter(folder));
  Environment::Options options;
  options.mode = mode;
  // Whoever comes in beside others trusts their look; whoever comes in alone looks, unless nothing changed since.
  options.before_map = [&]() -> Result<void> {
    if (!state->use->is_alone()) return {};
    const bool is_small = fs::file_size(folder / "data.mdb", failed) <= kAlwaysCheckedBytes;
    if (!is_small && state->use->was_left_clean() && !environment_variable("EVENHAND_CHECK")) return {};
    const auto report = check_log(folder);
    return report ? Result<void>{} : report.error();
  };
  EVENHAND_TRY(state->environment, Environment::open(folder, tables(), options));
  EVENHAND_TRY(state->space, space_of(*state->environment));
  state->use->watch(state->environment);
  state->use->let_others_in();
  return Log(std::move(state));
}

const SpaceId& Log::space() const { return state_->space; }

Result<AppendOutcome> Log::append(std::span<const ByteView> commits) {
  if (!state_) return unavailable("the log is closed");
  EVENHAND_TRY(const auto incoming, log_detail::decode_trusted(commits));
  return state_->append(incoming, {});
}

Result<AppendOutcome> Log::append_untrusted(std::span<const ByteView> commits, const KnowsDevice& knows) {
  std::vector<log_detail::Incoming> incoming;
  {
    EVENHAND_TRY(const Transaction transaction, state_->environment->begin_read());
    EVENHAND_TRY(incoming, log_detail::verify_untrusted(commits, {*state_->environment, transaction}));
  }
  return state_->append(incoming, {.spares_the_rest = true, .knows = &knows});
}

namespace {

bool names_one_of(const AppendOutcome& outcome, std::span<const log_detail::Incoming> commits) {
  return !outcome.without_room.empty() && std::any_of(commits.begin(), commits.end(), [&](const auto& one) { return outcome.without_room.contains(one.commit.chain()); });
}

}  // namespace

// One seal vouches for a run of commits, so of a chain that finds no room nothing of a call is taken.
Result<AppendOutcome> Log::State::append(std::span<const log_detail::Incoming> commits, const log_detail::Bounds& bounds) {
  EVENHAND_TRY(AppendOutcome outcome, append_unless_full(commits, bounds));
  if (!names_one_of(outcome, commits)) return outcome;
  std::vector<log_detail::Incoming> rest(commits.begin(), commits.end());
  std::erase_if(rest, [&](const auto& one) { return outcome.without_room.contains(one.commit.chain()); });
  EVENHAND_TRY(AppendOutcome taken, append(rest, bounds));
  taken.without_room.insert(outcome.without_room.begin(), outcome.without_room.end());
  return taken;
}

Result<AppendOutcome> Log::State::append_unless_full(std::span<const log_detail::Incoming> commits, const log_detail::Bounds& bounds) {
  if (mode == OpenMode::read_only) return refused("the log is open for reading only", folder.string());
  std::size_t bytes = 0;
  for (const auto& incoming : commits) bytes += incoming.commit.bytes().size();
  EVENHAND_TRY(Transaction transaction, environment->begin_write(bytes));
  EVENHAND_TRY(const Counters counters, (log_detail::Reader{*environment, transaction}.counters()));
  // The index is written all over, and so is read here and there.
  EVENHAND_TRY(const auto inside, transaction.find(environment->table(kMeta), view_of("format")));
  if (inside) environment->blocks().expect(MappedBlocks::Access::single, inside->data());
  log_detail::Appender appender(*environment, transaction, space, counters, bounds);
  for (const auto& incoming : commits) EVENHAND_CHECK(appender.add(incoming));
  EVENHAND_TRY(AppendOutcome outcome, appender.finish());
  if (appender.has_changes() && !names_one_of(outcome, commits)) EVENHAND_CHECK(transaction.commit());
  return outcome;
}

Result<LogReadView> Log::read() const {
  if (!state_) return unavailable("the log is closed");
  EVENHAND_TRY(Transaction transaction, state_->environment->begin_read());
  EVENHAND_TRY(const Counters counters, (log_detail::Reader{*state_->environment, transaction}.counters()));
  return LogReadView(std::make_unique<LogReadView::State>(state_->use, std::move(transaction), state_->environment, counters));
}

std::uint64_t Log::bytes_on_disk() const {
  const auto identity = file_identity(state_->environment->data_file());
  return identity ? identity->bytes : 0;
}

}  // namespace evenhand
