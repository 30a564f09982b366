#include "core/os/mapped_pages.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <catch2/catch.hpp>

#include "core/os/files.h"
#include "tests/support/scratch.h"

using namespace evenhand;

namespace {

constexpr std::size_t kBytes = std::size_t{32} << 20;

struct Mapping {
  Mapping(int flags, int descriptor) : at(::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, flags, descriptor, 0)) { REQUIRE(at != MAP_FAILED); }
  ~Mapping() { ::munmap(at, kBytes); }
  std::uint8_t* bytes() const { return static_cast<std::uint8_t*>(at); }
  void* at;
};

}  // namespace

TEST_CASE("the pages of a shared mapping are given back, and the bytes stand there as before for whoever points to them") {
  Scratch scratch;
  REQUIRE(write_file_whole(scratch / "a", Bytes(kBytes, 7)));
  const FileHandle file(::open((scratch / "a").c_str(), O_RDWR | O_CLOEXEC));
  const Mapping mapping(MAP_SHARED, file.descriptor());
  const std::size_t before = resident_file_bytes();
  REQUIRE(before > 0);
  for (std::size_t at = 0; at < kBytes; at += 4096) REQUIRE(mapping.bytes()[at] == 7);
  mapping.bytes()[kBytes / 2] = 9;  // not on the disk yet
  CHECK(resident_file_bytes() > before + kBytes / 2);

  CHECK(give_back_pages(mapping.bytes() + kBytes / 3));
  CHECK(resident_file_bytes() < before + kBytes / 2);
  CHECK(mapping.bytes()[kBytes / 2] == 9);
  CHECK(mapping.bytes()[kBytes - 1] == 7);
}

TEST_CASE("private memory is never given back: it would lose its bytes") {
  const Mapping nameless(MAP_PRIVATE | MAP_ANONYMOUS, -1);
  nameless.bytes()[5] = 5;
  CHECK_FALSE(give_back_pages(nameless.bytes()));
  CHECK(nameless.bytes()[5] == 5);

  Scratch scratch;
  REQUIRE(write_file_whole(scratch / "a", Bytes(kBytes, 7)));
  const FileHandle file(::open((scratch / "a").c_str(), O_RDWR | O_CLOEXEC));
  const Mapping copied(MAP_PRIVATE, file.descriptor());
  copied.bytes()[5] = 5;
  CHECK_FALSE(give_back_pages(copied.bytes() + 4096));
  CHECK(copied.bytes()[5] == 5);

  const int on_stack = 1;
  CHECK_FALSE(give_back_pages(&on_stack));
  CHECK_FALSE(give_back_pages(nullptr));
}
