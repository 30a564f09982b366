/// Sample workspaces for authors: what a plugin is tried on before it meets a trust's records.
///
/// Threads: pure.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "plugins/kit/sample_model.h"

namespace evenhand::plugins {

/// The types that a plugin declares itself: samples hold some records of each.
using OwnTypes = std::vector<const RecordSpec*>;

/// "small" (one trust), "three-trusts" (our demonstration), "empty" (a cycle without entries), "hostile" (small, with texts
/// that try to be more than texts, and disagreements everywhere).
const std::vector<std::string>& sample_names();
/// Errors: not_found, naming those that there are.
Result<SampleModel> sample_called(std::string_view name, const OwnTypes& own = {});

/// The small sample with a token of its own in every text that could give a person away or that a person wrote freely, and at
/// least one record of every type. A token is one word of letters.
struct Canaries {
  SampleModel model;
  /// Token to "evidence.text".
  std::map<std::string, std::string, std::less<>> places;
};
Canaries canaries(const OwnTypes& own = {});
/// The tokens in a text.
std::set<std::string> tokens_in(const Canaries& canaries, std::string_view bytes);

/// Texts that try to be more than texts: scripts, formulas, marks of other languages.
const std::vector<std::string>& hostile_texts();

}  // namespace evenhand::plugins
