#include <catch2/catch.hpp>
#include <fstream>

#include "core/os/mapped_pages.h"
#include "core/store/log.h"
#include "tests/support/chain_writer.h"
#include "tests/support/scratch.h"

using namespace evenhand;

namespace {

const SpaceId kSpace = [] {
  SpaceId id;
  id.bytes.fill(7);
  return id;
}();

// More commits than are read ahead at once, small and large ones.
struct Fixture {
  static constexpr std::size_t kCommits = 600;

  Scratch scratch;
  Log log = Log::create(scratch / "log", kSpace).value();
  std::vector<Bytes> commits;

  Fixture() {
    ChainWriter anna{kSpace, 1}, ben{kSpace, 2};
    for (std::size_t i = 0; i < kCommits; ++i) commits.push_back((i % 2 == 0 ? anna : ben).commit(1 + i % 3, i % 5 == 0 ? 9000 : 1000));
    const std::vector<ByteView> views(commits.begin(), commits.end());
    REQUIRE(log.append(views));
  }

  // Changes a byte of one commit in the file.
  void damage(Arrival arrival) {
    const std::filesystem::path file = scratch / "log" / "data.mdb";
    std::ifstream in(file, std::ios::binary);
    const std::string whole((std::istreambuf_iterator<char>(in)), {});
    const std::size_t at = whole.find(text_of(commits[arrival - 1]));
    REQUIRE(at != std::string::npos);
    std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
    out.seekp(static_cast<std::streamoff>(at + 300));
    out.put(static_cast<char>(whole[at + 300] ^ 1));
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a scan with hashes gives every commit in order, with the hashes that it has when read alone") {
  const auto view = log.read().value();
  for (const Arrival first : {Arrival{1}, Arrival{2}, Arrival{300}, Arrival{kCommits}, Arrival{kCommits + 1}}) {
    Arrival expected = first;
    REQUIRE(view.scan_hashed(first, [&](Arrival arrival, const CommitView& commit, std::span<const Hash> hashes) {
      CHECK(arrival == expected++);
      CHECK(std::equal(commit.bytes().begin(), commit.bytes().end(), commits[arrival - 1].begin(), commits[arrival - 1].end()));
      const auto alone = commit.event_hashes().value();
      CHECK(std::equal(hashes.begin(), hashes.end(), alone.begin(), alone.end()));
      return true;
    }));
    CHECK(expected == kCommits + 1);
  }
}

TEST_CASE_METHOD(Fixture, "the first damaged commit ends a scan with hashes: all before it is visited, nothing after") {
  damage(400);
  damage(590);
  for (const Arrival damaged : {Arrival{400}, Arrival{401}, Arrival{399}}) {
    if (damaged != 400) damage(damaged);
    const Arrival first_damaged = std::min<Arrival>(damaged, 400);
    const auto view = log.read().value();
    Arrival last = 0;
    const auto scanned = view.scan_hashed(1, [&](Arrival arrival, const CommitView&, std::span<const Hash>) { return last = arrival, true; });
    REQUIRE_FALSE(scanned);
    CHECK(scanned.error().code == ErrorCode::corrupt);
    CHECK(scanned.error().what.find("commit " + std::to_string(first_damaged) + " ") == 0);
    CHECK(last == first_damaged - 1);
  }
}

TEST_CASE_METHOD(Fixture, "a visitor that says stop is not called again, whatever is wrong further on") {
  damage(500);
  const auto view = log.read().value();
  for (const Arrival stop : {Arrival{1}, Arrival{200}, Arrival{499}}) {
    Arrival last = 0;
    CHECK(view.scan_hashed(1, [&](Arrival arrival, const CommitView&, std::span<const Hash>) { return (last = arrival) < stop; }));
    CHECK(last == stop);
  }
}

TEST_CASE("a log larger than what a process keeps of it is read whole, and views found before show the same bytes") {
  Scratch scratch{Scratch::quick_parent()};
  Log log = Log::create(scratch / "log", kSpace).value();
  ChainWriter writer{kSpace, 1};
  constexpr std::size_t kCommits = 480;
  Hash last;
  for (std::size_t i = 0; i < kCommits; ++i) {
    const Bytes commit = writer.commit(4, 60'000);
    const ByteView view = commit;
    REQUIRE(log.append({&view, 1}));
  }
  const std::size_t before = resident_file_bytes();
  REQUIRE(before > 0);
  const LogReadView view = log.read().value();
  std::vector<CommitView> held;
  std::size_t most = 0;
  REQUIRE(view.scan(1, [&](Arrival, const CommitView& commit) {
    held.push_back(commit);
    most = std::max(most, resident_file_bytes());
    return true;
  }));
  REQUIRE(held.size() == kCommits);
  CHECK(log.bytes_on_disk() > (std::size_t{110} << 20));
  CHECK(most < before + (std::size_t{90} << 20));

  std::uint64_t seq = 0;
  for (const CommitView& commit : held) {
    REQUIRE(commit.first_seq() == seq + 1);
    REQUIRE(commit.previous() == (seq == 0 ? writer.descriptor().root() : last));
    last = commit.event_hashes().value().back();
    seq = commit.last_seq();
  }
  view.keep_memory_small(held.front().bytes());
  CHECK(resident_file_bytes() < before + (std::size_t{90} << 20));
  CHECK(held.front().event_hashes().value().size() == 4);
}
