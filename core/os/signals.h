/// Ctrl-C and a polite end (SIGINT, SIGTERM) as a flag that long work asks for; the second one ends the program at once.
/// Threads: any.
#pragma once

namespace evenhand {

/// From now on until the object dies, the first SIGINT or SIGTERM only raises the flag.
class InterruptWatch {
 public:
  InterruptWatch();
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;
};

/// True once a watched signal came. Long work polls it between steps, finishes the step and stops.
bool is_interrupted();

/// A broken pipe or a full disk quota becomes an error of the call, not the end of the program. Called once, at start.
void ignore_deadly_write_signals();

}  // namespace evenhand
