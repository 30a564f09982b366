/// The plugins that a workspace has agreed to, and the files of them on this computer.
///
/// Agreement is a record of the type "plugin" in the organisation's own space: id, version, digest of the files, what it may
/// read. Files lie in <workspace>/plugins/<id>/<version>/. A folder that nobody agreed to is never run: dropping files there
/// installs nothing, and a changed file makes the digest another one. Neither half is worth anything without the other.
/// Threads: one.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/model.h"
#include "core/engine/workspace.h"
#include "plugins/catalogue/consent.h"
#include "plugins/host/registry.h"
#include "plugins/manifest/files.h"

namespace evenhand::plugins {

/// One record of the type "plugin" that concerns a plugin.
struct Agreement {
  EntityId record;
  std::string plugin;
  std::string version;
  std::string title;
  std::string digest;
  std::string kind;
  Demand demand;
  std::string signer;
  std::string consent;
  bool is_installed = false;
  bool is_disputed = false;  ///< two computers agreed to different things, unseen by each other
};
/// Ascending by id. Errors: those of the model.
Result<std::vector<Agreement>> agreements(const Model& model);
/// Nothing when nobody ever agreed to it. Errors: those of the model.
Result<std::optional<Agreement>> find_agreement(const Model& model, std::string_view plugin);

/// A key that plugins may be signed with.
struct TrustedKey {
  EntityId record;
  std::string title;
  std::string key;  ///< as minisign writes it: "RWQ…"
};
/// Errors: those of the model.
Result<std::vector<TrustedKey>> trusted_keys(const Model& model);

/// The change that agrees to a plugin as it stands, to another version of it, or to a key; hand it to Workspace::submit().
RecordChange agree_to(const Manifest& manifest, const std::string& digest, const std::string& signer);
RecordChange withdraw(const Agreement& agreement);
RecordChange trust(const std::string& key, const std::string& title);
RecordChange distrust(const TrustedKey& key);

/// The change that puts on record that a document was made.
RecordChange document_made(const Plugin& plugin, std::string_view report, std::string_view format, std::string_view bytes);

/// May a plugin or a version be called that, as a folder? Letters, digits, dots, + and hyphens.
bool is_folder_name(std::string_view text);
/// Where the files of one version lie.
std::filesystem::path folder_of(const std::filesystem::path& workspace, std::string_view plugin, std::string_view version);
/// Writes them beside those in use, so that whatever fails later leaves those as they were. Errors: refused (a name), unavailable.
Result<void> stage_files(const std::filesystem::path& workspace, const Manifest& manifest, const PluginFiles& files);
/// Puts what was staged in its place; no other version of the plugin stays. Errors: refused (a name), unavailable.
Result<void> use_staged(const std::filesystem::path& workspace, const Manifest& manifest);
/// Removes what was staged, as well as it can.
void drop_staged(const std::filesystem::path& workspace, const Manifest& manifest);
/// What a program that ended in between left staged: used when just these files are agreed to, else removed. Gives "org.example.walks 1.0.0" of those
/// used. Only for whoever holds the workspace. Errors: those of the model, unavailable.
Result<std::vector<std::string>> settle_staged(const Model& model, const std::filesystem::path& workspace);
/// Stages and uses.
Result<void> put_files(const std::filesystem::path& workspace, const Manifest& manifest, const PluginFiles& files);
/// All versions of it. Absent is fine. Errors: unavailable.
Result<void> remove_files(const std::filesystem::path& workspace, std::string_view plugin);

/// Folders below <workspace>/plugins that nobody agreed to and that remove_files() takes: "org.example.walks/1.0.0". Ascending.
std::vector<std::string> found_but_not_installed(const std::filesystem::path& workspace, const std::vector<Agreement>& agreed);

/// How installed plugins are run; tests bring their own.
struct Runners {
  std::function<Result<std::shared_ptr<Runner>>(const Manifest&, const PluginFiles&)> pack;
  std::function<Result<std::shared_ptr<Runner>>(const Manifest&, const PluginFiles&)> native;
};

/// Adds what is agreed to and here to the registry; what is broken is set aside with the reason. Reads one manifest each
/// and runs nothing. The digest of the files is checked when a plugin is first run, over the bytes that are then run.
void load_installed(const Model& model, const std::filesystem::path& workspace, const Runners& runners, Registry& registry);

/// The files of an installed plugin, held against the digest agreed to. Errors: not_found, corrupt, unavailable.
Result<PluginFiles> agreed_files(const std::filesystem::path& workspace, const Agreement& agreement);

}  // namespace evenhand::plugins
