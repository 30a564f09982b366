/// Files as this program needs them: written whole or not at all, read within bounds.
///
/// Durability: what a function calls durable has been through fsync of the file and of its folder.
/// Threads:    any; two writers of one path race for the last word, never for half a file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <utility>

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace evenhand {

enum class Secrecy { ordinary, secret };  ///< 0644 / 0600

/// Replaces `file` whole: temporary file beside it, fsync, rename, fsync of the folder.
/// Errors: unavailable (permission, disk full, I/O); the old file then stands.
Result<void> write_file_durably(const std::filesystem::path& file, ByteView bytes, Secrecy secrecy = Secrecy::ordinary);
/// The same without any fsync: after power loss the old, the new or no file stands. For hints only.
Result<void> write_file_whole(const std::filesystem::path& file, ByteView bytes, Secrecy secrecy = Secrecy::ordinary);

/// Errors: not_found, refused (longer than `bytes_max`), unavailable.
Result<Bytes> read_file(const std::filesystem::path& file, std::size_t bytes_max);

/// Makes the folder and its parents, for the owner only (0700). One that exists is left as it is.
Result<void> make_private_folder(const std::filesystem::path& folder);
/// Removes a file or a whole tree; absent is fine.
Result<void> remove_tree(const std::filesystem::path& path);
Result<void> sync_folder(const std::filesystem::path& folder);
Result<void> sync_file(const std::filesystem::path& file);
/// Renames durably. Errors: unavailable.
Result<void> rename_durably(const std::filesystem::path& from, const std::filesystem::path& to);

/// Bytes that this user may still write there. Errors: unavailable.
Result<std::uint64_t> free_bytes(const std::filesystem::path& path);
/// True for NFS, SMB, sshfs and their like, where memory maps and locks do not hold.
/// Source: statfs(2), linux/magic.h.
bool is_network_filesystem(const std::filesystem::path& path);

/// What tells one state of a file from another without reading it.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t bytes = 0;
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;
  bool operator==(const FileIdentity&) const = default;
};
/// Errors: not_found, unavailable.
Result<FileIdentity> file_identity(const std::filesystem::path& path);

/// `what` failed with `errno_value`, in plain words; a full disk is called a full disk.
Error system_error(int errno_value, std::string what, const std::filesystem::path& path);

/// An open file descriptor, closed with the object.
class FileHandle {
 public:
  FileHandle() = default;
  explicit FileHandle(int descriptor) : descriptor_(descriptor) {}
  FileHandle(FileHandle&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileHandle& operator=(FileHandle&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~FileHandle();

  /// Errors: not_found, unavailable.
  static Result<FileHandle> open_to_read(const std::filesystem::path& file);
  /// A new file that must not exist yet. Errors: unavailable.
  static Result<FileHandle> create(const std::filesystem::path& file, Secrecy secrecy);
  /// To go on writing after the first `bytes` bytes; what lies behind them is cut off. Made when absent. Errors: unavailable.
  static Result<FileHandle> open_to_continue(const std::filesystem::path& file, std::uint64_t bytes, Secrecy secrecy);

  int descriptor() const { return descriptor_; }
  bool is_open() const { return descriptor_ >= 0; }
  Result<void> write_all(ByteView bytes);
  /// Up to out.size() bytes from `offset`; fewer only at the end of the file.
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const;
  Result<void> sync();

 private:
  int descriptor_ = -1;
};

}  // namespace evenhand
