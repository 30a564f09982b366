// Archives of plugins, signatures and keys from outside.
#include "plugins/catalogue/archive.h"

#include "core/base/bytes.h"
#include "core/crypto/minisign.h"
#include "tests/fuzz/input.h"

using namespace evenhand;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto files = plugins::read_archive_untrusted(text); files) {
    EVENHAND_ASSERT(*plugins::write_archive(*files) == text, "an archive that is taken is the one that its files give");
  }
  (void)MinisignPublicKey::parse_untrusted(text).ok();
  (void)is_minisign_key_locked(text).ok();
  (void)minisign_verify({}, view_of("x"), text).ok();
  return 0;
}
