#include "plugins/manifest/manifest.h"

#include <algorithm>

#include "plugins/manifest/findings.h"

namespace evenhand::plugins {

namespace {

bool is_error(const Refusal& refusal) { return refusal.severity == Severity::error; }

std::string place_of(const Refusal& refusal) {
  return refusal.file + (refusal.line > 0 ? ":" + std::to_string(refusal.line) : "") + (refusal.path.empty() ? "" : ": " + refusal.path);
}

std::string what_of(const Refusal& refusal) { return "found " + refusal.found + ", wanted " + refusal.wanted; }

}  // namespace

std::string_view to_word(Kind kind) {
  switch (kind) {
    case Kind::pack: return "pack";
    case Kind::built_in: return "built-in";
    case Kind::native: return "native";
  }
  assertion_failed("kind", "a kind outside its closed list", __FILE__, __LINE__);
}

std::string_view to_word(ReportPlace place) {
  switch (place) {
    case ReportPlace::report: return "report";
    case ReportPlace::page: return "page";
    case ReportPlace::card: return "card";
  }
  assertion_failed("place", "a place outside its closed list", __FILE__, __LINE__);
}

bool is_kept_by_program(std::string_view type) {
  static constexpr std::string_view kKept[] = {"batch", "share", "schema", "late", "grade_adoption", "plugin", "document", "plugin_run", "sign_off", "approval", "publication"};
  return std::find(std::begin(kKept), std::end(kKept), type) != std::end(kKept);
}

bool Manifest::may_read(std::string_view type, std::string_view field) const {
  const auto at = reads.find(type);
  return at != reads.end() && at->second.contains(field);
}

std::string Refusal::sentence() const {
  const std::string mark = severity == Severity::warning ? "warning: " : "";
  const std::string where = file + (line > 0 ? ":" + std::to_string(line) : "") + ": " + mark + (path.empty() ? "" : path + ": ");
  return where + what_of(*this) + ". " + next + " [" + code + "]";
}

Error to_error(const Refusal& refusal) {
  const ErrorCode code = refusal.code == "plugin.not-json" ? ErrorCode::corrupt : ErrorCode::refused;
  return Error{code, what_of(refusal), place_of(refusal), refusal.next};
}

bool ManifestReading::is_refused() const { return std::any_of(refusals.begin(), refusals.end(), is_error); }

Result<Manifest> read_manifest(std::string_view json_text) {
  ManifestReading reading = examine_manifest(json_text);
  const auto error = std::find_if(reading.refusals.begin(), reading.refusals.end(), is_error);
  if (error == reading.refusals.end()) return std::move(reading.manifest);
  return to_error(*error);
}

}  // namespace evenhand::plugins
