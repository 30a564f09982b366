/// The field tables of each record type, one declaration per type. Included by vocabulary*.cpp only.
#pragma once

#include "core/record/vocabulary.h"

namespace evenhand::tables {

extern const FieldSpec kCycle[9];
extern const FieldSpec kFramework[4];
extern const FieldSpec kPolicy[4];
extern const FieldSpec kOrganisation[6];
extern const FieldSpec kService[10];
extern const FieldSpec kProfile[6];
extern const FieldSpec kGroup[4];
extern const FieldSpec kMeeting[5];
extern const FieldSpec kDecision[5];
extern const FieldSpec kReportHeader[13];
extern const FieldSpec kObjective[9];
extern const FieldSpec kEvidence[18];
extern const FieldSpec kMeasure[22];
extern const FieldSpec kMilestone[4];
extern const FieldSpec kDataTable[10];
extern const FieldSpec kEvidenceRequest[9];
extern const FieldSpec kNarrative[10];
extern const FieldSpec kEngagement[6];
extern const FieldSpec kThirdParty[7];
extern const FieldSpec kPublished[11];
extern const FieldSpec kFinding[9];
extern const FieldSpec kFile[5];
extern const FieldSpec kWorkshop[13];
extern const FieldSpec kTally[18];
extern const FieldSpec kGrade[12];
extern const FieldSpec kComment[10];
extern const FieldSpec kTheme[6];
extern const FieldSpec kResponse[6];
extern const FieldSpec kOutreach[9];
extern const FieldSpec kStory[8];
extern const FieldSpec kPlan[10];
extern const FieldSpec kAction[17];
extern const FieldSpec kActionUpdate[8];
extern const FieldSpec kGap[16];
extern const FieldSpec kRisk[11];
extern const FieldSpec kPlanOutcome[5];
extern const FieldSpec kProgress[10];
extern const FieldSpec kSelfAssessment[6];
extern const FieldSpec kPerson[15];
extern const FieldSpec kOpportunity[10];
extern const FieldSpec kActivity[7];
extern const FieldSpec kTraining[4];
extern const FieldSpec kClaim[8];
extern const FieldSpec kEvaluation[5];
extern const FieldSpec kSignOff[15];
extern const FieldSpec kApproval[8];
extern const FieldSpec kLate[8];
extern const FieldSpec kGradeAdoption[9];
extern const FieldSpec kPublication[8];
extern const FieldSpec kDuplicate[4];
extern const FieldSpec kShare[4];
extern const FieldSpec kBatch[5];
extern const FieldSpec kSchema[3];
extern const FieldSpec kPlugin[10];
extern const FieldSpec kDocument[7];
extern const FieldSpec kPluginRun[9];

}  // namespace evenhand::tables
