#include "tests/faults/power_loss/disk_recorder.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace evenhand::test {

namespace {

bool is_recording = false;
std::vector<DiskCall> calls;

bool is_watched(int file) {
  if (!is_recording) return false;
  char path[4096];
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  const ssize_t length = ::readlink(link.c_str(), path, sizeof path);
  return length > 0 && std::string_view(path, static_cast<std::size_t>(length)).ends_with("/data.mdb");
}

void note_write(int file, std::uint64_t offset, const void* bytes, std::size_t count) {
  const auto* from = static_cast<const std::uint8_t*>(bytes);
  calls.push_back({DiskCall::What::write, offset, Bytes(from, from + count), (::fcntl(file, F_GETFL) & O_DSYNC) != 0});
}

std::uint64_t place_of(int file) { return static_cast<std::uint64_t>(::lseek(file, 0, SEEK_CUR)); }

}  // namespace

void start_recording() {
  calls.clear();
  is_recording = true;
}

void note_in_recording() { calls.push_back({}); }

std::vector<DiskCall> stop_recording() {
  is_recording = false;
  return std::move(calls);
}

}  // namespace evenhand::test

using evenhand::test::calls;
using evenhand::test::DiskCall;
using evenhand::test::is_watched;
using evenhand::test::note_write;
using evenhand::test::place_of;

#pragma GCC visibility push(default)
extern "C" {

// Under both names that the C library gives them: which one a library calls depends on how it was built.
ssize_t recorded_pwrite(int file, const void* bytes, size_t count, off_t offset) __asm__("pwrite");
ssize_t recorded_pwrite_64(int file, const void* bytes, size_t count, off_t offset) __asm__("pwrite64");
int recorded_ftruncate(int file, off_t length) __asm__("ftruncate");
int recorded_ftruncate_64(int file, off_t length) __asm__("ftruncate64");

ssize_t recorded_pwrite(int file, const void* bytes, size_t count, off_t offset) {
  const ssize_t done = ::syscall(SYS_pwrite64, file, bytes, count, offset);
  if (done > 0 && is_watched(file)) note_write(file, static_cast<std::uint64_t>(offset), bytes, static_cast<std::size_t>(done));
  return done;
}

ssize_t recorded_pwrite_64(int file, const void* bytes, size_t count, off_t offset) { return recorded_pwrite(file, bytes, count, offset); }

ssize_t write(int file, const void* bytes, size_t count) {
  const bool watched = is_watched(file);
  const std::uint64_t at = watched ? place_of(file) : 0;
  const ssize_t done = ::syscall(SYS_write, file, bytes, count);
  if (done > 0 && watched) note_write(file, at, bytes, static_cast<std::size_t>(done));
  return done;
}

ssize_t writev(int file, const struct iovec* parts, int count) {
  const bool watched = is_watched(file);
  std::uint64_t at = watched ? place_of(file) : 0;
  const ssize_t done = ::syscall(SYS_writev, file, parts, count);
  std::size_t left = done > 0 ? static_cast<std::size_t>(done) : 0;
  for (int i = 0; watched && i < count && left > 0; ++i) {
    const std::size_t here = std::min(left, parts[i].iov_len);
    note_write(file, at, parts[i].iov_base, here);
    at += here;
    left -= here;
  }
  return done;
}

int fdatasync(int file) {
  const long done = ::syscall(SYS_fdatasync, file);
  if (done == 0 && is_watched(file)) calls.push_back({DiskCall::What::sync});
  return static_cast<int>(done);
}

int fsync(int file) {
  const long done = ::syscall(SYS_fsync, file);
  if (done == 0 && is_watched(file)) calls.push_back({DiskCall::What::sync});
  return static_cast<int>(done);
}

int recorded_ftruncate(int file, off_t length) {
  const long done = ::syscall(SYS_ftruncate, file, length);
  if (done == 0 && is_watched(file)) calls.push_back({DiskCall::What::cut, static_cast<std::uint64_t>(length)});
  return static_cast<int>(done);
}

int recorded_ftruncate_64(int file, off_t length) { return recorded_ftruncate(file, length); }

}  // extern "C"
#pragma GCC visibility pop
