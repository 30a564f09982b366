// A pack's queries, its template and the bytes that it reads, all from outside: refused or run, and what is run is a
// document that the host can read.
#include "core/codec/json.h"
#include "plugins/document/decode.h"
#include "plugins/pack/render.h"
#include "plugins/query/parse.h"
#include "plugins/query/run.h"
#include "tests/fuzz/input.h"

using namespace evenhand;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const auto text_of = [](ByteView bytes) { return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()); };
  const std::string queries = text_of(input.run()), words = text_of(input.run()), rows = text_of(input.rest());
  const query::Catalogue types = {{"gap", {{{"id", "gap"}, {"owner"}, {"due"}, {"times"}, {"groups"}, {"service", "service"}}}},
                                  {"service", {{{"id", "service"}, {"name"}}}}};
  const auto json = parse_json(queries);
  const query::Parsed parsed = query::parse_queries(json ? *json : Json::object(), types);
  const auto made = plugins::pack::parse_template(words, parsed.catalogue);
  if (!parsed.problems.empty() || !made.problems.empty()) return 0;
  query::Names names = query::names_in(queries + " id");
  names.merge(query::names_in(words));
  const auto results = query::run_queries(parsed.queries, types, names, rows);
  if (!results) return 0;
  const auto document = plugins::pack::render(made, **results, {"Fuzz", "", 1u << 20});
  if (!document) return 0;
  const auto read = document::decode_untrusted(ByteView(reinterpret_cast<const std::uint8_t*>(document->data()), document->size()));
  const bool is_text = is_utf8(words) && is_utf8(rows);
  EVENHAND_ASSERT(read.ok() || !is_text, "what a pack makes out of text is a document");
  return 0;
}
