/// Free text written by a person, read as Markdown (CommonMark through cmark-gfm).
#pragma once

#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "plugins/document/model.h"

namespace evenhand::document {

/// Paragraphs and lists. Raw HTML and pictures go (a picture's text stays); headings become bold
/// paragraphs, because only the plugin knows which level is free; quotes and code become paragraphs.
/// A text with more than 1000 opening brackets is not read but kept word for word as one paragraph.
/// Links are not yet judged: checked() does that. Errors: refused (more than `runs_max` pieces of text).
Result<std::vector<Block>> read_markdown(std::string_view text, std::size_t runs_max);

}  // namespace evenhand::document
