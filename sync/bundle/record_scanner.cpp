#include "sync/bundle/record_scanner.h"

#include <algorithm>

namespace evenhand {

namespace {
constexpr std::size_t kBufferBytes = std::size_t{1} << 20;
constexpr std::uint64_t kWastedSlack = std::uint64_t{16} << 20;
static_assert(kBufferBytes >= 2 * (RecordHead::kBytes + kBundleRecordBytesMax));
}  // namespace

// Makes `wanted` bytes from at_ on stand in the buffer, or all that are left.
Result<void> RecordScanner::fill(std::size_t wanted) {
  const std::uint64_t have_to = buffer_at_ + buffer_.size();
  if (at_ >= buffer_at_ && (at_ + wanted <= have_to || have_to == end_)) return {};
  buffer_at_ = at_;
  buffer_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(kBufferBytes, end_ - at_)));
  EVENHAND_TRY(const std::size_t got, file_.read_at(at_, buffer_));
  if (got < buffer_.size()) end_ = at_ + got;  // the file shrank under us
  buffer_.resize(got);
  return {};
}

Result<bool> RecordScanner::skip_to_marker() {
  const ByteView marker = codec_.marker();
  while (at_ < end_) {
    EVENHAND_CHECK(fill(RecordHead::kBytes));
    const auto from = buffer_.begin() + static_cast<std::ptrdiff_t>(at_ - buffer_at_);
    const auto found = std::search(from, buffer_.end(), marker.begin(), marker.end());
    if (found != buffer_.end()) {
      at_ = buffer_at_ + static_cast<std::uint64_t>(found - buffer_.begin());
      return true;
    }
    // A marker may begin in the last bytes of what was read.
    const std::uint64_t searched_to = buffer_at_ + buffer_.size();
    if (searched_to >= end_) break;
    at_ = std::max(at_, searched_to - marker.size() + 1);
  }
  at_ = end_;
  return false;
}

Result<std::optional<RecordScanner::Found>> RecordScanner::next() {
  for (;;) {
    EVENHAND_TRY(const bool stands, skip_to_marker());
    if (!stands) return std::optional<Found>();
    EVENHAND_CHECK(fill(RecordHead::kBytes + kBundleRecordBytesMax));
    const ByteView here = ByteView(buffer_).subspan(static_cast<std::size_t>(at_ - buffer_at_));
    const auto head = codec_.find_head(here);
    const std::size_t whole = head ? RecordHead::kBytes + head->length : 0;
    if (!head || whole > here.size()) {  // a false or damaged head, or a record cut short: there may be more behind it
      ++at_;
      continue;
    }
    auto opened = codec_.open(*head, here.first(whole));
    if (opened) {
      at_ += whole;
      return std::optional(Found{*head, here.first(whole), std::move(*opened)});
    }
    // The head is sound, what it announces is not. Bytes may be missing from its middle, so the next record is looked for
    // inside it; when that has been tried too often the length is believed.
    wasted_ += whole;
    at_ += wasted_ <= end_ + kWastedSlack ? 1 : whole;
  }
}

}  // namespace evenhand
