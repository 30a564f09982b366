/// The versions of the program that laptops of one history run: the one that ships, one from before it, one from after it. They differ
/// in the record types and fields that they know, so in the fold version, and in what their sessions can do.
///
/// Threads: constant data. Lifetime: the whole program.
#pragma once

#include "core/projection/fold_entity.h"

namespace evenhand::simulation {

enum class Age { earlier, shipping, later };

struct Program {
  const char* name;
  FoldBasis basis;
  /// A field of a record type that this program has no word for; also every field of a type that it does not know.
  bool knows(std::string_view type, std::uint16_t field) const;
};
const Program& program_of(Age age);

/// What only the later program writes.
inline constexpr std::string_view kLaterType = "visit";
inline constexpr std::uint16_t kLaterTitle = 1, kLaterPlaces = 2;       ///< of visit: a line, a set
inline constexpr std::uint16_t kLaterLanguages = 19, kLaterReader = 20;  ///< of evidence: a set, a line
/// What the earlier program does not know of evidence.
inline constexpr std::uint16_t kEarlierFields = 13;

/// One direction of a session, beside the program that speaks or hears there: the first message is made what that version says, or
/// what it understands of what it hears; nothing else is touched. Bytes that make no message go through as they are.
class Dialect {
 public:
  enum class Way { says, hears };
  Dialect(Age age, Way way) : age_(age), way_(way), is_through_(age == Age::shipping || (age == Age::later && way == Way::hears)) {}
  /// What comes out for what went in; nothing while the first message is not whole.
  Bytes carry(Bytes piece);

 private:
  Bytes change_first(std::uint8_t type, ByteView body, ByteView whole) const;

  Age age_;
  Way way_;
  bool is_through_;
  Bytes held_;
};

}  // namespace evenhand::simulation
