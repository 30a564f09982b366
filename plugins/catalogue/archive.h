/// A plugin in one file: "<id>-<version>.evhp". Format: docs/formats/plugin-archive.md.
///
/// A ZIP in one fixed form: files in the order of their names, stored as they are, without dates or attributes. So the same
/// files give the same bytes on any day and any machine, a signature over the bytes is a signature over the files, and what
/// is read holds no links, no second directory and nothing to unpack.
/// Threads: pure.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "plugins/manifest/files.h"

namespace evenhand::plugins {

inline constexpr std::size_t kArchiveBytesMax = 101711872;  ///< all of a plugin's files, and a MiB for their names
/// The signature lies beside the others and is no part of what is signed.
inline constexpr std::string_view kSignatureFile = "plugin.sig";

/// Without kSignatureFile. Errors: refused (a name, too many files, too many bytes).
Result<std::string> write_archive(const PluginFiles& files);

/// Errors: corrupt (naming the place), refused (beyond the bounds).
Result<PluginFiles> read_archive_untrusted(std::string_view bytes);

}  // namespace evenhand::plugins
