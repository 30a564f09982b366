/// Record types under the names by which a plugin knows them. A type that the plugin declares itself goes by its short name
/// ("walk"), in every version of its definition; all others go by their whole name.
///
/// Threads: any. Lifetime of specs: the whole program.
#pragma once

#include <string_view>
#include <vector>

#include "core/record/declared_types.h"
#include "plugins/manifest/manifest.h"

namespace evenhand::plugins {

/// "walk" for the plugin's own "walk-0123…"; every other type as it is.
std::string_view name_for(const Manifest& manifest, std::string_view type);

/// What a plugin reads when it names a type: one, several versions of its own, or none.
std::vector<const RecordSpec*> types_read_as(const Manifest& manifest, std::string_view name);

/// What a plugin writes when it names a type: of its own the version that its manifest declares. Null pointer: there is none.
const RecordSpec* type_written_as(const Manifest& manifest, std::string_view name);

}  // namespace evenhand::plugins
