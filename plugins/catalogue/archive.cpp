// All numbers little-endian:
//   for each file   "PK\3\4", 26 bytes (version, flags, method 0, time, date, CRC-32, size twice, length of the name, 0), name, bytes
//   for each file   "PK\1\2", 2 bytes, the same 26 bytes, 10 bytes of 0, 4 of 0, where its local header stands, name
//   end             "PK\5\6", 18 bytes: how many files, size and place of the directory
// Source: APPNOTE.TXT 6.3.9. The reader takes the files out of the local headers, writes them anew and compares: whatever
// differs by one byte from what write_archive() writes is refused, so that no two readers can see two contents.
#include "plugins/catalogue/archive.h"

#include <array>
#include <cstdint>

namespace evenhand::plugins {

namespace {

constexpr std::size_t kLocalBytes = 30;
constexpr unsigned kDate = 33;  // 1980-01-01

void put(std::string& to, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) to += static_cast<char>(value >> (8 * i) & 0xFF);
}
std::uint64_t number_at(std::string_view from, std::size_t at, std::size_t bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes; i-- > 0;) value = value << 8 | static_cast<unsigned char>(from[at + i]);
  return value;
}

// The CRC-32 of ZIP, byte by byte; a plugin has few of them.
std::uint32_t crc_of(std::string_view bytes) {
  static const std::array<std::uint32_t, 256> kTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
      std::uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0xEDB88320u : 0);
      table[i] = value;
    }
    return table;
  }();
  std::uint32_t sum = 0xFFFFFFFFu;
  for (const char byte : bytes) sum = (sum >> 8) ^ kTable[(sum ^ static_cast<unsigned char>(byte)) & 0xFF];
  return ~sum;
}

std::string shared_header(std::string_view name, std::string_view bytes) {
  std::string header;
  put(header, 10, 2);      // version needed: stored
  put(header, 0x0800, 2);  // names are UTF-8
  put(header, 0, 2);       // stored
  put(header, 0, 2);       // time
  put(header, kDate, 2);
  put(header, crc_of(bytes), 4);
  put(header, bytes.size(), 4);
  put(header, bytes.size(), 4);
  put(header, name.size(), 2);
  put(header, 0, 2);  // no extra fields
  return header;
}

Error broken(std::size_t at) {
  return corrupt("this is not a plugin archive as \"evenhand plugin pack\" writes it", "byte " + std::to_string(at),
                 "Pack the plugin again from its folder: evenhand plugin pack DIR");
}

}  // namespace

Result<std::string> write_archive(const PluginFiles& files) {
  std::string zip, directory;
  std::size_t count = 0;
  for (const auto& [name, bytes] : files) {
    if (name == kSignatureFile) continue;
    if (!is_plugin_file_name(name)) return refused("a plugin's file cannot be called that", name, "Use letters, digits, . _ - and /");
    const auto below = files.lower_bound(name + "/");
    if (below != files.end() && below->first.starts_with(name + "/")) return refused("one file of a plugin has the name of another one's folder", name + " and " + below->first, "Rename one of them.");
    if (++count > kPluginFilesMax) return refused("a plugin has at most " + std::to_string(kPluginFilesMax) + " files");
    if (bytes.size() > plugin_file_bytes_max(name)) return refused("a plugin's file is too long", name);
    if (zip.size() + directory.size() + bytes.size() > kArchiveBytesMax) return refused("a plugin has at most 96 MiB", name);
    const std::string header = shared_header(name, bytes);
    directory += "PK\1\2";
    put(directory, 20, 2);
    directory += header;
    directory.append(2 + 2 + 2 + 4, '\0');
    put(directory, zip.size(), 4);
    directory += name;
    zip += "PK\3\4" + header + name + bytes;
  }
  const std::size_t start = zip.size();
  zip += directory + "PK\5\6";
  put(zip, 0, 4);
  put(zip, count, 2);
  put(zip, count, 2);
  put(zip, directory.size(), 4);
  put(zip, start, 4);
  put(zip, 0, 2);
  if (zip.size() > kArchiveBytesMax) return refused("a plugin has at most 96 MiB");
  return zip;
}

Result<PluginFiles> read_archive_untrusted(std::string_view bytes) {
  if (bytes.size() > kArchiveBytesMax) return refused("a plugin archive has at most 97 MiB");
  PluginFiles files;
  std::size_t at = 0;
  while (bytes.substr(at, 4) == "PK\3\4") {
    if (bytes.size() - at < kLocalBytes) return broken(at);
    if (number_at(bytes, at + 8, 2) != 0) {
      return corrupt("a file in the archive is compressed", "byte " + std::to_string(at), "Pack the plugin with: evenhand plugin pack DIR");
    }
    const std::size_t size = number_at(bytes, at + 18, 4), name_bytes = number_at(bytes, at + 26, 2), data = at + kLocalBytes + name_bytes;
    if (data > bytes.size() || size > bytes.size() - data) return broken(at);
    std::string name(bytes.substr(at + kLocalBytes, name_bytes));
    if (!is_plugin_file_name(name) || name == kSignatureFile) return corrupt("the archive holds a file with a name that no plugin's file may have", "byte " + std::to_string(at));
    if (crc_of(bytes.substr(data, size)) != number_at(bytes, at + 14, 4)) return corrupt("a file in the archive is damaged", name, "Fetch the archive again.");
    if (!files.emplace(std::move(name), bytes.substr(data, size)).second) return broken(at);
    if (files.size() > kPluginFilesMax) return refused("a plugin has at most " + std::to_string(kPluginFilesMax) + " files");
    at = data + size;
  }
  EVENHAND_TRY(const std::string again, write_archive(files));
  if (again != bytes) {
    std::size_t differs = 0;
    while (differs < again.size() && differs < bytes.size() && again[differs] == bytes[differs]) ++differs;
    return broken(differs);
  }
  return files;
}

}  // namespace evenhand::plugins
