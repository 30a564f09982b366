/// All files below a folder, read into memory within bounds and without following any link.
///
/// For folders that somebody else filled. Only ordinary files and folders are taken: no symbolic link, device, pipe or
/// socket is opened. A folder that changes meanwhile gives some of its states, never more than the bounds.
/// Threads: any.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace evenhand {

struct FolderBounds {
  std::size_t entries_max;  ///< files and folders
  std::size_t depth_max;    ///< folders within each other below the first
  std::size_t bytes_max;    ///< of all files together
  /// Of one file, by its name below the folder ("queries/grid.json").
  std::function<std::size_t(std::string_view)> file_bytes_max;
  /// May a file or a folder have this name? Asked before it is opened.
  std::function<bool(std::string_view)> is_name;
};

/// Name below the folder to bytes. Errors: not_found, refused (a name, a link, too much; names the entry), unavailable.
Result<std::map<std::string, std::string, std::less<>>> read_folder_files(const std::filesystem::path& folder, const FolderBounds& bounds);

}  // namespace evenhand
