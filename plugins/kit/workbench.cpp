#include "plugins/kit/workbench.h"

#include <algorithm>
#include <array>

#include "core/base/bytes.h"
#include "core/os/files.h"
#include "plugins/catalogue/archive.h"
#include "plugins/host/run_report.h"
#include "plugins/kit/samples.h"
#include "plugins/pack/pack.h"

namespace evenhand::plugins {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kSampleBytesMax = 16777216;

// What lies in an author's folder and is no part of the plugin.
bool is_left_out(const fs::path& path, bool is_folder) {
  const std::string name = path.filename().string();
  if (name.starts_with(".")) return true;
  if (is_folder) return name == "golden" || name == "samples" || name.starts_with("build") || name == "CMakeFiles";
  static constexpr std::array<std::string_view, 9> kEndings = {".cpp", ".h", ".hpp", ".c", ".o", ".cmake", ".evhp", ".minisig", ".html"};
  const std::string ending = path.extension().string();
  return name == "README.md" || name == "CMakeLists.txt" || name == "sample.json" || std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

Result<void> read_into(PluginFiles& files, const fs::path& folder, const std::string& prefix, int depth, std::size_t& bytes) {
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
    if (entry.is_symlink(ignored)) return refused("a plugin holds no links", name, "Put the file itself there.");
    if (is_folder) {
      EVENHAND_CHECK(read_into(files, entry.path(), name + "/", depth + 1, bytes));
      continue;
    }
    if (!is_plugin_file_name(name)) return refused("a plugin's file cannot be called that", name, "Use letters, digits, . _ - and /");
    EVENHAND_TRY(const Bytes read, read_file(entry.path(), plugin_file_bytes_max(name)));
    bytes += read.size();
    if (bytes > kPluginBytesMax || files.size() >= kPluginFilesMax) return refused("a plugin has at most " + std::to_string(kPluginFilesMax) + " files and 96 MiB", name);
    files.emplace(name, text_of(read));
  }
  return {};
}

/// Keeps what crosses on its way to the plugin, so that it can be looked at.
class Watched : public Runner {
 public:
  Watched(std::shared_ptr<Runner> inner, std::shared_ptr<std::string> last) : inner_(std::move(inner)), last_(std::move(last)) {}
  Result<std::string> run(std::string_view ability, std::string_view input) override {
    last_->assign(input);
    return inner_->run(ability, input);
  }

 private:
  std::shared_ptr<Runner> inner_;
  std::shared_ptr<std::string> last_;
};

}  // namespace

Result<PluginFiles> read_author_folder(const fs::path& folder) {
  PluginFiles files;
  std::size_t bytes = 0;
  EVENHAND_CHECK(read_into(files, folder, "", 0, bytes));
  if (!files.contains("plugin.json")) return not_found("there is no plugin.json", folder.string(), "Begin with: evenhand plugin new report NAME");
  return files;
}

std::vector<Refusal> examine(const PluginFiles& files) {
  const auto manifest = files.find("plugin.json");
  if (manifest == files.end()) return {{"plugin.no-manifest", "plugin.json", 0, "", "no such file", "a manifest", "Begin with: evenhand plugin new report NAME"}};
  ManifestReading reading = examine_manifest(manifest->second);
  if (reading.is_refused() || reading.manifest.kind != Kind::pack) return std::move(reading.refusals);
  for (Refusal& one : examine_pack(reading.manifest, files)) reading.refusals.push_back(std::move(one));
  return std::move(reading.refusals);
}

const Refusal* first_error(const std::vector<Refusal>& refusals) {
  const auto at = std::find_if(refusals.begin(), refusals.end(), [](const Refusal& one) { return one.severity == Severity::error; });
  return at == refusals.end() ? nullptr : &*at;
}

Result<Workbench> Workbench::open(const fs::path& folder, const Runners& runners) {
  EVENHAND_TRY(PluginFiles files, read_author_folder(folder));
  const std::vector<Refusal> refusals = examine(files);
  if (const Refusal* wrong = first_error(refusals)) return refused(wrong->sentence(), folder.string(), "All of them: evenhand plugin check " + folder.string());
  Manifest manifest = examine_manifest(files.at("plugin.json")).manifest;
  if (manifest.kind == Kind::built_in) {
    return refused("a built-in plugin runs only where it is linked into the program", manifest.id, "Try it in the program's own tests: its README.md says how.");
  }
  Workbench bench{folder, std::move(files), std::move(manifest), Registry(), std::make_shared<std::string>()};
  Plugin plugin{bench.manifest, digest_of(bench.files), {}};
  plugin.make_runner = [=, manifest = bench.manifest, bytes = bench.files, last = bench.last_input]() -> Result<std::shared_ptr<Runner>> {
    EVENHAND_TRY(std::shared_ptr<Runner> inner, manifest.kind == Kind::native ? runners.native(manifest, bytes) : runners.pack(manifest, bytes));
    return std::shared_ptr<Runner>(std::make_shared<Watched>(std::move(inner), last));
  };
  EVENHAND_CHECK(bench.registry.add(std::move(plugin)));
  return bench;
}

Result<SampleModel> own_sample(const fs::path& folder) {
  const auto bytes = read_file(folder / "sample.json", kSampleBytesMax);
  if (!bytes) return bytes.error().code == ErrorCode::not_found ? sample_called("small") : bytes.error();
  SampleModel model;
  EVENHAND_CHECK(model.add_text("sample.json", text_of(*bytes)));
  return model;
}

Result<document::Document> try_report(const Workbench& bench, const Model& model, const ReportEntry& report) {
  ReportOptions options;
  EVENHAND_TRY(const std::vector<Record> cycles, model.records("cycle"));
  if (!cycles.empty()) options.cycle = cycles.front().id();
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
