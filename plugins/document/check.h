/// The rules that every document keeps, whoever made it.
#pragma once

#include "core/base/result.h"
#include "plugins/document/model.h"

namespace evenhand::document {

/// Repairs what has one right answer: a heading that skips a level is raised to one below its parent
/// (equal levels stay equal); a list item likewise; a link that is not http, https or mailto goes and
/// its text stays; an empty paragraph or list goes. Refuses the rest. Errors: refused, naming the block.
Result<Document> checked(Document document);

/// True for an absolute http or https address, or a mailto, without blanks or control characters.
bool is_safe_link(std::string_view address);

}  // namespace evenhand::document
