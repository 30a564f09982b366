// A bundle's file, and the contents of its records as a maker who holds the key could seal them.
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "sync/bundle/bundle.h"
#include "tests/fuzz/input.h"
#include "tests/support/seeded_random.h"

using namespace evenhand;

namespace {

struct Fixed {
  SeededRandom random{77};
  SpaceId space = random.make_id<SpaceId>();  // in the order of tests/support/bundle_desk.h, so that the golden bundle opens
  KeyPair maker = KeyPair::make(random);
  KeyPair device = KeyPair::make(random);
  BundleKey key{random.make_id<BundleId>(), SealKey::make(random)};
  std::filesystem::path file = std::filesystem::temp_directory_path() / ("evenhand-fuzz-" + std::to_string(::getpid()) + ".bundle");
  ~Fixed() {
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
  }
};

void read(Fixed& fixed, ByteView bytes) {
  std::ofstream(fixed.file, std::ios::binary | std::ios::trunc).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  const BundleSink sink{[](const SpaceId&) -> ReplicaSpace* { return nullptr; }, [](const SpaceId&, const KeyId&) -> const SealKey* { return nullptr; }, {}};
  const auto report = read_bundle({&fixed.file, 1}, {&fixed.device, std::nullopt}, sink, {});
  if (report) EVENHAND_ASSERT(report->records <= bytes.size() / RecordHead::kBytes, "no record comes from nowhere");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Fixed fixed;
  read(fixed, {data, size});
  BundleHeader header;
  header.id = fixed.key.id;
  header.device_slots = {make_device_slot(fixed.key, fixed.device.public_key(), fixed.random).value()};
  Bytes made = header.encode();
  const RecordCodec codec(fixed.key);
  fuzz::Input input(data, size);
  for (std::uint32_t number = 0; !input.is_empty() && number < 64;) {
    const auto type = static_cast<RecordType>(input.below(8));
    const Bytes record = codec.seal(number++, type, input.run());
    made.insert(made.end(), record.begin(), record.end());
    if (input.below(4) == 0) made.erase(made.end() - static_cast<std::ptrdiff_t>(input.below(24)), made.end());
  }
  read(fixed, made);
  return 0;
}
