#include "core/store/salvage_scan.h"

#include <algorithm>
#include <cstring>

namespace evenhand {

namespace {

constexpr std::size_t kPageBytes = 4096;
constexpr std::size_t kPageHeaderBytes = 16;
constexpr std::size_t kWindowBytes = std::size_t{8} << 20;
constexpr std::uint16_t kLeaf = 2;
constexpr std::uint16_t kBigData = 1;

template <class T>
T get(const std::uint8_t* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

}  // namespace

Result<SalvageScan> SalvageScan::run(const std::filesystem::path& file) {
  EVENHAND_TRY(FileHandle handle, FileHandle::open_to_read(file));
  EVENHAND_TRY(const FileIdentity identity, file_identity(file));
  SalvageScan scan(std::move(handle));
  Bytes window(kWindowBytes + kCommitBytesMax);  // the overlap lets every commit be whole in the window where it begins
  for (std::uint64_t from = 0; from < identity.bytes; from += kWindowBytes) {
    const std::size_t filled = static_cast<std::size_t>(std::min<std::uint64_t>(window.size(), identity.bytes - from));
    scan.read(from, std::span(window).first(filled));
    const ByteView bytes = ByteView(window).first(filled);
    for (std::size_t at = 0; at + kPageBytes <= filled && at < kWindowBytes; at += kPageBytes) {
      scan.look_at_page((from + at) / kPageBytes, bytes.subspan(at, kPageBytes));
    }
    scan.look_for_commits(from, bytes, kWindowBytes);
  }
  scan.sort();
  return scan;
}

// A bad sector costs its page, not the scan.
void SalvageScan::read(std::uint64_t from, std::span<std::uint8_t> out) const {
  std::fill(out.begin(), out.end(), std::uint8_t{0});
  if (file_.read_at(from, out)) return;
  for (std::size_t at = 0; at < out.size(); at += kPageBytes) {
    const auto page = out.subspan(at, std::min(kPageBytes, out.size() - at));
    if (!file_.read_at(from + at, page)) std::fill(page.begin(), page.end(), std::uint8_t{0});
  }
}

// Leniently: whatever node lies within the page is looked at, a wild one is passed over.
void SalvageScan::look_at_page(std::uint64_t page, ByteView bytes) {
  if (get<std::uint64_t>(bytes.data()) != page || get<std::uint16_t>(&bytes[10]) != kLeaf) return;
  const std::size_t lower = std::min<std::size_t>(get<std::uint16_t>(&bytes[12]), kPageBytes);
  for (std::size_t slot = kPageHeaderBytes; slot + 2 <= lower; slot += 2) {
    const std::size_t at = get<std::uint16_t>(&bytes[slot]);
    if (at + 8 > kPageBytes) continue;
    const std::size_t value_bytes = get<std::uint32_t>(&bytes[at]);
    const auto flags = get<std::uint16_t>(&bytes[at + 4]);
    const std::size_t key_bytes = get<std::uint16_t>(&bytes[at + 6]);
    if (at + 8 + key_bytes > kPageBytes) continue;
    const ByteView key = bytes.subspan(at + 8, key_bytes);
    const ByteView rest = bytes.subspan(at + 8 + key_bytes);
    if (flags == kBigData && key_bytes == 8 && rest.size() >= 8) {
      arrival_of_overflow_[get<std::uint64_t>(rest.data()) * kPageBytes + kPageHeaderBytes] = log_layout::arrival_of(key);
    } else if (flags == 0 && value_bytes <= rest.size()) {
      look_at_entry(key, rest.first(value_bytes));
    }
  }
}

void SalvageScan::look_at_entry(ByteView key, ByteView value) {
  const auto tell_of = [&](const ChainId& chain, std::uint64_t seq) {
    auto& last = last_known_[chain];
    last = std::max(last, seq);
  };
  if (text_of(key) == "space" && value.size() == SpaceId::kSize && !space_) space_ = SpaceId::from(value);
  if (const auto index = log_layout::decode_index(key, value)) tell_of(index->chain, index->last_seq);
  if (const auto chain = log_layout::decode_chain(key, value)) {
    for (const BranchHead& branch : chain->branches) tell_of(*ChainId::from(key), branch.seq);
  }
}

void SalvageScan::look_for_commits(std::uint64_t from, ByteView window, std::size_t starts_before) {
  constexpr std::string_view kMagic = "EHC1";
  for (std::size_t at = 0; at < starts_before;) {
    const auto* found = static_cast<const std::uint8_t*>(::memmem(&window[at], window.size() - at, kMagic.data(), kMagic.size()));
    if (found == nullptr) return;
    at = static_cast<std::size_t>(found - window.data());
    if (at >= starts_before || window.size() - at < 12) return;
    const std::size_t bytes = get<std::uint32_t>(found + 8);
    const auto commit = bytes <= window.size() - at ? CommitView::decode_untrusted(window.subspan(at, bytes)) : Result<CommitView>(corrupt("cut short"));
    if (!commit.ok()) {
      at += kMagic.size();
      continue;
    }
    // Inside a leaf page the node stands before it: length, flags, key length 8, arrival.
    const bool has_key = at >= 16 && get<std::uint32_t>(found - 16) == bytes && get<std::uint16_t>(found - 12) == 0 && get<std::uint16_t>(found - 10) == 8;
    keep(from + at, *commit, has_key ? get<std::uint64_t>(found - 8) : ~Arrival{0});
    at += bytes;
  }
}

// LMDB copies pages before it changes them, so the same commit may be met many times.
void SalvageScan::keep(std::uint64_t at, const CommitView& commit, Arrival arrival) {
  const auto sum = *Checksum::from(commit.bytes().last(CommitView::kTrailerBytes));
  const auto [place, is_new] = place_.emplace(sum, commits_.size());
  if (!is_new) {
    FoundCommit& known = commits_[place->second];
    if (known.arrival == ~Arrival{0}) known.arrival = arrival, known.at = at;
    return;
  }
  commits_.push_back({at, static_cast<std::uint32_t>(commit.bytes().size()), arrival, commit.chain(), commit.first_seq(), commit.last_seq()});
  if (commit.descriptor()) space_ = commit.descriptor()->space;
}

void SalvageScan::sort() {
  for (FoundCommit& commit : commits_) {
    if (commit.arrival != ~Arrival{0}) continue;
    const auto found = arrival_of_overflow_.find(commit.at);
    if (found != arrival_of_overflow_.end()) commit.arrival = found->second;
  }
  std::sort(commits_.begin(), commits_.end(), [](const FoundCommit& a, const FoundCommit& b) {
    return std::tie(a.arrival, a.chain, a.first_seq, a.at) < std::tie(b.arrival, b.chain, b.first_seq, b.at);
  });
  place_.clear();
}

Result<Bytes> SalvageScan::bytes_of(const FoundCommit& commit) const {
  Bytes bytes(commit.bytes);
  EVENHAND_TRY(const std::size_t got, file_.read_at(commit.at, bytes));
  if (got != bytes.size()) return unavailable("the damaged log cannot be read any more");
  return bytes;
}

}  // namespace evenhand
