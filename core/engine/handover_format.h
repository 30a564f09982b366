/// What passes between a process that wants to write and the one that holds the workspace. Private to core/engine.
///
///     asker  → holder   version u8 ‖ is safe u8 ‖ Command
///     holder → asker    1 ‖ Receipt        about to be written; from here on the asker can look in the log
///                       2 ‖ Receipt        written
///                       3 ‖ Error          refused, or failed
///
/// Format: docs/formats/workspace-socket.md.
#pragma once

#include <variant>

#include "core/engine/command.h"

namespace evenhand {

/// A commit of 256 KiB, with the names of its fields and what its author had seen.
inline constexpr std::size_t kHandoverBytesMax = 512 * 1024;
inline constexpr const char* kHandoverSocket = "socket";

struct HandedOver {
  Command command;
  bool is_safe = false;  ///< to be examined by what comes with the program alone
};

Bytes encode_handover(const HandedOver& handed);
/// Errors: refused (another version of the program; not a command: with the byte).
Result<HandedOver> decode_handover_untrusted(ByteView bytes);

struct AboutToWrite {
  Receipt receipt;
};
struct Refusal {
  Error error;
};
using HandoverAnswer = std::variant<AboutToWrite, Receipt, Refusal>;

Bytes encode_answer(const HandoverAnswer& answer);
/// Errors: corrupt (with the byte).
Result<HandoverAnswer> decode_answer_untrusted(ByteView bytes);

}  // namespace evenhand
