#include "plugins/kit/workbench.h"

#include <algorithm>
#include <array>

#include "core/base/bytes.h"
#include "core/codec/json.h"
#include "core/os/files.h"
#include "core/record/declared_types.h"
#include "plugins/catalogue/archive.h"
#include "plugins/host/built_in.h"
#include "plugins/host/run_report.h"
#include "plugins/pack/pack.h"

namespace evenhand::plugins {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kSampleBytesMax = 16777216;

// What lies in an author's folder and is no part of the plugin.
bool is_left_out(const fs::path& path, bool is_folder) {
  const std::string name = path.filename().string();
  if (name.starts_with(".")) return true;
  if (is_folder) return name == "golden" || name == "failed" || name == "samples" || name.starts_with("build") || name == "CMakeFiles";
  static constexpr std::array<std::string_view, 9> kEndings = {".cpp", ".h", ".hpp", ".c", ".o", ".cmake", ".evhp", ".minisig", ".html"};
  const std::string ending = path.extension().string();
  return name == "README.md" || name == "CMakeLists.txt" || name == "sample.json" || std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

// What a report was written to, and what an editor keeps of the version before: left out, too, but somebody may miss it.
bool is_by_product(const fs::path& path) {
  static constexpr std::array<std::string_view, 7> kEndings = {".docx", ".xlsx", ".csv", ".zip", ".bak", ".orig", ".swp"};
  const std::string name = path.filename().string();
  return name.ends_with("~") || std::find(kEndings.begin(), kEndings.end(), path.extension().string()) != kEndings.end();
}

Result<void> read_into(PluginFiles& files, std::vector<std::string>* left_out, const fs::path& folder, const std::string& prefix, int depth, std::size_t& bytes) {
  if (depth > 8) return refused("a plugin's folders lie at most 8 deep", prefix);
  std::error_code failed;
  std::vector<fs::directory_entry> entries;
  for (auto at = fs::directory_iterator(folder, failed); !failed && at != fs::directory_iterator(); at.increment(failed)) entries.push_back(*at);
  if (failed) return not_found("this folder cannot be read", folder.string(), "Name the folder that holds plugin.json.");
  for (const fs::directory_entry& entry : entries) {
    std::error_code ignored;
    const bool is_folder = entry.is_directory(ignored) && !entry.is_symlink(ignored);
    if (is_left_out(entry.path(), is_folder)) continue;
    const std::string name = prefix + entry.path().filename().string();
    if (!is_folder && is_by_product(entry.path())) {
      if (left_out) left_out->push_back(name);
      continue;
    }
    if (entry.is_symlink(ignored)) return refused("a plugin holds no links", name, "Put the file itself there.");
    if (is_folder) {
      EVENHAND_CHECK(read_into(files, left_out, entry.path(), name + "/", depth + 1, bytes));
      continue;
    }
    if (!is_plugin_file_name(name)) return refused("a plugin's file cannot be called that", name, "Use letters, digits, . _ - and /");
    // A pipe would be waited for without end.
    if (!entry.is_regular_file(ignored)) return refused("a plugin holds files and folders only", name, "Take it out of the folder.");
    EVENHAND_TRY(const Bytes read, read_file(entry.path(), plugin_file_bytes_max(name)));
    bytes += read.size();
    if (bytes > kPluginBytesMax || files.size() >= kPluginFilesMax) return refused("a plugin has at most " + std::to_string(kPluginFilesMax) + " files and 96 MiB", name);
    files.emplace(name, text_of(read));
  }
  return {};
}

Result<std::shared_ptr<Runner>> run_linked_in(std::span<const BuiltIn> linked_in, const Manifest& manifest) {
  for (const BuiltIn& one : linked_in) {
    const auto linked = read_manifest(one.manifest);
    if (linked && linked->id == manifest.id) return run_built_in(one.entry, manifest.limits.output_mib);
  }
  return refused("a built-in plugin is tried as part of a program, and this one is not linked into this program", manifest.id, "Name its folder in CMakeLists.txt (BUILT_IN), and build.");
}

Result<OwnTypes> declare_own(const Manifest& manifest) {
  OwnTypes own;
  for (const Json& type : manifest.types) {
    EVENHAND_TRY(const TypeDefinition definition, TypeDefinition::from_json(manifest.id, type, "contributes.types"));
    EVENHAND_TRY(const RecordSpec* spec, declare_record_type(definition));
    own.push_back(spec);
  }
  return own;
}

/// Views of plugins that come with the program may be read; whoever reads another's has to have it here.
Result<void> add_whose_views_it_reads(Registry& registry, std::span<const BuiltIn> linked_in, const Manifest& manifest) {
  for (const BuiltIn& one : linked_in) {
    EVENHAND_TRY(Manifest linked, read_manifest(one.manifest));
    const auto is_read = [&](const auto& read) { return read.first.starts_with(linked.id + "/"); };
    if (registry.find_plugin(linked.id) || std::none_of(manifest.reads.begin(), manifest.reads.end(), is_read)) continue;
    linked.reports.clear();  // an author's report may have the id of one of ours
    const std::uint32_t most = linked.limits.output_mib;
    EVENHAND_CHECK(registry.add({std::move(linked), "", [entry = one.entry, most] { return run_built_in(entry, most); }}));
  }
  return {};
}

/// The same of plugins that stand in a workspace.
Result<void> add_others(Registry& registry, const Registry* others, const Manifest& manifest) {
  if (others == nullptr) return {};
  for (const auto& one : others->plugins()) {
    const auto is_read = [&](const auto& read) { return read.first.starts_with(one->manifest.id + "/"); };
    if (registry.find_plugin(one->manifest.id) || std::none_of(manifest.reads.begin(), manifest.reads.end(), is_read)) continue;
    Plugin other{one->manifest, one->digest, one->make_runner};
    other.manifest.reports.clear();
    EVENHAND_CHECK(registry.add(std::move(other)));
  }
  return {};
}

Error in_sample(Error error) {
  if (!error.where.starts_with("sample.json")) error.where = "sample.json" + (error.where.empty() ? "" : ": " + error.where);
  return error;
}

Result<Json> own_json(const fs::path& folder) {
  EVENHAND_TRY(const Bytes bytes, read_file(folder / "sample.json", kSampleBytesMax));
  auto json = parse_json(text_of(bytes));
  return json ? std::move(json) : in_sample(json.error());
}

}  // namespace

Result<PluginFiles> read_author_folder(const fs::path& folder, std::vector<std::string>* left_out) {
  PluginFiles files;
  std::size_t bytes = 0;
  EVENHAND_CHECK(read_into(files, left_out, folder, "", 0, bytes));
  if (!files.contains("plugin.json")) return not_found("there is no plugin.json", folder.string(), "Begin with: evenhand plugin new report NAME");
  return files;
}

std::string shell_word(const fs::path& path) {
  std::string word = path.string();
  if (word.starts_with("-")) word.insert(0, "./");
  const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("./_-+,:@%=").find(c) != std::string_view::npos; };
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return word;
  for (std::size_t at = word.find('\''); at != std::string::npos; at = word.find('\'', at + 4)) word.replace(at, 1, "'\\''");
  return "'" + word + "'";
}

std::vector<Refusal> examine(const PluginFiles& files) {
  if (!files.contains("plugin.json")) return {{"plugin.no-manifest", "plugin.json", 0, "", "no such file", "a manifest", "Begin with: evenhand plugin new report NAME"}};
  ManifestReading reading = examine_plugin(files);
  if (reading.is_refused() || reading.manifest.kind != Kind::pack) return std::move(reading.refusals);
  for (Refusal& one : examine_pack(reading.manifest, files)) reading.refusals.push_back(std::move(one));
  return std::move(reading.refusals);
}

const Refusal* first_error(const std::vector<Refusal>& refusals) {
  const auto at = std::find_if(refusals.begin(), refusals.end(), [](const Refusal& one) { return one.severity == Severity::error; });
  return at == refusals.end() ? nullptr : &*at;
}

Result<Workbench> Workbench::open(const fs::path& folder, const Runners& runners, std::span<const BuiltIn> linked_in, const Registry* others) {
  EVENHAND_TRY(PluginFiles files, read_author_folder(folder));
  const std::vector<Refusal> refusals = examine(files);
  if (const Refusal* wrong = first_error(refusals)) return refused(wrong->sentence(), folder.string(), "All of them: evenhand plugin check " + shell_word(folder));
  Manifest manifest = examine_manifest(files.at("plugin.json")).manifest;
  EVENHAND_TRY(OwnTypes own, declare_own(manifest));
  Workbench bench{folder, std::move(files), std::move(manifest), std::move(own), Registry(), std::make_shared<Crossing>()};
  Plugin plugin{bench.manifest, digest_of(bench.files), {}};
  plugin.make_runner = [=, manifest = bench.manifest, bytes = bench.files, crossing = bench.crossing]() -> Result<std::shared_ptr<Runner>> {
    EVENHAND_TRY(std::shared_ptr<Runner> inner, manifest.kind == Kind::built_in ? run_linked_in(linked_in, manifest) : manifest.kind == Kind::native ? runners.native(manifest, bytes) : runners.pack(manifest, bytes));
    return watched(std::move(inner), crossing);
  };
  EVENHAND_CHECK(bench.registry.add(std::move(plugin)));
  EVENHAND_CHECK(add_whose_views_it_reads(bench.registry, linked_in, bench.manifest));
  EVENHAND_CHECK(add_others(bench.registry, others, bench.manifest));
  return bench;
}

Plugin Workbench::narrowed(const std::function<void(Manifest&)>& change) const {
  const std::shared_ptr<Plugin> whole = registry.find_plugin(manifest.id);
  Plugin other{manifest, whole->digest, [whole]() -> Result<std::shared_ptr<Runner>> {
    if (!whole->runner) {
      EVENHAND_TRY(whole->runner, whole->make_runner());
    }
    return whole->runner;
  }};
  change(other.manifest);
  return other;
}

Result<SampleModel> own_sample(const fs::path& folder, const OwnTypes& own) {
  const auto bytes = read_file(folder / "sample.json", kSampleBytesMax);
  if (!bytes) return bytes.error().code == ErrorCode::not_found ? sample_called("small", own) : bytes.error();
  SampleModel model;
  for (const RecordSpec* type : own) model.know(*type);
  if (const auto added = model.add_text("sample.json", text_of(*bytes)); !added) return in_sample(added.error());
  return model;
}

Result<std::map<std::string, std::string, std::less<>>> own_options(const fs::path& folder, std::string_view command) {
  std::map<std::string, std::string, std::less<>> options;
  const auto json = own_json(folder);
  if (!json) return json.error().code == ErrorCode::not_found ? Result(options) : json.error();
  const Json* all = json->find("options");
  const Json* its = all == nullptr ? nullptr : all->find(command);
  for (std::size_t i = 0; its != nullptr && i < its->size(); ++i) {
    if (!its->is_object() || !its->items()[i].is_string()) return corrupt("options of a command are texts by name", "sample.json: options." + std::string(command));
    options.emplace(its->keys()[i], its->items()[i].text());
  }
  return options;
}

Result<document::Document> try_report(const Workbench& bench, const Model& model, const ReportEntry& report, ReportOptions options) {
  EVENHAND_TRY(const std::vector<Record> cycles, model.records("cycle"));
  if (!cycles.empty() && !options.cycle) options.cycle = cycles.front().id();
  if (options.organisation) return make_report(bench.registry, model, report.id, options);
  EVENHAND_TRY(const std::vector<Record> organisations, model.records("organisation"));
  Result<document::Document> made = not_found("nobody reports in this sample");
  for (const Record& organisation : organisations) {
    if (report.is_of_one_organisation()) options.organisation = organisation.id();
    made = make_report(bench.registry, model, report.id, options);
    if (made.ok() || made.error().code != ErrorCode::not_found) return made;
  }
  return made;
}

}  // namespace evenhand::plugins
