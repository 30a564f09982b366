#include "plugins/catalogue/catalogue.h"

#include <algorithm>

#include "core/base/bytes.h"
#include "core/crypto/hash.h"
#include "core/os/files.h"
#include "plugins/catalogue/archive.h"

namespace evenhand::plugins {

namespace fs = std::filesystem;

namespace {

// The same plugin or key is the same record on every computer.
EntityId record_of(std::string_view sort, std::string_view name) {
  const Hash hash = sha256({view_of("evenhand plugin"), view_of(sort), view_of(name)});
  return *EntityId::from(hash.view().first(EntityId::kSize));
}

Agreement agreement_of(const Record& record) {
  Agreement one;
  one.record = record.id();
  one.plugin = record.text("plugin");
  one.version = record.text("version");
  one.title = record.title();
  one.digest = record.text("digest");
  one.kind = record.text("kind");
  one.demand = {data_class_from(record.text("data_class")), record.words("reads")};
  one.signer = record.text("signer");
  one.consent = record.text("consent");
  one.is_installed = record.text("status") == "installed";
  for (const char* field : {"status", "version", "digest", "data_class"}) one.is_disputed = one.is_disputed || record.is_conflicted(field);
  return one;
}

Result<std::string> manifest_text_of(const fs::path& folder) {
  const auto bytes = read_file(folder / "plugin.json", kManifestBytesMax);
  if (!bytes && bytes.error().code == ErrorCode::not_found) {
    return not_found("its files are not on this computer", "", "Install it here too: evenhand plugin install FILE");
  }
  EVENHAND_CHECK(bytes.ok() ? Result<void>() : bytes.error());
  return std::string(text_of(*bytes));
}

// Ids and versions come from elsewhere and become names of folders.
Result<void> check_names(std::string_view plugin, std::string_view version) {
  if (!is_folder_name(plugin)) return refused("a plugin's id is letters, digits, dots and hyphens", std::string(plugin));
  if (!is_folder_name(version)) return refused("a plugin's version is letters, digits, dots, + and -", std::string(version));
  return {};
}

// Nothing but what was agreed to: neither another plugin nor another version nor one that reads more.
Result<void> check_agreed(const Manifest& manifest, const Agreement& agreed) {
  const bool is_same = manifest.id == agreed.plugin && manifest.version == agreed.version && to_word(manifest.kind) == agreed.kind &&
                       manifest.data_class == agreed.demand.data_class && widening(agreed.demand, demand_of(manifest)).empty();
  return is_same ? Result<void>() : corrupt("its plugin.json is not the one that was agreed to", agreed.plugin, "Install it again: evenhand plugin install FILE");
}

Result<Plugin> load(const fs::path& workspace, const Agreement& agreed, const Runners& runners) {
  if (agreed.is_disputed) return refused("two computers agreed to different versions of it", agreed.plugin, "Decide: evenhand plugin install FILE, or plugin remove " + agreed.plugin);
  EVENHAND_CHECK(check_names(agreed.plugin, agreed.version));
  const fs::path folder = folder_of(workspace, agreed.plugin, agreed.version);
  EVENHAND_TRY(std::string text, manifest_text_of(folder));
  EVENHAND_TRY(Manifest manifest, read_manifest(text));
  EVENHAND_CHECK(check_agreed(manifest, agreed));
  Plugin plugin{std::move(manifest), agreed.digest, {}};
  plugin.make_runner = [=, manifest = plugin.manifest]() -> Result<std::shared_ptr<Runner>> {
    EVENHAND_TRY(const PluginFiles files, agreed_files(workspace, agreed));
    // What was read at the start decides what the plugin is given, so it must be what was agreed to, too.
    if (files.at("plugin.json") != text) return corrupt("its plugin.json was changed while the program ran", agreed.plugin);
    return manifest.kind == Kind::native ? runners.native(manifest, files) : runners.pack(manifest, files);
  };
  plugin.read_files = [=] { return agreed_files(workspace, agreed); };
  return plugin;
}

constexpr std::string_view kStagedMark = ".new-";

fs::path staged_folder_of(const fs::path& workspace, std::string_view plugin, std::string_view version) {
  return workspace / "plugins" / plugin / (std::string(kStagedMark) + std::string(version));
}

std::vector<std::string> subfolders(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code failed;
  for (auto at = fs::directory_iterator(folder, failed); !failed && at != fs::directory_iterator(); at.increment(failed)) {
    std::error_code ignored;
    if (at->is_directory(ignored)) names.push_back(at->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

bool is_folder_name(std::string_view text) {
  const auto is_allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+'; };
  return !text.empty() && text.size() <= 100 && text.front() != '.' && std::all_of(text.begin(), text.end(), is_allowed);
}

Result<std::vector<Agreement>> agreements(const Model& model) {
  EVENHAND_TRY(const std::vector<Record> records, model.records("plugin"));
  std::vector<Agreement> all;
  for (const Record& record : records) {
    // A record under another id than its plugin's own would be a second agreement to one plugin.
    if (!record.text("plugin").empty() && record.id() == record_of("id", record.text("plugin"))) all.push_back(agreement_of(record));
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.plugin < b.plugin; });
  return all;
}

Result<std::optional<Agreement>> find_agreement(const Model& model, std::string_view plugin) {
  EVENHAND_TRY(const std::optional<Record> record, model.find(record_of("id", plugin)));
  return record && !record->is_removed() ? std::optional(agreement_of(*record)) : std::nullopt;
}

Result<std::vector<TrustedKey>> trusted_keys(const Model& model) {
  EVENHAND_TRY(const std::vector<Record> records, model.records("plugin"));
  std::vector<TrustedKey> keys;
  for (const Record& record : records) {
    if (!record.text("plugin").empty() || record.is_conflicted("status") || record.text("status") != "trusted") continue;
    if (record.id() == record_of("key", record.text("signer"))) keys.push_back({record.id(), record.title(), record.text("signer")});
  }
  return keys;
}

RecordChange agree_to(const Manifest& manifest, const std::string& digest, const std::string& signer) {
  RecordChange change{"plugin", record_of("id", manifest.id), Verb::changed, {}};
  const Demand demand = demand_of(manifest);
  change.set = {{"title", manifest.title},
                {"status", std::string("installed")},
                {"plugin", manifest.id},
                {"version", manifest.version},
                {"digest", digest},
                {"kind", std::string(to_word(manifest.kind))},
                {"data_class", std::string(to_word(manifest.data_class))},
                {"reads", demand.reads},
                {"consent", consent_text(manifest)}};
  if (signer.empty()) change.clear.push_back("signer");
  else change.set.push_back({"signer", signer});
  return change;
}

RecordChange withdraw(const Agreement& agreement) { return {"plugin", agreement.record, Verb::changed, {{"status", std::string("removed")}}}; }

RecordChange trust(const std::string& key, const std::string& title) {
  return {"plugin", record_of("key", key), Verb::changed, {{"title", title}, {"status", std::string("trusted")}, {"signer", key}}};
}

RecordChange distrust(const TrustedKey& key) { return {"plugin", key.record, Verb::changed, {{"status", std::string("distrusted")}}}; }

RecordChange document_made(const Plugin& plugin, std::string_view report, std::string_view format, std::string_view bytes) {
  RecordChange change{"document", {}, Verb::changed, {}};
  const Manifest& manifest = plugin.manifest;
  change.set = {{"report", std::string(report)},
                {"plugin", manifest.id},
                {"version", manifest.version},
                {"data_class", std::string(to_word(manifest.data_class))},
                {"content", sha256(view_of(bytes)).hex()},
                {"format", std::string(format)}};
  if (!plugin.digest.empty()) change.set.push_back({"digest", plugin.digest});
  return change;
}

fs::path folder_of(const fs::path& workspace, std::string_view plugin, std::string_view version) { return workspace / "plugins" / plugin / version; }

Result<void> stage_files(const fs::path& workspace, const Manifest& manifest, const PluginFiles& files) {
  EVENHAND_CHECK(check_names(manifest.id, manifest.version));
  const fs::path staged = staged_folder_of(workspace, manifest.id, manifest.version);
  EVENHAND_CHECK(remove_tree(staged));
  EVENHAND_CHECK(make_private_folder(staged));
  for (const auto& [name, bytes] : files) {
    EVENHAND_CHECK(make_private_folder((staged / name).parent_path()));
    EVENHAND_CHECK(write_file_whole(staged / name, view_of(bytes)));
    EVENHAND_CHECK(sync_file(staged / name));
  }
  return {};
}

namespace {

Result<void> put_in_place(const fs::path& workspace, std::string_view plugin, std::string_view version) {
  EVENHAND_CHECK(check_names(plugin, version));
  const fs::path folder = folder_of(workspace, plugin, version);
  EVENHAND_CHECK(remove_tree(folder));
  EVENHAND_CHECK(rename_durably(staged_folder_of(workspace, plugin, version), folder));
  for (const std::string& other : subfolders(folder.parent_path())) {
    if (other != version) EVENHAND_CHECK(remove_tree(folder.parent_path() / other));
  }
  return {};
}

// False: other files than were agreed to, or half of them.
bool is_as_agreed(const std::optional<Agreement>& agreed, const std::string& version, const fs::path& staged) {
  if (!agreed || !agreed->is_installed || agreed->is_disputed || agreed->version != version) return false;
  const auto files = read_plugin_folder(staged);
  return files && digest_of(*files) == agreed->digest;
}

}  // namespace

Result<void> use_staged(const fs::path& workspace, const Manifest& manifest) { return put_in_place(workspace, manifest.id, manifest.version); }

Result<std::vector<std::string>> settle_staged(const Model& model, const fs::path& workspace) {
  std::vector<std::string> used;
  for (const std::string& plugin : subfolders(workspace / "plugins")) {
    for (const std::string& name : subfolders(workspace / "plugins" / plugin)) {
      if (!is_folder_name(plugin) || !name.starts_with(kStagedMark)) continue;
      const std::string version = name.substr(kStagedMark.size());
      const fs::path staged = workspace / "plugins" / plugin / name;
      EVENHAND_TRY(const std::optional<Agreement> agreed, find_agreement(model, plugin));
      if (is_as_agreed(agreed, version, staged)) {
        EVENHAND_CHECK(put_in_place(workspace, plugin, version));
        used.push_back(plugin + " " + version);
        break;  // which removed the others
      }
      EVENHAND_CHECK(remove_tree(staged));
      std::error_code ignored;
      fs::remove(staged.parent_path(), ignored);  // when it holds nothing else
    }
  }
  return used;
}

void drop_staged(const fs::path& workspace, const Manifest& manifest) {
  const fs::path staged = staged_folder_of(workspace, manifest.id, manifest.version);
  if (!check_names(manifest.id, manifest.version) || !remove_tree(staged)) return;
  std::error_code ignored;
  fs::remove(staged.parent_path(), ignored);  // when it holds nothing else
}

Result<void> put_files(const fs::path& workspace, const Manifest& manifest, const PluginFiles& files) {
  EVENHAND_CHECK(stage_files(workspace, manifest, files));
  return use_staged(workspace, manifest);
}

Result<void> remove_files(const fs::path& workspace, std::string_view plugin) {
  EVENHAND_CHECK(check_names(plugin, "0"));
  return remove_tree(workspace / "plugins" / plugin);
}

std::vector<std::string> found_but_not_installed(const fs::path& workspace, const std::vector<Agreement>& agreed) {
  std::vector<std::string> found;
  for (const std::string& plugin : subfolders(workspace / "plugins")) {
    if (!is_folder_name(plugin)) continue;
    const auto one = std::find_if(agreed.begin(), agreed.end(), [&](const Agreement& a) { return a.plugin == plugin && a.is_installed; });
    const std::vector<std::string> versions = subfolders(workspace / "plugins" / plugin);
    if (versions.empty()) found.push_back(plugin);
    for (const std::string& version : versions) {
      if (one == agreed.end() || one->version != version) found.push_back(plugin + "/" + version);
    }
  }
  return found;
}

Result<PluginFiles> agreed_files(const fs::path& workspace, const Agreement& agreement) {
  EVENHAND_CHECK(check_names(agreement.plugin, agreement.version));
  EVENHAND_TRY(PluginFiles files, read_plugin_folder(folder_of(workspace, agreement.plugin, agreement.version)));
  if (digest_of(files) != agreement.digest || !files.contains("plugin.json")) {
    return corrupt("its files are not those that were agreed to", agreement.plugin + " " + agreement.version, "Install it again: evenhand plugin install FILE");
  }
  return files;
}

void load_installed(const Model& model, const fs::path& workspace, const Runners& runners, Registry& registry) {
  const auto all = agreements(model);
  if (!all) return registry.set_aside("installed plugins", all.error());
  for (const Agreement& agreed : *all) {
    if (!agreed.is_installed && !agreed.is_disputed) continue;
    auto plugin = load(workspace, agreed, runners);
    const Result<void> added = plugin ? registry.add(std::move(plugin).value()) : plugin.error();
    if (!added) registry.set_aside(agreed.plugin, added.error());
  }
}

}  // namespace evenhand::plugins
