/// Makes a plugin out of plain functions from Input to Document.
///
///     constexpr sdk::Report kReports[] = {{"eds-report", "EDS report", "One sentence.", sdk::Scope::one_organisation, make}};
///     EVENHAND_REPORT_PLUGIN(evenhand_plugin_report, manifest_text, kReports)
///
/// Nothing runs before main: the host, or the program that links the plugin in, calls the entry function by name.
/// No exception crosses: what a report throws becomes a sentence for the host.
/// Standard library only.
#pragma once

#include <exception>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/abi/report.h"
#include "plugins/sdk/document.h"
#include "plugins/sdk/input.h"

namespace evenhand::sdk {

enum class Scope { one_organisation = EVENHAND_REPORT_ONE_ORGANISATION, all_organisations = EVENHAND_REPORT_ALL_ORGANISATIONS };

struct Report {
  const char* id;
  const char* title;
  const char* summary;
  Scope scope;
  Document (*make)(const Input&);
};

/// What a plugin reads: one record type, or one kind of computed row, and its fields.
struct Reads {
  std::string_view record;
  std::vector<std::string_view> fields;
};

struct Manifest {
  std::string_view id;       ///< reverse DNS
  std::string_view version;
  std::string_view title;
  std::string_view data_class = "free text";  ///< the highest that it reads: docs/formats/plugin-manifest.md
  std::vector<Reads> reads;

  /// As JSON. Texts must need no escape.
  std::string text() const {
    const auto quoted = [](std::string_view words) { return "\"" + std::string(words) + "\""; };
    std::string json = "{\"id\": " + quoted(id) + ", \"version\": " + quoted(version) + ", \"title\": " + quoted(title) +
                       ", \"kind\": \"built-in\", \"sdk\": {\"from\": 1, \"to\": 1}, \"data_class\": " + quoted(data_class) +
                       ", \"reads\": {";
    for (const Reads& one : reads) {
      json += (&one == reads.data() ? "" : ", ") + quoted(one.record) + ": [";
      for (const std::string_view& field : one.fields) json += (&field == one.fields.data() ? "" : ", ") + quoted(field);
      json += "]";
    }
    return json + "}}";
  }
};

namespace border {

inline int32_t fail(const evenhand_sink* out, const char* sentence) {
  out->fail(out->host, sentence);
  return 1;
}

/// Runs the report that the input names; whatever it throws becomes a sentence.
inline int32_t make(const Report* reports, std::size_t count, const std::uint8_t* bytes, std::size_t length,
                    const evenhand_sink* out) noexcept {
  try {
    const Input input(std::string_view(reinterpret_cast<const char*>(bytes), length));
    for (const Report* report = reports; report != reports + count; ++report) {
      if (input.report() != report->id) continue;
      const std::string document = report->make(input).bytes();
      return out->write(out->host, reinterpret_cast<const std::uint8_t*>(document.data()), document.size());
    }
    return fail(out, "this plugin has no report of that name");
  } catch (const std::exception& error) {
    return fail(out, error.what());
  } catch (...) {
    return fail(out, "the report stopped without saying why");
  }
}

}  // namespace border
}  // namespace evenhand::sdk

/// Defines the entry function `entry`. `manifest_text` is a function that gives a const char* living for ever.
#define EVENHAND_REPORT_PLUGIN(entry, manifest_text, reports)                                                          \
  namespace {                                                                                                          \
  const evenhand_report* entry##_get(uint32_t number) noexcept {                                                       \
    static const auto kTable = [] {                                                                                    \
      std::vector<evenhand_report> table;                                                                              \
      for (const auto& one : reports) {                                                                                \
        table.push_back({sizeof(evenhand_report), one.id, one.title, one.summary, static_cast<uint32_t>(one.scope)});  \
      }                                                                                                                \
      return table;                                                                                                    \
    }();                                                                                                               \
    return number < kTable.size() ? &kTable[number] : nullptr;                                                         \
  }                                                                                                                    \
  int32_t entry##_make(const uint8_t* input, size_t length, const evenhand_sink* out) noexcept {                       \
    return ::evenhand::sdk::border::make(std::begin(reports), std::size(reports), input, length, out);                 \
  }                                                                                                                    \
  const void* entry##_find_ability(const char* name) noexcept {                                                        \
    static const evenhand_report_ability kAbility = {sizeof(evenhand_report_ability),                                  \
                                                     static_cast<uint32_t>(std::size(reports)), entry##_get,           \
                                                     entry##_make};                                                    \
    return std::string_view(name) == EVENHAND_REPORT_ABILITY ? &kAbility : nullptr;                                    \
  }                                                                                                                    \
  }                                                                                                                    \
  extern "C" const evenhand_plugin* entry(void) {                                                                      \
    static const evenhand_plugin kPlugin = {sizeof(evenhand_plugin), EVENHAND_PLUGIN_ABI, manifest_text,               \
                                            entry##_find_ability};                                                     \
    return &kPlugin;                                                                                                   \
  }
