/// What examining a plugin has found wrong so far, and how one JSON object is read without stopping at the first fault.
///
/// Threads: one. Lifetime: an ObjectReader looks at the Json and the Findings that it was made from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/codec/json.h"
#include "plugins/manifest/manifest.h"

namespace evenhand::plugins {

/// At most 60 bytes of a foreign text, between quotes, control characters escaped.
std::string in_quotes(std::string_view text);
/// "a, b and c".
std::string listed(const std::vector<std::string>& names);
/// "a, b, c and 4 more": at most six by name.
std::string some_of(const std::vector<std::string>& names);
/// "Did you mean "title"?", or `otherwise` when nothing known is near.
std::string did_you_mean(std::string_view written, const std::vector<std::string>& known, std::string otherwise);

class Findings {
 public:
  explicit Findings(std::string file) : file_(std::move(file)) {}

  void refuse(std::string_view code, std::size_t line, std::string path, std::string found, std::string wanted, std::string next);
  void warn(std::string_view code, std::size_t line, std::string path, std::string found, std::string wanted, std::string next);
  /// Nothing more is kept; saves the work of looking on.
  bool is_full() const { return refusals_.size() >= kRefusalsMax; }
  /// By line.
  std::vector<Refusal> take();

 private:
  void add(Refusal refusal);

  std::string file_;
  std::vector<Refusal> refusals_;
};

enum class Presence : std::uint8_t { needed, optional };

/// Reads one object key by key; what is wrong goes to the findings, and the value is then empty. Ask for every key that the
/// format knows, then finish(): any other key is refused, unless it begins with "x-".
class ObjectReader {
 public:
  ObjectReader(Findings& findings, const Json& json, std::string path);

  /// One line of text. `bytes_max`: beyond it, refused.
  std::string line(std::string_view key, std::size_t bytes_max, Presence presence = Presence::needed);
  /// One of a closed list; its place in the list.
  std::optional<std::size_t> word(std::string_view key, const std::vector<std::string>& list, Presence presence = Presence::needed);
  std::int64_t integer(std::string_view key, std::int64_t from, std::int64_t to, std::int64_t otherwise, std::string_view code, Presence presence);
  bool flag(std::string_view key);  ///< optional; false when absent
  /// Null pointer when it is absent, no object, or no list of at most `count_max` items; a needed one has some.
  const Json* object(std::string_view key, Presence presence);
  const Json* list(std::string_view key, std::size_t count_max, Presence presence);
  /// Whatever stands there; `wanted` is said when it is needed and absent.
  const Json* any(std::string_view key, Presence presence, std::string_view wanted) { return member(key, presence, wanted); }
  /// A list of lines, none twice. `what` says what each of them is.
  std::vector<std::string> lines(std::string_view key, std::size_t count_max, std::string_view what, Presence presence);

  void finish();

  /// True when it is an object at all.
  bool is_readable() const { return json_.is_object(); }
  std::string path(std::string_view key) const { return json_path(path_, key); }
  const std::string& path() const { return path_; }
  /// Of that member, or of the object when it is not there.
  std::size_t line_of(std::string_view key) const;
  std::size_t line_of() const { return json_.line(); }
  Findings& findings() { return findings_; }

 private:
  const Json* member(std::string_view key, Presence presence, std::string_view wanted);
  void refuse_type(std::string_view key, const Json& found, std::string_view wanted);

  Findings& findings_;
  const Json& json_;
  std::string path_;
  std::vector<std::string> known_;
};

/// What a parse error becomes.
void refuse_text(Findings& findings, const Error& error);
/// What a refusal becomes for those who want one error. Its place: "plugin.json:12: reads.evidence.titel".
Error to_error(const Refusal& refusal);

/// Letters that nobody sees, or that turn the direction of text: U+200B, U+202E and their like.
bool has_hidden_letters(std::string_view text);
/// Is it one line of text, without control characters?
bool is_line(std::string_view text, std::size_t bytes_max);

}  // namespace evenhand::plugins
