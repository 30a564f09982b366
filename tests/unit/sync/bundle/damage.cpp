// Cuts and flipped bytes: whatever is intact is used, whatever is not is told.
#include <catch2/catch.hpp>

#include "tests/support/bundle_desk.h"

using namespace evenhand;
namespace fs = std::filesystem;

namespace {

// Where the frames of a bundle end in its file, and how many events they hold.
struct FrameEnd {
  std::uint64_t end;
  std::uint64_t events;
};

// Chains of one commit per frame: each frame is of use without the others.
struct ManyChains {
  BundleDesk desk;
  fs::path file;
  Bytes bytes;
  std::vector<FrameEnd> frames;

  ManyChains(std::size_t chains, std::size_t body_bytes) : desk(chains) {
    for (std::size_t i = 0; i < chains; ++i) desk.write(i, 1, 1 + i % 3, body_bytes);
    file = desk.bundle();
    bytes = bytes_of_file(file);
    find_frames();
  }

  void find_frames() {
    const BundleKey key = open_slots(BundleHeader::decode_untrusted(bytes).value(), {&desk.reader, std::nullopt}).value();
    const RecordCodec codec(key);
    for (std::size_t at = 0; at + RecordHead::kBytes < bytes.size();) {
      const auto head = codec.find_head(ByteView(bytes).subspan(at));
      if (!head) {
        ++at;
        continue;
      }
      const std::size_t whole = RecordHead::kBytes + head->length;
      const auto opened = codec.open(*head, ByteView(bytes).subspan(at, whole)).value();
      at += whole;
      if (opened.type != RecordType::frame) continue;
      const auto header = read_frame_header(opened.content()).value();
      frames.push_back({at, header.range.last_seq});
    }
    REQUIRE(frames.size() == desk.chains.size());
  }

  std::uint64_t events() const {
    std::uint64_t sum = 0;
    for (const FrameEnd& frame : frames) sum += frame.events;
    return sum;
  }
  std::uint64_t events_before(std::uint64_t cut) const {
    std::uint64_t sum = 0;
    for (const FrameEnd& frame : frames) sum += frame.end <= cut ? frame.events : 0;
    return sum;
  }
};

// Stores nothing durably, so that thousands of readings are quick; it still looks at every commit.
class CountingSpace : public ReplicaSpace {
 public:
  explicit CountingSpace(const SpaceId& id) : id_(id) {}
  const SpaceId& id() const override { return id_; }
  SegmentForm form() const override { return SegmentForm::commits; }
  Result<VersionVector> vector() const override { return vector_; }
  Result<std::vector<Hash>> full_heads() const override { return std::vector<Hash>{}; }
  Result<Lane> lane_of(const ChainId&) const override { return Lane::data; }
  Result<bool> has(const Reference&) const override { return false; }
  Result<std::vector<Reference>> missing_bodies(std::size_t) const override { return std::vector<Reference>{}; }
  Result<Hash> log_digest() const override { return Hash{}; }
  Result<std::optional<Segment>> next_segment(const ChainId&, std::uint64_t, std::uint64_t&) const override { return std::optional<Segment>(); }
  Result<Stored> store(std::span<const Segment> segments) override {
    Stored stored;
    for (const Segment& segment : segments) {
      EVENHAND_TRY(const CommitView commit, CommitView::decode_untrusted(segment.payload));
      EVENHAND_TRY(const auto hashes, verify_commit(commit, *commit.descriptor()));
      stored.events_new += commit.event_count();
      vector_.entries.push_back({segment.range.chain, {{commit.last_seq(), shorten(hashes.back())}}});
    }
    std::sort(vector_.entries.begin(), vector_.entries.end(), [](const auto& a, const auto& b) { return a.chain < b.chain; });
    return stored;
  }
  Result<std::vector<BlobAddress>> wanted_blobs(std::size_t) const override { return std::vector<BlobAddress>{}; }
  BlobStore* blobs() override { return nullptr; }

 private:
  SpaceId id_;
  VersionVector vector_;
};

Result<BundleReport> read_damaged(ManyChains& made, ByteView bytes) {
  const fs::path file = made.desk.scratch / "damaged.bundle";
  write_bytes(file, bytes);
  CountingSpace space(made.desk.space_id);
  const BundleSink sink{[&](const SpaceId&) { return &space; }, [&](const SpaceId&, const KeyId&) { return &made.desk.epoch; }};
  return read_bundle({&file, 1}, {&made.desk.reader, std::nullopt}, sink, {});
}

std::uint64_t new_events(const BundleReport& report) { return report.spaces.empty() ? 0 : report.spaces[0].events_new; }

}  // namespace

TEST_CASE("a small bundle cut at any byte gives every frame that stands before the cut") {
  ManyChains made(4, 40);
  const std::size_t header = BundleHeader::decode_untrusted(made.bytes)->bytes();
  for (std::size_t cut = 0; cut < made.bytes.size(); ++cut) {
    const auto report = read_damaged(made, ByteView(made.bytes).first(cut));
    INFO("cut at " << cut << " of " << made.bytes.size());
    if (cut < header) {
      REQUIRE_FALSE(report.ok());
      continue;
    }
    REQUIRE(report.ok());
    REQUIRE(new_events(*report) == made.events_before(cut));
    if (report->is_whole) REQUIRE(made.bytes.size() - cut <= header + BundleHeader::kTrailerMarkBytes);  // only the second copy of the header is gone
    if (!report->spaces.empty() && report->spaces[0].missing.empty()) REQUIRE(new_events(*report) == made.events());
  }
}

TEST_CASE("a larger bundle cut at a thousand places gives every frame that stands before the cut, and names the chains that lack") {
  ManyChains made(60, 3000);
  SeededRandom random(4);
  for (int i = 0; i < 1000; ++i) {
    const std::size_t cut = BundleHeader::decode_untrusted(made.bytes)->bytes() + random.below(made.bytes.size() - BundleHeader::decode_untrusted(made.bytes)->bytes());
    const auto report = read_damaged(made, ByteView(made.bytes).first(cut));
    REQUIRE(report.ok());
    REQUIRE(new_events(*report) == made.events_before(cut));
    if (report->spaces.empty() || !report->maker) continue;
    if (report->spaces[0].frames > 0) REQUIRE(report->spaces[0].missing.size() == 60 - report->spaces[0].frames);
  }
}

TEST_CASE("any one damaged byte of a small bundle costs at most the frame that it stands in, and is told") {
  ManyChains made(4, 40);
  for (std::size_t at = 0; at < made.bytes.size(); ++at) {
    Bytes damaged = made.bytes;
    damaged[at] ^= static_cast<std::uint8_t>(1u << (at % 8));
    const auto report = read_damaged(made, damaged);
    INFO("byte " << at << " of " << made.bytes.size());
    REQUIRE(report.ok());
    std::uint64_t most_lost = 0, from = 0;
    for (const FrameEnd& frame : made.frames) {
      if (at >= from && at < frame.end) most_lost = frame.events;
      from = frame.end;
    }
    REQUIRE(new_events(*report) + most_lost >= made.events());
    if (new_events(*report) < made.events()) {
      REQUIRE_FALSE(report->is_whole);
      REQUIRE(report->records_lost == 1);
      REQUIRE(report->spaces[0].missing.size() == 1);
    }
    if (!report->is_whole) REQUIRE(report->records_lost + report->parts_cut >= 1);
  }
}

TEST_CASE("bytes that went missing, or came in, in the middle cost at most the frames around them") {
  ManyChains made(30, 200);
  SeededRandom random(9);
  const std::size_t first = BundleHeader::decode_untrusted(made.bytes)->bytes();
  for (int i = 0; i < 200; ++i) {
    const std::size_t at = first + random.below(made.bytes.size() - first - 600);
    const auto place = made.bytes.begin() + static_cast<std::ptrdiff_t>(at);
    Bytes shorter(made.bytes.begin(), place);
    shorter.insert(shorter.end(), place + 1 + static_cast<std::ptrdiff_t>(random.below(300)), made.bytes.end());
    Bytes longer(made.bytes.begin(), place);
    longer.resize(longer.size() + 1 + random.below(300), 0x41);
    longer.insert(longer.end(), place, made.bytes.end());
    for (const Bytes& damaged : {shorter, longer}) {
      const auto report = read_damaged(made, damaged);
      REQUIRE(report.ok());
      REQUIRE(new_events(*report) + 6 >= made.events());
    }
  }
}

TEST_CASE("a record that its maker sealed but that lies about its content brings nothing in") {
  BundleDesk desk(2);
  desk.write(0, 1);
  desk.write(1, 1);
  const LogSpace space(desk.log);
  std::uint64_t cursor = 0;
  Segment segment = *space.next_segment(desk.chains[0].id(), 0, cursor).value();
  const auto refuses = [&](const SegmentRange& range, ByteView commits) {
    const Bytes frame = pack_frame(desk.space_id, range, commits, &desk.epoch, desk.maker, desk.random).value();
    const auto header = read_frame_header(frame);
    REQUIRE(header.ok());
    const auto opened = open_frame(frame, *header, [&](const KeyId&) { return &desk.epoch; });
    return !opened.ok() && opened.error().code == ErrorCode::corrupt;
  };
  CHECK_FALSE(refuses(segment.range, segment.payload));
  SegmentRange range = segment.range;
  range.chain = desk.chains[1].id();
  CHECK(refuses(range, segment.payload));
  range = segment.range;
  ++range.last_seq;
  CHECK(refuses(range, segment.payload));
  range = segment.range;
  range.previous.bytes[0] ^= 1;
  CHECK(refuses(range, segment.payload));
  CHECK(refuses(segment.range, ByteView(segment.payload).first(segment.payload.size() - 1)));
}

TEST_CASE("a seal of a part that cannot be, or a header that names more parts than a bundle has, is no reason to stop or to search") {
  BundleDesk desk;
  BundleKey key{desk.random.make_id<BundleId>(), SealKey::make(desk.random)};
  BundleHeader header;
  header.id = key.id;
  header.part = header.parts = 1;
  header.device_slots.push_back(make_device_slot(key, desk.reader.public_key(), desk.random).value());
  const auto copy = desk.copy();
  for (const std::uint32_t part : {std::uint32_t{0}, kBundlePartsMax + 1}) {
    Bytes bytes = header.encode();
    const Bytes seal = RecordCodec(key).seal(0, RecordType::seal, sign_part(PartSeal{part, true, 0, 5, 0, 0, 0, {}}, key.id, desk.maker));
    bytes.insert(bytes.end(), seal.begin(), seal.end());
    const fs::path file = desk.scratch / ("seal-" + std::to_string(part));
    write_bytes(file, bytes);
    const auto report = desk.read(*copy, {file});
    REQUIRE(report.ok());
    CHECK_FALSE(report->is_whole);
    CHECK(report->parts_read.empty());
  }
  header.parts = 0xffff'ffff;
  const fs::path endless = desk.scratch / "endless";
  write_bytes(endless, header.encode());
  CHECK_FALSE(desk.read(*copy, {endless}).ok());
}
