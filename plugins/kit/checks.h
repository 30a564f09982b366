/// The author's test kit: what a plugin must stand before anybody else meets it.
///
/// Every contribution is tried through the host's own functions (plugins/kit/trial.h), on its author's sample and on ours.
/// Threads: one. Nothing here touches a workspace.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "plugins/kit/workbench.h"

namespace evenhand::plugins {

enum class Verdict : std::uint8_t { passed, noted, failed };

/// What one check has to say of one contribution.
struct CheckResult {
  std::string check;  ///< "golden", "determinism", "arrival", "samples", "accessibility", "small numbers", "canaries", "odd inputs", "unused"
  std::string about;  ///< "export action-list"
  Verdict verdict = Verdict::passed;
  std::string text;   ///< one or several lines for people; of what failed by chance, how to do it again
};

struct CheckOptions {
  bool accept = false;        ///< write golden files anew; the difference is shown
  bool is_dry_run = false;    ///< with accept: show the difference, write nothing
  std::string only = {};      ///< contributions of this id alone; empty: all
  unsigned odd_inputs = 60;   ///< for each contribution
  unsigned orders = 5;        ///< random orders of arrival
  std::uint64_t seed = 1;     ///< of the first; each further one takes the next number
};

/// All checks of all contributions. Errors: not_found (nothing has the id in `only`), unavailable (golden files cannot be read or
/// written), those of own_sample().
Result<std::vector<CheckResult>> run_checks(const Workbench& bench, const CheckOptions& options);

/// What of a document a person with a screen reader would stumble over, beyond what the host refuses anyway.
std::vector<std::string> accessibility_findings(const document::Document& document);
/// Numbers about people that are small enough to point at somebody.
std::vector<std::string> small_number_findings(const document::Document& document, int masked_from, int masked_to);

/// The lines that differ, "-" before, "+" after; at most `lines_max`.
std::string readable_difference(std::string_view before, std::string_view after, std::size_t lines_max);

}  // namespace evenhand::plugins
