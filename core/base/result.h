/// Result<T>: a value, or an Error that a person can act on.
///
/// Use it for everything that the world may refuse: disks, partners, users, rules, foreign bytes.
/// For "we are wrong" use EVENHAND_ASSERT, which stays on in release builds.
/// Threads: values; no sharing.
#pragma once

#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace evenhand {

/// The closed list of reasons. Callers branch on these; people read Error::what.
enum class ErrorCode {
  not_found,    ///< it is not there
  refused,      ///< a rule says no; trying again changes nothing
  stale,        ///< the decision was made on an old view; look again, then retry
  corrupt,      ///< bytes are not what they claim to be
  unavailable,  ///< the world said no for now: disk, lock, partner
};

/// The word used for a code in logs and in JSON.
std::string_view to_word(ErrorCode code);

/// What happened, where, and what to do next. Plain words, no secrets, no personal data.
struct Error {
  ErrorCode code = ErrorCode::refused;
  std::string what;
  std::string where = {};  ///< file, row, byte, field; empty when `what` says it all
  std::string next = {};   ///< one thing to do; empty when there is none

  /// One line: "what (where). next".
  std::string sentence() const;
};

Error not_found(std::string what, std::string where = {}, std::string next = {});
Error refused(std::string what, std::string where = {}, std::string next = {});
Error stale(std::string what, std::string where = {}, std::string next = {});
Error corrupt(std::string what, std::string where = {}, std::string next = {});
Error unavailable(std::string what, std::string where = {}, std::string next = {});

[[noreturn]] void assertion_failed(const char* condition, const char* why, const char* file, int line);

/// Holds a T or an Error, never neither. value() on an error is our own mistake and stops the program.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}       // NOLINT: implicit on purpose
  Result(Error error) : held_(std::in_place_index<1>, std::move(error)) {}   // NOLINT: implicit on purpose

  bool ok() const { return held_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return require(), *std::get_if<0>(&held_); }
  const T& value() const& { return require(), *std::get_if<0>(&held_); }
  T value() && { return require(), std::move(*std::get_if<0>(&held_)); }  // by value: nothing dangles
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const {
    if (ok()) assertion_failed("!ok()", "error() asked of a result that holds a value", __FILE__, __LINE__);
    return *std::get_if<1>(&held_);
  }

 private:
  void require() const {
    if (!ok()) assertion_failed("ok()", std::get_if<1>(&held_)->what.c_str(), __FILE__, __LINE__);
  }

  std::variant<T, Error> held_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit on purpose

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const {
    if (ok()) assertion_failed("!ok()", "error() asked of a success", __FILE__, __LINE__);
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

}  // namespace evenhand

/// Stops the program before it writes nonsense. Never used on foreign bytes.
#define EVENHAND_ASSERT(condition, why) \
  ((condition) ? (void)0 : ::evenhand::assertion_failed(#condition, why, __FILE__, __LINE__))

#define EVENHAND_JOIN_(a, b) a##b
#define EVENHAND_JOIN(a, b) EVENHAND_JOIN_(a, b)

/// `EVENHAND_TRY(auto x, may_fail());` binds the value, or returns the error from the enclosing function.
#define EVENHAND_TRY(declaration, expression)                                     \
  auto EVENHAND_JOIN(result_, __LINE__) = (expression);                           \
  if (!EVENHAND_JOIN(result_, __LINE__)) return EVENHAND_JOIN(result_, __LINE__).error(); \
  declaration = std::move(EVENHAND_JOIN(result_, __LINE__)).value()

/// The same for Result<void>.
#define EVENHAND_CHECK(expression) \
  if (auto checked_result = (expression); !checked_result) return checked_result.error()
