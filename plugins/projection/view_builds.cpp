#include "plugins/projection/view_builds.h"

#include <algorithm>
#include <charconv>

#include "core/codec/archive.h"
#include "core/crypto/hash.h"
#include "core/os/files.h"

namespace evenhand::plugins {

namespace fs = std::filesystem;

namespace {

constexpr std::uint32_t kViewVersion = 1;  ///< raised when the same answers would be stored in other bytes
constexpr std::size_t kLiveBytesMost = 64;

std::optional<ViewBuild> build_from(std::string_view name) {
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  ViewBuild build{std::string(name.substr(0, dot)), 0};
  const std::string_view number = name.substr(dot + 1);
  const auto [end, failed] = std::from_chars(number.data(), number.data() + number.size(), build.number);
  const bool is_whole = failed == std::errc() && end == number.data() + number.size() && build.edition.size() == 16 && from_hex(build.edition);
  return is_whole ? std::optional(build) : std::nullopt;
}

}  // namespace

std::string edition_of(const Plugin& plugin, ByteView program) {
  const Manifest& manifest = plugin.manifest;
  CanonicalOutput archive;
  archive(kViewVersion, manifest.id, manifest.version, plugin.digest, plugin.digest.empty() ? Bytes(program.begin(), program.end()) : Bytes());
  for (const auto& [type, fields] : manifest.reads) {
    archive(type, std::vector<std::string>(fields.begin(), fields.end()));
  }
  for (const ProjectionEntry& projection : manifest.projections) {
    archive(projection.id, projection.on);
    for (const ColumnEntry& column : projection.columns) archive(column.name, static_cast<std::uint32_t>(column.type));
    for (const AggregateEntry& aggregate : projection.aggregates) {
      archive(aggregate.id, aggregate.group);
      for (const MeasureEntry& measure : aggregate.measures) archive(measure.name, measure.of, static_cast<std::uint32_t>(measure.rule));
    }
  }
  return sha256(archive.take()).hex().substr(0, 16);
}

fs::path live_file(const fs::path& folder) { return folder / "live"; }

std::optional<ViewBuild> live_build(const fs::path& folder) {
  const auto bytes = read_file(live_file(folder), kLiveBytesMost);
  return bytes ? build_from(text_of(*bytes)) : std::nullopt;
}

std::vector<ViewBuild> builds_in(const fs::path& folder) {
  std::vector<ViewBuild> builds;
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    if (auto build = build_from(at->path().filename().string())) builds.push_back(std::move(*build));
  }
  return builds;
}

Result<void> check_folder_name(const std::string& plugin) {
  const bool is_plain = !plugin.empty() && plugin.size() <= 120 && plugin.front() != '.' &&
                        std::all_of(plugin.begin(), plugin.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-'; });
  return is_plain ? Result<void>() : refused("a plugin's id must be fit to name a folder", plugin);
}

}  // namespace evenhand::plugins
