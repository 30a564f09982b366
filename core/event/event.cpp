#include "core/event/event.h"

#include <algorithm>

#include "core/event/layout.h"

namespace evenhand {

namespace {

using layout::get;
using layout::put;

bool is_type_text(std::string_view type) {
  return !type.empty() && std::all_of(type.begin(), type.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
}

Error bad(std::string why, std::size_t at) {
  return corrupt("event header: " + std::move(why), "byte " + std::to_string(at));
}

// The fixed part tells how long the whole must be; anything else is refused before it is read.
Result<std::size_t> expected_bytes(ByteView bytes) {
  if (bytes.size() < EventHeader::kFixedBytes) return bad("cut short", bytes.size());
  if (bytes[0] != 1) return bad("unknown format " + std::to_string(bytes[0]), 0);
  if ((bytes[1] & ~event_flag::kAll) != 0) return bad("unknown flags", 1);
  if (bytes[2] > kContentClassMax) return bad("unknown content class", 2);
  if (bytes[3] > kParentsMax) return bad("more than 16 parents", 3);
  if (bytes[4] == 0 || bytes[4] > kTypeBytesMax) return bad("type length out of range", 4);
  if (bytes[5] != 0) return bad("reserved byte is not zero", 5);
  if (get<std::uint32_t>(&bytes[8]) > kBodyBytesMax) return bad("body longer than 64 KiB", 8);
  return EventHeader::kFixedBytes + ((bytes[1] & event_flag::kSealed) != 0 ? KeyId::kSize : 0) +
         ((bytes[1] & event_flag::kBatch) != 0 ? BatchId::kSize : 0) + bytes[4] + bytes[3] * Reference::kBytes;
}

}  // namespace

std::uint32_t EventHeader::body_length_of(ByteView header) { return get<std::uint32_t>(&header[8]); }

Result<EventHeader> EventHeader::decode_untrusted(ByteView bytes) {
  EventHeader header;
  EVENHAND_CHECK(decode_untrusted(bytes, header));
  return header;
}

Result<void> EventHeader::decode_untrusted(ByteView bytes, EventHeader& header) {
  EVENHAND_TRY(const std::size_t expected, expected_bytes(bytes));
  if (bytes.size() != expected) return bad("length does not fit its own parts", bytes.size());
  header.flags = bytes[1];
  header.content_class = bytes[2];
  header.schema_version = get<std::uint16_t>(&bytes[6]);
  header.body_length = get<std::uint32_t>(&bytes[8]);
  header.claimed.ms = get<std::int64_t>(&bytes[12]);
  header.entity = *EntityId::from(bytes.subspan(20, 16));
  header.actor = *EntityId::from(bytes.subspan(36, 16));
  header.grant = Reference::read(&bytes[52]);
  header.body_hash = *Hash::from(bytes.subspan(84, 32));
  std::size_t at = kFixedBytes;
  const auto take = [&](std::size_t count) { return bytes.subspan(std::exchange(at, at + count), count); };
  header.key = header.is_sealed() ? *KeyId::from(take(KeyId::kSize)) : KeyId{};
  header.batch = header.is_of_batch() ? *BatchId::from(take(BatchId::kSize)) : BatchId{};
  // An absent id is written by its flag alone: a sealed header without a key would be read as an open one.
  if (header.is_sealed() && header.key.is_zero()) return bad("sealed under no key", kFixedBytes);
  if (header.is_of_batch() && header.batch.is_zero()) return bad("part of no batch", at - BatchId::kSize);
  header.type = text_of(take(bytes[4]));
  header.parent_bytes = take(bytes[3] * Reference::kBytes);
  if (!is_type_text(header.type)) return bad("type is not lower-case letters, digits and dots", at);
  for (std::size_t i = 1; i < header.parent_count(); ++i) {
    if (!(header.parent(i - 1) < header.parent(i))) return bad("parents out of order or twice", at);
  }
  return {};
}

Result<Bytes> encode_header(const EventDraft& draft, const Hash& body_hash) {
  std::vector<Reference> parents = draft.parents;
  std::sort(parents.begin(), parents.end());
  parents.erase(std::unique(parents.begin(), parents.end()), parents.end());
  if (parents.size() > kParentsMax) return refused("an event names more than 16 parents", draft.type, "Join them first.");
  if (draft.type.size() > kTypeBytesMax || !is_type_text(draft.type)) return refused("not an event type", draft.type);
  if (draft.body.size() > kBodyBytesMax) return refused("a body is longer than 64 KiB", draft.type, "Attach longer text as a file.");

  Bytes bytes(EventHeader::kFixedBytes);
  bytes.reserve(EventHeader::kBytesMax);
  bytes[0] = 1;
  bytes[1] = static_cast<std::uint8_t>((draft.must_understand ? event_flag::kMustUnderstand : 0) |
                                       (draft.key.is_zero() ? 0 : event_flag::kSealed) |
                                       (draft.batch.is_zero() ? 0 : event_flag::kBatch));
  bytes[2] = draft.content_class;
  bytes[3] = static_cast<std::uint8_t>(parents.size());
  bytes[4] = static_cast<std::uint8_t>(draft.type.size());
  put(&bytes[6], draft.schema_version);
  put(&bytes[8], static_cast<std::uint32_t>(draft.body.size()));
  put(&bytes[12], draft.claimed.ms);
  std::copy(draft.entity.bytes.begin(), draft.entity.bytes.end(), &bytes[20]);
  std::copy(draft.actor.bytes.begin(), draft.actor.bytes.end(), &bytes[36]);
  draft.grant.write(&bytes[52]);
  std::copy(body_hash.bytes.begin(), body_hash.bytes.end(), &bytes[84]);
  const auto append = [&](ByteView part) { bytes.insert(bytes.end(), part.begin(), part.end()); };
  if (!draft.key.is_zero()) append(draft.key.view());
  if (!draft.batch.is_zero()) append(draft.batch.view());
  append(view_of(draft.type));
  for (const Reference& parent : parents) {
    std::array<std::uint8_t, Reference::kBytes> written;
    parent.write(written.data());
    append(written);
  }
  return bytes;
}

Hash hash_body(const Salt& salt, ByteView body) { return sha256({salt.view(), body}); }

Hash hash_event(const Hash& previous, ByteView header) { return sha256({previous.view(), header}); }

}  // namespace evenhand
