/// What is generated from the vocabulary: the SDK's field names and the data dictionary.
///
/// Both files are committed; a unit test fails when they differ from these. `deprecated`: fields given up; tests bring their own.
#pragma once

#include <span>
#include <string>

#include "core/record/deprecated.h"
#include "core/record/vocabulary.h"

namespace evenhand::dictionary {

/// plugins/sdk/fields.h: one namespace a record type, one constant a field.
std::string fields_header(std::span<const Deprecation> deprecated = deprecations());

/// docs/data-dictionary.md: every record type with its fields, as tables.
std::string data_dictionary(std::span<const Deprecation> deprecated = deprecations());

}  // namespace evenhand::dictionary
