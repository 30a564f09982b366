// What we sign minisign verifies, and the other way round; nothing that was changed verifies.
#include "core/crypto/minisign.h"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "tests/support/scratch.h"
#include "tests/support/seeded_random.h"

using namespace evenhand;

namespace {

constexpr MinisignKeyPair::Cost kCheap{32768, 16777216};

void save(const std::filesystem::path& file, const std::string& text) { std::ofstream(file, std::ios::binary) << text; }

std::string load(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool has_minisign() { return std::system("minisign -v >/dev/null 2>&1") == 0; }
int run_in(const Scratch& scratch, const std::string& line) { return std::system(("cd '" + scratch.folder().string() + "' && " + line + " >/dev/null 2>&1").c_str()); }

}  // namespace

TEST_CASE("a signature fits the bytes that were signed, and no others") {
  SeededRandom random(7);
  const MinisignKeyPair key = MinisignKeyPair::make(random);
  const std::string text = "a plugin";
  const auto signature = minisign_sign(key, view_of(text), "org.example.walks 1.0.0");
  REQUIRE(signature.ok());
  const auto read = MinisignPublicKey::parse_untrusted(key.public_key().file());
  REQUIRE(read.ok());
  CHECK(*read == key.public_key());
  CHECK(*minisign_verify(*read, view_of(text), *signature) == "org.example.walks 1.0.0");
  CHECK(minisign_verify(*read, view_of("a plugim"), *signature).error().code == ErrorCode::refused);
  CHECK_FALSE(minisign_verify(MinisignKeyPair::make(random).public_key(), view_of(text), *signature).ok());
}

TEST_CASE("a signature file with any changed letter is refused, except in its first line, which nobody trusts") {
  SeededRandom random(8);
  const MinisignKeyPair key = MinisignKeyPair::make(random);
  const std::string signature = *minisign_sign(key, view_of("bytes"), "comment");
  for (std::size_t at = signature.find('\n') + 1; at + 1 < signature.size(); ++at) {
    std::string changed = signature;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    INFO(at);
    CHECK_FALSE(minisign_verify(key.public_key(), view_of("bytes"), changed).ok());
  }
}

TEST_CASE("a secret key comes back with its passphrase and with no other, and never costs more than the bound") {
  SeededRandom random(9);
  const MinisignKeyPair key = MinisignKeyPair::make(random);
  const std::string file = *key.file("four small words here", random, kCheap);
  CHECK(*is_minisign_key_locked(file));
  const auto opened = MinisignKeyPair::open_untrusted(file, "four small words here");
  REQUIRE(opened.ok());
  CHECK(opened->public_key() == key.public_key());
  CHECK(MinisignKeyPair::open_untrusted(file, "four small words").error().code == ErrorCode::corrupt);
  const std::string clear = *key.file("", random);
  CHECK_FALSE(*is_minisign_key_locked(clear));
  CHECK(MinisignKeyPair::open_untrusted(clear, "")->public_key() == key.public_key());
}

TEST_CASE("a key that minisign itself wrote without a passphrase, its check all zeros, opens, and one whose halves differ does not") {
  SeededRandom random(11);
  const MinisignKeyPair key = MinisignKeyPair::make(random);
  const std::string clear = *key.file("", random);
  const std::size_t at = clear.find('\n') + 1;
  REQUIRE(clear.size() - at - 1 == 212);
  // The check is bytes 126 to 157, so it begins with letter 168.
  const std::string zeros = clear.substr(0, at + 168) + std::string(43, 'A') + "=\n";
  const auto opened = MinisignKeyPair::open_untrusted(zeros, "");
  REQUIRE(opened.ok());
  CHECK(opened->public_key() == key.public_key());
  std::string other = zeros;
  other[at + 100] = other[at + 100] == 'A' ? 'B' : 'A';
  CHECK_FALSE(MinisignKeyPair::open_untrusted(other, "").ok());
}

TEST_CASE("no key or signature file of any odd form is taken, and none stops the program") {
  for (const std::string& odd : {std::string(), std::string("untrusted comment: x"), std::string("untrusted comment: x\n"), std::string("RWQ"), std::string(9000, 'A'),
                                 std::string("untrusted comment: x\n") + std::string(56, 'A') + "\n", std::string("\n\n\n\n\0", 5)}) {
    CHECK_FALSE(MinisignPublicKey::parse_untrusted(odd).ok());
    CHECK_FALSE(MinisignKeyPair::open_untrusted(odd, "").ok());
    CHECK_FALSE(minisign_signer_untrusted(odd).ok());
  }
}

TEST_CASE("the program minisign verifies what we sign, opens our keys, and signs what we verify") {
  if (!has_minisign()) {
    WARN("minisign is not installed here (setup/packages.txt)");
    return;
  }
  Scratch scratch;
  SeededRandom random(10);
  const MinisignKeyPair key = MinisignKeyPair::make(random);
  save(scratch / "file", "bytes of a plugin");
  save(scratch / "ours.pub", key.public_key().file());
  save(scratch / "ours.key", *key.file("pass", random, kCheap));
  save(scratch / "file.minisig", *minisign_sign(key, view_of("bytes of a plugin"), "org.example.walks 1.0.0"));
  CHECK(run_in(scratch, "minisign -V -m file -p ours.pub") == 0);
  CHECK(run_in(scratch, "minisign -V -m file -P " + key.public_key().line()) == 0);
  CHECK(run_in(scratch, "echo pass | minisign -S -s ours.key -m file -x theirs.minisig -t hello") == 0);
  CHECK(*minisign_verify(key.public_key(), view_of("bytes of a plugin"), load(scratch / "theirs.minisig")) == "hello");
  REQUIRE(run_in(scratch, "minisign -G -W -f -p bare.pub -s bare.key </dev/null") == 0);
  const auto bare = MinisignKeyPair::open_untrusted(load(scratch / "bare.key"), "");
  REQUIRE(bare.ok());
  CHECK(bare->public_key() == *MinisignPublicKey::parse_untrusted(load(scratch / "bare.pub")));
  save(scratch / "file", "bytes of a plugim");
  CHECK(run_in(scratch, "minisign -V -m file -p ours.pub") != 0);
}
