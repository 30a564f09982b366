/// Sample workspaces for authors: what a plugin is tried on before it meets a trust's records.
///
/// Threads: pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "plugins/kit/sample_model.h"
#include "plugins/manifest/manifest.h"

namespace evenhand::plugins {

/// "small" (one trust), "three-trusts" (our demonstration), "empty" (a cycle without entries), "hostile" (small, with texts
/// that try to be more than texts, and disagreements everywhere).
const std::vector<std::string>& sample_names();
/// Errors: not_found, naming those that there are.
Result<SampleModel> sample_called(std::string_view name);

/// The small sample with a token of its own in every text that could give a person away or that a person wrote freely, and at
/// least one record of every type. A token is one word of letters.
struct Canaries {
  SampleModel model;
  /// Token to "evidence.text".
  std::map<std::string, std::string, std::less<>> places;
};
Canaries canaries();
/// The tokens in a text, each once.
std::vector<std::string> tokens_in(const Canaries& canaries, std::string_view bytes);

/// The bytes of an input that no real workspace would give: every declared type and field, with odd texts, numbers at the
/// ends of their range, disagreements and hidden values. The same seed gives the same bytes.
std::string odd_input(const Manifest& manifest, std::string_view asked, std::uint64_t seed);

}  // namespace evenhand::plugins
