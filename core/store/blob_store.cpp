// A blob's file, <folder>/<first two letters>/<address>:
//
//     chunks of 256 KiB, the last one shorter ‖ hash of each chunk, 32 bytes ‖ length u64 ‖ "EHBLOB01"

#include "core/store/blob_store.h"

#include <algorithm>
#include <cstring>

#include <unistd.h>

#include "core/crypto/hash.h"
#include "core/os/files.h"

namespace evenhand {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kMagic = "EHBLOB01";
constexpr std::string_view kTemporary = ".tmp";
constexpr std::size_t kTrailerBytes = 16;

Hash hash_chunk(ByteView chunk) {
  static constexpr std::string_view kDomain{"evenhand/blob-chunk/1\0", 22};
  return sha256({view_of(kDomain), chunk});
}

BlobAddress address_of(std::uint64_t length, const std::vector<Hash>& chunks) {
  static constexpr std::string_view kDomain{"evenhand/blob/1\0", 16};
  Sha256 hash;
  hash.add(view_of(kDomain));
  std::array<std::uint8_t, 8> bytes;
  put_u64_be(bytes.data(), length);
  hash.add(bytes);
  for (const Hash& chunk : chunks) hash.add(chunk.view());
  return *BlobAddress::from(hash.finish().view());
}

std::uint64_t chunk_count(std::uint64_t length) { return (length + kBlobChunkBytes - 1) / kBlobChunkBytes; }

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

struct Written {
  std::uint64_t length = 0;
  std::vector<Hash> chunks;
};

Result<Written> write_blob(FileHandle& file, const BlobStore::Source& source) {
  Written written;
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
  for (const Hash& hash : written.chunks) EVENHAND_CHECK(file.write_all(hash.view()));
  EVENHAND_CHECK(file.write_all({reinterpret_cast<const std::uint8_t*>(&written.length), 8}));
  EVENHAND_CHECK(file.write_all(view_of(kMagic)));
  EVENHAND_CHECK(file.sync());
  return written;
}

struct OpenBlob {
  FileHandle file;
  std::uint64_t length = 0;
  std::vector<Hash> chunks;
};

Result<OpenBlob> open_blob(const fs::path& file, const BlobAddress& address) {
  const Error damaged = corrupt("an attachment is damaged", file.string(), "Fetch it from a partner.");
  OpenBlob blob;
  auto opened = FileHandle::open_to_read(file);
  if (!opened && opened.error().code == ErrorCode::not_found) return not_found("this attachment is not here", address.hex());
  if (!opened) return opened.error();
  blob.file = std::move(*opened);
  EVENHAND_TRY(const FileIdentity identity, file_identity(file));
  std::array<std::uint8_t, kTrailerBytes> trailer;
  if (identity.bytes < kTrailerBytes) return damaged;
  EVENHAND_TRY(const std::size_t got, blob.file.read_at(identity.bytes - kTrailerBytes, trailer));
  std::memcpy(&blob.length, trailer.data(), 8);
  if (got != kTrailerBytes || text_of(ByteView(trailer).subspan(8)) != kMagic || blob.length > kBlobBytesMax) return damaged;
  const std::uint64_t count = chunk_count(blob.length);
  if (identity.bytes != blob.length + count * Hash::kSize + kTrailerBytes) return damaged;
  Bytes hashes(count * Hash::kSize);
  EVENHAND_TRY(const std::size_t filled, blob.file.read_at(blob.length, hashes));
  if (filled != hashes.size()) return damaged;
  for (std::size_t i = 0; i < count; ++i) blob.chunks.push_back(*Hash::from(ByteView(hashes).subspan(i * Hash::kSize, Hash::kSize)));
  if (address_of(blob.length, blob.chunks) != address) return damaged;
  return blob;
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
    if (entry->path().extension() == kTemporary) EVENHAND_CHECK(remove_tree(entry->path()));
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
    EVENHAND_TRY(const Written written, write_blob(file, source));
    const BlobAddress address = address_of(written.length, written.chunks);
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
  EVENHAND_TRY(const OpenBlob blob, open_blob(file_of(address), address));
  Bytes chunk(kBlobChunkBytes);
  for (std::size_t i = 0; i < blob.chunks.size(); ++i) {
    const std::uint64_t at = std::uint64_t{i} * kBlobChunkBytes;
    const auto bytes = std::span(chunk).first(static_cast<std::size_t>(std::min<std::uint64_t>(kBlobChunkBytes, blob.length - at)));
    EVENHAND_TRY(const std::size_t got, blob.file.read_at(at, bytes));
    if (got != bytes.size() || hash_chunk(bytes) != blob.chunks[i]) {
      return corrupt("an attachment is damaged", "chunk " + std::to_string(i + 1) + " of " + address.hex(), "Fetch it from a partner.");
    }
    EVENHAND_CHECK(sink(bytes));
  }
  return {};
}

Result<std::uint64_t> BlobStore::size_of(const BlobAddress& address) const {
  EVENHAND_TRY(const OpenBlob blob, open_blob(file_of(address), address));
  return blob.length;
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
