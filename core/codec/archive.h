/// Canonical, bounded encoding: cereal's way of naming members, our own archives underneath.
///
/// One encoding per value: integers are minimal LEB128 (signed ones zigzag), texts and byte runs are
/// length + bytes, sequences count + items, identifiers raw. Reading checks every length against what is
/// left *before* anything is allocated, refuses over-long integers, broken UTF-8 and trailing bytes.
/// cereal's stock archives and its pointer and polymorphic types never meet bytes from outside:
/// 17 bytes made one of them take 15 GB (measured 2026-11).
///
/// Use encode() and decode_untrusted(); a type joins by the usual
/// `template <class Archive> void serialize(Archive& archive) { archive(a, b, c); }`.
///
/// Threads: values; no sharing. Format: docs/formats/event.md.
#pragma once

#include <cereal/cereal.hpp>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/ids.h"
#include "core/base/result.h"

namespace evenhand {

class CanonicalOutput : public cereal::OutputArchive<CanonicalOutput, cereal::AllowEmptyClassElision> {
 public:
  CanonicalOutput() : OutputArchive(this) {}

  void raw(ByteView bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }
  void varint(std::uint64_t value);
  Bytes take() { return std::move(out_); }

 private:
  Bytes out_;
};

/// Thrown by the readers below; decode_untrusted() turns it into a Result.
struct DecodeFault {
  std::string why;
  std::size_t at;
};

/// Reads canonical bytes by hand. What is out of bounds is thrown as DecodeFault: whoever uses it turns that into a Result.
class BoundedReader {
 public:
  explicit BoundedReader(ByteView bytes) : bytes_(bytes) {}

  std::size_t left() const { return bytes_.size() - at_; }
  std::size_t at() const { return at_; }
  /// The next `count` bytes; they live as long as the bytes given.
  ByteView raw(std::size_t count) {
    if (count > left()) fail_short(count);
    return bytes_.subspan(std::exchange(at_, at_ + count), count);
  }
  std::uint64_t varint() {
    if (at_ < bytes_.size() && bytes_[at_] < 0x80) return bytes_[at_++];  // nearly all numbers
    return long_varint();
  }
  /// A count of items of which each takes at least one byte.
  std::size_t count();
  [[noreturn]] void fail(std::string why) const { throw DecodeFault{std::move(why), at_}; }

 private:
  std::uint64_t long_varint();
  [[noreturn]] void fail_short(std::size_t wanted) const;

  ByteView bytes_;
  std::size_t at_ = 0;
};

/// The same as an archive of cereal's, whose own books cost more than reading a short body.
class BoundedInput : public BoundedReader, public cereal::InputArchive<BoundedInput, cereal::AllowEmptyClassElision> {
 public:
  explicit BoundedInput(ByteView bytes) : BoundedReader(bytes), InputArchive(this) {}
};

namespace codec_detail {
std::uint64_t zigzag(std::int64_t value);
std::int64_t unzigzag(std::uint64_t value);
}  // namespace codec_detail

template <class T>
concept PlainInteger = std::is_integral_v<T> && !std::is_same_v<T, bool>;

template <PlainInteger T>
void CEREAL_SAVE_FUNCTION_NAME(CanonicalOutput& archive, const T& value) {
  if constexpr (std::is_signed_v<T>) {
    archive.varint(codec_detail::zigzag(value));
  } else {
    archive.varint(value);
  }
}
template <PlainInteger T>
void CEREAL_LOAD_FUNCTION_NAME(BoundedInput& archive, T& value) {
  const std::uint64_t wide = archive.varint();
  if constexpr (std::is_signed_v<T>) {
    const std::int64_t number = codec_detail::unzigzag(wide);
    if (number < std::numeric_limits<T>::min() || number > std::numeric_limits<T>::max()) archive.fail("number out of range");
    value = static_cast<T>(number);
  } else {
    if (wide > std::numeric_limits<T>::max()) archive.fail("number out of range");
    value = static_cast<T>(wide);
  }
}

inline void CEREAL_SAVE_FUNCTION_NAME(CanonicalOutput& archive, const bool& value) { archive.varint(value ? 1 : 0); }
inline void CEREAL_LOAD_FUNCTION_NAME(BoundedInput& archive, bool& value) {
  const std::uint64_t wide = archive.varint();
  if (wide > 1) archive.fail("a flag that is neither 0 nor 1");
  value = wide == 1;
}

inline void CEREAL_SAVE_FUNCTION_NAME(CanonicalOutput& archive, const std::string& value) {
  archive.varint(value.size());
  archive.raw(view_of(value));
}
inline void CEREAL_LOAD_FUNCTION_NAME(BoundedInput& archive, std::string& value) {
  const ByteView bytes = archive.raw(archive.count());
  if (!is_utf8(text_of(bytes))) archive.fail("text that is not UTF-8");
  value.assign(text_of(bytes));
}

template <class Tag, std::size_t Size>
void CEREAL_SAVE_FUNCTION_NAME(CanonicalOutput& archive, const Id<Tag, Size>& id) {
  archive.raw(id.view());
}
template <class Tag, std::size_t Size>
void CEREAL_LOAD_FUNCTION_NAME(BoundedInput& archive, Id<Tag, Size>& id) {
  id = *Id<Tag, Size>::from(archive.raw(Size));
}

inline void CEREAL_SAVE_FUNCTION_NAME(CanonicalOutput& archive, const Bytes& value) {
  archive.varint(value.size());
  archive.raw(value);
}
inline void CEREAL_LOAD_FUNCTION_NAME(BoundedInput& archive, Bytes& value) {
  const ByteView bytes = archive.raw(archive.count());
  value.assign(bytes.begin(), bytes.end());
}

template <class T>
  requires(!std::is_same_v<T, std::uint8_t>)
void CEREAL_SAVE_FUNCTION_NAME(CanonicalOutput& archive, const std::vector<T>& values) {
  archive.varint(values.size());
  for (const T& value : values) archive(value);
}
template <class T>
  requires(!std::is_same_v<T, std::uint8_t>)
void CEREAL_LOAD_FUNCTION_NAME(BoundedInput& archive, std::vector<T>& values) {
  const std::size_t count = archive.count();
  values.clear();
  for (std::size_t i = 0; i < count; ++i) archive(values.emplace_back());
}

template <class T>
void CEREAL_SAVE_FUNCTION_NAME(CanonicalOutput& archive, const std::optional<T>& value) {
  archive(value.has_value());
  if (value) archive(*value);
}
template <class T>
void CEREAL_LOAD_FUNCTION_NAME(BoundedInput& archive, std::optional<T>& value) {
  bool present = false;
  archive(present);
  value.reset();
  if (present) archive(value.emplace());
}

/// The canonical bytes of a value.
template <class... T>
Bytes encode(const T&... values) {
  CanonicalOutput archive;
  archive(values...);
  return archive.take();
}

/// Reads a T that must fill the bytes exactly. `what` names it in the error. Errors: corrupt (with the byte).
template <class T>
Result<T> decode_untrusted(ByteView bytes, std::string_view what) {
  T value{};
  BoundedInput archive(bytes);
  try {
    archive(value);
    if (archive.left() != 0) archive.fail("bytes left over");
  } catch (const DecodeFault& fault) {
    return corrupt(std::string(what) + ": " + fault.why, "byte " + std::to_string(fault.at));
  }
  return value;
}

}  // namespace evenhand
