/// Writes the bytes that a plugin is given. Format: docs/formats/plugin-input.md.
///
/// It writes nothing that the manifest does not declare: the one place where data is kept from a plugin.
/// Threads: one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/abi/input_tags.h"
#include "plugins/manifest/manifest.h"

namespace evenhand::plugins {

/// One field on its way to a plugin.
struct InputField {
  std::string name;
  std::uint64_t state = 0;  ///< evenhand_input_state bits
  std::vector<std::string> texts = {};
  std::optional<std::int64_t> number = {};
  unsigned decimals = 0;
  std::vector<std::string> alternatives = {};
};

/// What a row of an aggregate stands on. Where it was not asked whose the rows are, each counts as another person's.
struct MadeOf {
  std::uint64_t rows = 0;
  std::uint64_t people = 0;
  std::vector<std::uint64_t> counted = {};  ///< by measure: the people who have a number other than nought; empty: not asked
};

struct InputRow {
  std::string type;
  std::string id;  ///< empty for a computed row
  std::vector<InputField> fields;
  MadeOf made_of = {};  ///< of an aggregate; kept from the plugin
};

class InputWriter {
 public:
  /// `asked`: the id of the contribution. Lifetime of the manifest: as long as the writer.
  InputWriter(const Manifest& manifest, std::string_view asked);

  void option(std::string_view name, std::string_view text);
  /// Drops the row when its type is not declared, and every field that is not.
  void row(const InputRow& row);
  /// All that was written.
  const std::string& bytes() const { return bytes_; }

 private:
  const Manifest& manifest_;
  std::string bytes_;
};

}  // namespace evenhand::plugins
