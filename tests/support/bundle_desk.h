/// Two devices of one space for tests of bundles: one writes, the other reads; seeded, so that every run makes the same bytes.
#pragma once

#include <fstream>
#include <iterator>
#include <memory>

#include "sync/bundle/bundle.h"
#include "sync/session/log_space.h"
#include "tests/support/chain_writer.h"
#include "tests/support/scratch.h"

namespace evenhand {

inline Bytes bytes_of_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return Bytes(text.begin(), text.end());
}

inline void write_bytes(const std::filesystem::path& file, ByteView bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

struct BundleDesk {
  Scratch scratch;
  SeededRandom random{77};
  SpaceId space_id = random.make_id<SpaceId>();
  KeyPair maker = KeyPair::make(random);
  KeyPair reader = KeyPair::make(random);
  SealKey epoch = SealKey::make(random);
  Log log = Log::create(scratch / "from", space_id).value();
  std::optional<BlobStore> blobs;
  std::vector<ChainWriter> chains;
  std::vector<ChainWriter::End> ends;  ///< of every commit written
  int copies = 0;

  explicit BundleDesk(std::size_t chain_count = 2) {
    for (std::size_t i = 0; i < chain_count; ++i) chains.emplace_back(space_id, 500 + i);
  }

  void write(std::size_t chain, std::size_t commits, std::size_t events = 1, std::size_t body_bytes = 60) {
    for (std::size_t i = 0; i < commits; ++i) {
      const Bytes commit = chains[chain].commit(events, body_bytes);
      const ByteView view = commit;
      EVENHAND_ASSERT(log.append({&view, 1}).ok(), "a test appends");
    }
  }
  BlobStore& attachments() {
    if (!blobs) blobs = BlobStore::open(scratch / "blobs", OpenMode::read_write).value();
    return *blobs;
  }
  BlobAddress attach(std::size_t length) {
    Bytes bytes(length);
    random.fill(bytes);
    std::size_t at = 0;
    return attachments()
        .put([&](std::span<std::uint8_t> out) -> Result<std::size_t> {
          const std::size_t count = std::min(out.size(), bytes.size() - at);
          std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), count, out.begin());
          at += count;
          return count;
        })
        .value();
  }

  BundleOrder order(const std::string& name = "to-fenmarsh.bundle") {
    own_ = std::make_unique<LogSpace>(log, blobs ? &*blobs : nullptr);
    BundleOrder order;
    order.file = scratch / name;
    order.devices = {reader.public_key()};
    order.spaces = {{own_.get(), {}, &epoch, {}}};
    order.title = "Northmere Community (EDI laptop)";
    order.created = {1'700'000'000'000};
    return order;
  }
  Result<BundleWritten> write_bundle_to(const BundleOrder& order) { return write_bundle(order, maker, random, {}); }
  std::filesystem::path bundle() { return write_bundle_to(order()).value().parts.at(0); }

  /// An empty replica of the space.
  struct Copy {
    Log log;
    BlobStore blobs;
    LogSpace space;
    Copy(const std::filesystem::path& folder, const SpaceId& id)
        : log(Log::create(folder / "log", id).value()), blobs(BlobStore::open(folder / "blobs", OpenMode::read_write).value()), space(log, &blobs) {}
    Hash digest() { return space.log_digest().value(); }
    std::uint64_t events() { return log.read().value().event_count(); }
  };
  std::unique_ptr<Copy> copy() {
    const auto folder = scratch / ("copy-" + std::to_string(copies++));
    std::filesystem::create_directories(folder);
    return std::make_unique<Copy>(folder, space_id);
  }
  BundleSink sink_of(Copy& copy) {
    return {[&copy](const SpaceId& id) -> ReplicaSpace* { return id == copy.space.id() ? &copy.space : nullptr; },
            [this](const SpaceId&, const KeyId& id) { return id == epoch.id ? &epoch : nullptr; }};
  }
  Result<BundleReport> read(Copy& into, std::vector<std::filesystem::path> parts) {
    return read_bundle(parts, {&reader, std::nullopt}, sink_of(into), {});
  }
  Hash digest() { return log.read().value().log_digest({}).value(); }

 private:
  std::unique_ptr<LogSpace> own_;
};

}  // namespace evenhand
