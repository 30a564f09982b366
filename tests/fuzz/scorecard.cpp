// Grades to score, from file to both outputs, under each policy.
#include "core/policy/scorecard_input.h"
#include "core/policy/scorecard_output.h"
#include "tests/fuzz/input.h"

using namespace evenhand;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = parse_json(text_of({data, size}));
  if (!json) return 0;
  for (const std::string& name : {policy_when_none_is_named(*json), std::string("nhs-eds-2022-achieving-22-30")}) {
    const ScoringPolicy policy = built_in_policy(name).value();
    const Framework framework = built_in_framework(policy.framework).value();
    const auto input = read_scorecard_input(*json, framework, policy);
    if (!input) continue;
    for (const Ratings ratings : {Ratings::as_published, Ratings::assume_uniform}) {
      const Scorecard card = make_scorecard(*input, framework, policy, ratings);
      EVENHAND_ASSERT(is_utf8(scorecard_text(card, framework, policy, Detail::with_check)), "people read UTF-8");
      EVENHAND_ASSERT(parse_json(write_json(scorecard_json(card, policy))).ok(), "machines read JSON");
    }
  }
  return 0;
}
