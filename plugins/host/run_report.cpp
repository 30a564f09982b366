#include "plugins/host/run_report.h"

#include "plugins/document/csv.h"
#include "plugins/document/decode.h"
#include "plugins/document/docx.h"
#include "plugins/document/html.h"
#include "plugins/document/json.h"
#include "plugins/document/xlsx.h"
#include "plugins/document/zip.h"
#include "plugins/host/report_input.h"

namespace evenhand::plugins {

namespace {

/// Asks the plugin; whatever it does wrong is a sentence that names the report and the plugin.
Result<std::string> ask(const ReportInfo& report, const std::string& input) {
  auto answer = report.plugin->run(EVENHAND_ABILITY_REPORT, input);
  if (answer) return answer;
  Error error = answer.error();
  error.what = "the report \"" + report.id + "\" could not be made: " + error.what;
  if (error.next.empty()) error.next = "Tell the plugin's author";
  return error;
}

void put_status(document::Document& document, const Subject& subject, const std::vector<std::string>& stale) {
  // What the host says stands first and cannot be left out; whatever kind a plugin gave its own lines.
  std::vector<document::Status> lines = {{document::StatusKind::draft, "Draft: not checked for disclosure"}};
  if (subject.is_demonstration) lines.push_back({document::StatusKind::demonstration, "Demonstration: made-up material"});
  for (const std::string& one : stale) lines.push_back({document::StatusKind::other, one});
  lines.insert(lines.end(), document.status.begin(), document.status.end());
  document.status = std::move(lines);
}

}  // namespace

Result<Format> format_from(std::string_view word) {
  if (word == "html") return Format::html;
  if (word == "docx") return Format::docx;
  if (word == "xlsx") return Format::xlsx;
  if (word == "csv") return Format::csv;
  if (word == "json") return Format::json;
  return refused("no such format: " + std::string(word), "", "Choose html, docx, xlsx, csv or json");
}

std::string_view extension_of(Format format) {
  switch (format) {
    case Format::html: return "html";
    case Format::docx: return "docx";
    case Format::xlsx: return "xlsx";
    case Format::csv: return "zip";
    case Format::json: return "json";
  }
  assertion_failed("format", "a format outside its closed list", __FILE__, __LINE__);
}

Result<document::Document> make_report(const Registry& registry, const Model& model, std::string_view report,
                                       const ReportOptions& options) {
  EVENHAND_TRY(const ReportInfo info, registry.find_report(report));
  EVENHAND_TRY(const Subject subject, subject_of(info.scope, model, options));
  EVENHAND_TRY(const MadeInput input, input_of(registry, *info.plugin, info.id, model, subject, options));
  EVENHAND_TRY(const std::string answer, ask(info, input.bytes));
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(answer.data());
  EVENHAND_TRY(document::Document document, document::decode_untrusted(ByteView(bytes, answer.size())));
  put_status(document, subject, input.stale);
  return document;
}

Result<std::string> write_document(const document::Document& document, Format format) {
  switch (format) {
    case Format::html: return document::write_html(document);
    case Format::docx: return document::write_docx(document);
    case Format::xlsx: return document::write_xlsx(document);
    case Format::json: return document::write_json(document);
    case Format::csv: break;
  }
  std::vector<document::Part> parts;
  for (document::NamedFile& file : document::write_csv_files(document)) parts.push_back({file.name, std::move(file.bytes)});
  return document::zip_of(parts);
}

Result<std::string> run_report(const Registry& registry, const Model& model, std::string_view report,
                               const ReportOptions& options, Format format) {
  EVENHAND_TRY(const document::Document document, make_report(registry, model, report, options));
  return write_document(document, format);
}

}  // namespace evenhand::plugins
