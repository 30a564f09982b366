#include "core/record/paragraph_merge.h"

#include <algorithm>
#include <cstdint>

namespace evenhand {

namespace {

// Comparing costs a table of this many cells at most (1 byte each); texts beyond it count as changed as a whole.
constexpr std::size_t kComparedPairsMax = 4'000'000;

using Paragraphs = std::vector<std::string_view>;

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

Paragraphs paragraphs_of(std::string_view text) {
  Paragraphs found;
  std::size_t begin = std::string_view::npos;
  std::size_t end = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t newline = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, newline - at);
    if (!is_blank(line)) {
      if (begin == std::string_view::npos) begin = at;
      end = line.ends_with('\r') ? newline - 1 : newline;
    } else if (begin != std::string_view::npos) {
      found.push_back(text.substr(begin, end - begin));
      begin = std::string_view::npos;
    }
    at = newline + 1;
  }
  if (begin != std::string_view::npos) found.push_back(text.substr(begin, end - begin));
  return found;
}

std::string joined(const Paragraphs& paragraphs) {
  std::string text;
  for (const std::string_view paragraph : paragraphs) text += (text.empty() ? "" : "\n\n") + std::string(paragraph);
  return text;
}

/// What one version did to base[begin, end): these paragraphs stand there instead. Equal ends: an insertion.
struct Hunk {
  std::size_t begin = 0;
  std::size_t end = 0;
  Paragraphs now;
  bool is_insertion() const { return begin == end; }
  bool operator==(const Hunk&) const = default;
};

// As many paragraphs as before: each was edited by itself, so that neighbours can be edited by others.
void add_hunk(std::vector<Hunk>& hunks, Hunk hunk) {
  if (hunk.begin == hunk.end && hunk.now.empty()) return;
  if (hunk.now.size() != hunk.end - hunk.begin) return hunks.push_back(std::move(hunk));
  for (std::size_t i = 0; i < hunk.now.size(); ++i) hunks.push_back({hunk.begin + i, hunk.begin + i + 1, {hunk.now[i]}});
}

// Longest common subsequence, table of directions: 0 = same, 1 = drop one of base, 2 = take one of now.
std::vector<std::uint8_t> directions_of(std::span<const std::string_view> base, std::span<const std::string_view> now) {
  const std::size_t width = now.size() + 1;
  std::vector<std::uint8_t> way((base.size() + 1) * width, 2);
  std::vector<std::uint32_t> below(width, 0);
  for (std::size_t i = base.size(); i-- > 0;) {
    std::vector<std::uint32_t> row(width, 0);
    way[i * width + now.size()] = 1;
    for (std::size_t j = now.size(); j-- > 0;) {
      const bool same = base[i] == now[j];
      row[j] = same ? below[j + 1] + 1 : std::max(below[j], row[j + 1]);
      way[i * width + j] = same ? 0 : below[j] >= row[j + 1] ? 1 : 2;
    }
    below = std::move(row);
  }
  return way;
}

std::vector<Hunk> changes_between(const Paragraphs& base, const Paragraphs& now) {
  std::size_t same_head = 0;
  while (same_head < base.size() && same_head < now.size() && base[same_head] == now[same_head]) ++same_head;
  std::size_t same_tail = 0;
  while (same_tail + same_head < base.size() && same_tail + same_head < now.size() && base[base.size() - 1 - same_tail] == now[now.size() - 1 - same_tail]) ++same_tail;
  const std::span<const std::string_view> old_part(base.data() + same_head, base.size() - same_head - same_tail);
  const std::span<const std::string_view> new_part(now.data() + same_head, now.size() - same_head - same_tail);
  std::vector<Hunk> hunks;
  if ((old_part.size() + 1) * (new_part.size() + 1) > kComparedPairsMax) {
    hunks.push_back({same_head, same_head + old_part.size(), {new_part.begin(), new_part.end()}});
    return hunks;
  }
  const std::vector<std::uint8_t> way = directions_of(old_part, new_part);
  Hunk open{same_head, same_head, {}};
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < old_part.size() || j < new_part.size()) {
    const std::uint8_t step = way[i * (new_part.size() + 1) + j];
    if (step == 0) {
      add_hunk(hunks, std::move(open));
      ++i, ++j;
      open = {same_head + i, same_head + i, {}};
    } else if (step == 1) {
      open.end = same_head + ++i;
    } else {
      open.now.push_back(new_part[j++]);
    }
  }
  add_hunk(hunks, std::move(open));
  return hunks;
}

// Two changes clash when they say different things about the same paragraphs; insertions at one place do not.
bool clash(const Hunk& a, const Hunk& b) {
  if (a == b || (a.is_insertion() && b.is_insertion())) return false;
  if (a.is_insertion()) return b.begin < a.begin && a.begin < b.end;
  if (b.is_insertion()) return a.begin < b.begin && b.begin < a.end;
  return a.begin < b.end && b.begin < a.end;
}

std::string base_text(const Paragraphs& base, const Hunk& a, const Hunk& b) {
  const std::size_t begin = std::min(a.begin, b.begin);
  const std::size_t end = std::max(a.end, b.end);
  return joined({base.begin() + static_cast<std::ptrdiff_t>(begin), base.begin() + static_cast<std::ptrdiff_t>(end)});
}

// An insertion stands before what replaces the paragraph after it.
bool stands_before(const Hunk& a, const Hunk& b) {
  if (a.begin != b.begin) return a.begin < b.begin;
  if (a.is_insertion() != b.is_insertion()) return a.is_insertion();
  return a.now < b.now;
}

std::string apply(const Paragraphs& base, const std::vector<Hunk>& hunks) {
  Paragraphs result;
  std::size_t at = 0;
  for (const Hunk& hunk : hunks) {
    while (at < hunk.begin) result.push_back(base[at++]);
    result.insert(result.end(), hunk.now.begin(), hunk.now.end());
    at = std::max(at, hunk.end);
  }
  while (at < base.size()) result.push_back(base[at++]);
  return joined(result);
}

}  // namespace

ParagraphMerge merge_paragraphs(std::string_view base_words, std::string_view ours_words, std::string_view theirs_words) {
  const Paragraphs base = paragraphs_of(base_words);
  const Paragraphs our_paragraphs = paragraphs_of(ours_words);
  const Paragraphs their_paragraphs = paragraphs_of(theirs_words);
  std::vector<Hunk> all = changes_between(base, our_paragraphs);
  const std::vector<Hunk> theirs = changes_between(base, their_paragraphs);
  const std::size_t our_count = all.size();
  ParagraphMerge result;
  std::size_t first = 0;
  for (const Hunk& their : theirs) {
    while (first < our_count && all[first].end < their.begin) ++first;
    bool is_known = false;
    for (std::size_t i = first; i < our_count && all[i].begin <= their.end; ++i) {
      is_known = is_known || all[i] == their;
      if (clash(all[i], their)) result.clashes.push_back({base_text(base, all[i], their), joined(all[i].now), joined(their.now)});
    }
    if (!is_known) all.push_back(their);
  }
  if (!result.clashes.empty()) return result;
  std::sort(all.begin(), all.end(), stands_before);
  result.merged = apply(base, all);
  return result;
}

ParagraphMerge merge_paragraphs(std::string_view base, std::span<const std::string> versions) {
  ParagraphMerge result;
  if (versions.empty()) return result;
  result.merged = joined(paragraphs_of(versions.front()));
  for (const std::string& version : versions.subspan(1)) {
    result = merge_paragraphs(base, *result.merged, version);
    if (!result.merged) return result;
  }
  return result;
}

}  // namespace evenhand
