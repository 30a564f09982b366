/// One outcome (of one service): rating, evidence, findings, what is missing.
#pragma once

#include <string>

#include "plugins/sdk/document.h"
#include "plugins/sdk/input.h"
#include "plugins/views/evidence.h"

namespace evenhand::views {

/// A heading of `level` and everything about the outcome below it. `service` names the service in captions, or is empty.
void add_outcome(sdk::Document& document, const sdk::Input& input, const About& about, const std::string& service,
                 unsigned level);

/// Texts that introduce a report, domain, outcome or service: those whose fields equal these.
void add_narratives(sdk::Document& document, const sdk::Input& input, std::string_view scope, std::string_view domain,
                    std::string_view outcome, std::string_view service, unsigned level);

/// What grading showed that is no action, as a list; nothing when there is none.
void add_findings(sdk::Document& document, const std::vector<const sdk::Row*>& findings, const std::string& place);

/// What was printed about votes and voters, and what was counted, as a table; nothing when there is none.
void add_votes(sdk::Document& document, const sdk::Input& input, const std::string& code, const std::string& service,
               const std::string& place);

}  // namespace evenhand::views
