#include "plugins/host/ask_rows.h"

#include <map>

#include "plugins/abi/plugin.h"
#include "plugins/host/rows_reader.h"

namespace evenhand::plugins {

Result<std::vector<Replacement>> ask_for_rows(Plugin& plugin, const ProjectionEntry& projection, std::span<const SourceRecord> records, const ProjectionLimits& limits) {
  std::string input = input_head(plugin.manifest, projection);
  std::map<std::string, std::size_t, std::less<>> places;
  std::vector<Replacement> all;
  for (const SourceRecord& record : records) {
    input += record.row;
    places.emplace(record.id.hex(), all.size());
    all.push_back({record.id, record.print, record.losses, {}});
  }
  EVENHAND_TRY(const std::string answer, plugin.run(EVENHAND_ABILITY_PROJECTION, input));
  EVENHAND_TRY(const std::vector<InputRow> rows, decode_rows_untrusted(answer));
  for (const InputRow& row : rows) {
    const auto place = places.find(row.id);
    if (place == places.end()) return corrupt("it gave a row for a record that it was not given", row.id, "Tell the plugin's author.");
    Replacement& of = all[place->second];
    if (of.rows.size() == limits.record_rows_max) return refused("it made more than " + std::to_string(limits.record_rows_max) + " rows of one record", row.id);
    EVENHAND_TRY(ViewRow made, row_from_untrusted(row, projection));
    of.rows.push_back(std::move(made));
  }
  return all;
}

}  // namespace evenhand::plugins
