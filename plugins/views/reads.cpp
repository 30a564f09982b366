#include "plugins/views/reads.h"

#include "plugins/sdk/computed.h"
#include "plugins/sdk/fields.h"

namespace evenhand::views {

namespace f = sdk::fields;

std::vector<sdk::Reads> reads_basics() {
  std::vector<sdk::Reads> reads = {
      {f::cycle::kType, {f::cycle::kTitle, f::cycle::kFramework, f::cycle::kStarts, f::cycle::kEnds, f::cycle::kPublishBy, f::cycle::kSystems}},
      {f::organisation::kType, {f::organisation::kName, f::organisation::kShortName, f::organisation::kSystems, f::organisation::kKind}},
      {f::service::kType,
       {f::service::kName, f::service::kOrganisation, f::service::kProviders, f::service::kProviderNames,
        f::service::kLeadOrganisation, f::service::kSelectedBecause, f::service::kCore20plus5}},
  };
  for (const sdk::computed::Kind& kind : sdk::computed::kKinds) reads.push_back({kind.type, kind.fields});
  return reads;
}

std::vector<sdk::Reads> reads_outcomes() {
  return {
      {f::evidence::kType,
       {f::evidence::kOrganisation, f::evidence::kOutcome, f::evidence::kService, f::evidence::kTitle, f::evidence::kText, f::evidence::kOwner,
        f::evidence::kDepartment, f::evidence::kSource, f::evidence::kPeriod, f::evidence::kPopulation, f::evidence::kDate}},
      {f::measure::kType,
       {f::measure::kEvidence, f::measure::kPlanOutcome, f::measure::kOutcome, f::measure::kService, f::measure::kName,
        f::measure::kPeriod, f::measure::kGroup, f::measure::kValue, f::measure::kUnit, f::measure::kDenominator,
        f::measure::kComparatorName, f::measure::kComparator, f::measure::kOperator, f::measure::kTarget, f::measure::kDue,
        f::measure::kNote}},
      {f::data_table::kType,
       {f::data_table::kEvidence, f::data_table::kTitle, f::data_table::kRows, f::data_table::kSource, f::data_table::kChart,
        f::data_table::kService, f::data_table::kOutcome}},
      {f::grade::kType,
       {f::grade::kOrganisation, f::grade::kOutcome, f::grade::kService, f::grade::kValue, f::grade::kKind, f::grade::kReason,
        f::grade::kDate, f::grade::kTieSettled}},
      {f::tally::kType,
       {f::tally::kWorkshop, f::tally::kLevel, f::tally::kCode, f::tally::kService, f::tally::kRound, f::tally::kGraders,
        f::tally::kParticipants, f::tally::kVotes0, f::tally::kVotes1, f::tally::kVotes2, f::tally::kVotes3, f::tally::kAbstained}},
      {f::finding::kType, {f::finding::kDomain, f::finding::kOutcome, f::finding::kService, f::finding::kKind, f::finding::kText}},
      {f::narrative::kType,
       {f::narrative::kScope, f::narrative::kDomain, f::narrative::kOutcome, f::narrative::kService, f::narrative::kHeading,
        f::narrative::kBody}},
      {f::gap::kType,
       {f::gap::kOrganisation, f::gap::kKind, f::gap::kAbout, f::gap::kField, f::gap::kPrinted, f::gap::kPrintedCount,
        f::gap::kOwner, f::gap::kDue, f::gap::kStatus, f::gap::kDomain, f::gap::kOutcome, f::gap::kService}},
  };
}

std::vector<sdk::Reads> reads_people_and_services() {
  return {
      {f::third_party::kType,
       {f::third_party::kOrganisation, f::third_party::kDomain, f::third_party::kKind, f::third_party::kName, f::third_party::kWords}},
      {f::workshop::kType,
       {f::workshop::kTitle, f::workshop::kDate, f::workshop::kServices, f::workshop::kOutcomes, f::workshop::kMethod,
        f::workshop::kQuorum, f::workshop::kTieRule, f::workshop::kParticipants, f::workshop::kGraderGroups}},
      {f::profile::kType,
       {f::profile::kService, f::profile::kHeading, f::profile::kBody, f::profile::kPathway, f::profile::kPopulation}},
  };
}

std::vector<sdk::Reads> reads_plans() {
  return {
      {f::plan::kType,
       {f::plan::kOrganisation, f::plan::kTitle, f::plan::kDomain, f::plan::kService, f::plan::kLead, f::plan::kSponsor,
        f::plan::kYearsActive, f::plan::kAuthorisation}},
      {f::action::kType,
       {f::action::kPlan, f::action::kDomain, f::action::kOutcomes, f::action::kService, f::action::kObjective, f::action::kText,
        f::action::kDue, f::action::kLeads, f::action::kRag, f::action::kStatus, f::action::kProgress, f::action::kFromLastYear,
        f::action::kLinkedObjective, f::action::kSameAs}},
      {f::objective::kType,
       {f::objective::kText, f::objective::kDomain, f::objective::kOutcome, f::objective::kDue, f::objective::kStatus,
        f::objective::kNumber}},
  };
}

std::vector<sdk::Reads> joined(std::vector<std::vector<sdk::Reads>> lists) {
  std::vector<sdk::Reads> all;
  for (auto& list : lists) all.insert(all.end(), list.begin(), list.end());
  return all;
}

}  // namespace evenhand::views
