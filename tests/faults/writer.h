/// What the writers of the fault tests write, how they acknowledge it, and what must hold of a log whenever they ended.
///
/// An acknowledgement is a line in a file, written after the call returned.
/// Threads: one. Lifetime: values.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "tests/support/sample_log.h"
#include "tests/support/scratch.h"

namespace evenhand::test {

/// The same batches in every run: one commit, then several, some larger than a page.
inline std::vector<std::vector<Bytes>> batches() {
  constexpr int kBatches = 30;
  SeededRandom random(11);
  ChainWriter anna(sample_space(), 1), ben(sample_space(), 2);
  std::vector<std::vector<Bytes>> all(kBatches);
  for (auto& batch : all) {
    for (std::uint64_t i = 0; i < 1 + random.below(3); ++i) {
      batch.push_back((random.chance(50) ? anna : ben).commit(1 + random.below(5), random.chance(20) ? 9000 : 200));
    }
  }
  return all;
}

inline Result<AppendOutcome> append(Log& log, const std::vector<Bytes>& batch) {
  const std::vector<ByteView> views(batch.begin(), batch.end());
  return log.append(views);
}

inline void acknowledge(const std::filesystem::path& folder, const std::string& line) {
  const int file = ::open((folder / "acknowledged").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  const std::string text = line + "\n";
  EVENHAND_ASSERT(::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()), "a test can write");
  ::close(file);
}

inline std::size_t acknowledged(const std::filesystem::path& folder, const std::string& line) {
  std::ifstream file(folder / "acknowledged");
  std::size_t count = 0;
  for (std::string read; std::getline(file, read);) count += read == line ? 1 : 0;
  return count;
}

/// Where a hidden test that plays the writer is to write.
inline std::filesystem::path writer_folder() {
  const char* folder = std::getenv("EVENHAND_WRITER");
  EVENHAND_ASSERT(folder != nullptr, "only a test of faults runs the writer");
  return folder;
}

/// Whole batches only, from the first on, at least those promised; and one can go on. Gives how many there were.
inline std::size_t check_log_left(const std::filesystem::path& folder, const std::vector<std::vector<Bytes>>& all, std::size_t promised) {
  auto opened = Log::open(folder / "log", OpenMode::read_write);
  if (!opened) {
    INFO(opened.error().sentence());
    CHECK((opened.error().code == ErrorCode::not_found && promised == 0));
    return 0;
  }
  std::vector<Bytes> expected;
  std::size_t held = 0;
  const auto found = commits_of(opened->read().value());
  while (held < all.size() && expected.size() < found.size()) {
    expected.insert(expected.end(), all[held].begin(), all[held].end());
    ++held;
  }
  const bool is_prefix = found == expected;
  CHECK(is_prefix);
  CHECK(held >= promised);
  for (const auto& batch : all) REQUIRE(append(*opened, batch));
  std::vector<Bytes> whole;
  for (const auto& batch : all) whole.insert(whole.end(), batch.begin(), batch.end());
  const bool is_whole = commits_of(opened->read().value()) == whole;
  CHECK(is_whole);
  return held;
}

}  // namespace evenhand::test
