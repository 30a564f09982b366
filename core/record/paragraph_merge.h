/// Joins versions of a text that were written unseen by each other, paragraph by paragraph (3-way merge).
///
/// A paragraph is a run of lines between blank ones. What one version changed and the others left alone is taken;
/// paragraphs added at the same place are all kept, in the order of their bytes; the same change counts once. Where two
/// versions changed the same paragraph otherwise, they clash: then there is no joined text, only the places.
/// The result is an offer: it becomes current when a person confirms it.
/// Source: Khanna, Kunal, Pierce, A Formal Investigation of Diff3 (2007), with paragraphs as the unit.
/// Threads: pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace evenhand {

/// A place where two versions say different things. Empty: that version removed it (or, in base, it was not there).
struct ParagraphClash {
  std::string base;
  std::string ours;
  std::string theirs;
  bool operator==(const ParagraphClash&) const = default;
};

struct ParagraphMerge {
  std::optional<std::string> merged;     ///< none exactly when something clashes
  std::vector<ParagraphClash> clashes;   ///< in the order of base
};

/// merge(base, a, b) and merge(base, b, a) join to the same text.
ParagraphMerge merge_paragraphs(std::string_view base, std::string_view ours, std::string_view theirs);

/// Any number of versions, folded pairwise in the order given (callers give them by event hash, so that every replica
/// makes the same offer). Stops at the first pair that clashes. No version: no text and no clash.
ParagraphMerge merge_paragraphs(std::string_view base, std::span<const std::string> versions);

}  // namespace evenhand
