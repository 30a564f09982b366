#include "core/engine/seal_key.h"

#include "core/os/files.h"

namespace evenhand {

namespace {
constexpr std::string_view kFormat = "evenhand-seal-key/1\n";
constexpr std::size_t kSealFileBytesMax = 4096;
}  // namespace

Result<KeyPair> make_seal_key(const std::filesystem::path& file, Random& random) {
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) return refused("there is a file of that name already; a key is never overwritten", file, "Name another file with --key.");
  KeyPair key = KeyPair::make(random);
  EVENHAND_CHECK(write_file_durably(file, view_of(std::string(kFormat) + to_hex(key.seed()) + "\n"), Secrecy::secret));
  return key;
}

Result<KeyPair> open_seal_key(const std::filesystem::path& file) {
  auto bytes = read_file(file, kSealFileBytesMax);
  if (!bytes) {
    if (bytes.error().code != ErrorCode::not_found) return bytes.error();
    return not_found("there is no seal key here", file, "Make one with: evenhand signoff key");
  }
  std::error_code failed;
  const auto permissions = std::filesystem::status(file, failed).permissions();
  if (failed || (permissions & (std::filesystem::perms::group_all | std::filesystem::perms::others_all)) != std::filesystem::perms::none) {
    return refused("other people on this computer could read this key", file, "Take their rights away: chmod 600");
  }
  const std::string_view text = text_of(*bytes);
  const bool fits = text.starts_with(kFormat) && text.ends_with('\n');
  const auto seed = fits ? from_hex(text.substr(kFormat.size(), text.size() - kFormat.size() - 1)) : std::nullopt;
  if (!seed || seed->size() != KeyPair::kSeedBytes) return corrupt("this is no seal key, or it is damaged", file);
  return KeyPair::from_seed(*seed);
}

}  // namespace evenhand
