/// Record types that plugins declared, as a person names them.
#pragma once

#include "apps/cli/session.h"
#include "core/record/vocabulary.h"

namespace evenhand::cli {

/// "walk", or with as many of the digits behind it as tell two of one name apart: "walk-3fa9". The workspace must be open, or
/// nothing is known yet. Errors: not_found, refused (several match: they are listed).
Result<const RecordSpec*> declared_type_named(std::string_view words);

}  // namespace evenhand::cli
