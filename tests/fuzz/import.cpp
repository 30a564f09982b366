// A data file as far as its preview: the whole file is checked, nothing is written.
#include "core/engine/import.h"
#include "tests/fuzz/input.h"

using namespace evenhand;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto preview = preview_import(text_of({data, size}), "fuzz");
  if (!preview) return 0;
  std::size_t records = 0;
  for (const auto& [type, count] : preview->counts) records += count;
  EVENHAND_ASSERT(records == preview->records, "the counts are those of the records");
  return 0;
}
