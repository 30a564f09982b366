// Rows from a plugin: refused, or every text clean and every count within its bound.
#include "plugins/host/rows_reader.h"
#include "tests/fuzz/input.h"

using namespace evenhand;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const plugins::RowLimits limits;
  const auto rows = plugins::decode_rows_untrusted({reinterpret_cast<const char*>(data), size}, limits);
  if (!rows) return 0;
  EVENHAND_ASSERT(rows->size() <= limits.rows_max, "rows are counted");
  for (const plugins::InputRow& row : *rows) {
    EVENHAND_ASSERT(!row.type.empty() && is_utf8(row.type), "a row says its type");
    EVENHAND_ASSERT(row.id.empty() || row.id.size() == 32, "an id is whole");
    EVENHAND_ASSERT(row.fields.size() <= limits.fields_max, "fields are counted");
    for (const plugins::InputField& field : row.fields) {
      EVENHAND_ASSERT(field.state == 0 && field.alternatives.empty() && field.decimals <= 6, "states are the host's");
      for (const std::string& text : field.texts) EVENHAND_ASSERT(is_utf8(text), "texts are UTF-8");
    }
  }
  return 0;
}
