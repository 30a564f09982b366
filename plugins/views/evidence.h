/// Evidence with its figures: tables and texts for one outcome, or one service of it.
#pragma once

#include <string>
#include <vector>

#include "plugins/sdk/document.h"
#include "plugins/sdk/input.h"

namespace evenhand::views {

/// Which records: those of the outcome and service (empty: the organisation's own).
struct About {
  std::string outcome;
  std::string service;
};

std::vector<const sdk::Row*> evidence_about(const sdk::Input& input, const About& about);
/// The newest date of the evidence as written; empty when none is dated.
std::string newest_date(const std::vector<const sdk::Row*>& evidence);

/// One table that lists the evidence, then each text under a heading of `level`, with its figures.
/// Says so in words when there is none.
void add_evidence(sdk::Document& document, const sdk::Input& input, const About& about, const std::string& place,
                  unsigned level);

/// Figures that belong to no piece of evidence but to the outcome, service or plan as a whole.
void add_loose_measures(sdk::Document& document, const sdk::Input& input, const About& about, const std::string& place);

/// One table of figures, each with its n, comparator and target; nothing when there are none.
void add_measures(sdk::Document& document, const std::vector<const sdk::Row*>& measures, const std::string& caption);

/// A data table, drawn as a chart where its author asked for one.
void add_data_table(sdk::Document& document, const sdk::Row& table);

}  // namespace evenhand::views
