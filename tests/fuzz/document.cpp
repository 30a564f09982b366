// A document from a plugin: refused, or written in the formats that are plain text.
#include "plugins/document/csv.h"
#include "plugins/document/decode.h"
#include "plugins/document/docx.h"
#include "plugins/document/html.h"
#include "plugins/document/json.h"
#include "tests/fuzz/input.h"

using namespace evenhand;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document = document::decode_untrusted({data, size});
  if (!document) return 0;
  EVENHAND_ASSERT(is_utf8(document::write_html(*document)), "HTML is UTF-8");
  EVENHAND_ASSERT(is_utf8(document::write_json(*document)), "JSON is UTF-8");
  for (const auto& file : document::write_csv_files(*document)) EVENHAND_ASSERT(is_utf8(file.bytes), "CSV is UTF-8");
  (void)document::write_docx(*document).ok();
  return 0;
}
