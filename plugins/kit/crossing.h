/// What crosses the border while a plugin is tried: it is looked at, and where a check wants it, replaced on its way in.
///
/// Threads: one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plugins/host/runner.h"

namespace evenhand::plugins {

struct Crossing {
  /// Given to the plugin in the place of what the host wrote, whenever it is asked for that ability.
  struct Instead {
    std::string ability;
    std::string bytes;
  };

  std::vector<std::string> inputs;  ///< all that reached it since forget(), call by call; so all but the last of these
  std::optional<Error> refusal;     ///< of the last call; none: it answered, whatever the answer is worth
  std::size_t deaths = 0;           ///< how often it died or had to be stopped
  std::optional<Instead> instead;

  void forget() { inputs.clear(), refusal.reset(), deaths = 0; }
  bool was_asked() const { return !inputs.empty(); }
  bool has_answered() const { return was_asked() && !refusal; }
};

/// `inner`, with everything that crosses noted.
std::shared_ptr<Runner> watched(std::shared_ptr<Runner> inner, std::shared_ptr<Crossing> crossing);

}  // namespace evenhand::plugins
