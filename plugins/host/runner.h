/// How a plugin's code is reached: in this process, in a worker, or by reading a pack. Callers need not know which.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace evenhand::plugins {

class Runner {
 public:
  virtual ~Runner() = default;

  /// One call through the border: the bytes of rows in, the bytes of a document or of rows out.
  /// `ability`: EVENHAND_ABILITY_… (plugins/abi/plugin.h). The answer is untrusted.
  /// Errors: refused (what the plugin says; what it did wrong: threw, died, took too long, wrote too much), unavailable.
  /// Threads: one at a time.
  virtual Result<std::string> run(std::string_view ability, std::string_view input) = 0;

  /// How often what runs it died or had to be stopped, which is no way to refuse: a crash, a loop, a flood. Always 0 where it runs in
  /// this process.
  virtual std::size_t deaths() const { return 0; }
};

}  // namespace evenhand::plugins
