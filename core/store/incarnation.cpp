#include "core/store/incarnation.h"

#include "core/codec/archive.h"
#include "core/crypto/hash.h"
#include "core/os/files.h"

namespace evenhand {

namespace {

constexpr std::size_t kMarkerBytesMax = 256;

// What a copy of the marker cannot share: the machine, and the folder that it was made in.
struct MarkerFile {
  std::uint32_t format = 1;
  Incarnation incarnation;
  Hash place;
  std::uint64_t data_seq = 0;
  std::uint64_t authority_seq = 0;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(format, incarnation, place, data_seq, authority_seq);
  }
};

Result<Hash> place_of(const std::filesystem::path& file) {
  EVENHAND_TRY(const FileIdentity folder, file_identity(file.parent_path()));
  const auto machine = read_file("/etc/machine-id", 256);
  return sha256(encode(std::string("evenhand/marker/1"), machine ? *machine : Bytes{}, folder.device, folder.inode));
}

}  // namespace

Result<IncarnationMarker> IncarnationMarker::create(const std::filesystem::path& file, Random& random) {
  IncarnationMarker marker;
  marker.file_ = file;
  marker.incarnation_ = random.make_id<Incarnation>();
  EVENHAND_TRY(const Hash place, place_of(file));
  MarkerFile written{1, marker.incarnation_, place, 0, 0};
  EVENHAND_CHECK(write_file_durably(file, encode(written), Secrecy::secret));
  return marker;
}

Result<IncarnationMarker> IncarnationMarker::open(const std::filesystem::path& file) {
  IncarnationMarker marker;
  marker.file_ = file;
  auto bytes = read_file(file, kMarkerBytesMax);
  if (!bytes && bytes.error().code != ErrorCode::not_found) return bytes.error();
  const auto read = bytes ? decode_untrusted<MarkerFile>(*bytes, "marker") : Result<MarkerFile>(bytes.error());
  EVENHAND_TRY(const Hash place, place_of(file));
  if (!read || read->place != place) {
    marker.is_copy_ = true;
    return marker;
  }
  marker.incarnation_ = read->incarnation;
  marker.acknowledged_[0] = read->data_seq;
  marker.acknowledged_[1] = read->authority_seq;
  return marker;
}

bool IncarnationMarker::needs_fresh_incarnation(Lane lane, std::uint64_t last_seq) const {
  return is_copy_ || last_seq < acknowledged_[static_cast<std::size_t>(lane)];
}

Result<void> IncarnationMarker::acknowledge(Lane lane, std::uint64_t last_seq) {
  acknowledged_[static_cast<std::size_t>(lane)] = last_seq;
  EVENHAND_TRY(const Hash place, place_of(file_));
  MarkerFile written{1, incarnation_, place, acknowledged_[0], acknowledged_[1]};
  return write_file_whole(file_, encode(written), Secrecy::secret);
}

}  // namespace evenhand
