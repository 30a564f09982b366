/// Bytes and their written forms. Standard library only.
///
/// Lifetime: a ByteView never owns; it dies with what it looks at.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace evenhand {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// The bytes of a text, and back. No copy in the first direction.
ByteView view_of(std::string_view text);
std::string_view text_of(ByteView bytes);

/// Lower-case hexadecimal; from_hex takes upper and lower case, nothing else.
std::string to_hex(ByteView bytes);
std::optional<Bytes> from_hex(std::string_view text);

/// Crockford base 32, upper case, no padding: 5 bits a letter, most significant first.
/// Source: https://www.crockford.com/base32.html
std::string to_crockford(ByteView bytes);

/// True when the text is well-formed UTF-8 without NUL (RFC 3629: no surrogates, no overlong forms).
bool is_utf8(std::string_view text);
/// Byte offset of the first byte that breaks UTF-8, if any. NUL counts as a break.
std::optional<std::size_t> first_bad_utf8(std::string_view text);

/// Big-endian integers: they sort as bytes the way they sort as numbers.
void put_u64_be(std::uint8_t* to, std::uint64_t value);
std::uint64_t get_u64_be(const std::uint8_t* from);

}  // namespace evenhand
