#include "core/event/event.h"

#include <catch2/catch.hpp>

using namespace evenhand;

namespace {

Bytes header_of(EventDraft draft) {
  draft.type = "evidence.changed";
  return encode_header(draft, Hash{}).value();
}

}  // namespace

TEST_CASE("a header that says sealed names a key; one without would be read as open") {
  EventDraft draft;
  draft.key.bytes.fill(7);
  Bytes bytes = header_of(draft);
  REQUIRE(EventHeader::decode_untrusted(bytes)->key == draft.key);
  std::fill_n(bytes.begin() + EventHeader::kFixedBytes, KeyId::kSize, 0);
  const auto header = EventHeader::decode_untrusted(bytes);
  REQUIRE_FALSE(header.ok());
  CHECK(header.error().what == "event header: sealed under no key");
}

TEST_CASE("a header that says batch names the batch") {
  EventDraft draft;
  draft.batch.bytes.fill(7);
  Bytes bytes = header_of(draft);
  REQUIRE(EventHeader::decode_untrusted(bytes)->batch == draft.batch);
  std::fill_n(bytes.begin() + EventHeader::kFixedBytes, BatchId::kSize, 0);
  CHECK_FALSE(EventHeader::decode_untrusted(bytes).ok());
}
