/// Data files that are part of the program, so that it needs nothing installed beside it.
///
/// cmake/embed.cmake links every file below data/frameworks, data/policies, data/published,
/// data/demonstration, data/samples and data/scaffolds into the program, under its path in the project.
///
/// Threads: constant data. Lifetime: the whole program.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace evenhand {

/// The bytes of "data/policies/nhs-eds-2022.json", or nothing when no such file was linked in.
std::optional<std::string_view> embedded_file(std::string_view path);

/// The paths that start with `prefix`, ascending; all of them for an empty prefix.
std::vector<std::string_view> embedded_files(std::string_view prefix);

namespace embedded {
/// The table that the generated file holds, ascending by path.
struct Row {
  const char* path;
  const char* begin;
  const char* end;
};
extern const Row kRows[];
extern const std::size_t kRowCount;
}  // namespace embedded

}  // namespace evenhand
