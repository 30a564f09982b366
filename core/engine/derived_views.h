/// What programs above the engine made of a workspace's records and keep beside it: the views of plugins. The engine does not know
/// what stands there, only that all of it can be made anew, so none of it outlives an erasure.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "core/base/result.h"

namespace evenhand {

/// One folder for each plugin; `lock` in it is held by the process that makes views there.
std::filesystem::path derived_views(const std::filesystem::path& workspace);

/// Throws away all that is there, when contents were erased since it was last thrown away. `erasures`: how many the workspace knows of
/// by now. Waits for whoever is making views, two seconds for each folder; then it goes all the same, and once more the next time.
/// Durable. Threads: any. Errors: unavailable (call it again).
Result<void> drop_derived_views(const std::filesystem::path& workspace, std::size_t erasures);

/// Throws away what is there of one plugin. Its folder and the lock in it stay, or two could hold that. Waits as above, and goes all the same.
/// Absent is fine. Durable. Threads: any. Errors: unavailable.
Result<void> drop_derived_views_of(const std::filesystem::path& workspace, const std::string& plugin);

}  // namespace evenhand
