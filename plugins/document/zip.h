/// Packs named parts into one ZIP file whose bytes depend on the parts alone.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"

namespace evenhand::document {

struct Part {
  std::string name;  ///< with forward slashes, no leading one
  std::string bytes;
};

/// The parts in the order given, deflated, each dated 1980-01-01. Errors: refused (over 4 GiB), unavailable.
Result<std::string> zip_of(const std::vector<Part>& parts);

}  // namespace evenhand::document
