/// The files of one plugin, held in memory: a folder or an archive, read within bounds.
///
/// Threads: values.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace evenhand::plugins {

/// Name within the plugin ("queries/grid.json") to bytes. Names: 1..120 of a-z A-Z 0-9 . _ - and /, no part begins with a dot, none leads outside.
using PluginFiles = std::map<std::string, std::string, std::less<>>;

inline constexpr std::size_t kPluginFilesMax = 200;  ///< folders count too
inline constexpr std::size_t kPluginFileBytesMax = 8388608;      ///< of one file
inline constexpr std::size_t kPluginLibraryBytesMax = 67108864;  ///< of plugin.so
inline constexpr std::size_t kPluginBytesMax = 100663296;        ///< of all together
inline constexpr std::size_t kPluginFileNameBytesMax = 120;
/// The bound of one file by its name, for folders and archives alike.
std::size_t plugin_file_bytes_max(std::string_view name);

/// Errors: not_found, refused (a name, a link, too many files, too many bytes; names the file), unavailable.
Result<PluginFiles> read_plugin_folder(const std::filesystem::path& folder);

/// Is it a name that a plugin's file may have?
bool is_plugin_file_name(std::string_view name);

/// SHA-256 over all names and bytes (docs/formats/plugin.md), in hexadecimal: what a person trusts and a signature covers.
/// The signature itself ("plugin.sig") is left out.
std::string digest_of(const PluginFiles& files);

}  // namespace evenhand::plugins
