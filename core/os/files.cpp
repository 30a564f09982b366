#include "core/os/files.h"

#include <atomic>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace evenhand {

namespace fs = std::filesystem;

namespace {

// A name of its own per process and call, so that two writers never share a temporary file; of a long one only the beginning, for a name has 255 bytes.
fs::path temporary_beside(const fs::path& file) {
  constexpr std::size_t kBeginning = 200;
  static std::atomic<unsigned> count{0};
  return file.parent_path() / ("." + file.filename().string().substr(0, kBeginning) + "." + std::to_string(::getpid()) + "-" +
                               std::to_string(count++) + ".tmp");
}

fs::path folder_of(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); }

Result<void> sync_path(const fs::path& path, int flags) {
  const FileHandle handle(::open(path.c_str(), flags | O_RDONLY | O_CLOEXEC));
  if (!handle.is_open()) return system_error(errno, "cannot open to sync", path);
  if (::fsync(handle.descriptor()) != 0) return system_error(errno, "cannot sync", path);
  return {};
}

Result<void> replace(const fs::path& file, ByteView bytes, Secrecy secrecy, bool durable) {
  const fs::path temporary = temporary_beside(file);
  const auto written = [&]() -> Result<void> {
    EVENHAND_TRY(FileHandle handle, FileHandle::create(temporary, secrecy));
    EVENHAND_CHECK(handle.write_all(bytes));
    if (durable) EVENHAND_CHECK(handle.sync());
    if (::rename(temporary.c_str(), file.c_str()) != 0) return system_error(errno, "cannot put in place", file);
    return {};
  }();
  if (!written) {
    ::unlink(temporary.c_str());
    return written.error();
  }
  return durable ? sync_folder(folder_of(file)) : Result<void>{};
}

}  // namespace

Error system_error(int errno_value, std::string what, const fs::path& path) {
  if (errno_value == ENOENT) return not_found(std::move(what) + ": it is not there", path.string());
  if (errno_value == ENOSPC || errno_value == EDQUOT) {
    return unavailable(std::move(what) + ": the disk is full", path.string(), "Free some space, then try again.");
  }
  if (errno_value == EACCES || errno_value == EPERM || errno_value == EROFS) {
    return unavailable(std::move(what) + ": no permission to do so here", path.string());
  }
  if (errno_value == ENOTDIR) return unavailable(std::move(what) + ": a part of its path is a file, not a folder", path.string());
  return unavailable(std::move(what) + ": " + std::strerror(errno_value), path.string());
}

Result<void> write_file_durably(const fs::path& file, ByteView bytes, Secrecy secrecy) {
  return replace(file, bytes, secrecy, true);
}

Result<void> write_file_whole(const fs::path& file, ByteView bytes, Secrecy secrecy) {
  return replace(file, bytes, secrecy, false);
}

Result<Bytes> read_file(const fs::path& file, std::size_t bytes_max) {
  EVENHAND_TRY(const FileHandle handle, FileHandle::open_to_read(file));
  EVENHAND_TRY(const FileIdentity identity, file_identity(file));
  const Error too_long = refused("a file longer than " + std::to_string(bytes_max) + " bytes is not read", file.string());
  if (identity.bytes > bytes_max) return too_long;
  Bytes bytes(identity.bytes + 1);  // one more, to see a file that grows or lies about its length (/proc)
  std::size_t filled = 0;
  for (;;) {
    EVENHAND_TRY(const std::size_t got, handle.read_at(filled, std::span(bytes).subspan(filled)));
    filled += got;
    if (filled > bytes_max) return too_long;
    if (got == 0 || filled < bytes.size()) break;
    bytes.resize(bytes.size() * 2);
  }
  bytes.resize(filled);
  return bytes;
}

Result<void> make_private_folder(const fs::path& folder) {
  std::error_code failed;
  if (fs::is_directory(folder, failed)) return {};
  if (folder.has_parent_path() && folder.parent_path() != folder) EVENHAND_CHECK(make_private_folder(folder.parent_path()));
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return system_error(errno, "cannot make the folder", folder);
  return {};
}

Result<void> remove_tree(const fs::path& path) {
  std::error_code failed;
  fs::remove_all(path, failed);
  if (failed) return system_error(failed.value(), "cannot remove", path);
  return {};
}

Result<void> sync_folder(const fs::path& folder) { return sync_path(folder, O_DIRECTORY); }
Result<void> sync_file(const fs::path& file) { return sync_path(file, 0); }

Result<void> rename_durably(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return system_error(errno, "cannot put in place", to);
  EVENHAND_CHECK(sync_folder(folder_of(to)));
  if (folder_of(from) != folder_of(to)) return sync_folder(folder_of(from));
  return {};
}

Result<std::uint64_t> free_bytes(const fs::path& path) {
  struct statvfs room {};
  if (::statvfs(path.c_str(), &room) != 0) return system_error(errno, "cannot ask for free space", path);
  return static_cast<std::uint64_t>(room.f_bavail) * room.f_frsize;
}

bool is_network_filesystem(const fs::path& path) {
  struct statfs kind {};
  if (::statfs(path.c_str(), &kind) != 0) return false;
  switch (static_cast<std::uint32_t>(kind.f_type)) {
    case 0x6969:      // NFS
    case 0x517B:      // SMB
    case 0xFF534D42:  // CIFS
    case 0xFE534D42:  // SMB2
    case 0x65735546:  // FUSE, of which sshfs is one
    case 0x564C:      // NCP
    case 0x73757245:  // Coda
    case 0x5346414F:  // AFS
    case 0x6B414653:  // kAFS
    case 0x00C36400:  // Ceph
    case 0x01021997:  // 9p
      return true;
    default:
      return false;
  }
}

Result<FileIdentity> file_identity(const fs::path& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return system_error(errno, "cannot look at", path);
  const auto ns = [](const timespec& t) { return static_cast<std::int64_t>(t.tv_sec) * 1'000'000'000 + t.tv_nsec; };
  return FileIdentity{found.st_dev, found.st_ino, static_cast<std::uint64_t>(found.st_size), ns(found.st_mtim), ns(found.st_ctim)};
}

FileHandle::~FileHandle() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<FileHandle> FileHandle::open_to_read(const fs::path& file) {
  FileHandle handle(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!handle.is_open()) return system_error(errno, "cannot open", file);
  return handle;
}

Result<FileHandle> FileHandle::create(const fs::path& file, Secrecy secrecy) {
  FileHandle handle(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, secrecy == Secrecy::secret ? 0600 : 0644));
  if (!handle.is_open()) return system_error(errno, "cannot make the file", file);
  return handle;
}

Result<FileHandle> FileHandle::open_to_continue(const fs::path& file, std::uint64_t bytes, Secrecy secrecy) {
  FileHandle handle(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, secrecy == Secrecy::secret ? 0600 : 0644));
  if (!handle.is_open()) return system_error(errno, "cannot go on writing the file", file);
  const auto end = static_cast<off_t>(bytes);
  if (::ftruncate(handle.descriptor_, end) != 0 || ::lseek(handle.descriptor_, end, SEEK_SET) != end) {
    return system_error(errno, "cannot go on writing the file", file);
  }
  return handle;
}

Result<void> FileHandle::write_all(ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(descriptor_, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return system_error(wrote == 0 ? ENOSPC : errno, "cannot write", "");
    bytes = bytes.subspan(static_cast<std::size_t>(wrote));
  }
  return {};
}

Result<void> FileHandle::write_at(std::uint64_t offset, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return system_error(wrote == 0 ? ENOSPC : errno, "cannot write", "");
    bytes = bytes.subspan(static_cast<std::size_t>(wrote));
    offset += static_cast<std::uint64_t>(wrote);
  }
  return {};
}

void FileHandle::forget_cached() const { ::posix_fadvise(descriptor_, 0, 0, POSIX_FADV_DONTNEED); }

Result<std::size_t> FileHandle::read_at(std::uint64_t offset, std::span<std::uint8_t> out) const {
  std::size_t filled = 0;
  while (filled < out.size()) {
    const ssize_t got = ::pread(descriptor_, out.data() + filled, out.size() - filled, static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error(errno, "cannot read", "");
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return filled;
}

Result<void> FileHandle::sync() {
  if (::fsync(descriptor_) != 0) return system_error(errno, "cannot sync", "");
  return {};
}

}  // namespace evenhand
