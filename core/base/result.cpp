#include "core/base/result.h"

#include <cstdio>

namespace evenhand {

std::string_view to_word(ErrorCode code) {
  switch (code) {
    case ErrorCode::not_found: return "not_found";
    case ErrorCode::refused: return "refused";
    case ErrorCode::stale: return "stale";
    case ErrorCode::corrupt: return "corrupt";
    case ErrorCode::unavailable: return "unavailable";
  }
  assertion_failed("code", "an error code outside its closed list", __FILE__, __LINE__);
}

std::string Error::sentence() const {
  std::string text = what;
  if (!where.empty()) text += " (" + where + ")";
  if (!text.empty() && text.back() != '.' && text.back() != '?') text += '.';
  if (!next.empty()) text += " " + next;
  return text;
}

namespace {
Error make(ErrorCode code, std::string what, std::string where, std::string next) {
  return Error{code, std::move(what), std::move(where), std::move(next)};
}
}  // namespace

Error not_found(std::string what, std::string where, std::string next) {
  return make(ErrorCode::not_found, std::move(what), std::move(where), std::move(next));
}
Error refused(std::string what, std::string where, std::string next) {
  return make(ErrorCode::refused, std::move(what), std::move(where), std::move(next));
}
Error stale(std::string what, std::string where, std::string next) {
  return make(ErrorCode::stale, std::move(what), std::move(where), std::move(next));
}
Error corrupt(std::string what, std::string where, std::string next) {
  return make(ErrorCode::corrupt, std::move(what), std::move(where), std::move(next));
}
Error unavailable(std::string what, std::string where, std::string next) {
  return make(ErrorCode::unavailable, std::move(what), std::move(where), std::move(next));
}

void assertion_failed(const char* condition, const char* why, const char* file, int line) {
  std::fprintf(stderr, "evenhand: stopped before writing nonsense: %s [%s] at %s:%d\n", why, condition, file, line);
  std::abort();
}

}  // namespace evenhand
