/// Signatures in the form of minisign, so that anybody can check them with a tool that is not ours.
///
/// Ed25519 over BLAKE2b-512 of the bytes ("ED", prehashed), a trusted comment signed together with it; secret keys under a
/// passphrase by scrypt, or in clear when the caller says so. Format: docs/formats/plugin-archive.md, and minisign 0.11.
/// Threads: every function may be called from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/random.h"
#include "core/base/result.h"
#include "core/crypto/sign.h"

namespace evenhand {

inline constexpr std::size_t kMinisignFileBytesMax = 8192;     ///< a key or a signature
inline constexpr std::size_t kMinisignCommentBytesMax = 1024;  ///< each of the two comments
/// A key file may ask for no more than minisign itself asks for.
inline constexpr std::uint64_t kMinisignWorkMax = 33554432;
inline constexpr std::uint64_t kMinisignMemoryBytesMax = 1073741824;

/// Names a key pair; chosen at random with it.
using KeyNumber = std::array<std::uint8_t, 8>;

struct MinisignPublicKey {
  KeyNumber number{};
  PublicKey key;
  bool operator==(const MinisignPublicKey&) const = default;

  /// The line that people pass on: "RWQ…", 56 letters.
  std::string line() const;
  /// The whole file: a comment and the line.
  std::string file() const;
  /// Takes the line or the file. Errors: corrupt.
  static Result<MinisignPublicKey> parse_untrusted(std::string_view text);
};

struct MinisignKeyPair {
  KeyNumber number{};
  KeyPair pair;

  static MinisignKeyPair make(Random& random);
  MinisignPublicKey public_key() const { return {number, pair.public_key()}; }

  /// What one guess at the passphrase costs.
  struct Cost {
    std::uint64_t work = 4194304;
    std::uint64_t memory_bytes = 134217728;
  };
  /// The secret key's file. An empty passphrase leaves it in clear. Errors: unavailable (no memory).
  Result<std::string> file(std::string_view passphrase, Random& random, const Cost& cost) const;
  Result<std::string> file(std::string_view passphrase, Random& random) const { return file(passphrase, random, Cost()); }
  /// Errors: corrupt (no key file, or the passphrase is another), refused (asks for more work than the bound), unavailable.
  static Result<MinisignKeyPair> open_untrusted(std::string_view file, std::string_view passphrase);
};
/// Does this secret key file need a passphrase? Errors: corrupt.
Result<bool> is_minisign_key_locked(std::string_view file);

/// The signature file over `bytes`. `trusted_comment`: one line, signed too. Errors: refused (not one line, too long).
Result<std::string> minisign_sign(const MinisignKeyPair& key, ByteView bytes, std::string_view trusted_comment);

/// The key number that a signature file names; says nothing about who signed. Errors: corrupt.
Result<KeyNumber> minisign_signer_untrusted(std::string_view signature_file);
/// The trusted comment when that key signed these bytes and the comment. Errors: corrupt (no signature file), refused (another key, other bytes).
Result<std::string> minisign_verify(const MinisignPublicKey& key, ByteView bytes, std::string_view signature_file);

}  // namespace evenhand
