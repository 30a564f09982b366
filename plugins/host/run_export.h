/// Makes an export: rows with columns that a manifest declares, as one file.
///
/// The plugin gets the same rows as a report would: in scope, declared, masked. Its answer is held against its columns.
/// Threads: one thread a model.
#pragma once

#include <string>
#include <string_view>

#include "plugins/host/run_report.h"

namespace evenhand::plugins {

struct ExportInfo : ExportEntry {
  std::shared_ptr<Plugin> plugin;
  std::string full_id() const { return plugin->manifest.id + "/" + id; }
};
/// By plugin, then as the manifest has them.
std::vector<ExportInfo> exports_of(const Registry& registry);
/// `id`: as in the manifest, or "<plugin>/<id>" when several plugins have one. Errors: not_found, refused; they name those that there are.
Result<ExportInfo> find_export(const Registry& registry, std::string_view id);

/// One table as a document: what other formats than CSV and JSON are written from. Without an organisation in the options, of all
/// that report in the cycle. Errors: those of make_report(); corrupt (a column that is not declared, text where a number is).
Result<document::Document> make_export(const Registry& registry, const Model& model, std::string_view id, const ReportOptions& options);

/// csv: one file with the columns' titles (formulas guarded, plugins/document/csv.h); json: title, status, columns and rows by name;
/// others: the document. Errors: those of make_export(); unavailable.
Result<std::string> run_export(const Registry& registry, const Model& model, std::string_view id, const ReportOptions& options, Format format);

}  // namespace evenhand::plugins
