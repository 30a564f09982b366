#include <algorithm>

#include "plugins/manifest/examination.h"

namespace evenhand::plugins {

namespace {

constexpr std::int64_t kSdk = 1;
constexpr std::int64_t kSdkVersionMax = 1000;
constexpr std::size_t kManifestDepthMax = 10;
constexpr std::size_t kManifestNodesMax = 50'000;

// MAJOR.MINOR.PATCH: numbers without leading zeros (semver.org 2.0.0, without its suffixes).
bool is_semantic_version(std::string_view text) {
  for (int part = 0; part < 3; ++part) {
    const std::string_view digits = text.substr(0, text.find('.'));
    const bool is_number = !digits.empty() && digits.size() <= 9 && std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!is_number || (digits.size() > 1 && digits.front() == '0')) return false;
    text.remove_prefix(digits.size());
    if (part < 2 && text.empty()) return false;
    if (part < 2) text.remove_prefix(1);
  }
  return text.empty();
}

void examine_identity(Examination& all, ObjectReader& top) {
  Manifest& manifest = all.manifest;
  manifest.id = top.line("id", kSummaryBytesMax);
  if (!manifest.id.empty() && !is_plugin_id(manifest.id)) {
    all.findings.refuse("plugin.bad-id", top.line_of("id"), "id", in_quotes(manifest.id), "a reversed domain name: lower case, at least two dots, at most 100 letters",
                        "Write it like \"org.example.walks\".");
    manifest.id.clear();
  }
  manifest.version = top.line("version", kTitleBytesMax);
  if (!manifest.version.empty() && !is_semantic_version(manifest.version)) {
    all.findings.refuse("plugin.bad-version", top.line_of("version"), "version", in_quotes(manifest.version), "three numbers: MAJOR.MINOR.PATCH", "Write it like \"1.0.0\".");
  }
  manifest.title = top.line("title", kTitleBytesMax);
  // Whoever is asked for consent reads the title between quotes, with what is true behind it.
  if (manifest.title.find('"') != std::string::npos) {
    all.findings.refuse("plugin.bad-text", top.line_of("title"), "title", in_quotes(manifest.title), "a title without double quotes", "Take them away.");
    manifest.title.clear();
  }
  manifest.summary = top.line("summary", kSummaryBytesMax, Presence::optional);
}

void examine_kind(Examination& all, ObjectReader& top) {
  static const std::vector<std::string> kKinds = {"pack", "built-in", "native"};
  const std::string word = top.line("kind", kTitleBytesMax);
  const auto at = std::find(kKinds.begin(), kKinds.end(), word);
  if (at != kKinds.end()) {
    all.kind = static_cast<Kind>(at - kKinds.begin());
    all.manifest.kind = *all.kind;
  } else if (!word.empty()) {
    all.findings.refuse("plugin.unknown-kind", top.line_of("kind"), "kind", in_quotes(word) + ", a kind that this program does not know", listed(kKinds),
                        did_you_mean(word, kKinds, "Choose one of them, or get a newer program that knows this kind."));
  }
}

void examine_class(Examination& all, ObjectReader& top) {
  std::vector<std::string> words;
  for (const DataClass one : {DataClass::none, DataClass::aggregate, DataClass::pseudonymous, DataClass::free_text, DataClass::personal, DataClass::special}) {
    words.emplace_back(to_word(one));
  }
  const auto word = top.word("data_class", words);
  if (!word) return;
  all.data_class = static_cast<DataClass>(*word);
  all.manifest.data_class = *all.data_class;
}

void examine_sdk(Examination& all, ObjectReader& top) {
  const Json* sdk = top.object("sdk", Presence::needed);
  if (sdk == nullptr) return;
  ObjectReader reader(all.findings, *sdk, "sdk");
  const std::int64_t from = reader.integer("from", 1, kSdkVersionMax, 0, "plugin.bad-number", Presence::needed);
  const std::int64_t to = reader.integer("to", 1, kSdkVersionMax, 0, "plugin.bad-number", Presence::needed);
  reader.finish();
  if (from == 0 || to == 0) return;
  const std::string range = "versions " + std::to_string(from) + " to " + std::to_string(to);
  if (from > to) {
    all.findings.refuse("plugin.bad-number", reader.line_of(), "sdk", range, "the first not after the last", "Swap the two.");
  } else if (from > kSdk || to < kSdk) {
    all.findings.refuse("plugin.sdk-version", reader.line_of(), "sdk", range, "a range with version " + std::to_string(kSdk) + ", which this program has",
                        from > kSdk ? "Get a newer program, or the plugin for this one." : "Get a newer version of the plugin.");
  }
}

void examine_limits(Examination& all, ObjectReader& top) {
  const Json* limits = top.object("limits", Presence::optional);
  if (limits == nullptr) return;
  ObjectReader reader(all.findings, *limits, "limits");
  const auto limit = [&](std::string_view key, std::uint32_t most, std::uint32_t otherwise) {
    return static_cast<std::uint32_t>(reader.integer(key, 1, most, otherwise, "plugin.limit", Presence::optional));
  };
  Limits& asked = all.manifest.limits;
  asked.memory_mib = limit("memory_mib", kMemoryMibMax, asked.memory_mib);
  asked.seconds = limit("seconds", kSecondsMax, asked.seconds);
  asked.output_mib = limit("output_mib", kOutputMibMax, asked.output_mib);
  reader.finish();
}

// Asking for more than is read is no breach, but a person would consent to what is never used.
void warn_of_class(Examination& all, ObjectReader& top) {
  if (!all.data_class || *all.data_class <= std::max(all.highest_read, DataClass::aggregate) || all.reads_foreign) return;
  all.findings.warn("plugin.class-too-high", top.line_of("data_class"), "data_class", in_quotes(to_word(*all.data_class)) + " though nothing that is read is above " + std::string(to_word(all.highest_read)),
                    "the highest class that is read", "Declare \"" + std::string(to_word(all.highest_read)) + "\", so that people need not consent to more.");
}

void examine(Examination& all, const Json& json) {
  ObjectReader top(all.findings, json, "");
  if (!top.is_readable()) return;
  examine_identity(all, top);
  examine_kind(all, top);
  examine_sdk(all, top);
  examine_class(all, top);
  examine_limits(all, top);
  const Json* reads = top.any("reads", Presence::needed, "an object: each type with a list of its fields");
  for (const std::string& key : reads != nullptr ? reads->keys() : std::vector<std::string>()) all.read_types.insert(key.substr(0, key.find('@')));
  if (const Json* contributes = top.object("contributes", Presence::optional)) examine_contributions(all, *contributes);
  if (reads != nullptr) {
    examine_reads(all, *reads);
    warn_of_class(all, top);
  }
  top.line("$schema", kTitleBytesMax, Presence::optional);  // for editors
  top.finish();
}

}  // namespace

ManifestReading examine_manifest(std::string_view json_text) { return examine_manifest(json_text, deprecations()); }

ManifestReading examine_manifest(std::string_view json_text, std::span<const Deprecation> deprecated) {
  Examination all;
  all.deprecated = deprecated;
  if (json_text.size() > kManifestBytesMax) {
    all.findings.refuse("plugin.too-large", 0, "", std::to_string(json_text.size()) + " bytes", "at most " + std::to_string(kManifestBytesMax), "Move long texts into files of their own.");
    return {{}, all.findings.take()};
  }
  JsonLimits limits;
  limits.depth_max = kManifestDepthMax;
  limits.nodes_max = kManifestNodesMax;
  const auto json = parse_json(json_text, limits);
  if (!json) {
    refuse_text(all.findings, json.error());
  } else {
    examine(all, *json);
  }
  return {std::move(all.manifest), all.findings.take()};
}

}  // namespace evenhand::plugins
