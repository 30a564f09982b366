/// Records what this process writes to a log's data file, so that a test can say what a power loss would have left.
///
/// It stands in for write(), pwrite(), writev(), fsync(), fdatasync() and ftruncate() of the whole program: those
/// defined in an executable are the ones that its libraries call. Only files called data.mdb are recorded.
/// Threads: one records. Lifetime: the recording lasts until stop().
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/bytes.h"

namespace evenhand::test {

/// One call, in order.
struct DiskCall {
  enum class What { write, sync, cut, note } what = What::note;
  std::uint64_t offset = 0;  ///< write; cut: the new length
  Bytes bytes = {};          ///< write
  bool is_through = false;   ///< write: on the disk when it returns (O_DSYNC)
};

void start_recording();
/// What a test wants to find in its place among the calls: an acknowledgement.
void note_in_recording();
std::vector<DiskCall> stop_recording();

}  // namespace evenhand::test
