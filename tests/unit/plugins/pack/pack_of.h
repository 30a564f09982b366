/// Packs for tests: a manifest, queries and a template become a document.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "plugins/abi/plugin.h"
#include "plugins/document/decode.h"
#include "plugins/document/json.h"
#include "plugins/host/input_writer.h"
#include "plugins/pack/pack.h"
#include "tests/unit/plugins/query/query_of.h"

namespace evenhand::test {

/// A pack that reads gaps and services.
struct SmallPack {
  std::string queries = "{}";
  std::string words = "{{table open \"Gaps\"}}\n| Owner |\n|---|\n| {{owner}} |\n";
  std::vector<plugins::InputRow> rows = {};

  plugins::Manifest manifest() const {
    auto read = plugins::read_manifest(R"({"id": "org.example.small", "version": "1.0.0", "title": "Small", "summary": "Small.", "kind": "pack",
      "sdk": {"from": 1, "to": 1}, "data_class": "aggregate",
      "reads": {"gap": ["owner", "field", "printed", "printed_count", "service", "status"], "service": ["name"]},
      "contributes": {"reports": [{"id": "small", "title": "Small report", "summary": "S.", "scope": "one organisation", "source": "reports/small.json"}]}})");
    EVENHAND_ASSERT(read.ok(), read ? "" : read.error().sentence().c_str());
    return std::move(read).value();
  }
  plugins::PluginFiles files() const {
    return {{"reports/small.json", "{\"template\": \"templates/small.md\",\n\"queries\": " + queries + "}"}, {"templates/small.md", words}};
  }
  std::vector<plugins::Refusal> refusals() const { return plugins::examine_pack(manifest(), files()); }
  Result<document::Document> make() const {
    const plugins::Manifest all = manifest();
    EVENHAND_TRY(const auto runner, plugins::open_pack(all, files()));
    plugins::InputWriter input(all, "small");
    for (const plugins::InputRow& row : rows) input.row(row);
    EVENHAND_TRY(const std::string bytes, runner->run(EVENHAND_ABILITY_REPORT, input.bytes()));
    return document::decode_untrusted(ByteView(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
  }
  /// As JSON, or the error.
  std::string json() const {
    const auto made = make();
    return made ? document::write_json(*made) : made.error().sentence();
  }
};

inline bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace evenhand::test
