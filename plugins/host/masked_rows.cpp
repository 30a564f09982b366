#include "plugins/host/masked_rows.h"

#include <algorithm>

#include "plugins/host/mask.h"
#include "plugins/host/record_rows.h"
#include "plugins/host/score_rows.h"

namespace evenhand::plugins {

namespace {

void make_stricter(DisclosureRule& rule, const DisclosureRule& other) {
  rule.split_votes_min = std::max(rule.split_votes_min, other.split_votes_min);
  rule.people_masked_from = std::min(rule.people_masked_from, other.people_masked_from);
  rule.people_masked_to = std::max(rule.people_masked_to, other.people_masked_to);
  rule.people_rounded_to = std::max(rule.people_rounded_to, other.people_rounded_to);
  rule.participants_rounded_to = std::max(rule.participants_rounded_to, other.participants_rounded_to);
}

}  // namespace

Result<DisclosureRule> strictest_rule(const Model& model) {
  EVENHAND_TRY(const std::vector<Record> cycles, model.records("cycle"));
  DisclosureRule strictest;
  for (const Record& cycle : cycles) {
    // A cycle whose policy is not here cannot be reported on either; the defaults stand for it.
    const auto rules = rules_of(model, cycle, "");
    if (rules) make_stricter(strictest, rules->policy.disclosure);
  }
  return strictest;
}

Result<void> for_each_masked_row(const Model& model, std::string_view type, const DisclosureRule& rule,
                                 const std::function<void(const Record&, const InputRow&)>& visit) {
  EVENHAND_TRY(std::vector<Record> records, model.records(type));
  std::sort(records.begin(), records.end(), [](const Record& a, const Record& b) { return a.id() < b.id(); });
  for (const Record& record : records) {
    if (!is_for_plugins(record)) continue;
    TallySurroundings tally;
    if (type == "tally") {
      EVENHAND_TRY(tally, surroundings_of(record, records, model, rule));
    }
    EVENHAND_TRY(const bool is_published, model.is_published(record.id()));
    InputRow row = row_of(record);
    mask_row(row, record, rule, tally, is_published ? Origin::published : Origin::own);
    visit(record, row);
  }
  return {};
}

}  // namespace evenhand::plugins
