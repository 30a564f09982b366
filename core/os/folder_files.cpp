#include "core/os/folder_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>
#include <span>
#include <vector>

#include "core/os/files.h"

namespace evenhand {

namespace fs = std::filesystem;

namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

// What a name stands for, for a sentence; empty for what is taken.
std::string_view refused_kind(mode_t mode) {
  if (S_ISREG(mode) || S_ISDIR(mode)) return "";
  if (S_ISLNK(mode)) return "a symbolic link is not followed";
  if (S_ISFIFO(mode)) return "a pipe is not read";
  if (S_ISSOCK(mode)) return "a socket is not read";
  return "a device is not read";
}

class Reader {
 public:
  Reader(const fs::path& folder, const FolderBounds& bounds) : folder_(folder), bounds_(bounds) {}

  Result<void> read(FileHandle handle, const std::string& prefix, std::size_t depth) {
    EVENHAND_TRY(const std::vector<std::string> names, names_in(handle, prefix));
    for (const std::string& name : names) {
      const std::string whole = prefix + name;
      if (!bounds_.is_name(whole)) return refused("this name is not allowed here", place(whole), "Rename it, or take it away.");
      struct stat status {};
      if (::fstatat(handle.descriptor(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return system_error(errno, "cannot be looked at", folder_ / whole);
      if (const std::string_view why = refused_kind(status.st_mode); !why.empty()) return refused(std::string(why), place(whole), "Put an ordinary file in its place.");
      // Without O_NOFOLLOW and the second look, a link or a pipe put there since would be opened or waited for.
      const bool is_folder = S_ISDIR(status.st_mode);
      FileHandle inner(::openat(handle.descriptor(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | (is_folder ? O_DIRECTORY : 0)));
      if (!inner.is_open()) return system_error(errno, "cannot be opened", folder_ / whole);
      if (!is_folder) {
        EVENHAND_CHECK(read_file(inner, whole));
      } else if (depth >= bounds_.depth_max) {
        return refused("folders stand more than " + std::to_string(bounds_.depth_max) + " deep", place(whole), "Put its files further up.");
      } else {
        EVENHAND_CHECK(read(std::move(inner), whole + "/", depth + 1));
      }
    }
    return {};
  }

  std::map<std::string, std::string, std::less<>> take() { return std::move(files_); }

 private:
  std::string place(const std::string& name) const { return (folder_ / name).string(); }

  Result<std::vector<std::string>> names_in(const FileHandle& handle, const std::string& prefix) {
    const int again = ::openat(handle.descriptor(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (again < 0) return system_error(errno, "cannot be opened", folder_ / prefix);
    const Directory directory(::fdopendir(again));
    if (!directory) return system_error(errno, "cannot be listed", folder_ / prefix);
    std::vector<std::string> names;
    for (;;) {
      errno = 0;
      const dirent* entry = ::readdir(directory.get());
      if (entry == nullptr && errno != 0) return system_error(errno, "cannot be listed", folder_ / prefix);
      if (entry == nullptr) return names;
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      if (++entries_ > bounds_.entries_max) {
        return refused("there are more than " + std::to_string(bounds_.entries_max) + " files and folders", folder_.string(), "Take some away.");
      }
      names.emplace_back(name);
    }
  }

  Result<void> read_file(const FileHandle& handle, const std::string& name) {
    struct stat status {};
    if (::fstat(handle.descriptor(), &status) != 0) return system_error(errno, "cannot be looked at", folder_ / name);
    if (!S_ISREG(status.st_mode)) return refused("this is no ordinary file", place(name), "Put an ordinary file in its place.");
    const std::size_t most = bounds_.file_bytes_max(name);
    const Error too_long = refused("a file longer than " + std::to_string(most) + " bytes is not read here", place(name), "Make it smaller.");
    const Error too_much = refused("the files have more than " + std::to_string(bounds_.bytes_max) + " bytes together", folder_.string(), "Make them smaller.");
    const auto said = static_cast<std::size_t>(status.st_size);
    if (said > most) return too_long;
    if (said > bounds_.bytes_max - bytes_) return too_much;
    std::string bytes(said + 1, '\0');  // one more, to see a file that grows
    std::size_t filled = 0;
    while (filled < bytes.size()) {
      EVENHAND_TRY(const std::size_t got, handle.read_at(filled, std::span(reinterpret_cast<std::uint8_t*>(bytes.data()) + filled, bytes.size() - filled)));
      if (got == 0) break;
      filled += got;
    }
    if (filled > said) return unavailable("the file grew while it was read", place(name), "Try again.");
    bytes.resize(filled);
    bytes_ += filled;
    files_.emplace(name, std::move(bytes));
    return {};
  }

  const fs::path& folder_;
  const FolderBounds& bounds_;
  std::map<std::string, std::string, std::less<>> files_;
  std::size_t entries_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace

Result<std::map<std::string, std::string, std::less<>>> read_folder_files(const fs::path& folder, const FolderBounds& bounds) {
  FileHandle handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!handle.is_open() && (errno == ENOTDIR || errno == ELOOP)) return refused("this is no folder, or a link to one", folder.string(), "Name the folder itself.");
  if (!handle.is_open()) return system_error(errno, "cannot be opened", folder);
  Reader reader(folder, bounds);
  EVENHAND_CHECK(reader.read(std::move(handle), "", 0));
  return reader.take();
}

}  // namespace evenhand
