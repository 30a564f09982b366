// One event header: what decodes encodes to the same bytes.
#include "core/event/event.h"
#include "tests/fuzz/input.h"

using namespace evenhand;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const auto header = EventHeader::decode_untrusted(bytes);
  if (!header) return 0;
  EventDraft draft;
  draft.type = std::string(header->type);
  draft.schema_version = header->schema_version;
  draft.must_understand = (header->flags & event_flag::kMustUnderstand) != 0;
  draft.content_class = header->content_class;
  draft.entity = header->entity;
  draft.actor = header->actor;
  draft.grant = header->grant;
  for (std::size_t i = 0; i < header->parent_count(); ++i) draft.parents.push_back(header->parent(i));
  draft.claimed = header->claimed;
  draft.key = header->key;
  draft.batch = header->batch;
  draft.body.resize(header->body_length);
  const auto encoded = encode_header(draft, header->body_hash);
  EVENHAND_ASSERT(encoded.ok(), "what decodes can be written");
  EVENHAND_ASSERT(std::equal(encoded->begin(), encoded->end(), bytes.begin(), bytes.end()), "a header has one encoding");
  return 0;
}
