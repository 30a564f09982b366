#include "core/store/check.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/crypto/hash.h"
#include "core/store/log_layout.h"
#include "core/store/page_file.h"

namespace evenhand {

using namespace log_layout;

namespace {

Error wrong(std::string what, std::string where = {}) { return corrupt(std::move(what), std::move(where), "Run evenhand doctor."); }

// A sum that does not care for order: two multisets of entries are equal when count and sum are.
struct EntrySum {
  std::uint64_t count = 0;
  std::uint64_t low = 0, high = 0;
  void add(ByteView key, ByteView value) {
    std::array<std::uint8_t, 48> both;
    std::copy(key.begin(), key.end(), both.begin());
    std::copy(value.begin(), value.end(), both.begin() + static_cast<std::ptrdiff_t>(key.size()));
    const Checksum sum = checksum_of(ByteView(both).first(key.size() + value.size()));
    std::uint64_t part;
    std::memcpy(&part, sum.bytes.data(), 8);
    low += part;
    std::memcpy(&part, sum.bytes.data() + 8, 8);
    high += part;
    ++count;
  }
  bool operator==(const EntrySum&) const = default;
};

class LogCheck {
 public:
  LogCheck(PageFile& pages, const std::map<std::string, PageFile::Table>& tables) : pages_(pages), tables_(tables) {}

  Result<CheckReport> run(const std::filesystem::path& folder) {
    EVENHAND_CHECK(check_meta(folder));
    EVENHAND_CHECK(check_commits());
    EVENHAND_CHECK(check_index());
    EVENHAND_CHECK(check_chains());
    EVENHAND_CHECK(check_parked());
    if (report_.commits != counters_.last_arrival || report_.events != counters_.events) return wrong("the log's counters do not fit its commits");
    return report_;
  }

 private:
  const PageFile::Table& table(Table which) const { return tables_.at(log_layout::tables()[which].name); }

  Result<void> check_meta(const std::filesystem::path& folder) {
    std::map<std::string, Bytes> entries;
    EVENHAND_CHECK(pages_.walk(table(kMeta), [&](ByteView key, ByteView value) -> Result<void> {
      entries[std::string(text_of(key))] = Bytes(value.begin(), value.end());
      return {};
    }));
    const auto format = entries.find("format");
    EVENHAND_CHECK(check_format(format == entries.end() ? std::nullopt : std::optional<ByteView>(format->second), folder));
    EVENHAND_TRY(counters_, decode_counters(entries["counters"]));
    const auto space = SpaceId::from(entries["space"]);
    if (!space) return wrong("the log does not name its space");
    space_ = *space;
    return {};
  }

  Result<void> check_commits() {
    return pages_.walk(table(kCommits), [&](ByteView key, ByteView value) -> Result<void> {
      const Arrival arrival = arrival_of(key);
      const std::string where = "commit " + std::to_string(report_.commits + 1);
      if (arrival != report_.commits + 1) return wrong("a commit of the log is missing", where);
      const auto commit = CommitView::decode_untrusted(value);
      if (!commit) return wrong("a commit of the log is damaged: " + commit.error().what, where + ", " + commit.error().where);
      EVENHAND_TRY(const std::vector<Hash> hashes, commit->event_hashes());
      ++report_.commits;
      report_.events += commit->event_count();
      const IndexKey index = index_key(commit->chain(), commit->last_seq(), shorten(hashes.back()));
      expected_index_.add(index, encode_index_value(index, arrival, commit->event_count()));
      auto& ends = ends_[commit->chain()];
      ends.erase({commit->first_seq() - 1, commit->previous()});
      ends.insert({commit->last_seq(), hashes.back()});
      if (commit->descriptor()) descriptors_[commit->chain()] = *commit->descriptor();
      return {};
    });
  }

  Result<void> check_index() {
    EntrySum found;
    EVENHAND_CHECK(pages_.walk(table(kChainIndex), [&](ByteView key, ByteView value) -> Result<void> {
      EVENHAND_TRY(const IndexEntry entry, decode_index(key, value));
      (void)entry;
      found.add(key.first(sizeof(IndexKey)), value);  // a longer key repeats the arrival, which decode_index() held against the value
      return {};
    }));
    if (found != expected_index_) return wrong("the log's index does not fit its commits");
    return {};
  }

  Result<void> check_chains() {
    std::size_t count = 0;
    EVENHAND_CHECK(pages_.walk(table(kChains), [&](ByteView key, ByteView value) -> Result<void> {
      ++count;
      EVENHAND_TRY(const ChainState state, decode_chain(key, value));
      const auto id = *ChainId::from(key);
      const auto& ends = ends_[id];
      const bool fits = std::equal(state.branches.begin(), state.branches.end(), ends.begin(), ends.end()) &&
                        state.descriptor == descriptors_[id] && state.descriptor.space == space_;
      return fits ? Result<void>{} : wrong("the log's list of chains does not fit its commits", "chain " + id.hex());
    }));
    if (count != ends_.size()) return wrong("the log's list of chains does not fit its commits");
    return {};
  }

  Result<void> check_parked() {
    std::uint64_t bytes = 0;
    EVENHAND_CHECK(pages_.walk(table(kParked), [&](ByteView key, ByteView value) -> Result<void> {
      const auto commit = CommitView::decode_untrusted(value.empty() ? value : value.subspan(1));
      if (!commit || value[0] > 1) return wrong("a commit that waits beyond a gap is damaged");
      const ParkedKey expected = parked_key(*commit);
      if (!std::equal(expected.begin(), expected.end(), key.begin(), key.end())) return wrong("a commit that waits beyond a gap is filed wrongly");
      ++report_.parked;
      bytes += value.size() - 1;
      return {};
    }));
    if (report_.parked != counters_.parked_commits || bytes != counters_.parked_bytes) return wrong("the log's counters do not fit what waits beyond gaps");
    return {};
  }

  PageFile& pages_;
  const std::map<std::string, PageFile::Table>& tables_;
  CheckReport report_;
  Counters counters_;
  SpaceId space_;
  EntrySum expected_index_;
  std::map<ChainId, std::set<BranchHead>> ends_;
  std::map<ChainId, ChainDescriptor> descriptors_;
};

}  // namespace

Result<CheckReport> check_log(const std::filesystem::path& folder) {
  EVENHAND_TRY(PageFile pages, PageFile::open(folder / "data.mdb"));
  EVENHAND_TRY(const auto tables, pages.tables());
  if (tables.size() != log_layout::tables().size()) return wrong("the log's list of tables is not that of a log", folder.string());
  for (const auto& spec : log_layout::tables()) {
    const auto found = tables.find(spec.name);
    if (found == tables.end() || found->second.flags != spec.flags) return wrong("the log's table " + spec.name + " is damaged", folder.string());
  }
  EVENHAND_TRY(const CheckReport report, LogCheck(pages, tables).run(folder));
  EVENHAND_CHECK(pages.check_free_pages());
  return report;
}

Result<void> check_pages(const std::filesystem::path& folder) {
  EVENHAND_TRY(PageFile pages, PageFile::open(folder / "data.mdb"));
  EVENHAND_TRY(const auto tables, pages.tables());
  for (const auto& [name, table] : tables) {
    EVENHAND_CHECK(pages.walk(table, [](ByteView, ByteView) -> Result<void> { return {}; }));
  }
  return pages.check_free_pages();
}

}  // namespace evenhand
