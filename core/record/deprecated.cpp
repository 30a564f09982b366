#include "core/record/deprecated.h"

#include <algorithm>

namespace evenhand {

std::string Deprecation::words() const { return "since version " + std::to_string(since) + "; use \"" + std::string(instead) + "\""; }

std::span<const Deprecation> deprecations() {
  return {};  // none has been given up yet; a row: {"evidence", "note", 4, "text"}
}

const Deprecation* find_deprecation(std::span<const Deprecation> among, std::string_view type, std::string_view field) {
  const auto at = std::find_if(among.begin(), among.end(), [&](const Deprecation& one) { return one.type == type && one.field == field; });
  return at != among.end() ? &*at : nullptr;
}

}  // namespace evenhand
