/// Makes a report: rows out of the model, a document out of the plugin, a file out of the document.
///
///     Registry registry(built_in_plugins());
///     auto file = run_report(registry, model, "eds-report", {.organisation = id}, Format::docx);
///
/// Always: only declared fields reach the plugin; numbers of people are masked first; every document says
/// "Draft: not checked for disclosure", and "Demonstration: made-up material" when the cycle or an organisation in
/// it is one. What the plugin does wrong (throws, stops, writes nonsense) is an Error and harms nothing else.
/// The same records give the same bytes. Threads: one thread a model.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/model.h"
#include "plugins/document/model.h"
#include "plugins/host/projection_reader.h"
#include "plugins/host/registry.h"

namespace evenhand::plugins {

struct ReportOptions {
  std::optional<EntityId> organisation = {};  ///< none: the only one that has a report in the cycle
  std::optional<EntityId> own_organisation = {};  ///< whose workspace it is, so whose people; none: the one that is reported on
  std::optional<EntityId> cycle = {};         ///< none: the only one (a comparison: all of one title)
  std::string policy = {};                    ///< code; empty: the cycle's
  std::string language = {};                  ///< tag: "cy"; empty: the plugin's own
  bool assume_uniform = false;                ///< read a published rating as the grade of all its outcomes, and say so
  /// Where rows of views are kept; null: they are made on the spot, which is right for what was signed. Lifetime: the call.
  const ProjectionReader* projections = nullptr;
};

enum class Format { html, docx, xlsx, csv, json };

/// "docx" → Format::docx. Errors: refused, naming the formats.
Result<Format> format_from(std::string_view word);
/// File name extension: "docx"; CSV files come as "zip".
std::string_view extension_of(Format format);

/// Errors: not_found (report, organisation, cycle), refused (several to choose from: they are named; the plugin's
/// failure, by its id), corrupt (the plugin's document), those of the model.
Result<document::Document> make_report(const Registry& registry, const Model& model, std::string_view report,
                                       const ReportOptions& options);

/// The document as the bytes of one file. Errors: unavailable, refused (does not fit the format).
Result<std::string> write_document(const document::Document& document, Format format);

/// make_report(), then write_document().
Result<std::string> run_report(const Registry& registry, const Model& model, std::string_view report,
                               const ReportOptions& options, Format format);

}  // namespace evenhand::plugins
