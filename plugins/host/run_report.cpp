#include "plugins/host/run_report.h"

#include <algorithm>

#include "plugins/document/csv.h"
#include "plugins/document/decode.h"
#include "plugins/document/docx.h"
#include "plugins/document/html.h"
#include "plugins/document/json.h"
#include "plugins/document/xlsx.h"
#include "plugins/document/zip.h"
#include "plugins/host/mask.h"
#include "plugins/host/record_rows.h"
#include "plugins/host/score_rows.h"

namespace evenhand::plugins {

namespace {

/// Errors: refused, naming them all.
Result<void> only_one(const std::vector<Record>& candidates) {
  if (candidates.size() == 1) return {};
  std::string names;
  for (const Record& one : candidates) names += (names.empty() ? "" : ", ") + one.title();
  return refused("more than one report could be meant", names, "Say which organisation, and which cycle");
}

/// The organisations that have something of their own to report in the cycle.
Result<std::vector<Record>> reporting_organisations(const Model& model, const EntityId& cycle) {
  EVENHAND_TRY(const std::vector<Record> organisations, model.records("organisation"));
  std::vector<Record> reporting;
  for (const Record& organisation : organisations) {
    bool found = false;
    for (const char* type : {"report_header", "grade", "published", "evidence"}) {
      EVENHAND_TRY(const std::vector<Record> records, model.records(type));
      found = found || std::any_of(records.begin(), records.end(), [&](const Record& one) {
                return !one.is_removed() && one.reference("organisation") == organisation.id() && one.reference("cycle") == cycle;
              });
    }
    if (found && !organisation.is_removed()) reporting.push_back(organisation);
  }
  return reporting;
}

/// One organisation's report in one cycle.
struct Reporter {
  Record organisation;
  Record cycle;
};

/// Everything that a run is about.
struct Subject {
  std::vector<Reporter> reporters;  ///< one, or all that report
  Scope scope;
  Rules rules;
  bool is_demonstration = false;

  /// Whose rules hold for the whole: of several cycles of one organisation the newest.
  const Record& cycle() const { return (scope.organisation ? reporters.back() : reporters.front()).cycle; }
};

std::int32_t first_day_of(const Record& cycle) {
  const auto starts = parse_date(cycle.text("starts"));
  return starts ? starts->first_day : 0;
}

/// Oldest first, those of one framework only: the newest cycle's, or that of the one asked for.
void keep_comparable(std::vector<Record>& cycles, const ReportOptions& options) {
  std::stable_sort(cycles.begin(), cycles.end(), [](const Record& a, const Record& b) { return first_day_of(a) < first_day_of(b); });
  std::string framework = cycles.empty() ? "" : cycles.back().text("framework");
  for (const Record& one : cycles) {
    if (options.cycle && one.id() == *options.cycle) framework = one.text("framework");
  }
  std::erase_if(cycles, [&](const Record& one) { return one.text("framework") != framework; });
}

/// The cycles that are the one asked for, or all of one framework; for a comparison, all that share its title: trusts of different systems
/// keep their own cycle of the same year.
Result<std::vector<Record>> cycles_of(const ReportInfo& report, const Model& model, const ReportOptions& options) {
  EVENHAND_TRY(std::vector<Record> all, model.records("cycle"));
  std::erase_if(all, [](const Record& one) { return one.is_removed(); });
  if (report.scope == ReportScope::all_cycles) {
    keep_comparable(all, options);
    return all;
  }
  if (report.is_of_one_organisation()) {
    std::erase_if(all, [&](const Record& one) { return options.cycle && one.id() != *options.cycle; });
    return all;
  }
  std::string title = all.empty() ? "" : all.front().title();
  std::string titles;
  for (const Record& one : all) {
    if (options.cycle && one.id() == *options.cycle) title = one.title();
    if (titles.find(one.title()) == std::string::npos) titles += (titles.empty() ? "" : ", ") + one.title();
  }
  const bool is_clear = options.cycle || std::all_of(all.begin(), all.end(), [&](const Record& one) { return one.title() == title; });
  if (!is_clear) return refused("there is more than one cycle", titles, "Say which one");
  std::erase_if(all, [&](const Record& one) { return one.title() != title; });
  return all;
}

Result<Subject> subject_of(const ReportInfo& report, const Model& model, const ReportOptions& options) {
  EVENHAND_TRY(const std::vector<Record> cycles, cycles_of(report, model, options));
  Subject subject;
  std::vector<Record> candidates;
  for (const Record& cycle : cycles) {
    EVENHAND_TRY(const std::vector<Record> organisations, reporting_organisations(model, cycle.id()));
    for (const Record& one : organisations) {
      if (report.is_of_one_organisation() && options.organisation && one.id() != *options.organisation) continue;
      subject.reporters.push_back({one, cycle});
      const Record& candidate = report.is_of_one_organisation() ? one : cycle;
      const bool is_again = report.scope == ReportScope::all_cycles &&
                            std::any_of(candidates.begin(), candidates.end(), [&](const Record& other) { return other.id() == candidate.id(); });
      if (!is_again) candidates.push_back(candidate);
    }
  }
  if (candidates.empty()) return not_found("no organisation reports in that cycle", "", "Choose another organisation or cycle");
  if (report.is_of_one_organisation()) {
    EVENHAND_CHECK(only_one(candidates));
    subject.scope.organisation = subject.reporters.front().organisation.id();
  }
  for (const Reporter& one : subject.reporters) {
    if (!subject.scope.has_cycle(one.cycle.id())) subject.scope.cycles.push_back(one.cycle.id());
    if (one.cycle.text("framework") != subject.reporters.front().cycle.text("framework")) {
      return refused("cycles with different frameworks cannot stand side by side", one.cycle.title(), "Compare one framework at a time");
    }
    subject.is_demonstration = subject.is_demonstration || one.cycle.flag("demonstration") || one.organisation.flag("demonstration");
  }
  EVENHAND_TRY(subject.rules, rules_of(model, subject.cycle(), options.policy));
  return subject;
}

Result<void> write_records(InputWriter& input, const Manifest& manifest, const Model& model, const Subject& subject) {
  const DisclosureRule& rule = subject.rules.policy.disclosure;
  EVENHAND_TRY(const ScopeFilter filter, ScopeFilter::make(model, subject.scope));
  for (const RecordSpec& spec : vocabulary()) {
    if (!manifest.may_read(spec.name)) continue;
    EVENHAND_TRY(const std::vector<Record> records, model.records(spec.name));
    for (const Record& record : records) {
      EVENHAND_TRY(const bool is_kept, filter.keeps(record));
      if (!is_kept) continue;
      TallySurroundings tally;
      if (spec.name == "tally") {
        EVENHAND_TRY(tally, surroundings_of(record, records, model, rule));
      }
      InputRow row = row_of(record);
      EVENHAND_TRY(const bool is_published, model.is_published(record.id()));
      mask_row(row, record, rule, tally, is_published ? Origin::published : Origin::own);
      input.row(row);
    }
  }
  return {};
}

Result<std::string> input_of(const ReportInfo& report, const Model& model, const Subject& subject, const ReportOptions& options) {
  InputWriter input(report.plugin->manifest, report.id);
  input.option("cycle", subject.cycle().id().hex());
  if (subject.scope.organisation) input.option("organisation", subject.scope.organisation->hex());
  if (options.assume_uniform) input.option("assume_uniform", "yes");
  EVENHAND_TRY(const std::vector<InputRow> framework, framework_rows(subject.rules.framework));
  for (const InputRow& row : framework) input.row(row);
  const Ratings ratings = options.assume_uniform ? Ratings::assume_uniform : Ratings::as_published;
  for (const Reporter& one : subject.reporters) {
    // Each year was scored by its own policy; organisations side by side by one.
    EVENHAND_TRY(const Rules rules, report.scope == ReportScope::all_cycles ? rules_of(model, one.cycle, options.policy) : Result<Rules>(subject.rules));
    EVENHAND_TRY(const std::vector<InputRow> rows, score_rows(model, one.organisation.id(), one.cycle.id(), rules, ratings));
    for (const InputRow& row : rows) input.row(row);
  }
  EVENHAND_CHECK(write_records(input, report.plugin->manifest, model, subject));
  return input.bytes();
}

/// Asks the plugin; whatever it does wrong is a sentence that names the report and the plugin.
Result<std::string> ask(const ReportInfo& report, const std::string& input) {
  auto answer = report.plugin->run(EVENHAND_ABILITY_REPORT, input);
  if (answer) return answer;
  Error error = answer.error();
  error.what = "the report \"" + report.id + "\" could not be made: " + error.what;
  if (error.next.empty()) error.next = "Tell the plugin's author";
  return error;
}

void put_status(document::Document& document, const Subject& subject) {
  // What the host says stands first and cannot be left out; whatever kind a plugin gave its own lines.
  std::vector<document::Status> lines = {{document::StatusKind::draft, "Draft: not checked for disclosure"}};
  if (subject.is_demonstration) lines.push_back({document::StatusKind::demonstration, "Demonstration: made-up material"});
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
  EVENHAND_TRY(const Subject subject, subject_of(info, model, options));
  EVENHAND_TRY(const std::string input, input_of(info, model, subject, options));
  EVENHAND_TRY(const std::string answer, ask(info, input));
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(answer.data());
  EVENHAND_TRY(document::Document document, document::decode_untrusted(ByteView(bytes, answer.size())));
  put_status(document, subject);
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
