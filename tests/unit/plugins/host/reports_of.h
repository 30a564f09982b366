/// What the tests of the host share: a model out of data files and the built-in plugins.
#pragma once

#include <string>
#include <vector>

#include "plugins/document/json.h"
#include "plugins/host/run_report.h"
#include "tests/support/data_file_model.h"

namespace evenhand::test {

inline constexpr const char* kCcs = "data/published/ccs-2023-24.json";
inline constexpr const char* kLpt = "data/published/lpt-2023-24.json";
inline constexpr const char* kFenmarsh = "data/demonstration/fenmarsh-2025-26.json";

inline DataFileModel model_of(const std::vector<std::string>& files) {
  DataFileModel model;
  for (const std::string& file : files) EVENHAND_ASSERT(model.add_file(file).ok(), "the data file does not load");
  return model;
}

/// The report as JSON text; fails the test program when it cannot be made.
inline std::string report(const Model& model, const std::string& id, const plugins::ReportOptions& options = {},
                          plugins::Format format = plugins::Format::json) {
  const plugins::Registry registry(plugins::built_in_plugins());
  auto made = plugins::run_report(registry, model, id, options, format);
  EVENHAND_ASSERT(made.ok(), made ? "" : made.error().sentence().c_str());
  return std::move(made).value();
}

inline std::size_t count(const std::string& text, const std::string& part) {
  std::size_t times = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++times;
  return times;
}
inline bool has(const std::string& text, const std::string& part) { return count(text, part) > 0; }

}  // namespace evenhand::test
