/// What is generated from the vocabulary: the SDK's field names and the data dictionary.
///
/// Both files are committed; a unit test fails when they differ from these.
#pragma once

#include <string>

namespace evenhand::dictionary {

/// plugins/sdk/fields.h: one namespace a record type, one constant a field.
std::string fields_header();

/// docs/data-dictionary.md: every record type with its fields, as tables.
std::string data_dictionary();

}  // namespace evenhand::dictionary
