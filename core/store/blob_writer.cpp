// Attachments that come chunk by chunk, over several sessions: the part file holds the first chunks, and nothing else, until
// the last one has come.

#include <algorithm>

#include "core/store/blob_layout.h"

namespace evenhand {

namespace fs = std::filesystem;
using namespace blob_layout;

Result<Bytes> BlobReader::chunk(std::size_t index) const {
  EVENHAND_ASSERT(index < outline_.chunks.size(), "a chunk of this attachment");
  Bytes bytes(chunk_bytes(outline_.length, index));
  EVENHAND_TRY(const std::size_t got, file_.read_at(std::uint64_t{index} * kBlobChunkBytes, bytes));
  if (got == bytes.size() && hash_chunk(bytes) == outline_.chunks[index]) return bytes;
  return corrupt("an attachment is damaged", "chunk " + std::to_string(index + 1) + " of " + outline_.address().hex(), "Fetch it from a partner.");
}

BlobWriter::BlobWriter(fs::path part, fs::path file, BlobOutline outline, BlobAddress address)
    : part_(std::move(part)), file_(std::move(file)), outline_(std::move(outline)), address_(address) {}

Result<void> BlobWriter::add(ByteView chunk) {
  const bool fits = !is_complete() && chunk.size() == chunk_bytes(outline_.length, next_) && hash_chunk(chunk) == outline_.chunks[next_];
  if (!fits) return corrupt("a chunk does not fit its attachment", "chunk " + std::to_string(next_ + 1) + " of " + address_.hex());
  EVENHAND_CHECK(handle_.write_all(chunk));
  ++next_;
  return {};
}

Result<void> BlobWriter::finish() {
  EVENHAND_ASSERT(is_complete(), "an attachment is finished when all of it is here");
  EVENHAND_CHECK(write_trailer(handle_, outline_));
  EVENHAND_CHECK(make_private_folder(file_.parent_path()));
  EVENHAND_CHECK(sync_folder(file_.parent_path().parent_path()));
  return rename_durably(part_, file_);
}

fs::path BlobStore::part_of(const BlobAddress& address) const { return folder_ / (address.hex() + ".part"); }

Result<BlobReader> BlobStore::read(const BlobAddress& address) const {
  EVENHAND_TRY(auto blob, open_blob(file_of(address), address));
  return BlobReader(std::move(blob.first), std::move(blob.second));
}

std::size_t BlobStore::chunks_begun(const BlobAddress& address) const {
  const auto identity = file_identity(part_of(address));
  return identity ? static_cast<std::size_t>(std::min(identity->bytes, kBlobBytesMax) / kBlobChunkBytes) : 0;
}

Result<BlobWriter> BlobStore::write(const BlobAddress& address, BlobOutline outline) {
  if (mode_ == OpenMode::read_only) return refused("the attachments are open for reading only", folder_.string());
  if (outline.length > kBlobBytesMax) return refused("an attachment holds at most 2 GiB");
  const bool is_count_right = outline.chunks.size() == (outline.length + kBlobChunkBytes - 1) / kBlobChunkBytes;
  if (!is_count_right || outline.address() != address) return corrupt("this is not the outline of the attachment", address.hex());
  BlobWriter writer(part_of(address), file_of(address), std::move(outline), address);
  if (const auto part = FileHandle::open_to_read(writer.part_)) {
    Bytes chunk(kBlobChunkBytes);
    for (const std::size_t count = std::min(chunks_begun(address), writer.outline_.chunks.size()); writer.next_ < count; ++writer.next_) {
      const auto bytes = std::span(chunk).first(chunk_bytes(writer.outline_.length, writer.next_));
      EVENHAND_TRY(const std::size_t got, part->read_at(std::uint64_t{writer.next_} * kBlobChunkBytes, bytes));
      if (got != bytes.size() || hash_chunk(bytes) != writer.outline_.chunks[writer.next_]) break;
    }
  }
  EVENHAND_TRY(writer.handle_, FileHandle::open_to_continue(writer.part_, std::uint64_t{writer.next_} * kBlobChunkBytes, Secrecy::secret));
  return writer;
}

}  // namespace evenhand
