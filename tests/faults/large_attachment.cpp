// An attachment as long as may be, through the real program: bounded memory, kept once, stopped without a trace, refused by
// a sentence beyond the limit. EVENHAND_ATTACHMENT_MIB sets its length (64 here, 2047 in ./check bench).
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "core/codec/json.h"
#include "core/os/files.h"
#include "core/store/blob_store.h"
#include "tests/support/program.h"
#include "tests/support/scratch.h"

using namespace evenhand;
using test::run_program;
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kMib = std::uint64_t{1} << 20;
constexpr std::uint64_t kMemoryBytesMax = 48 * kMib;  // a plain command takes about 15

std::uint64_t attachment_mib() {
  const char* asked = std::getenv("EVENHAND_ATTACHMENT_MIB");
  return asked == nullptr ? 64 : std::strtoull(asked, nullptr, 10);
}

/// A file of which a few places hold something and the rest takes no room.
void make_sparse(const fs::path& file, std::uint64_t bytes) {
  { std::ofstream made(file); }
  fs::resize_file(file, bytes);
  std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
  for (std::uint64_t at = 0; at + 64 < bytes; at += bytes / 7 + 1) {
    out.seekp(static_cast<std::streamoff>(at));
    out << "something stands at " << at;
  }
}

struct Measured {
  int exit = -1;
  std::uint64_t bytes_of_memory = 0;
};

Measured measured(const std::vector<std::string>& words) {
  std::vector<char*> arguments = {const_cast<char*>(EVENHAND_PROGRAM)};
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::execv(EVENHAND_PROGRAM, arguments.data());
    ::_exit(127);
  }
  int status = 0;
  struct rusage used {};
  REQUIRE(::wait4(child, &status, 0, &used) == child);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, static_cast<std::uint64_t>(used.ru_maxrss) * 1024};
}

struct Desk {
  Scratch scratch;
  std::string workspace = (scratch / "ws").string();
  fs::path large = scratch / "recording.bin";

  Desk() {
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {"init", "--name", "Trust"}, {"cycle", "add", "EDS"}, {"evidence", "add", "Recording", "--outcome", "1A"}}) {
      REQUIRE(run(words).exit == 0);
    }
  }
  test::Ran run(std::vector<std::string> words) const {
    words.insert(words.begin(), {"--workspace", workspace});
    return run_program(words);
  }
  Measured measure(std::vector<std::string> words) const {
    words.insert(words.begin(), {"--workspace", workspace, "--quiet"});
    return measured(words);
  }
  /// Bytes of all attachments kept, cut copies among them.
  std::uint64_t bytes_kept() const {
    std::uint64_t bytes = 0;
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(workspace) / "spaces")) {
      const bool is_blob = entry.path().string().find("/blobs/") != std::string::npos && entry.is_regular_file();
      bytes += is_blob ? entry.file_size() : 0;
    }
    return bytes;
  }
  std::size_t files() const { return parse_json(run({"file", "list", "--json"}).out)->size(); }
};

bool same_bytes(const fs::path& a, const fs::path& b) {
  std::ifstream one(a, std::ios::binary), other(b, std::ios::binary);
  std::vector<char> left(kMib), right(kMib);
  while (one && other) {
    one.read(left.data(), static_cast<std::streamsize>(left.size()));
    other.read(right.data(), static_cast<std::streamsize>(right.size()));
    if (one.gcount() != other.gcount() || !std::equal(left.begin(), left.begin() + one.gcount(), right.begin())) return false;
  }
  return one.eof() && other.eof();
}

}  // namespace

TEST_CASE("a large attachment goes in and out in bounded memory and the same bytes are kept once") {
  const Desk desk;
  const std::uint64_t bytes = attachment_mib() * kMib;
  make_sparse(desk.large, bytes);
  const Measured in = desk.measure({"evidence", "attach", "Recording", desk.large.string(), "--title", "First copy"});
  CHECK(in.exit == 0);
  CHECK(in.bytes_of_memory < kMemoryBytesMax);
  const std::uint64_t kept = desk.bytes_kept();
  CHECK(kept >= bytes);
  CHECK(kept < bytes + kMib);
  CHECK(desk.measure({"evidence", "attach", "Recording", desk.large.string(), "--title", "Second copy"}).exit == 0);
  CHECK(desk.bytes_kept() == kept);
  CHECK(desk.files() == 2);
  const Measured out = desk.measure({"file", "save", "First copy", (desk.scratch / "saved.bin").string()});
  CHECK(out.exit == 0);
  CHECK(out.bytes_of_memory < kMemoryBytesMax);
  const bool is_same = same_bytes(desk.large, desk.scratch / "saved.bin");
  CHECK(is_same);
  REQUIRE(remove_tree(desk.scratch / "saved.bin"));
  REQUIRE(remove_tree(desk.large));
  const Measured exported = desk.measure({"export", "all", "--to", (desk.scratch / "out").string()});
  CHECK(exported.exit == 0);
  CHECK(exported.bytes_of_memory < kMemoryBytesMax);
  std::printf("{\"name\": \"attachment of %llu MiB\", \"unit\": \"MiB of memory\", \"in\": %llu, \"out\": %llu, \"export\": %llu, \"goal\": %llu}\n",
              static_cast<unsigned long long>(attachment_mib()), static_cast<unsigned long long>(in.bytes_of_memory / kMib),
              static_cast<unsigned long long>(out.bytes_of_memory / kMib), static_cast<unsigned long long>(exported.bytes_of_memory / kMib),
              static_cast<unsigned long long>(kMemoryBytesMax / kMib));
}

TEST_CASE("a file longer than 2 GiB is refused by a sentence before a byte is copied") {
  const Desk desk;
  make_sparse(desk.large, kBlobBytesMax + 1);
  const auto ran = desk.run({"evidence", "attach", "Recording", desk.large.string()});
  CHECK(ran.exit == 2);
  CHECK(ran.err.find("at most 2 GiB") != std::string::npos);
  CHECK_FALSE(fs::exists(fs::path(desk.workspace) / "spaces" / "blobs"));
  CHECK(desk.bytes_kept() == 0);
  CHECK(desk.files() == 0);
}

TEST_CASE("Ctrl-C while a file is attached or saved ends with 130 and leaves no part of it") {
  const Desk desk;
  make_sparse(desk.large, 8 * kMib);
  const auto stopped_at_write = [&](const std::string& words) {
    return WEXITSTATUS(std::system(("strace -f -qq -o /dev/null -e trace=write -e inject=write:signal=SIGINT:when=9 " EVENHAND_PROGRAM " --workspace '" +
                                    desk.workspace + "' " + words + " >/dev/null 2>&1").c_str()));
  };
  CHECK(stopped_at_write("evidence attach Recording '" + desk.large.string() + "'") == 130);
  CHECK(desk.bytes_kept() == 0);
  CHECK(desk.files() == 0);
  REQUIRE(desk.run({"evidence", "attach", "Recording", desk.large.string(), "--title", "Whole"}).exit == 0);
  const fs::path saved = desk.scratch / "saved.bin";
  CHECK(stopped_at_write("file save Whole '" + saved.string() + "'") == 130);
  CHECK_FALSE(fs::exists(saved));
}

TEST_CASE("an attachment and its mention in the evidence are one action: undo takes back both") {
  const Desk desk;
  make_sparse(desk.large, kMib);
  REQUIRE(desk.run({"evidence", "attach", "Recording", desk.large.string(), "--title", "Undone"}).exit == 0);
  REQUIRE(desk.run({"undo"}).exit == 0);
  CHECK(desk.files() == 0);
  const auto evidence = parse_json(desk.run({"evidence", "show", "Recording", "--json"}).out);
  REQUIRE(evidence.ok());
  const Json* attached = evidence->find("fields")->find("files");
  CHECK((attached == nullptr || attached->size() == 0));
  CHECK(desk.run({"evidence", "attach", "Recording", desk.large.string(), "--title", "Undone"}).exit == 0);
  CHECK(desk.files() == 1);
}
