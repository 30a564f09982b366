/// Fields as they cross the border: tag, length, value (plugins/abi/input_tags.h, plugins/abi/document_tags.h).
///
/// Standard library only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace evenhand::sdk::tagged_bytes {

inline void put_varint(std::string& to, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) to += static_cast<char>((value & 0x7F) | 0x80);
  to += static_cast<char>(value);
}
inline void put_field(std::string& to, unsigned tag, std::string_view value) {
  put_varint(to, tag);
  put_varint(to, value.size());
  to += value;
}
inline void put_number(std::string& to, unsigned tag, std::uint64_t value) {
  std::string bytes;
  put_varint(bytes, value);
  put_field(to, tag, bytes);
}
inline void put_signed(std::string& to, unsigned tag, std::int64_t value) {
  put_number(to, tag, (static_cast<std::uint64_t>(value) << 1) ^ (value < 0 ? ~std::uint64_t{0} : 0));
}

}  // namespace evenhand::sdk::tagged_bytes
