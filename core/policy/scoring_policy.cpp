#include "core/policy/scoring_policy.h"

#include <algorithm>

#include "core/base/embedded.h"
#include "core/policy/field_reader.h"

namespace evenhand {

namespace {

constexpr std::string_view kFolder = "data/policies/";
constexpr int kPointsMax = 10000;

Result<Band> read_band(const Json& json, std::string path) {
  FieldReader reader(json, std::move(path));
  Band band;
  band.word = reader.text("word");
  band.from = static_cast<int>(reader.integer("from", 0, kPointsMax));
  band.to = static_cast<int>(reader.integer("to", 0, kPointsMax));
  reader.expect(band.from <= band.to, "to", "a band cannot end before it starts");
  EVENHAND_CHECK(reader.finish());
  return band;
}

Result<void> read_bands(FieldReader& reader, ScoringPolicy& policy) {
  const auto& bands = reader.list("bands");
  reader.expect(policy.has_total || bands.empty(), "bands", "a policy without a total has no bands");
  for (std::size_t i = 0; i < bands.size() && !reader.failed(); ++i) {
    EVENHAND_TRY(auto band, read_band(bands[i], reader.path("bands", i)));
    const bool ascends = policy.bands.empty() || policy.bands.back().to < band.from;
    reader.expect(ascends, "bands", "bands ascend and do not overlap");
    policy.bands.push_back(std::move(band));
  }
  return {};
}

Result<void> read_services(const Json& json, std::string path, ScoringPolicy& policy) {
  FieldReader reader(json, std::move(path));
  reader.expect(reader.text("rule") == "lower_median", "rule", "the only rule known is \"lower_median\"");
  policy.services_most = static_cast<int>(reader.integer("most", 1, 99));
  policy.services_expected = static_cast<int>(reader.integer("expected", 1, policy.services_most));
  return reader.finish();
}

Result<void> read_tie_rule(const Json& json, std::string path, TieRule& rule) {
  FieldReader reader(json, std::move(path));
  rule = {reader.text("code"), reader.text("words")};
  return reader.finish();
}

Result<void> read_disclosure(const Json& json, std::string path, DisclosureRule& rule) {
  FieldReader reader(json, std::move(path));
  const auto small = [&](std::string_view key, int from) { return static_cast<int>(reader.integer(key, from, 1000)); };
  rule.split_votes_min = small("split_votes_min", 0);
  rule.breakdown = reader.text("breakdown");
  reader.expect(rule.breakdown == "every_group_passes", "breakdown", "the only rule known is \"every_group_passes\"");
  rule.people_masked_from = small("people_masked_from", 0);
  rule.people_masked_to = small("people_masked_to", rule.people_masked_from);
  rule.people_rounded_to = small("people_rounded_to", 1);
  rule.participants_rounded_to = small("participants_rounded_to", 1);
  rule.unanimous = reader.text("unanimous");
  reader.expect(rule.unanimous == "announced_before_voting", "unanimous", "the only rule known is \"announced_before_voting\"");
  return reader.finish();
}

}  // namespace

const Band* ScoringPolicy::band_of(int points) const {
  for (const Band& band : bands) {
    if (points >= band.from && points <= band.to) return &band;
  }
  return nullptr;
}

std::string ScoringPolicy::name() const { return code + " version " + std::to_string(version); }

Result<ScoringPolicy> read_policy(std::string_view json_text) {
  EVENHAND_TRY(const Json json, parse_json(json_text));
  FieldReader reader(json, "");
  ScoringPolicy policy;
  reader.expect(reader.text("format") == "evenhand-policy/1", "format", "here should be \"evenhand-policy/1\"");
  policy.code = reader.text("code");
  policy.version = static_cast<int>(reader.integer("version", 1, 10000));
  policy.title = reader.text("title");
  policy.source = reader.text("source");
  policy.framework = reader.text("framework");
  policy.has_total = reader.flag("total");
  EVENHAND_CHECK(read_bands(reader, policy));
  if (const Json* services = reader.object_if_any("services")) {
    EVENHAND_CHECK(read_services(*services, reader.path("services"), policy));
  }
  if (const Json* rule = reader.object("tie_rule")) EVENHAND_CHECK(read_tie_rule(*rule, reader.path("tie_rule"), policy.tie_rule));
  if (const Json* rule = reader.object("disclosure")) {
    EVENHAND_CHECK(read_disclosure(*rule, reader.path("disclosure"), policy.disclosure));
  }
  EVENHAND_CHECK(reader.finish());
  return policy;
}

std::vector<std::string> built_in_policies() {
  std::vector<std::string> codes;
  for (std::string_view path : embedded_files(kFolder)) {
    path.remove_prefix(kFolder.size());
    if (path.ends_with(".json")) codes.emplace_back(path.substr(0, path.size() - 5));
  }
  std::sort(codes.begin(), codes.end());  // paths sort by ".json" too
  return codes;
}

Result<ScoringPolicy> built_in_policy(std::string_view code) {
  if (const auto text = embedded_file(std::string(kFolder) + std::string(code) + ".json")) return read_policy(*text);
  const auto known = built_in_policies();
  std::string list;
  for (const std::string& name : known) list += (list.empty() ? "" : ", ") + name;
  return refused("there is no scoring policy called \"" + std::string(code.substr(0, 60)) + "\"", "", "Known: " + list + ".");
}

}  // namespace evenhand
