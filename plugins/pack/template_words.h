/// The words of a pack's templates: the report's own, which its source holds, and those of other languages, which the pack's
/// files of words hold under "<report>.<name>". What a language leaves out stays as the report has it.
///
/// Threads: values.
#pragma once

#include <string>
#include <vector>

#include "core/codec/json.h"
#include "plugins/manifest/words.h"
#include "plugins/pack/template.h"

namespace evenhand::plugins::pack {

inline constexpr std::size_t kTemplateWordsMax = 200;     ///< of one report
inline constexpr std::size_t kTemplateWordBytesMax = 600;  ///< as a summary

/// "words" of a report's source: names to texts of one line. Null: there are none.
TemplateWords own_words(const Json* words, std::vector<query::Problem>& problems);

/// The report's own words with those of a language in their place.
TemplateWords in_language(TemplateWords own, std::string_view report, const Words& language);

/// What a file of words says that no template asks for (errors), and what it leaves out (a warning). `own`: by report.
std::vector<Refusal> examine_words(const std::string& file, const std::string& text, const Words& language,
                                   const std::map<std::string, TemplateWords, std::less<>>& own);

}  // namespace evenhand::plugins::pack
