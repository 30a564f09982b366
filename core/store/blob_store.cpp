// A blob's file, <folder>/<first two letters>/<address>:
//
//     chunks of 256 KiB, the last one shorter ‖ hash of each chunk, 32 bytes ‖ length u64 ‖ "EHBLOB01"
//
// An unfinished copy, <folder>/<address>.part, holds the first chunks only (blob_writer.cpp).

#include "core/store/blob_store.h"

#include <algorithm>
#include <cstring>

#include <sys/file.h>
#include <unistd.h>

#include "core/store/blob_layout.h"

namespace evenhand {

namespace fs = std::filesystem;
using namespace blob_layout;

namespace {

constexpr std::string_view kTemporary = ".tmp";

// Whoever writes a temporary file holds it locked, so that another process which opens the store takes it for no leftover.
bool is_leftover(const fs::path& temporary) {
  const auto file = FileHandle::open_to_read(temporary);
  return file && ::flock(file->descriptor(), LOCK_EX | LOCK_NB) == 0;
}

// Fills a chunk whole, however small the pieces that the source gives.
Result<std::size_t> fill_chunk(const BlobStore::Source& source, std::span<std::uint8_t> chunk) {
  std::size_t filled = 0;
  while (filled < chunk.size()) {
    EVENHAND_TRY(const std::size_t got, source(chunk.subspan(filled)));
    if (got == 0) break;
    filled += got;
  }
  return filled;
}

Result<BlobOutline> write_blob(FileHandle& file, const BlobStore::Source& source) {
  BlobOutline written;
  Bytes chunk(kBlobChunkBytes);
  for (std::size_t got = kBlobChunkBytes; got == kBlobChunkBytes;) {
    EVENHAND_TRY(got, fill_chunk(source, chunk));
    if (got == 0) break;
    if (written.length + got > kBlobBytesMax) return refused("an attachment holds at most 2 GiB");
    const ByteView bytes = ByteView(chunk).first(got);
    written.chunks.push_back(hash_chunk(bytes));
    written.length += got;
    EVENHAND_CHECK(file.write_all(bytes));
  }
  EVENHAND_CHECK(write_trailer(file, written));
  return written;
}

}  // namespace

Result<BlobStore> BlobStore::open(const fs::path& folder, OpenMode mode) {
  std::error_code failed;
  if (mode == OpenMode::read_only) {
    if (!fs::is_directory(folder, failed)) return not_found("there is no folder of attachments", folder.string());
    return BlobStore(folder, mode);
  }
  EVENHAND_CHECK(make_private_folder(folder));
  for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed)) {
    if (entry->path().extension() == kTemporary && is_leftover(entry->path())) EVENHAND_CHECK(remove_tree(entry->path()));
  }
  if (failed) return system_error(failed.value(), "cannot look through the attachments", folder);
  return BlobStore(folder, mode);
}

fs::path BlobStore::file_of(const BlobAddress& address) const {
  const std::string name = address.hex();
  return folder_ / name.substr(0, 2) / name;
}

Result<BlobAddress> BlobStore::put(const Source& source) {
  if (mode_ == OpenMode::read_only) return refused("the attachments are open for reading only", folder_.string());
  const fs::path temporary = folder_ / (std::to_string(::getpid()) + "-" + std::to_string(++copies_begun_) + std::string(kTemporary));
  const auto stored = [&]() -> Result<BlobAddress> {
    EVENHAND_TRY(FileHandle file, FileHandle::create(temporary, Secrecy::secret));
    (void)::flock(file.descriptor(), LOCK_EX | LOCK_NB);
    EVENHAND_TRY(const BlobOutline written, write_blob(file, source));
    const BlobAddress address = written.address();
    if (get(address, [](ByteView) -> Result<void> { return {}; })) return address;  // here already, and whole
    EVENHAND_CHECK(make_private_folder(file_of(address).parent_path()));
    EVENHAND_CHECK(sync_folder(folder_));
    EVENHAND_CHECK(rename_durably(temporary, file_of(address)));
    return address;
  }();
  [[maybe_unused]] const auto removed = remove_tree(temporary);
  return stored;
}

Result<void> BlobStore::get(const BlobAddress& address, const Sink& sink) const {
  EVENHAND_TRY(const BlobReader reader, read(address));
  for (std::size_t i = 0; i < reader.outline().chunks.size(); ++i) {
    EVENHAND_TRY(const Bytes chunk, reader.chunk(i));
    EVENHAND_CHECK(sink(chunk));
  }
  return {};
}

Result<std::uint64_t> BlobStore::size_of(const BlobAddress& address) const {
  EVENHAND_TRY(const BlobReader reader, read(address));
  return reader.outline().length;
}

bool BlobStore::has(const BlobAddress& address) const {
  std::error_code failed;
  return fs::exists(file_of(address), failed);
}

Result<void> BlobStore::remove(const BlobAddress& address) {
  if (mode_ == OpenMode::read_only) return refused("the attachments are open for reading only", folder_.string());
  if (!has(address)) return {};
  EVENHAND_CHECK(remove_tree(file_of(address)));
  return sync_folder(file_of(address).parent_path());
}

Result<std::vector<BlobAddress>> BlobStore::list() const {
  std::vector<BlobAddress> found;
  std::error_code failed;
  for (fs::recursive_directory_iterator entry(folder_, failed), end; !failed && entry != end; entry.increment(failed)) {
    if (const auto address = BlobAddress::from_hex(entry->path().filename().string())) found.push_back(*address);
  }
  if (failed) return system_error(failed.value(), "cannot look through the attachments", folder_);
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace evenhand
