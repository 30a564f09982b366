/// The worker's end of the line to the host. Frames: plugins/abi/worker_frames.h.
///
/// The process ends when the host is gone. Threads: one. send_*() may be called from a signal handler.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "plugins/abi/worker_frames.h"

namespace evenhand::worker {

struct Frame {
  std::uint8_t kind = 0;
  std::string payload;
};

/// Waits for the next frame. Throws std::bad_alloc when it does not fit into the memory that is left.
Frame next_frame();

void send_frame(evenhand_worker_frame kind, std::string_view payload);
void send_number(evenhand_worker_frame kind, std::uint32_t number);

std::uint32_t number_at(std::string_view payload, std::size_t offset);

/// The answer of one call, sent on in pieces while it is being made.
class AnswerSink {
 public:
  explicit AnswerSink(std::size_t room) : room_(room) {}
  /// False when there is no room for it: nothing of it is taken.
  bool take(const std::uint8_t* bytes, std::size_t length);
  /// The rest of it and, in the same breath, that it is whole.
  void finish();

 private:
  void flush();

  std::size_t room_;
  std::string piece_;
};

}  // namespace evenhand::worker
