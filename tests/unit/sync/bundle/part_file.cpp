// What a disk gives back is compared with what was written before a part gets its name; and parts as long as FAT32 takes.
#include "sync/bundle/part_file.h"

#include "tests/support/bundle_desk.h"

using namespace evenhand;
namespace fs = std::filesystem;

namespace {

/// A part in the middle of its writing, and what a bad disk makes of it before it is read back.
struct HalfWritten {
  Scratch scratch;
  fs::path final = scratch / "to-fenmarsh.bundle";
  SeededRandom random{5};
  Result<PartFile> part = PartFile::create(final, header());

  BundleHeader header() {
    BundleHeader header;
    header.id = random.make_id<BundleId>();
    header.device_slots = {Bytes(BundleHeader::kDeviceSlotBytes, 7)};
    return header;
  }
  HalfWritten() {
    REQUIRE(part.ok());
    for (int i = 0; i < 3; ++i) {
      Bytes record(1'000'000);
      random.fill(record);
      REQUIRE(part->add(record).ok());
    }
    REQUIRE(part->flush().ok());
  }
  fs::path temporary() {
    for (const auto& entry : fs::directory_iterator(scratch.folder())) return entry.path();
    FAIL("there is no temporary file");
    return {};
  }
  void change_byte(std::uint64_t at) {
    std::fstream file(temporary(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const int before = file.get();
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(before ^ 1));
  }
};

}  // namespace

TEST_CASE("a part is kept only when the disk gives back every byte that was written to it") {
  SECTION("which it does") {
    HalfWritten half;
    REQUIRE(half.part->settle(1).ok());
    REQUIRE(half.part->rename_to(half.final).ok());
    CHECK(fs::file_size(half.final) > 3'000'000);
    return;
  }
  const auto check_refused = [](HalfWritten& half) {
    const auto settled = half.part->settle(1);
    REQUIRE_FALSE(settled.ok());
    CHECK(settled.error().code == ErrorCode::unavailable);
    CHECK(settled.error().what == "the disk does not give back what was written to it");
    CHECK(settled.error().next == "Use another stick or disk.");
    CHECK(settled.error().where == half.temporary().string());
    { const PartFile dropped = std::move(*half.part); }
    CHECK(fs::is_empty(half.scratch.folder()));
  };
  for (const std::uint64_t at : {std::uint64_t{200}, std::uint64_t{1'500'000}, std::uint64_t{2'999'999}}) {
    DYNAMIC_SECTION("byte " << at << " is another") {
      HalfWritten half;
      half.change_byte(at);
      check_refused(half);
    }
  }
  SECTION("its last sectors are zeros") {
    HalfWritten half;
    const std::uint64_t bytes = fs::file_size(half.temporary());
    fs::resize_file(half.temporary(), bytes - 512);
    fs::resize_file(half.temporary(), bytes);
    check_refused(half);
  }
  SECTION("its end is lost") {
    HalfWritten half;
    fs::resize_file(half.temporary(), 2'000'000);
    check_refused(half);
  }
}

TEST_CASE("a bundle of more than 4 GiB is split where FAT32 needs it, and every attachment in it arrives", "[.large]") {
  BundleDesk desk;
  desk.write(0, 1);
  constexpr std::size_t kBytes = std::size_t{420} << 20;
  std::vector<BlobAddress> attachments;
  for (int i = 0; i < 10; ++i) attachments.push_back(desk.attach(kBytes));
  BundleOrder order = desk.order();
  order.spaces[0].attachments = attachments;
  const auto written = desk.write_bundle_to(order);
  REQUIRE(written.ok());
  REQUIRE(written->parts.size() == 2);
  CHECK(fs::file_size(written->parts[0]) <= kPartBytesMax);
  CHECK(fs::file_size(written->parts[0]) > kPartBytesMax - kBytes - kBundleRecordBytesMax);  // one that fits no more begins the next part
  CHECK(written->bytes == fs::file_size(written->parts[0]) + fs::file_size(written->parts[1]));
  CHECK(written->bytes > kPartBytesMax);
  const auto copy = desk.copy();
  const auto report = desk.read(*copy, {written->parts.rbegin(), written->parts.rend()});
  REQUIRE(report.ok());
  CHECK(report->is_whole);
  CHECK(report->spaces[0].attachments_new == attachments.size());
  for (const BlobAddress& attachment : attachments) CHECK(copy->blobs.has(attachment));
}
