#include "plugins/host/examine_change.h"

#include <algorithm>

#include "plugins/abi/plugin.h"
#include "plugins/host/input_writer.h"
#include "plugins/host/read_types.h"
#include "plugins/host/record_rows.h"
#include "plugins/host/rows_reader.h"

namespace evenhand::plugins {

namespace {

constexpr std::string_view kFinding = "finding";

std::string text_in(const InputRow& row, std::string_view name) {
  const auto at = std::find_if(row.fields.begin(), row.fields.end(), [&](const InputField& field) { return field.name == name; });
  return at == row.fields.end() || at->texts.empty() ? std::string() : at->texts.front();
}

Result<Finding> finding_from(const InputRow& row, const Plugin& plugin, const RecordSpec& spec) {
  Finding finding;
  finding.from = plugin.manifest.title.empty() ? plugin.manifest.id : plugin.manifest.title;
  finding.field = text_in(row, "field");
  finding.text = text_in(row, "text");
  const std::string severity = text_in(row, "severity");
  if (row.type != kFinding) return corrupt("it answered rows of the type \"" + row.type + "\", not findings");
  if (severity != "error" && severity != "warning") return corrupt("a finding is an error or a warning, not \"" + severity + "\"");
  if (finding.text.empty() || finding.text.size() > kFindingTextBytesMax) return corrupt("a finding has a text of 1 to " + std::to_string(kFindingTextBytesMax) + " bytes");
  if (!finding.field.empty() && spec.find_field(finding.field) == nullptr) return corrupt("a finding names a field that the record does not have");
  finding.weight = severity == "error" ? FindingWeight::error : FindingWeight::warning;
  return finding;
}

Result<std::vector<Finding>> ask(Plugin& plugin, const ValidatorEntry& validator, const ProposedChange& change) {
  InputWriter input(plugin.manifest, validator.id);
  input.row(row_of(change.after));
  if (change.before && is_for_plugins(*change.before)) input.row(row_of(*change.before));
  EVENHAND_TRY(const std::string answer, plugin.run(EVENHAND_ABILITY_VALIDATOR, input.bytes()));
  EVENHAND_TRY(const std::vector<InputRow> rows, decode_rows_untrusted(answer));
  if (rows.size() > kFindingsMax) return corrupt("it has more than " + std::to_string(kFindingsMax) + " findings about one change");
  std::vector<Finding> findings;
  for (const InputRow& row : rows) {
    EVENHAND_TRY(Finding finding, finding_from(row, plugin, change.after.spec()));
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace

std::vector<Finding> ask_validators(const Registry& registry, const ProposedChange& change, const ValidatorAsked& asked, ImportFailures* failures) {
  std::vector<Finding> all;
  if (is_kept_by_program(change.after.spec().name) || !is_for_plugins(change.after)) return all;
  for (const auto& plugin : registry.plugins()) {
    const std::string_view type = name_for(plugin->manifest, change.after.spec().name);
    for (const ValidatorEntry& validator : plugin->manifest.validators) {
      if (std::find(validator.on.begin(), validator.on.end(), type) == validator.on.end()) continue;
      std::size_t unasked = 0;  // where nobody counts
      std::size_t& failed = change.is_import && failures ? (*failures)[{plugin->manifest.id, validator.id}] : unasked;
      if (failed >= kImportFailuresMax) continue;
      const auto began = std::chrono::steady_clock::now();
      auto found = ask(*plugin, validator, change);
      if (asked) asked(*plugin, validator, found ? Result<void>() : found.error(), std::chrono::steady_clock::now() - began);
      if (found) {
        std::move(found->begin(), found->end(), std::back_inserter(all));
      } else {
        const bool is_given_up = ++failed == kImportFailuresMax;
        all.push_back({FindingWeight::not_checked, plugin->manifest.id + " " + plugin->manifest.version, "",
                       "\"" + validator.id + "\" failed: " + found.error().what + (is_given_up ? "; it is not asked about the rest of the file" : "")});
      }
    }
  }
  return all;
}

Examiner examiner_of(std::function<std::shared_ptr<const Registry>()> registry_now, ValidatorAsked asked) {
  return [registry_now = std::move(registry_now), asked = std::move(asked), failures = ImportFailures()](const ProposedChange& change) mutable {
    const std::shared_ptr<const Registry> registry = registry_now();
    return ask_validators(*registry, change, asked, &failures);
  };
}

}  // namespace evenhand::plugins
