#include "core/os/process_environment.h"

#include <cstdlib>

namespace evenhand {

std::optional<std::string> environment_variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody calls setenv
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace evenhand
