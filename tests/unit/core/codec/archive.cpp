#include "core/codec/archive.h"

#include <catch2/catch.hpp>

using namespace evenhand;

namespace {
struct Sample {
  std::uint32_t number = 0;
  std::int64_t shift = 0;
  bool flag = false;
  std::string text;
  std::vector<std::string> words;
  std::optional<Bytes> bytes;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(number, shift, flag, text, words, bytes);
  }
};
}  // namespace

TEST_CASE("a value comes back from its canonical bytes, and encodes to the same bytes again") {
  Sample sample{300, -5, true, "Grüße", {"a", ""}, Bytes{1, 2}};
  const Bytes bytes = encode(sample);
  auto back = decode_untrusted<Sample>(bytes, "sample");
  REQUIRE(back.ok());
  CHECK(back->shift == -5);
  CHECK(back->text == "Grüße");
  CHECK(encode(*back) == bytes);
}

TEST_CASE("every way to cut the bytes short is refused with the byte, and so is anything left over") {
  Sample sample{300, -5, true, "text", {"a", "b"}, Bytes{1, 2}};
  Bytes bytes = encode(sample);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const auto cut = decode_untrusted<Sample>(ByteView(bytes).first(length), "sample");
    REQUIRE_FALSE(cut.ok());
    CHECK(cut.error().code == ErrorCode::corrupt);
    CHECK(cut.error().where.starts_with("byte "));
  }
  bytes.push_back(0);
  CHECK_FALSE(decode_untrusted<Sample>(bytes, "sample").ok());
}

TEST_CASE("a length beyond what is left is refused before anything is allocated") {
  // Seventeen bytes that made a stock archive take 15 GB: here the count is held against what is left.
  const Bytes huge = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0, 0, 0, 0, 0, 0, 0, 0};
  CHECK_FALSE(decode_untrusted<std::string>(huge, "text").ok());
  CHECK_FALSE(decode_untrusted<std::vector<std::string>>(huge, "words").ok());
  CHECK_FALSE(decode_untrusted<Bytes>(huge, "bytes").ok());
}

TEST_CASE("there is one encoding per value: longer forms, other flags and broken text are refused") {
  CHECK_FALSE(decode_untrusted<std::uint64_t>(Bytes{0x80, 0x00}, "number").ok());  // zero in two bytes
  CHECK_FALSE(decode_untrusted<std::uint8_t>(Bytes{0x80, 0x02}, "number").ok());   // 256
  CHECK_FALSE(decode_untrusted<bool>(Bytes{2}, "flag").ok());
  CHECK_FALSE(decode_untrusted<std::string>(Bytes{2, 0xC3, 0x28}, "text").ok());
  CHECK_FALSE(decode_untrusted<std::uint64_t>(Bytes{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02}, "number").ok());
}
