#include "core/store/doctor.h"

#include <algorithm>

#include "core/store/log_append.h"
#include "core/store/salvage_scan.h"

namespace evenhand {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kBatchBytes = std::size_t{4} << 20;

Result<void> must_be_free(const fs::path& folder) {
  std::error_code failed;
  if (!fs::exists(folder / "data.mdb", failed)) return not_found("there is no log", folder.string());
  if (is_open_here(folder)) return unavailable("this program has the log open", folder.string(), "Close it first.");
  EVENHAND_TRY(const auto use, StoreFolder::enter(folder));
  if (!use->is_alone()) return unavailable("another program uses the log", folder.string(), "Close it, then try again.");
  return {};
}

class Saver {
 public:
  Saver(const SalvageScan& scan, Log& log) : scan_(scan), log_(log) {}

  Result<Salvage> run() {
    for (const FoundCommit& found : scan_.commits()) {
      EVENHAND_TRY(Bytes bytes, scan_.bytes_of(found));
      batch_bytes_ += bytes.size();
      batch_.push_back(std::move(bytes));
      if (batch_bytes_ >= kBatchBytes) EVENHAND_CHECK(flush());
    }
    EVENHAND_CHECK(flush());
    EVENHAND_TRY(const LogReadView view, log_.read());
    salvage_.commits = view.last_arrival() + view.parked_count();
    salvage_.commits_parked = view.parked_count();
    salvage_.events = view.event_count();
    return salvage_;
  }

 private:
  Result<void> take(std::span<const ByteView> commits) {
    auto& state = LogAccess::state_of(log_);
    std::vector<log_detail::Incoming> incoming;
    {
      EVENHAND_TRY(const Transaction transaction, state.environment->begin_read());
      EVENHAND_TRY(incoming, log_detail::verify_untrusted(commits, {*state.environment, transaction}));
    }
    const auto appended = state.append(incoming, {.parks_without_limit = true});
    return appended ? Result<void>{} : appended.error();
  }

  // A batch is taken whole; when one commit of it is not believed, one by one.
  Result<void> flush() {
    const std::vector<ByteView> views(batch_.begin(), batch_.end());
    auto taken = take(views);
    for (std::size_t i = 0; !taken && i < views.size(); ++i) {
      const auto one = take({&views[i], 1});
      if (one) continue;
      if (one.error().code == ErrorCode::unavailable) return one.error();
      ++salvage_.commits_refused;
    }
    batch_.clear();
    batch_bytes_ = 0;
    return {};
  }

  const SalvageScan& scan_;
  Log& log_;
  Salvage salvage_;
  std::vector<Bytes> batch_;
  std::size_t batch_bytes_ = 0;
};

// Gaps between what was found, and from the last found to the last that any index entry or head still tells of.
std::vector<MissingRange> missing_of(const SalvageScan& scan) {
  std::map<ChainId, std::vector<std::pair<std::uint64_t, std::uint64_t>>> runs;
  for (const FoundCommit& found : scan.commits()) runs[found.chain].push_back({found.first_seq, found.last_seq});
  for (const auto& [chain, last_seq] : scan.last_known()) runs[chain].push_back({last_seq + 1, last_seq});
  std::vector<MissingRange> missing;
  for (auto& [chain, spans] : runs) {
    std::sort(spans.begin(), spans.end());
    std::uint64_t next = 1;
    for (const auto& [first, last] : spans) {
      if (first > next) missing.push_back({chain, next, first - 1});
      next = std::max(next, last + 1);
    }
  }
  return missing;
}

}  // namespace

Result<Diagnosis> diagnose(const fs::path& folder) {
  EVENHAND_CHECK(must_be_free(folder));
  Diagnosis diagnosis;
  const auto report = check_log(folder);
  diagnosis.is_sound = report.ok();
  if (report) diagnosis.report = *report;
  if (!report) diagnosis.findings.push_back(report.error().sentence());
  if (is_network_filesystem(folder)) {
    diagnosis.findings.push_back("The workspace lies on a network drive, where locks do not hold. Move it to a disk of this machine.");
  }
  const auto room = free_bytes(folder);
  if (room && *room < (std::uint64_t{64} << 20)) {
    diagnosis.findings.push_back("The disk has less than 64 MiB left; writing will soon be refused. Free some space.");
  }
  return diagnosis;
}

Result<Salvage> salvage(const fs::path& folder, const fs::path& new_folder) {
  EVENHAND_CHECK(must_be_free(folder));
  EVENHAND_TRY(const SalvageScan scan, SalvageScan::run(folder / "data.mdb"));
  if (!scan.space()) {
    return corrupt("nothing left in the log tells which space it was", folder.string(), "Fetch the space from a partner instead.");
  }
  EVENHAND_TRY(Log log, Log::create(new_folder, *scan.space()));
  EVENHAND_TRY(Salvage saved, Saver(scan, log).run());
  saved.missing = missing_of(scan);
  return saved;
}

}  // namespace evenhand
