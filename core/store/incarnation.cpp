#include "core/store/incarnation.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/crypto/hash.h"

namespace evenhand {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kMagic = "EHINC001";
constexpr std::size_t kBytes = 8 + 8 + 8 + 8 + 32 + 8 + 8 + 16;

Hash hash_machine(ByteView machine) {
  static constexpr std::string_view kDomain{"evenhand/machine/1\0", 19};
  return sha256({view_of(kDomain), machine});
}

std::uint64_t number_at(ByteView bytes, std::size_t at) {
  std::uint64_t number;
  std::memcpy(&number, &bytes[at], 8);
  return number;
}

Error fresh_needed(const std::string& why, const fs::path& file) {
  return stale("this store needs a fresh incarnation: " + why, file.string());
}

}  // namespace

Result<IncarnationMarker> IncarnationMarker::resume(const fs::path& file, ByteView machine, const EndsInLog& in_log) {
  auto bytes = read_file(file, 4096);
  if (!bytes && bytes.error().code == ErrorCode::not_found) return fresh_needed("it has no marker", file);
  if (!bytes) return bytes.error();
  const ByteView covered = ByteView(*bytes).first(std::min<std::size_t>(bytes->size(), kBytes - 16));
  const Checksum sum = checksum_of(covered);
  if (bytes->size() != kBytes || text_of(ByteView(*bytes).first(8)) != kMagic || !std::equal(sum.bytes.begin(), sum.bytes.end(), bytes->end() - 16)) {
    return fresh_needed("its marker is damaged", file);
  }
  EVENHAND_TRY(const FileIdentity identity, file_identity(file));
  IncarnationMarker marker(FileHandle(::open(file.c_str(), O_RDWR | O_CLOEXEC)));
  if (!marker.file_.is_open()) return system_error(errno, "cannot open the marker", file);
  marker.incarnation_ = *Incarnation::from(ByteView(*bytes).subspan(8, 8));
  marker.device_ = number_at(*bytes, 16);
  marker.inode_ = number_at(*bytes, 24);
  marker.machine_ = *Hash::from(ByteView(*bytes).subspan(32, 32));
  marker.ends_ = {number_at(*bytes, 64), number_at(*bytes, 72)};
  if (marker.inode_ != identity.inode || marker.device_ != identity.device) return fresh_needed("it was copied or restored", file);
  if (marker.machine_ != hash_machine(machine)) return fresh_needed("it came from another machine", file);
  EVENHAND_TRY(const OwnEnds held, in_log(marker.incarnation_));
  if (held.data < marker.ends_.data || held.authority < marker.ends_.authority) {
    return fresh_needed("its log lacks events that were acknowledged, so it was restored", file);
  }
  return marker;
}

Result<IncarnationMarker> IncarnationMarker::begin(const fs::path& file, ByteView machine, Random& random) {
  EVENHAND_CHECK(remove_tree(file));
  EVENHAND_TRY(FileHandle made, FileHandle::create(file, Secrecy::secret));
  EVENHAND_TRY(const FileIdentity identity, file_identity(file));
  IncarnationMarker marker(std::move(made));
  marker.incarnation_ = random.make_id<Incarnation>();
  marker.device_ = identity.device;
  marker.inode_ = identity.inode;
  marker.machine_ = hash_machine(machine);
  EVENHAND_CHECK(marker.write());
  EVENHAND_CHECK(marker.file_.sync());
  EVENHAND_CHECK(sync_folder(file.has_parent_path() ? file.parent_path() : fs::path(".")));
  return marker;
}

Result<void> IncarnationMarker::acknowledge(const OwnEnds& ends) {
  if (ends == ends_) return {};
  ends_ = ends;
  return write();
}

// One write within one sector of the disk, so that it is there whole or not.
Result<void> IncarnationMarker::write() {
  Bytes bytes(kMagic.begin(), kMagic.end());
  const auto add = [&](ByteView part) { bytes.insert(bytes.end(), part.begin(), part.end()); };
  const auto add_number = [&](std::uint64_t number) { add({reinterpret_cast<const std::uint8_t*>(&number), 8}); };
  add(incarnation_.view());
  add_number(device_);
  add_number(inode_);
  add(machine_.view());
  add_number(ends_.data);
  add_number(ends_.authority);
  add(checksum_of(bytes).view());
  if (::pwrite(file_.descriptor(), bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return system_error(errno, "cannot write the marker of the incarnation", "");
  }
  return {};
}

}  // namespace evenhand
