// Damages a log's file in many ways. Each time: the damage is found, or every commit reads back as it was; this
// process never ends; and whatever stands undamaged in the file is saved.

#include <catch2/catch.hpp>
#include <algorithm>
#include <cstring>
#include <fstream>

#include "core/os/files.h"
#include "core/store/doctor.h"
#include "tests/support/sample_log.h"
#include "tests/support/scratch.h"

using namespace evenhand;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kPage = 4096;

Bytes load(const fs::path& file) { return read_file(file, std::size_t{1} << 30).value(); }
void save(const fs::path& file, const Bytes& bytes) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

const char* damage(Bytes& file, const Bytes& older, SeededRandom& random) {
  const std::size_t pages = file.size() / kPage;
  const auto page = [&](std::size_t n) { return file.begin() + static_cast<std::ptrdiff_t>(n * kPage); };
  const std::size_t one = random.below(pages), other = random.below(pages);
  switch (random.below(8)) {
    case 0: std::fill(page(one), page(one) + kPage, std::uint8_t{0}); return "zeroed page";
    case 1: std::swap_ranges(page(one), page(one) + kPage, page(other)); return "swapped pages";
    case 2: file.resize(random.below(file.size())); return "cut short";
    case 3: random.fill({&*page(one), kPage}); return "page of noise";
    case 4:
      if ((one + 1) * kPage <= older.size()) std::copy_n(older.begin() + static_cast<std::ptrdiff_t>(one * kPage), kPage, page(one));
      return "old page restored";
    case 5: file[random.below(2 * kPage)] ^= static_cast<std::uint8_t>(1u << random.below(8)); return "bit of a meta page";
    case 6: file[one * kPage + random.below(64)] ^= static_cast<std::uint8_t>(1u << random.below(8)); return "bit of a page's head";
    default: file[random.below(file.size())] ^= static_cast<std::uint8_t>(1u << random.below(8)); return "flipped bit";
  }
}

bool holds(const Bytes& file, const Bytes& commit) { return ::memmem(file.data(), file.size(), commit.data(), commit.size()) != nullptr; }

std::vector<Bytes> sorted(std::vector<Bytes> commits) {
  std::sort(commits.begin(), commits.end());
  return commits;
}

// Sound to every eye: the same commits, each event found, both ends of the fork, and it can be written to.
bool reads_back(Log& log, const SampleLog& sample) {
  {
    const auto view = log.read();
    if (!view) return false;
    if (commits_of(*view) != sample.commits || view->parked_count() != 1 || view->chains().value().size() != 3) return false;
    for (const Reference& reference : sample.references) {
      if (!view->find(reference)) return false;
    }
  }
  ChainWriter stranger(sample_space(), 4711);
  const Bytes next = stranger.commit();
  const ByteView bytes = next;
  return log.append({&bytes, 1}).ok();
}

}  // namespace

TEST_CASE("damage is found or harmless, never ends the program, and costs only what it touched") {
  Scratch scratch;
  const SampleLog older_sample = SampleLog::make(scratch / "older", 1, 40);
  const SampleLog sample = SampleLog::make(scratch / "log", 1, 60);
  const Bytes sound = load(scratch / "log" / "data.mdb");
  const Bytes older = load(scratch / "older" / "data.mdb");
  SeededRandom random(2026);
  int found = 0, harmless = 0;
  for (int round = 0; round < 300; ++round) {
    Bytes file = sound;
    const std::string kind = damage(file, older, random);
    CAPTURE(round, kind);
    Scratch one;
    fs::create_directory(one / "log");
    save(one / "log" / "data.mdb", file);
    {
      auto log = Log::open(one / "log", OpenMode::read_write);
      if (log) {
        CHECK(reads_back(*log, sample));
        ++harmless;
      } else {
        CHECK(log.error().code == ErrorCode::corrupt);
        ++found;
      }
    }
    save(one / "log" / "data.mdb", file);
    const auto saved = salvage(one / "log", one / "saved");
    REQUIRE((saved.ok() || !holds(file, sample.commits.front())));
    if (!saved) continue;
    Log log = Log::open(one / "saved", OpenMode::read_write).value();
    // What was lost comes back from a partner; then everything undamaged must be there without having been sent.
    std::vector<Bytes> from_partner;
    for (const Bytes& commit : sample.commits) {
      if (!holds(file, commit)) from_partner.push_back(commit);
    }
    CHECK(saved->missing.empty() <= from_partner.empty());
    const std::vector<ByteView> views(from_partner.begin(), from_partner.end());
    REQUIRE(log.append_untrusted(views));
    const auto view = log.read().value();
    std::size_t lost = 0;
    for (const Reference& reference : sample.references) lost += view.find(reference) ? 0 : 1;
    CHECK(lost == 0);
    const bool is_complete = sorted(commits_of(view)) == sorted(sample.commits);
    CHECK(is_complete);
  }
  CAPTURE(found, harmless);
  CHECK(found >= 150);
  CHECK(harmless >= 15);
}

TEST_CASE("damage that strikes while the log is open never ends a reader nor shows it a wrong commit") {
  Scratch scratch;
  const SampleLog sample = SampleLog::make(scratch / "log", 3, 60);
  const Bytes sound = load(scratch / "log" / "data.mdb");
  SeededRandom random(7);
  int noticed = 0;
  for (int round = 0; round < 200; ++round) {
    Scratch one;
    fs::create_directory(one / "log");
    save(one / "log" / "data.mdb", sound);
    Log log = Log::open(one / "log", OpenMode::read_write).value();
    {
      // Bytes rot in place; the file keeps its length.
      std::fstream file(one / "log" / "data.mdb", std::ios::in | std::ios::out | std::ios::binary);
      Bytes noise(random.chance(50) ? kPage : 1 + random.below(16));
      random.fill(noise);
      file.seekp(static_cast<std::streamoff>((2 + random.below(sound.size() / kPage - 2)) * kPage + random.below(2) * 10));
      file.write(reinterpret_cast<const char*>(noise.data()), static_cast<std::streamsize>(std::min(noise.size(), kPage - 10)));
    }
    CAPTURE(round);
    bool is_wrong = false;
    std::size_t seen = 0;
    {
      const auto view = log.read();
      if (!view) continue;
      const auto scanned = view->scan(1, [&](Arrival arrival, const CommitView& commit) {
        const Bytes& expected = sample.commits[arrival - 1];
        is_wrong = !std::equal(commit.bytes().begin(), commit.bytes().end(), expected.begin(), expected.end());
        ++seen;
        return !is_wrong;
      });
      CHECK_FALSE(is_wrong);
      CHECK((!scanned.ok() || seen == sample.commits.size()));
      noticed += scanned ? 0 : 1;
      for (const Reference& reference : sample.references) {
        const auto place = view->find(reference);
        if (place) CHECK(place->arrival <= sample.commits.size());
      }
    }
  }
  CHECK(noticed >= 50);
}

TEST_CASE("a file cut short while the log is open is an error of the reader, not the end of the program") {
  Scratch scratch;
  const SampleLog sample = SampleLog::make(scratch / "log", 3, 60);
  const Log log = Log::open(scratch / "log", OpenMode::read_only).value();
  const auto view = log.read().value();
  fs::resize_file(scratch / "log" / "data.mdb", 10 * kPage);
  std::size_t seen = 0;
  const auto scanned = view.scan(1, [&](Arrival, const CommitView&) { return ++seen > 0; });
  REQUIRE_FALSE(scanned);
  CHECK(scanned.error().code == ErrorCode::corrupt);
  CHECK(seen < sample.commits.size());
}

TEST_CASE("the doctor says that a sound log is sound and what is wrong with another") {
  Scratch scratch;
  const SampleLog sample = SampleLog::make(scratch / "log", 5, 30);
  const auto sound = diagnose(scratch / "log").value();
  CHECK(sound.is_sound);
  CHECK(sound.report.commits == sample.commits.size());
  CHECK(sound.report.parked == 1);
  Bytes file = load(scratch / "log" / "data.mdb");
  file.resize(file.size() / 2);
  save(scratch / "log" / "data.mdb", file);
  const auto short_file = diagnose(scratch / "log").value();
  CHECK_FALSE(short_file.is_sound);
  REQUIRE_FALSE(short_file.findings.empty());
  CHECK(short_file.findings[0].find("cut short") != std::string::npos);
  CHECK(diagnose(scratch / "none").error().code == ErrorCode::not_found);
}

TEST_CASE("salvage names the events that are missing") {
  Scratch scratch;
  ChainWriter writer(sample_space(), 1);
  std::vector<Bytes> commits;
  {
    Log log = Log::create(scratch / "log", sample_space()).value();
    for (int i = 0; i < 9; ++i) {
      commits.push_back(writer.commit(2, 300));
      const ByteView bytes = commits.back();
      REQUIRE(log.append({&bytes, 1}));
    }
  }
  Bytes file = load(scratch / "log" / "data.mdb");
  for (const std::size_t lost : {std::size_t{3}, std::size_t{8}}) {
    for (;;) {  // every copy that LMDB left behind
      auto* at = static_cast<std::uint8_t*>(::memmem(file.data(), file.size(), commits[lost].data(), commits[lost].size()));
      if (at == nullptr) break;
      at[200] ^= 0xFF;
    }
  }
  save(scratch / "log" / "data.mdb", file);
  CHECK(Log::open(scratch / "log", OpenMode::read_write).error().code == ErrorCode::corrupt);
  const Salvage saved = salvage(scratch / "log", scratch / "saved").value();
  CHECK(saved.commits == 7);
  CHECK(saved.commits_parked == 4);
  CHECK(saved.missing == std::vector<MissingRange>{{writer.id(), 7, 8}, {writer.id(), 17, 18}});
}
