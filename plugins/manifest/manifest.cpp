#include "plugins/manifest/manifest.h"

#include <algorithm>

#include "core/codec/json.h"
#include "plugins/sdk/computed.h"

namespace evenhand::plugins {

namespace {

constexpr std::int64_t kSdk = 1;

Result<std::string> text_of(const Json& json, std::string_view key) {
  const Json* found = json.find(key);
  if (!found || !found->is_string() || found->text().empty()) return refused("a manifest needs this text", std::string(key));
  return found->text();
}

bool is_reverse_dns(std::string_view id) {
  const auto is_allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-'; };
  return std::count(id.begin(), id.end(), '.') >= 2 && std::all_of(id.begin(), id.end(), is_allowed) && id.front() != '.' &&
         id.back() != '.';
}

Result<DataClass> data_class_of(const std::string& word) {
  for (const DataClass one : {DataClass::none, DataClass::aggregate, DataClass::pseudonymous, DataClass::free_text,
                              DataClass::personal, DataClass::special}) {
    if (to_word(one) == word) return one;
  }
  return refused("no such data class: " + word, "data_class", "Use none, aggregate, pseudonymous, free text, personal or special");
}

Result<void> check_sdk(const Json& json) {
  const Json* sdk = json.find("sdk");
  const Json* from = sdk ? sdk->find("from") : nullptr;
  const Json* to = sdk ? sdk->find("to") : nullptr;
  if (!from || !to || !from->integer() || !to->integer()) return refused("a manifest needs sdk.from and sdk.to", "sdk");
  if (*from->integer() > kSdk || *to->integer() < kSdk) {
    return refused("this plugin wants another version of the SDK; this program has version 1", "sdk",
                   "Get the plugin for this version");
  }
  return {};
}

const sdk::computed::Kind* find_computed(std::string_view type) {
  const auto& kinds = sdk::computed::kKinds;
  const auto at = std::find_if(std::begin(kinds), std::end(kinds), [&](const auto& kind) { return kind.type == type; });
  return at == std::end(kinds) ? nullptr : at;
}

Result<void> check_field(std::string_view type, const std::string& field, DataClass allowed) {
  const std::string path = "reads." + std::string(type) + "." + field;
  if (const auto* computed = find_computed(type)) {
    if (std::find(computed->fields.begin(), computed->fields.end(), field) != computed->fields.end()) return {};
    return refused("no such computed field", path);
  }
  const FieldSpec* spec = find_record_type(type)->find_field(field);
  if (!spec) return refused("the record type has no such field", path);
  if (spec->data_class > allowed) {
    return refused("the field is " + std::string(to_word(spec->data_class)) + ", above the class that the manifest declares (" +
                       std::string(to_word(allowed)) + ")",
                   path);
  }
  return {};
}

Result<void> read_reads(const Json& json, Manifest& manifest) {
  const Json* reads = json.find("reads");
  if (!reads || !reads->is_object()) return refused("a manifest says what it reads, as an object", "reads");
  for (std::size_t i = 0; i < reads->size(); ++i) {
    const std::string& type = reads->keys()[i];
    if (!find_record_type(type) && !find_computed(type)) return refused("no such record type", "reads." + type);
    const RecordSpec* record = find_record_type(type);
    if (record && record->home == HomeSpace::people && manifest.data_class < DataClass::personal) {
      return refused("records of the people space need the data class personal", "reads." + type);
    }
    auto& fields = manifest.reads[type];
    for (const Json& field : reads->items()[i].items()) {
      EVENHAND_CHECK(check_field(type, field.text(), manifest.data_class));
      fields.insert(field.text());
    }
  }
  return {};
}

Result<void> read_kind(const Json& json, Manifest& manifest) {
  EVENHAND_TRY(const std::string word, text_of(json, "kind"));
  for (const Kind kind : {Kind::pack, Kind::built_in, Kind::native}) {
    if (to_word(kind) != word) continue;
    manifest.kind = kind;
    return {};
  }
  return refused("this program does not know plugins of the kind \"" + word + "\"", "kind", "Use pack, built-in or native");
}

bool is_report_id(std::string_view id) {
  return !id.empty() && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

Result<void> read_reports(const Json& json, Manifest& manifest) {
  const Json* contributes = json.find("contributes");
  const Json* reports = contributes ? contributes->find("reports") : nullptr;
  if (!reports) return {};
  for (const Json& one : reports->items()) {
    ReportEntry report;
    EVENHAND_TRY(report.id, text_of(one, "id"));
    if (!is_report_id(report.id)) return refused("a report's id is lower-case words joined by hyphens", report.id);
    EVENHAND_TRY(report.title, text_of(one, "title"));
    EVENHAND_TRY(report.summary, text_of(one, "summary"));
    EVENHAND_TRY(const std::string scope, text_of(one, "scope"));
    if (scope != "one organisation" && scope != "all organisations") return refused("a scope is \"one organisation\" or \"all organisations\"", "scope");
    report.is_of_one_organisation = scope == "one organisation";
    if (const Json* source = one.find("source")) report.source = source->text();
    manifest.reports.push_back(std::move(report));
  }
  return {};
}

}  // namespace

std::string_view to_word(Kind kind) {
  switch (kind) {
    case Kind::pack: return "pack";
    case Kind::built_in: return "built-in";
    case Kind::native: return "native";
  }
  assertion_failed("kind", "a kind outside its closed list", __FILE__, __LINE__);
}

bool Manifest::may_read(std::string_view type, std::string_view field) const {
  const auto at = reads.find(type);
  return at != reads.end() && at->second.contains(field);
}

Result<Manifest> read_manifest(std::string_view json_text) {
  EVENHAND_TRY(const Json json, parse_json(json_text));
  Manifest manifest;
  EVENHAND_TRY(manifest.id, text_of(json, "id"));
  if (!is_reverse_dns(manifest.id)) return refused("a plugin's id is a reversed domain name, lower case", "id");
  EVENHAND_TRY(manifest.version, text_of(json, "version"));
  EVENHAND_TRY(manifest.title, text_of(json, "title"));
  EVENHAND_TRY(const std::string data_class, text_of(json, "data_class"));
  EVENHAND_TRY(manifest.data_class, data_class_of(data_class));
  EVENHAND_CHECK(check_sdk(json));
  EVENHAND_CHECK(read_kind(json, manifest));
  EVENHAND_CHECK(read_reads(json, manifest));
  EVENHAND_CHECK(read_reports(json, manifest));
  return manifest;
}

}  // namespace evenhand::plugins
