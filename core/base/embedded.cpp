#include "core/base/embedded.h"

#include <algorithm>
#include <span>

namespace evenhand {

namespace {
std::span<const embedded::Row> rows() { return {embedded::kRows, embedded::kRowCount}; }
bool is_before(const embedded::Row& row, std::string_view path) { return row.path < path; }
}  // namespace

std::optional<std::string_view> embedded_file(std::string_view path) {
  const auto all = rows();
  const auto found = std::lower_bound(all.begin(), all.end(), path, is_before);
  if (found == all.end() || found->path != path) return std::nullopt;
  return std::string_view(found->begin, static_cast<std::size_t>(found->end - found->begin));
}

std::vector<std::string_view> embedded_files(std::string_view prefix) {
  std::vector<std::string_view> paths;
  for (const embedded::Row& row : rows()) {
    if (std::string_view(row.path).starts_with(prefix)) paths.emplace_back(row.path);
  }
  return paths;
}

}  // namespace evenhand
