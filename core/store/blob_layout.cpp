#include "core/store/blob_layout.h"

#include <cstring>

#include "core/crypto/hash.h"

namespace evenhand {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kMagic = "EHBLOB01";
constexpr std::size_t kTrailerBytes = 16;

std::uint64_t chunk_count(std::uint64_t length) { return (length + kBlobChunkBytes - 1) / kBlobChunkBytes; }

}  // namespace

BlobAddress BlobOutline::address() const {
  static constexpr std::string_view kDomain{"evenhand/blob/1\0", 16};
  Sha256 hash;
  hash.add(view_of(kDomain));
  std::array<std::uint8_t, 8> bytes;
  put_u64_be(bytes.data(), length);
  hash.add(bytes);
  for (const Hash& chunk : chunks) hash.add(chunk.view());
  return *BlobAddress::from(hash.finish().view());
}

namespace blob_layout {

Hash hash_chunk(ByteView chunk) {
  static constexpr std::string_view kDomain{"evenhand/blob-chunk/1\0", 22};
  return sha256({view_of(kDomain), chunk});
}

std::size_t chunk_bytes(std::uint64_t length, std::size_t index) {
  return static_cast<std::size_t>(std::min<std::uint64_t>(kBlobChunkBytes, length - std::uint64_t{index} * kBlobChunkBytes));
}

Result<std::pair<FileHandle, BlobOutline>> open_blob(const fs::path& file, const BlobAddress& address) {
  const Error damaged = corrupt("an attachment is damaged", file.string(), "Fetch it from a partner.");
  auto opened = FileHandle::open_to_read(file);
  if (!opened && opened.error().code == ErrorCode::not_found) return not_found("this attachment is not here", address.hex());
  if (!opened) return opened.error();
  BlobOutline outline;
  EVENHAND_TRY(const FileIdentity identity, file_identity(file));
  std::array<std::uint8_t, kTrailerBytes> trailer;
  if (identity.bytes < kTrailerBytes) return damaged;
  EVENHAND_TRY(const std::size_t got, opened->read_at(identity.bytes - kTrailerBytes, trailer));
  std::memcpy(&outline.length, trailer.data(), 8);
  if (got != kTrailerBytes || text_of(ByteView(trailer).subspan(8)) != kMagic || outline.length > kBlobBytesMax) return damaged;
  const std::uint64_t count = chunk_count(outline.length);
  if (identity.bytes != outline.length + count * Hash::kSize + kTrailerBytes) return damaged;
  Bytes hashes(count * Hash::kSize);
  EVENHAND_TRY(const std::size_t filled, opened->read_at(outline.length, hashes));
  if (filled != hashes.size()) return damaged;
  for (std::size_t i = 0; i < count; ++i) outline.chunks.push_back(*Hash::from(ByteView(hashes).subspan(i * Hash::kSize, Hash::kSize)));
  if (outline.address() != address) return damaged;
  return std::pair(std::move(*opened), std::move(outline));
}

Result<void> write_trailer(FileHandle& file, const BlobOutline& outline) {
  for (const Hash& hash : outline.chunks) EVENHAND_CHECK(file.write_all(hash.view()));
  EVENHAND_CHECK(file.write_all({reinterpret_cast<const std::uint8_t*>(&outline.length), 8}));
  EVENHAND_CHECK(file.write_all(view_of(kMagic)));
  return file.sync();
}

}  // namespace blob_layout

}  // namespace evenhand
