// Power loss at every point of a series of appends. A disk keeps what was synced; of what was written since, it may keep
// any part, cut anywhere between sectors, late ones without earlier ones. From each such image the log must open with everything that
// was acknowledged, and go on.
//
// The model is of the data file only: names are made durable once, in Log::create(), before the first append.
#include <catch2/catch.hpp>

#include <algorithm>

#include "core/os/files.h"
#include "tests/faults/power_loss/disk_recorder.h"
#include "tests/faults/writer.h"

using namespace evenhand;
using namespace evenhand::test;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kSectorBytes = 512;

void apply(Bytes& image, std::uint64_t offset, ByteView bytes) {
  if (image.size() < offset + bytes.size()) image.resize(offset + bytes.size());
  std::copy(bytes.begin(), bytes.end(), image.begin() + static_cast<std::ptrdiff_t>(offset));
}

struct Sector {
  std::uint64_t offset;
  ByteView bytes;
};

/// What the disk surely holds, what it may hold, and what was promised by then.
struct Disk {
  Bytes surely;
  std::vector<const DiskCall*> perhaps;
  std::size_t promised = 0;

  void take(const DiskCall& call, bool syncs_count) {
    switch (call.what) {
      case DiskCall::What::note: ++promised; break;
      case DiskCall::What::write:
        if (call.is_through && syncs_count) apply(surely, call.offset, call.bytes);
        else perhaps.push_back(&call);
        break;
      case DiskCall::What::sync:
        if (!syncs_count) break;
        for (const DiskCall* write : perhaps) apply(surely, write->offset, write->bytes);
        perhaps.clear();
        break;
      case DiskCall::What::cut: FAIL("LMDB cuts its file; this model does not know what that leaves"); break;
    }
  }

  // The writes that may be there, cut into sectors.
  std::vector<Sector> sectors(const DiskCall* in_flight) const {
    std::vector<const DiskCall*> writes = perhaps;
    if (in_flight != nullptr && in_flight->what == DiskCall::What::write) writes.push_back(in_flight);
    std::vector<Sector> all;
    for (const DiskCall* write : writes) {
      for (std::size_t at = 0; at < write->bytes.size();) {
        const std::size_t end = std::min(write->bytes.size(), at + kSectorBytes - (write->offset + at) % kSectorBytes);
        all.push_back({write->offset + at, ByteView(write->bytes).subspan(at, end - at)});
        at = end;
      }
    }
    return all;
  }
};

enum class Loss { everything, half, all_but_one, nothing };

// Earlier and later versions of one sector keep their order: a disk that forgets the later one has the earlier.
Bytes image_after(const Disk& disk, const DiskCall* in_flight, Loss loss, SeededRandom& random) {
  Bytes image = disk.surely;
  const std::vector<Sector> sectors = disk.sectors(in_flight);
  const std::size_t lost_one = sectors.empty() ? 0 : random.below(sectors.size());
  for (std::size_t i = 0; i < sectors.size(); ++i) {
    const bool is_kept = loss == Loss::nothing || (loss == Loss::half && random.chance(50)) || (loss == Loss::all_but_one && i != lost_one);
    if (is_kept) apply(image, sectors[i].offset, sectors[i].bytes);
  }
  return image;
}

std::vector<DiskCall> recorded(const std::vector<std::vector<Bytes>>& all) {
  Scratch scratch{Scratch::quick_parent()};
  start_recording();
  {
    Log log = Log::create(scratch / "log", sample_space()).value();
    note_in_recording();  // from here on the log exists
    for (const auto& batch : all) {
      REQUIRE(append(log, batch));
      note_in_recording();
    }
  }
  return stop_recording();
}

void put_image(const fs::path& folder, const Bytes& image) {
  fs::create_directories(folder / "log");
  std::ofstream file(folder / "log" / "data.mdb", std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(image.data()), static_cast<std::streamsize>(image.size()));
}

}  // namespace

TEST_CASE("after power loss at any point of an append, whatever unsynced writes the disk kept, every acknowledged commit is there and appending goes on") {
  const auto all = batches();
  const std::vector<DiskCall> calls = recorded(all);
  SeededRandom random(5);
  Disk disk;
  int images = 0, torn = 0;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    disk.take(calls[i], true);
    if (disk.promised == 0) continue;
    const DiskCall* in_flight = i + 1 < calls.size() ? &calls[i + 1] : nullptr;
    const std::size_t doubtful = disk.sectors(in_flight).size();
    for (const Loss loss : {Loss::everything, Loss::half, Loss::all_but_one, Loss::nothing}) {
      if (doubtful == 0 && loss != Loss::nothing) continue;
      CAPTURE(i, static_cast<int>(loss), doubtful);
      Scratch scratch{Scratch::quick_parent()};
      put_image(scratch.folder(), image_after(disk, in_flight, loss, random));
      const std::size_t promised = disk.promised - 1;
      CHECK(check_log_left(scratch.folder(), all, promised) <= promised + 1);
      ++images;
      torn += doubtful > 1 ? 1 : 0;
    }
  }
  CAPTURE(images, torn);
  CHECK(disk.promised == all.size() + 1);
  CHECK(images >= 200);
  CHECK(torn >= 60);
}

TEST_CASE("were the syncs not there, this model of a disk would show the loss") {
  const auto all = batches();
  const std::vector<DiskCall> calls = recorded(all);
  SeededRandom random(5);
  Disk disk;
  int lost = 0, looked = 0;
  std::size_t synced_until = 0;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    // The first half of the appends is synced, the second is not.
    const bool syncs_count = disk.promised < all.size() / 2;
    disk.take(calls[i], syncs_count);
    if (syncs_count) synced_until = disk.promised;
    if (calls[i].what != DiskCall::What::note || syncs_count || disk.promised <= synced_until) continue;
    Scratch scratch{Scratch::quick_parent()};
    put_image(scratch.folder(), image_after(disk, nullptr, Loss::half, random));
    const auto log = Log::open(scratch / "log", OpenMode::read_write);
    std::size_t expected = 0;
    for (std::size_t batch = 0; batch + 1 < disk.promised; ++batch) expected += all[batch].size();
    lost += !log || log->read().value().last_arrival() < expected ? 1 : 0;
    ++looked;
  }
  CHECK(looked >= 10);
  CHECK(lost >= looked / 2);
}
