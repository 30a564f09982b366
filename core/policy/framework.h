/// A framework: domains, outcomes, scale. Data, so that the next one is a file (docs/formats/framework.md).
///
/// Always holds: codes are unique and in published order; grades run 0, 1, 2, … without gaps; every domain has
/// at least one outcome.
/// Threads: values; no sharing. A const Framework& needs to outlive what looks at it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace evenhand {

/// Text together with whose words they are: "official" or "ours" (replaceable from a file).
struct OwnedText {
  std::string text;
  std::string origin;
};

struct Criterion {
  int grade = 0;
  OwnedText words;
};

struct Outcome {
  std::string code;         ///< "1A"
  std::string short_title;
  std::string title;        ///< the official wording
  std::vector<std::string> aliases;  ///< published variants of the title
  OwnedText question;       ///< the outcome in plain words
  std::vector<Criterion> criteria;   ///< may be empty
};

struct Domain {
  std::string code;  ///< "1"
  std::string title;
  std::vector<std::string> aliases;
  bool per_service = false;  ///< graded for each service; otherwise once for the organisation
  std::vector<std::string> graded_by;
  std::vector<Outcome> outcomes;
};

struct ScaleStep {
  std::string word;    ///< "Achieving"; its grade is its place in the scale, from 0
  std::string colour;  ///< "green", or empty
};

struct Framework {
  std::string code;  ///< "eds-2022"
  int version = 1;
  std::string title;
  std::string source;
  std::string first_cycle;
  std::vector<ScaleStep> scale;
  std::vector<Domain> domains;

  int grade_max() const { return static_cast<int>(scale.size()) - 1; }
  /// The highest total of a domain (for a per-service domain: of one service).
  int total_max(const Domain& domain) const { return grade_max() * static_cast<int>(domain.outcomes.size()); }
  int total_max() const;

  const Domain* find_domain(std::string_view code) const;
  /// Takes published spellings: "1a", " 1A:".
  const Outcome* find_outcome(std::string_view written) const;
  const Domain* domain_of(std::string_view outcome_code) const;
};

/// The form in which codes are compared: colons dropped, spaces of any kind at the ends too, ASCII letters upper case.
std::string outcome_code(std::string_view written);

/// From the text of a framework file. Errors: corrupt (no JSON), refused (key by path and what is wrong).
Result<Framework> read_framework(std::string_view json_text);

/// One that is part of the program: "eds-2022", "eds2-2013". Errors: not_found.
Result<Framework> built_in_framework(std::string_view code);

}  // namespace evenhand
