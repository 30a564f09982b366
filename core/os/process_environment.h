/// Settings that the user hands to the process. Threads: any, as nobody here changes them.
#pragma once

#include <optional>
#include <string>

namespace evenhand {

std::optional<std::string> environment_variable(const char* name);

}  // namespace evenhand
