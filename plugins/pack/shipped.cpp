#include "plugins/pack/shipped.h"

#include "plugins/pack/pack.h"

namespace evenhand::plugins {

namespace {

PluginFiles files_of(std::span<const PackFile> all, std::string_view pack) {
  PluginFiles files;
  for (const PackFile& file : all) {
    if (file.pack == pack) files.emplace(file.name, file.bytes);
  }
  return files;
}

Result<void> add_pack(Registry& registry, std::span<const PackFile> all, const PackFile& manifest_file) {
  EVENHAND_TRY(Manifest manifest, read_manifest(manifest_file.bytes));
  if (manifest.kind != Kind::pack) return refused("this plugin is no pack", manifest.id, "Say \"kind\": \"pack\"");
  Plugin plugin{manifest, "", {}};
  plugin.make_runner = [manifest, all, pack = manifest_file.pack] { return open_pack(manifest, files_of(all, pack)); };
  plugin.read_files = [all, pack = manifest_file.pack] { return Result<PluginFiles>(files_of(all, pack)); };
  return registry.add(std::move(plugin));
}

}  // namespace

Registry shipped_plugins(std::span<const BuiltIn> built_in, std::span<const PackFile> packs) {
  Registry registry(built_in);
  for (const PackFile& file : packs) {
    if (file.name != "plugin.json") continue;
    if (const Result<void> added = add_pack(registry, packs, file); !added) registry.set_aside("pack " + std::string(file.pack), added.error());
  }
  return registry;
}

}  // namespace evenhand::plugins
