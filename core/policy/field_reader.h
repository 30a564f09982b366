/// Reads one JSON object of ours key by key and keeps the first thing that is wrong, with its path.
///
/// Ask for every key the format knows, then finish(): a key that nobody asked for is refused with the
/// nearest known name, because a slip of the pen that is ignored in silence loses data.
///
/// Threads: one. Lifetime: looks at the Json it was made from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/codec/json.h"

namespace evenhand {

class FieldReader {
 public:
  /// `path` names the object in messages; empty for the root.
  FieldReader(const Json& json, std::string path);

  /// Required text, not empty. After an error all of these give empty values.
  std::string text(std::string_view key);
  std::string text_if_any(std::string_view key);  ///< absent or null: empty
  std::int64_t integer(std::string_view key, std::int64_t from, std::int64_t to);
  bool flag(std::string_view key);
  /// Absent or null: empty.
  std::vector<std::string> texts_if_any(std::string_view key);
  const std::vector<Json>& list(std::string_view key);
  const std::vector<Json>& list_if_any(std::string_view key);
  /// The member when it is an object; null pointer when absent or null.
  const Json* object_if_any(std::string_view key);
  const Json* object(std::string_view key);
  /// Any member but null; null pointer when absent or null.
  const Json* any(std::string_view key);

  std::string path(std::string_view key) const { return json_path(path_, key); }
  std::string path(std::string_view key, std::size_t index) const { return json_path(path(key), index); }

  bool failed() const { return !outcome_.ok(); }
  void fail(Error error);
  void expect(bool holds, std::string_view key, std::string_view what);

  /// The first error; else refuses keys that were never asked for.
  Result<void> finish();

 private:
  const Json* member(std::string_view key, bool required);

  const Json& json_;
  std::string path_;
  std::vector<std::string> known_;
  Result<void> outcome_;
};

}  // namespace evenhand
