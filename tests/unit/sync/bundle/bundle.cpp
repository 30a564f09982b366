#include "sync/bundle/bundle.h"

#include <catch2/catch.hpp>

#include "core/codec/json.h"
#include "tests/support/bundle_desk.h"
#include "tests/support/garbled.h"
#include "tests/support/source_file.h"

using namespace evenhand;
namespace fs = std::filesystem;

namespace {

std::size_t files_in(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("what a bundle carries arrives whole, and reading it again changes nothing") {
  BundleDesk desk;
  desk.write(0, 3, 4);
  desk.write(1, 2, 200, 500);
  desk.attachments();
  const BlobAddress small = desk.attach(1000), large = desk.attach(2 * kBlobChunkBytes + 5), empty = desk.attach(0);
  BundleOrder order = desk.order();
  order.spaces[0].attachments = {small, large, empty};
  const auto written = desk.write_bundle_to(order);
  REQUIRE(written.ok());
  CHECK(written->events == 412);
  CHECK(written->attachments == 3);
  CHECK(written->left_out.empty());
  CHECK(written->bytes == fs::file_size(order.file));

  const auto copy = desk.copy();
  const auto report = desk.read(*copy, {order.file});
  REQUIRE(report.ok());
  CHECK(report->is_whole);
  CHECK(report->maker == desk.maker.public_key());
  CHECK(report->title == "Northmere Community (EDI laptop)");
  REQUIRE(report->spaces.size() == 1);
  CHECK(report->spaces[0].events_new == 412);
  CHECK(report->spaces[0].attachments_new == 3);
  CHECK(report->spaces[0].missing.empty());
  CHECK_FALSE(report->needs_request());
  CHECK(copy->digest() == desk.digest());
  CHECK(copy->blobs.has(large));
  CHECK(copy->blobs.size_of(large).value() == 2 * kBlobChunkBytes + 5);

  const auto again = desk.read(*copy, {order.file});
  REQUIRE(again.ok());
  CHECK(again->spaces[0].events_new == 0);
  CHECK(again->spaces[0].events_known == 412);
  CHECK(again->spaces[0].attachments_known == 3);
  CHECK(copy->digest() == desk.digest());
}

TEST_CASE("a chain of which some seals are garbage arrives whole") {
  BundleDesk desk;
  for (int run = 0; run < 2; ++run) {
    std::vector<Bytes> commits;
    for (int i = 0; i < 299; ++i) commits.push_back(without_seal(desk.chains[0].commit(1, 20)));
    commits.push_back(desk.chains[0].commit(1, 20));
    const std::vector<ByteView> views(commits.begin(), commits.end());
    REQUIRE(desk.log.append_untrusted(views).ok());
  }
  const auto copy = desk.copy();
  const auto report = desk.read(*copy, {desk.bundle()});
  REQUIRE(report.ok());
  CHECK(report->spaces.at(0).frames_refused == 0);
  CHECK(copy->digest() == desk.digest());
}

TEST_CASE("a bundle holds only what stands beyond the base vector, forks included") {
  BundleDesk desk;
  desk.write(0, 3);
  const auto fork_at = desk.chains[0].end();
  desk.write(0, 2);
  const auto copy = desk.copy();
  REQUIRE(desk.read(*copy, {desk.bundle()}).ok());
  const VersionVector base = copy->space.vector().value();
  fs::remove(desk.scratch / "to-fenmarsh.bundle");

  desk.write(0, 2);
  desk.write(1, 1);
  BundleOrder order = desk.order();
  order.spaces[0].base = base;
  auto written = desk.write_bundle_to(order);
  REQUIRE(written.ok());
  CHECK(written->events == 3);
  REQUIRE(desk.read(*copy, {order.file}).ok());
  CHECK(copy->digest() == desk.digest());

  desk.chains[0].go_back_to(fork_at);  // a branch that the reader has never seen, beside one that it has
  desk.write(0, 1);
  order = desk.order("second.bundle");
  order.spaces[0].base = base;
  written = desk.write_bundle_to(order);
  REQUIRE(written.ok());
  REQUIRE(desk.read(*copy, {order.file}).ok());
  CHECK(copy->digest() == desk.digest());

  order = desk.order("third.bundle");
  order.spaces[0].base = copy->space.vector().value();
  CHECK(desk.write_bundle_to(order)->events == 0);
}

TEST_CASE("parts stay below their limit and may come in any order, one by one") {
  BundleDesk desk;
  for (int i = 0; i < 12; ++i) desk.write(static_cast<std::size_t>(i % 2), 1, 200, 900);
  BundleOrder order = desk.order();
  order.part_bytes = kPartBytesLeast;
  const auto written = desk.write_bundle_to(order);
  REQUIRE(written.ok());
  REQUIRE(written->parts.size() >= 3);
  for (const fs::path& part : written->parts) CHECK(fs::file_size(part) <= kPartBytesLeast);
  CHECK(written->parts[0].filename() == "to-fenmarsh.1-of-" + std::to_string(written->parts.size()) + ".bundle");
  CHECK_FALSE(fs::exists(order.file));
  CHECK(look_at_bundle(written->parts[1])->part == 2);
  CHECK(look_at_bundle(written->parts[1])->parts == written->parts.size());

  const auto copy = desk.copy();
  for (auto part = written->parts.rbegin(); part != written->parts.rend(); ++part) {
    const auto report = desk.read(*copy, {*part});
    REQUIRE(report.ok());
    CHECK_FALSE(report->is_whole);
    CHECK(report->parts_read.size() == 1);
    CHECK(report->records_lost == 0);
    CHECK(report->spaces[0].missing.empty() == (*part == written->parts[0]));
  }
  CHECK(copy->digest() == desk.digest());

  const auto other = desk.copy();
  const auto report = desk.read(*other, {written->parts.rbegin(), written->parts.rend()});
  REQUIRE(report.ok());
  CHECK(report->is_whole);
  CHECK(other->digest() == desk.digest());
}

TEST_CASE("an attachment over several parts arrives whatever their order, and is told when one of them is lacking") {
  BundleDesk desk;
  desk.write(0, 1);
  desk.attachments();
  const BlobAddress large = desk.attach(12 * kBlobChunkBytes + 7);
  BundleOrder order = desk.order();
  order.spaces[0].attachments = {large};
  order.part_bytes = kPartBytesLeast;
  const auto written = desk.write_bundle_to(order);
  REQUIRE(written.ok());
  REQUIRE(written->parts.size() >= 3);
  const auto copy = desk.copy();
  const auto some = desk.read(*copy, {written->parts.begin(), written->parts.end() - 1});
  REQUIRE(some.ok());
  CHECK(some->spaces[0].attachments_lost == 1);
  CHECK_FALSE(copy->blobs.has(large));
  const auto other = desk.copy();
  const auto all = desk.read(*other, {written->parts.rbegin(), written->parts.rend()});
  REQUIRE(all.ok());
  CHECK(all->is_whole);
  CHECK(all->spaces[0].attachments_new == 1);
  CHECK(all->spaces[0].attachments_lost == 0);
  CHECK(other->blobs.has(large));
}

TEST_CASE("a bundle for others is refused in a sentence that says for how many devices it is sealed and what to do") {
  BundleDesk desk;
  desk.write(0, 1);
  BundleOrder order = desk.order();
  order.devices.push_back(desk.maker.public_key());
  REQUIRE(desk.write_bundle_to(order).ok());
  const KeyPair stranger = KeyPair::make(desk.random);
  const auto copy = desk.copy();
  const std::vector<fs::path> parts{order.file};
  const auto report = read_bundle(parts, {&stranger, std::nullopt}, desk.sink_of(*copy), {});
  REQUIRE_FALSE(report.ok());
  CHECK(report.error().code == ErrorCode::refused);
  CHECK(report.error().what == "this bundle is sealed for 2 devices, and this one is not among them");
  CHECK(report.error().next.find(stranger.public_key().hex()) != std::string::npos);
  CHECK(copy->events() == 0);
  CHECK(read_bundle(parts, {&desk.maker, std::nullopt}, desk.sink_of(*copy), {}).ok());
}

TEST_CASE("a courier's passphrase opens a bundle, another does not, and no file may ask for more work than the bound") {
  BundleDesk desk;
  desk.write(0, 1);
  BundleOrder order = desk.order();
  order.devices.clear();
  CHECK(desk.write_bundle_to(order).error().code == ErrorCode::refused);
  order.passphrase = "seven plain words";
  order.cost = {1, 8};
  REQUIRE(desk.write_bundle_to(order).ok());
  CHECK(look_at_bundle(order.file)->has_passphrase);
  const auto copy = desk.copy();
  const std::vector<fs::path> parts{order.file};
  const auto wrong = read_bundle(parts, {&desk.reader, "seven plain worms"}, desk.sink_of(*copy), {});
  REQUIRE_FALSE(wrong.ok());
  CHECK(wrong.error().what.find("passphrase given does not open it") != std::string::npos);
  CHECK_FALSE(read_bundle(parts, {&desk.reader, std::nullopt}, desk.sink_of(*copy), {}).ok());
  REQUIRE(read_bundle(parts, {nullptr, "seven plain words"}, desk.sink_of(*copy), {}).ok());
  CHECK(copy->digest() == desk.digest());

  BundleHeader header = BundleHeader::decode_untrusted(bytes_of_file(order.file)).value();
  for (const std::size_t byte : {std::size_t{1}, std::size_t{7}}) {  // passes, memory
    BundleHeader greedy = header;
    greedy.passphrase_slot[byte] = 0xFF;
    CHECK(open_slots(greedy, {nullptr, "seven plain words"}).error().what.find("cost") != std::string::npos);
  }
}

TEST_CASE("a bundle that expired long ago, from a clock in the far future, is read all the same") {
  BundleDesk desk;
  desk.write(0, 2);
  BundleOrder order = desk.order();
  order.created = {95'617'584'000'000};
  order.expires = ClaimedTime{-1};
  REQUIRE(desk.write_bundle_to(order).ok());
  const auto copy = desk.copy();
  const auto report = desk.read(*copy, {order.file});
  REQUIRE(report.ok());
  CHECK(report->created == order.created);
  CHECK(report->expires == order.expires);
  CHECK(copy->digest() == desk.digest());
}

TEST_CASE("what a bundle stands on and is not here is named with whom to ask, and joins when it comes") {
  BundleDesk desk;
  desk.write(0, 2);
  BundleOrder first = desk.order("first.bundle");
  REQUIRE(desk.write_bundle_to(first).ok());
  const VersionVector base = first.spaces[0].space->vector().value();
  desk.write(0, 3);
  desk.write(1, 1);
  BundleOrder second = desk.order("second.bundle");
  second.spaces[0].base = base;
  REQUIRE(desk.write_bundle_to(second).ok());

  const auto copy = desk.copy();
  const auto early = desk.read(*copy, {second.file});
  REQUIRE(early.ok());
  CHECK(early->is_whole);
  CHECK(early->needs_request());
  CHECK(early->title == "Northmere Community (EDI laptop)");
  const ChainId chain = desk.chains[0].id();
  CHECK(early->spaces[0].needed == std::vector<ChainRange>{{chain, 1, 2}});
  CHECK(early->spaces[0].missing == std::vector<ChainRange>{{chain, 1, 5}});
  CHECK(early->spaces[0].commits_parked == 3);
  CHECK(copy->events() == 1);

  REQUIRE(desk.read(*copy, {first.file}).ok());
  CHECK(copy->digest() == desk.digest());
}

TEST_CASE("an attachment in a bundle needs the key of its space, whatever opens the bundle, and arrives once that is here") {
  BundleDesk desk;
  desk.write(0, 1);
  desk.attachments();
  const BlobAddress small = desk.attach(900), large = desk.attach(2 * kBlobChunkBytes + 5);
  BundleOrder order = desk.order();
  order.passphrase = "seven plain words";
  order.cost = {1, 8};
  order.spaces[0].attachments = {small, large};
  REQUIRE(desk.write_bundle_to(order).ok());

  const std::vector<fs::path> parts{order.file};
  const auto copy = desk.copy();
  BundleSink sink = desk.sink_of(*copy);
  sink.find_key = [](const SpaceId&, const KeyId&) -> const SealKey* { return nullptr; };
  const auto without = read_bundle(parts, {nullptr, "seven plain words"}, sink, {});
  REQUIRE(without.ok());
  CHECK(without->is_whole);
  CHECK(without->spaces.at(0).attachment_records_without_key == 2 + 4);
  CHECK(without->spaces.at(0).missing_key == desk.epoch.id);
  CHECK(copy->blobs.list()->empty());

  SealKey other = SealKey::make(desk.random);
  other.id = desk.epoch.id;
  sink.find_key = [&](const SpaceId&, const KeyId&) -> const SealKey* { return &other; };
  const auto wrong = read_bundle(parts, {nullptr, "seven plain words"}, sink, {});
  REQUIRE(wrong.ok());
  CHECK(wrong->spaces.at(0).frames_refused > 0);
  CHECK(copy->blobs.list()->empty());

  REQUIRE(read_bundle(parts, {nullptr, "seven plain words"}, desk.sink_of(*copy), {}).ok());
  CHECK(copy->blobs.has(small));
  CHECK(copy->blobs.size_of(large).value() == 2 * kBlobChunkBytes + 5);

  order = desk.order("keyless.bundle");
  order.spaces[0].attachments = {small};
  order.spaces[0].epoch = nullptr;
  CHECK(desk.write_bundle_to(order).error().code == ErrorCode::refused);
}

TEST_CASE("a bundle of before, whose attachments stand under its own key alone, is read as ever") {
  const Json json = parse_json(test::source_file("tests/golden/vectors/bundles.json")).value();
  const auto bytes_at = [&](const char* key) { return from_hex(json.find(key)->text()).value(); };
  BundleDesk desk;  // seeded: its device and key are those of the vectors
  REQUIRE(desk.space_id.hex() == json.find("space")->text());
  const fs::path file = desk.scratch / "of-before.bundle";
  write_bytes(file, bytes_at("bundle"));
  const auto copy = desk.copy();
  const auto report = desk.read(*copy, {file});
  REQUIRE(report.ok());
  CHECK(report->is_whole);
  CHECK(report->spaces.at(0).attachments_new == 1);
  CHECK(copy->blobs.has(*BlobAddress::from_hex(json.find("attachment")->text())));
}

TEST_CASE("a frame under a key that is not here, or of a space that is not here, is counted and changes nothing") {
  BundleDesk desk;
  desk.write(0, 2);
  const fs::path file = desk.bundle();
  const auto copy = desk.copy();
  BundleSink sink = desk.sink_of(*copy);
  sink.find_key = [](const SpaceId&, const KeyId&) -> const SealKey* { return nullptr; };
  const std::vector<fs::path> parts{file};
  const auto report = read_bundle(parts, {&desk.reader, std::nullopt}, sink, {});
  REQUIRE(report.ok());
  CHECK(report->spaces[0].frames_without_key == 1);
  CHECK(report->spaces[0].missing_key == desk.epoch.id);
  CHECK(report->spaces[0].missing.size() == 1);
  CHECK(copy->events() == 0);

  sink = desk.sink_of(*copy);
  sink.find_space = [](const SpaceId&) -> ReplicaSpace* { return nullptr; };
  const auto elsewhere = read_bundle(parts, {&desk.reader, std::nullopt}, sink, {});
  REQUIRE(elsewhere.ok());
  CHECK_FALSE(elsewhere->spaces[0].is_here);
  CHECK(elsewhere->spaces[0].frames == 1);
}

TEST_CASE("stopping the writing, or a disk that is full, leaves nothing behind") {
  BundleDesk desk;
  for (int i = 0; i < 8; ++i) desk.write(0, 1, 200, 900);
  const std::size_t before = files_in(desk.scratch.folder());
  BundleOrder order = desk.order();
  order.part_bytes = kPartBytesLeast;
  for (int stop_after = 0; stop_after < 12; ++stop_after) {
    int asked = 0;
    const auto written = write_bundle(order, desk.maker, desk.random, [&](const BundleProgress&) { return asked++ < stop_after; });
    if (written.ok()) break;
    CHECK(written.error().what.find("nothing of it was left behind") != std::string::npos);
    CHECK(files_in(desk.scratch.folder()) == before);
    REQUIRE(stop_after < 11);
  }
  order.file = "/dev/full/x.bundle";
  CHECK(desk.write_bundle_to(order).error().code != ErrorCode::corrupt);
}

TEST_CASE("a file that stands under the name is not replaced") {
  BundleDesk desk;
  desk.write(0, 1);
  const fs::path file = desk.bundle();
  const Bytes before = bytes_of_file(file);
  const auto again = desk.write_bundle_to(desk.order());
  REQUIRE_FALSE(again.ok());
  CHECK(again.error().code == ErrorCode::refused);
  CHECK(bytes_of_file(file) == before);
}

TEST_CASE("stopping the reading keeps what was read, and reading on completes it") {
  BundleDesk desk;
  for (int i = 0; i < 6; ++i) desk.write(0, 1, 500, 100);
  const std::vector<fs::path> parts{desk.bundle()};
  const auto copy = desk.copy();
  int asked = 0;
  const auto report = read_bundle(parts, {&desk.reader, std::nullopt}, desk.sink_of(*copy), [&](const BundleProgress&) { return asked++ < 5; });
  REQUIRE(report.ok());
  CHECK(report->was_stopped);
  CHECK_FALSE(report->is_whole);
  CHECK(copy->events() == 1500);
  CHECK(report->spaces[0].missing == std::vector<ChainRange>{{desk.chains[0].id(), 1501, 3000}});
  REQUIRE(desk.read(*copy, {parts[0]}).ok());
  CHECK(copy->digest() == desk.digest());
}

TEST_CASE("parts of two bundles are not read as one") {
  BundleDesk desk;
  desk.write(0, 1);
  const fs::path one = desk.bundle();
  const fs::path two = desk.write_bundle_to(desk.order("other.bundle"))->parts[0];
  const auto copy = desk.copy();
  const auto report = desk.read(*copy, {one, two});
  REQUIRE_FALSE(report.ok());
  CHECK(report.error().code == ErrorCode::refused);
}

TEST_CASE("nothing of spaces, chains, devices or titles stands in clear in a bundle") {
  BundleDesk desk;
  desk.write(0, 3);
  const Bytes bytes = bytes_of_file(desk.bundle());
  const auto holds = [&](ByteView part) { return std::search(bytes.begin(), bytes.end(), part.begin(), part.end()) != bytes.end(); };
  CHECK(holds(view_of("EHBUNDLE")));
  CHECK_FALSE(holds(desk.space_id.view().first(8)));
  CHECK_FALSE(holds(desk.chains[0].id().view().first(8)));
  CHECK_FALSE(holds(desk.maker.public_key().view().first(8)));
  CHECK_FALSE(holds(desk.reader.public_key().view().first(8)));
  CHECK_FALSE(holds(view_of("Northmere")));
}
