#include "core/store/store_folder.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <cstring>

#include "core/crypto/hash.h"

namespace evenhand {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kMagic = "EHCLEAN1";
constexpr std::size_t kMetaPagesBytes = 2 * 4096;

// Magic ‖ device, inode, bytes, modified, changed (u64 each) ‖ checksum of the two meta pages ‖ checksum of all this.
// The meta pages are in because after power loss an inode may be older than its file's bytes.
Result<Bytes> picture_of(const fs::path& data_file) {
  EVENHAND_TRY(const FileIdentity identity, file_identity(data_file));
  EVENHAND_TRY(const FileHandle file, FileHandle::open_to_read(data_file));
  Bytes meta(kMetaPagesBytes);
  EVENHAND_TRY(const std::size_t got, file.read_at(0, meta));
  meta.resize(got);
  Bytes picture(kMagic.begin(), kMagic.end());
  for (const std::uint64_t number : {identity.device, identity.inode, identity.bytes, static_cast<std::uint64_t>(identity.modified_ns),
                                     static_cast<std::uint64_t>(identity.changed_ns)}) {
    picture.resize(picture.size() + 8);
    std::memcpy(picture.data() + picture.size() - 8, &number, 8);
  }
  for (const ByteView covered : {ByteView(meta), ByteView(picture)}) {
    const Checksum sum = checksum_of(covered);
    picture.insert(picture.end(), sum.bytes.begin(), sum.bytes.end());
  }
  return picture;
}

}  // namespace

Result<std::shared_ptr<StoreFolder>> StoreFolder::enter(const fs::path& folder) {
  std::shared_ptr<StoreFolder> use(new StoreFolder(folder));
  const fs::path file = folder / "in-use";
  use->in_use_ = FileHandle(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!use->in_use_.is_open()) use->in_use_ = FileHandle(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!use->in_use_.is_open()) {
    if (errno != ENOENT && errno != EROFS && errno != EACCES) return system_error(errno, "cannot enter the store", file);
    use->is_alone_ = true;
    return use;
  }
  use->is_alone_ = ::flock(use->in_use_.descriptor(), LOCK_EX | LOCK_NB) == 0;
  while (!use->is_alone_ && ::flock(use->in_use_.descriptor(), LOCK_SH) != 0) {
    if (errno != EINTR) return system_error(errno, "cannot lock the store", file);
  }
  return use;
}

bool StoreFolder::was_left_clean() const {
  const auto recorded = read_file(folder_ / "clean", 4096);
  const auto now = picture_of(folder_ / "data.mdb");
  return recorded && now && *recorded == *now;
}

void StoreFolder::let_others_in() {
  if (in_use_.is_open()) ::flock(in_use_.descriptor(), LOCK_SH);
  is_alone_ = false;
}

bool StoreFolder::become_alone() {
  is_alone_ = in_use_.is_open() && ::flock(in_use_.descriptor(), LOCK_EX | LOCK_NB) == 0;
  // A failed upgrade may have dropped the shared lock on the way (flock(2)), so it is taken again.
  if (!is_alone_) let_others_in();
  return is_alone_;
}

void StoreFolder::record_clean() const {
  const auto picture = picture_of(folder_ / "data.mdb");
  if (!picture || was_left_clean()) return;
  // Only a hint: without it the next one in looks the whole file over.
  [[maybe_unused]] const auto written = write_file_whole(folder_ / "clean", *picture, Secrecy::secret);
}

StoreFolder::~StoreFolder() {
  if (environment_ == nullptr || environment_->has_stopped_writing()) return;
  environment_.reset();
  if (in_use_.is_open() && ::flock(in_use_.descriptor(), LOCK_EX | LOCK_NB) == 0) record_clean();
}

}  // namespace evenhand
