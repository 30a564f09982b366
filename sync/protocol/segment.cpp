#include "sync/protocol/segment.h"

#include "core/event/limits.h"

namespace evenhand {

namespace {

// A commit says its own length in bytes 8 to 11.
std::size_t length_of(ByteView left) {
  return left[8] | std::size_t{left[9]} << 8 | std::size_t{left[10]} << 16 | std::size_t{left[11]} << 24;
}

}  // namespace

Result<std::vector<ByteView>> split_by_length(ByteView payload) {
  std::vector<ByteView> commits;
  for (std::size_t at = 0; at < payload.size();) {
    const ByteView left = payload.subspan(at);
    const std::size_t length = left.size() < CommitView::kFixedBytes ? 0 : length_of(left);
    if (length < CommitView::kFixedBytes || length > left.size()) return corrupt("segment: a commit runs past the end", "byte " + std::to_string(at));
    commits.push_back(left.first(length));
    at += length;
  }
  return commits;
}

Result<std::vector<CommitView>> split_commits(ByteView payload) {
  EVENHAND_TRY(const std::vector<ByteView> split, split_by_length(payload));
  std::vector<CommitView> commits;
  commits.reserve(split.size());
  for (const ByteView one : split) {
    EVENHAND_TRY(commits.emplace_back(), CommitView::decode_stored(one));
  }
  return commits;
}

Result<SegmentRange> range_of(const std::vector<CommitView>& commits) {
  if (commits.empty()) return corrupt("segment: it holds no commit");
  SegmentRange range{commits.front().chain(), Lane::data, commits.front().first_seq(), commits.front().first_seq() - 1, commits.front().previous(), {}};
  std::size_t bytes = 0;
  for (const CommitView& commit : commits) {
    if (commit.chain() != range.chain || commit.first_seq() != range.last_seq + 1) return corrupt("segment: its commits do not follow each other");
    range.last_seq = commit.last_seq();
    bytes += commit.bytes().size();
  }
  const bool is_within = range.last_seq - range.first_seq < kEventsPerCommitMax && bytes <= kCommitBytesMax;
  if (!is_within && commits.size() > 1) return corrupt("segment: longer than 512 events or 256 KiB");
  return range;
}

}  // namespace evenhand
