/// Finds commits in a damaged log's file without believing its structure. Private to core/store.
///
/// A commit lies in one piece, inside a leaf page or on overflow pages, and bears "EHC1", its length and a checksum:
/// a search of all bytes finds each undamaged one. Leaf pages that still read tell the arrival numbers.
#pragma once

#include <map>
#include <set>

#include "core/store/log_layout.h"

namespace evenhand {

struct FoundCommit {
  std::uint64_t at = 0;  ///< byte of the file
  std::uint32_t bytes = 0;
  Arrival arrival = ~Arrival{0};  ///< greatest when unknown
  ChainId chain;
  std::uint64_t first_seq = 0;
  std::uint64_t last_seq = 0;
};

class SalvageScan {
 public:
  /// Errors: not_found, unavailable. A part of the disk that cannot be read counts as zeros.
  static Result<SalvageScan> run(const std::filesystem::path& file);

  /// Each commit once, ascending by arrival; those of unknown arrival last, ascending by chain and seq.
  const std::vector<FoundCommit>& commits() const { return commits_; }
  Result<Bytes> bytes_of(const FoundCommit& commit) const;
  const std::optional<SpaceId>& space() const { return space_; }
  /// Per chain the last event that a head or an index entry still tells of.
  const std::map<ChainId, std::uint64_t>& last_known() const { return last_known_; }

 private:
  explicit SalvageScan(FileHandle file) : file_(std::move(file)) {}
  void read(std::uint64_t from, std::span<std::uint8_t> out) const;
  void look_at_page(std::uint64_t page, ByteView bytes);
  void look_at_entry(ByteView key, ByteView value);
  void look_for_commits(std::uint64_t from, ByteView window, std::size_t starts_before);
  void keep(std::uint64_t at, const CommitView& commit, Arrival arrival);
  void sort();

  FileHandle file_;
  std::vector<FoundCommit> commits_;
  std::map<Checksum, std::size_t> place_;               // of each commit in commits_, by its own checksum
  std::map<std::uint64_t, Arrival> arrival_of_overflow_;  // by the byte where the value begins
  std::optional<SpaceId> space_;
  std::map<ChainId, std::uint64_t> last_known_;
};

}  // namespace evenhand
