#include "apps/cli/new_file.h"

#include "core/os/files.h"

namespace evenhand::cli {

Result<void> check_new_file(const std::filesystem::path& file) {
  if (file.empty()) return refused("no file to write is named", "", "Name one, e.g. --to out.evenhand");
  std::error_code ignored;
  const auto folder = file.parent_path();
  if (!folder.empty() && !std::filesystem::is_directory(folder, ignored)) return not_found("there is no such folder", folder, "Make it first, or choose another.");
  if (std::filesystem::exists(std::filesystem::symlink_status(file, ignored))) return refused("there is something under this name already", file, "Choose another name, or move it away first.");
  return {};
}

Result<void> write_new_file(const std::filesystem::path& file, ByteView bytes) {
  EVENHAND_CHECK(check_new_file(file));
  return write_file_durably(file, bytes);
}

}  // namespace evenhand::cli
