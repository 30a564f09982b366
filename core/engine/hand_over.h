/// The asking side of a hand-over: one command, brought to whoever holds the workspace. Private to core/engine.
#pragma once

#include "core/engine/handover_format.h"
#include "core/os/local_socket.h"

namespace evenhand {

/// Threads: one. Lifetime: one command.
class HandOver {
 public:
  HandOver(std::filesystem::path folder, Bytes command) : folder_(std::move(folder)), command_(std::move(command)) {}

  /// Connects, sends and listens, for up to `ms`. True: nothing more will come. A connection cut before the receipt is
  /// made again, since the command was not and will not be carried out.
  bool step(int ms);
  /// Ends it: unless the receipt has come by then, the holder will write nothing.
  void leave();

  /// What the command would become, once the holder was about to write.
  const std::optional<Receipt>& planned() const { return planned_; }
  /// What came of it, once the holder said so.
  const std::optional<Result<Receipt>>& outcome() const { return outcome_; }
  /// True when the holder has ended, or has ended this: nothing is being written any more.
  bool is_settled() const { return is_settled_; }

 private:
  void take(const Bytes& answer);

  std::filesystem::path folder_;
  Bytes command_;
  std::optional<LocalClient> client_;
  std::optional<Receipt> planned_;
  std::optional<Result<Receipt>> outcome_;
  bool is_settled_ = false;
};

}  // namespace evenhand
