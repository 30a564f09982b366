/// The body of an event: the changed fields only, ascending by field id.
///
///     repeated: field id (varint) · length (varint) · value (canonical bytes; length 0 = the field is cleared)
///
/// A field that this version does not know is kept and relayed as it stands.
#pragma once

#include <vector>

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace evenhand {

/// Fields that every record has. They stand above what a record type may use.
namespace common_field {
inline constexpr std::uint16_t kReason = 60001;    ///< why (decisions, undo, removal): prose
inline constexpr std::uint16_t kUndoes = 60002;    ///< the reference of the event undone, 32 bytes; never sealed
/// In an undo of a decision: the fields whose dispute it opens again (u16 each, ascending; 0 = removed or kept); never sealed.
inline constexpr std::uint16_t kReopened = 60003;
/// In the event that begins a data chain of a device that has others here: their ends, as references (32 bytes each, ascending); never sealed.
inline constexpr std::uint16_t kStandsOn = 60004;
inline constexpr std::uint16_t kRecordIdMax = 60000;
/// References and field numbers give nobody away, and must be read by those without the key.
constexpr bool is_never_sealed(std::uint16_t field) { return field == kUndoes || field == kReopened || field == kStandsOn; }
}  // namespace common_field

struct FieldChange {
  std::uint16_t field = 0;
  ByteView value;  ///< looks into the body
};

struct OwnedChange {
  std::uint16_t field = 0;
  Bytes value;
};

/// Sorts by field. Each field at most once.
Bytes encode_body(std::vector<OwnedChange> changes);

/// Errors: corrupt (order, doubles, lengths), with the byte.
Result<std::vector<FieldChange>> decode_body_untrusted(ByteView body);
/// The same into a vector that is used again and again.
Result<void> decode_body_untrusted(ByteView body, std::vector<FieldChange>& changes);

}  // namespace evenhand
