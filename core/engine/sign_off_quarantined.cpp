// Work within a signed cut that counted when it was signed, and counts no more.
#include <algorithm>

#include "core/access/authority_log.h"
#include "core/engine/sign_off.h"

namespace evenhand {

namespace {

// By sequence number alone: of a chain that forked, an event beside the signed branch may pass for one within.
bool is_within(const SpaceCut& cut, const Reference& event) {
  const auto chain = std::find_if(cut.chains.begin(), cut.chains.end(), [&](const SpaceCut::Chain& one) { return one.chain == event.chain; });
  return chain != cut.chains.end() && !chain->ends.empty() && event.seq <= chain->ends.back().seq;
}

Result<Access> access_of(const Space& space, const SpaceCut& cut) {
  EVENHAND_TRY(const LogReadView view, space.log.read());
  EVENHAND_TRY(auto events, authority_events(view));
  std::erase_if(events, [&](const AuthorityEvent& event) { return !is_within(cut, event.reference); });
  return Access::build(space.id, std::move(events));
}

}  // namespace

Result<std::vector<QuarantinedWork>> quarantined_since(const Workspace& workspace, const SignOff& sign_off) {
  if (!sign_off.has_cut) return corrupt("its cut is not whole here, so nobody can tell what came after it", "sign-off " + short_id_of(sign_off.id));
  std::vector<QuarantinedWork> found;
  for (const SpaceCut& cut : sign_off.cuts) {
    const Space* const space = workspace.find_space(cut.space);
    if (space == nullptr) continue;
    EVENHAND_TRY(const std::vector<QuarantinedWork> all, quarantined(*space));
    if (all.empty()) continue;
    EVENHAND_TRY(const Access then, access_of(*space, cut));
    for (const QuarantinedWork& work : all) {
      if (!is_within(cut, work.event) || then.judge(work.event, work.device, work.grant, needed_for(work.type)) != Standing::counts) continue;
      EVENHAND_TRY(const std::optional<Record> record, workspace.find(work.entity));
      // A record that is nothing without that work may have belonged to the subject.
      EVENHAND_TRY(const bool is_covered, record ? covers(sign_off.subject, workspace, *record) : Result<bool>(true));
      if (is_covered) found.push_back(work);
    }
  }
  return found;
}

}  // namespace evenhand
