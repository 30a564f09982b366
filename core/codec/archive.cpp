#include "core/codec/archive.h"

namespace evenhand {

void CanonicalOutput::varint(std::uint64_t value) {
  while (value >= 0x80) {
    out_.push_back(static_cast<std::uint8_t>(value | 0x80));
    value >>= 7;
  }
  out_.push_back(static_cast<std::uint8_t>(value));
}

void BoundedReader::fail_short(std::size_t wanted) const {
  fail("cut short: wants " + std::to_string(wanted) + " bytes, " + std::to_string(left()) + " are left");
}

std::uint64_t BoundedReader::long_varint() {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const std::uint8_t byte = raw(1)[0];
    const std::uint64_t part = byte & 0x7F;
    if (shift == 63 && part > 1) fail("number too large");
    value |= part << shift;
    if ((byte & 0x80) == 0) {
      if (byte == 0 && shift > 0) fail("number not in its shortest form");
      return value;
    }
  }
  fail("number too long");
}

std::size_t BoundedReader::count() {
  const std::uint64_t wanted = varint();
  if (wanted > left()) fail("length " + std::to_string(wanted) + " beyond the " + std::to_string(left()) + " bytes left");
  return static_cast<std::size_t>(wanted);
}

namespace codec_detail {
std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}
}  // namespace codec_detail

}  // namespace evenhand
