#include "plugins/manifest/files.h"

#include <algorithm>

#include "core/base/bytes.h"
#include "core/crypto/hash.h"
#include "core/os/folder_files.h"

namespace evenhand::plugins {

namespace {

constexpr std::size_t kDepthMax = 8;
constexpr std::string_view kDigestBegins("evenhand/plugin/1\0", 18);

bool is_allowed(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

void add_run(Sha256& hash, std::string_view bytes) {
  std::uint8_t length[8];
  put_u64_be(length, bytes.size());
  hash.add(ByteView(length, sizeof length));
  hash.add(view_of(bytes));
}

}  // namespace

bool is_plugin_file_name(std::string_view name) {
  if (name.size() > kPluginFileNameBytesMax) return false;
  for (;;) {
    const std::string_view part = name.substr(0, name.find('/'));
    if (part.empty() || part.front() == '.' || !std::all_of(part.begin(), part.end(), is_allowed)) return false;
    if (part.size() == name.size()) return true;
    name.remove_prefix(part.size() + 1);
  }
}

std::size_t plugin_file_bytes_max(std::string_view name) { return name == "plugin.so" ? kPluginLibraryBytesMax : kPluginFileBytesMax; }

Result<PluginFiles> read_plugin_folder(const std::filesystem::path& folder) {
  return read_folder_files(folder, {kPluginFilesMax, kDepthMax, kPluginBytesMax, plugin_file_bytes_max, is_plugin_file_name});
}

std::string digest_of(const PluginFiles& files) {
  Sha256 hash;
  hash.add(view_of(kDigestBegins));
  for (const auto& [name, bytes] : files) {
    if (name == "plugin.sig") continue;
    add_run(hash, name);
    add_run(hash, bytes);
  }
  return hash.finish().hex();
}

}  // namespace evenhand::plugins
