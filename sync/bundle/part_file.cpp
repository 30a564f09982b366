#include "sync/bundle/part_file.h"

#include <algorithm>

namespace evenhand {

namespace fs = std::filesystem;

namespace {
constexpr std::size_t kBufferBytes = std::size_t{1} << 20;

// The name carries random bytes of the bundle, so that nobody else's temporary file is met; of a long one only the beginning, for a name has 255 bytes.
fs::path temporary_of(const fs::path& final, const BundleHeader& header) {
  constexpr std::size_t kBeginning = 200;
  return final.parent_path() / ("." + final.filename().string().substr(0, kBeginning) + "." + header.id.hex().substr(0, 12) + "-" + std::to_string(header.part) + ".tmp");
}

template <class T>
Result<T> at_path(Result<T> result, const fs::path& path) {
  if (result) return result;
  Error error = result.error();
  error.where = path.string();
  return error;
}
}  // namespace

PartFile::PartFile(fs::path path, FileHandle file, BundleHeader header) : path_(std::move(path)), file_(std::move(file)), header_(std::move(header)) {}

PartFile::PartFile(PartFile&& other) noexcept
    : path_(std::exchange(other.path_, {})),
      file_(std::move(other.file_)),
      header_(std::move(other.header_)),
      buffer_(std::move(other.buffer_)),
      written_(other.written_),
      records_(other.records_),
      digest_(std::move(other.digest_)),
      body_(std::move(other.body_)),
      body_hash_(other.body_hash_) {}

PartFile::~PartFile() {
  if (!path_.empty()) [[maybe_unused]] const auto removed = remove_tree(path_);
}

Result<PartFile> PartFile::create(const fs::path& final, BundleHeader header) {
  const fs::path path = temporary_of(final, header);
  EVENHAND_TRY(FileHandle file, FileHandle::create(path, Secrecy::ordinary));
  PartFile part(path, std::move(file), std::move(header));
  const Bytes room(part.header_.bytes());
  EVENHAND_CHECK(at_path(part.file_.write_all(room), path));
  part.written_ = room.size();
  return part;
}

Result<void> PartFile::write(ByteView bytes) {
  body_->add(bytes);
  return at_path(file_.write_all(bytes), path_);
}

Result<void> PartFile::add(ByteView record) {
  digest_->add(record.first(RecordHead::kBytes));
  digest_->add(record.last(kNumberedSealOverheadBytes));
  buffer_.insert(buffer_.end(), record.begin(), record.end());
  written_ += record.size();
  ++records_;
  return buffer_.size() >= kBufferBytes ? flush() : Result<void>{};
}

Result<void> PartFile::flush() {
  EVENHAND_CHECK(write(buffer_));
  buffer_.clear();
  return {};
}

Result<void> PartFile::settle(std::uint32_t parts) {
  EVENHAND_CHECK(flush());
  buffer_ = {};
  header_.parts = parts;
  body_hash_ = body_->finish();
  EVENHAND_CHECK(at_path(file_.write_all(header_.encode_trailer()), path_));
  EVENHAND_CHECK(at_path(file_.write_at(0, header_.encode()), path_));
  EVENHAND_CHECK(at_path(file_.sync(), path_));
  file_.forget_cached();
  return compare();
}

// What the disk gives back, not what the system remembers of the writing.
Result<void> PartFile::compare() const {
  const Error differs = unavailable("the disk does not give back what was written to it", path_.string(), "Use another stick or disk.");
  EVENHAND_TRY(const FileHandle file, FileHandle::open_to_read(path_));
  Bytes wanted = header_.encode();
  Bytes piece(kBufferBytes);
  std::uint64_t at = 0;
  const auto read = [&](std::size_t count) -> Result<ByteView> {
    EVENHAND_TRY(const std::size_t got, at_path(file.read_at(at, std::span(piece).first(count)), path_));
    at += got;
    return ByteView(piece).first(got);
  };
  const auto same = [&](ByteView got) { return std::equal(got.begin(), got.end(), wanted.begin(), wanted.end()); };
  EVENHAND_TRY(const ByteView front, read(wanted.size()));
  if (!same(front)) return differs;
  Sha256 body;
  while (at < written_) {
    EVENHAND_TRY(const ByteView bytes, read(static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), written_ - at))));
    if (bytes.empty()) return differs;
    body.add(bytes);
  }
  if (body.finish() != body_hash_) return differs;
  wanted = header_.encode_trailer();
  EVENHAND_TRY(const ByteView back, read(wanted.size() + 1));
  return same(back) ? Result<void>{} : differs;
}

Result<void> PartFile::rename_to(const fs::path& final) {
  EVENHAND_CHECK(rename_durably(path_, final));
  path_.clear();
  return {};
}

}  // namespace evenhand
