// Manifests and files of words, any text. What is taken keeps what the reader promises; what is refused says where and what to do.
//
// Input: the first two bytes say how long plugin.json is; the rest is words/cy.json.
#include <algorithm>

#include "plugins/manifest/words.h"
#include "tests/fuzz/input.h"

using namespace evenhand;
using namespace evenhand::plugins;

namespace {

void check(const std::vector<Refusal>& refusals) {
  EVENHAND_ASSERT(refusals.size() <= 2 * kRefusalsMax + 100, "refusals are bounded");
  for (const Refusal& one : refusals) {
    EVENHAND_ASSERT(one.code.starts_with("plugin.") && !one.file.empty() && !one.found.empty() && !one.wanted.empty() && !one.next.empty(), "a refusal is whole");
    const std::string sentence = one.sentence();
    EVENHAND_ASSERT(is_utf8(sentence) && sentence.find('\n') == std::string::npos && sentence.find('\x1b') == std::string::npos, "a refusal is one harmless line");
  }
}

void check(const Manifest& manifest) {
  EVENHAND_ASSERT(std::count(manifest.id.begin(), manifest.id.end(), '.') >= 2, "a plugin has a reversed domain name");
  EVENHAND_ASSERT(manifest.limits.memory_mib >= 1 && manifest.limits.memory_mib <= kMemoryMibMax && manifest.limits.seconds <= kSecondsMax && manifest.limits.output_mib <= kOutputMibMax,
                  "no plugin gets more than the host has");
  for (const auto& [type, fields] : manifest.reads) {
    const auto all = vocabulary();
    const auto record = std::find_if(all.begin(), all.end(), [&, &name = type](const RecordSpec& spec) { return spec.name == name; });
    if (record == all.end()) continue;
    EVENHAND_ASSERT(record->home != HomeSpace::people || manifest.data_class >= DataClass::personal, "people's records take the class personal");
    for (const std::string& field : fields) {
      const FieldSpec* spec = record->find_field(field);
      EVENHAND_ASSERT(spec != nullptr && spec->data_class <= manifest.data_class, "no field is above the declared class");
    }
  }
  for (const auto& [tag, file] : manifest.words) EVENHAND_ASSERT(is_plugin_file_name(file), "no file leads outside");
  EVENHAND_ASSERT(manifest.help.empty() || is_plugin_file_name(manifest.help), "no file leads outside");
  for (const ReportEntry& report : manifest.reports) {
    EVENHAND_ASSERT(report.source.empty() ? manifest.kind != Kind::pack : is_plugin_file_name(report.source), "a pack's report has a file within it");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::string text(text_of(input.run()));
  const ManifestReading reading = examine_manifest(text);
  check(reading.refusals);
  EVENHAND_ASSERT(reading.is_refused() != read_manifest(text).ok(), "both readers agree");
  if (reading.is_refused()) return 0;
  check(reading.manifest);
  PluginFiles files = {{"plugin.json", text}, {"words/cy.json", std::string(text_of(input.rest()))}};
  check(examine_plugin(files).refusals);
  if (const auto words = read_words(reading.manifest, files, "cy")) (void)in_words(reading.manifest, *words);
  EVENHAND_ASSERT(digest_of(files).size() == 64, "a digest is SHA-256");
  return 0;
}
