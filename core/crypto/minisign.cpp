// Each file is lines; a line of data is base64 of
//   public key   "Ed" number[8] key[32]
//   secret key   "Ed" kdf[2] "B2" salt[32] work[8] memory[8] { number[8] secret[64] check[32] }   kdf: "Sc" scrypt, 0 0 none
//   signature    "ED" number[8] signature[64]
// Numbers are little-endian. The braces are XORed with scrypt's output; check = BLAKE2b-256("Ed" number secret), or zeros with kdf none.
#include "core/crypto/minisign.h"

#include <sodium.h>

#include <algorithm>
#include <optional>

namespace evenhand {

namespace {

constexpr std::size_t kNumberAt = 2, kKeyAt = 10, kPublicBytes = 42, kSignatureBytes = 74;
constexpr std::size_t kSaltAt = 6, kWorkAt = 38, kMemoryAt = 46, kLockedAt = 54, kSecretBytes = 158, kLockedBytes = kSecretBytes - kLockedAt;
constexpr std::string_view kUntrusted = "untrusted comment: ", kTrusted = "trusted comment: ";

void start_sodium() {
  static const int kStarted = sodium_init();
  EVENHAND_ASSERT(kStarted >= 0, "libsodium did not start");
}

std::string base64(ByteView bytes) {
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // its NUL
  return text;
}

std::optional<Bytes> from_base64(std::string_view text, std::size_t bytes) {
  Bytes out(bytes);
  std::size_t got = 0;
  const bool ok = sodium_base642bin(out.data(), out.size(), text.data(), text.size(), nullptr, &got, nullptr, sodium_base64_VARIANT_ORIGINAL) == 0;
  return ok && got == bytes ? std::optional(std::move(out)) : std::nullopt;
}

void put_number(Bytes& to, std::uint64_t value) {
  for (int i = 0; i < 8; ++i) to.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}
std::uint64_t number_at(const Bytes& from, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 8; i-- > 0;) value = value << 8 | from[at + i];
  return value;
}

/// The next line, without its end; `text` goes on behind it.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

/// The line of data under a comment.
std::optional<Bytes> data_of(std::string_view file, std::size_t bytes) {
  if (file.size() > kMinisignFileBytesMax || !take_line(file).starts_with(kUntrusted)) return std::nullopt;
  return from_base64(take_line(file), bytes);
}

bool is_scrypt(const Bytes& data) { return data[2] == 'S' && data[3] == 'c'; }

Result<Bytes> secret_data_of(std::string_view file) {
  const auto data = data_of(file, kSecretBytes);
  const bool is_ours = data && (*data)[0] == 'E' && (*data)[1] == 'd' && (*data)[4] == 'B' && (*data)[5] == '2';
  if (!is_ours || !(is_scrypt(*data) || ((*data)[2] == 0 && (*data)[3] == 0))) return corrupt("this is no secret key of minisign", "key file");
  return *data;
}

/// XORs scrypt's output over the part that it locks.
Result<void> lock_or_unlock(Bytes& data, std::string_view passphrase) {
  std::array<std::uint8_t, kLockedBytes> stream;
  const int failed = crypto_pwhash_scryptsalsa208sha256(stream.data(), stream.size(), passphrase.data(), passphrase.size(), data.data() + kSaltAt,
                                                        number_at(data, kWorkAt), number_at(data, kMemoryAt));
  if (failed != 0) return unavailable("there is not enough memory to open the key", "", "Close other programs, then try again.");
  for (std::size_t i = 0; i < stream.size(); ++i) data[kLockedAt + i] ^= stream[i];
  sodium_memzero(stream.data(), stream.size());
  return {};
}

std::array<std::uint8_t, 32> check_of(ByteView number_and_secret) {
  std::array<std::uint8_t, 32> sum;
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, sum.size());
  crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>("Ed"), 2);
  crypto_generichash_update(&state, number_and_secret.data(), number_and_secret.size());
  crypto_generichash_final(&state, sum.data(), sum.size());
  return sum;
}

std::array<std::uint8_t, 64> prehash(ByteView bytes) {
  start_sodium();
  std::array<std::uint8_t, 64> sum;
  crypto_generichash(sum.data(), sum.size(), bytes.data(), bytes.size(), nullptr, 0);
  return sum;
}

std::string hex_of(const KeyNumber& number) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string text;
  for (std::size_t i = number.size(); i-- > 0;) text += {kDigits[number[i] >> 4], kDigits[number[i] & 15]};
  return text;
}

struct SignatureFile {
  KeyNumber number{};
  Signature signature;
  std::string trusted_comment;
  Signature global;
};

Result<SignatureFile> read_signature(std::string_view file) {
  const Error wrong = corrupt("this is no signature of minisign", "signature file", "Sign again: evenhand plugin sign");
  const auto data = data_of(file, kSignatureBytes);
  if (!data || (*data)[0] != 'E' || (*data)[1] != 'D') return wrong;
  take_line(file);
  take_line(file);
  const std::string_view comment = take_line(file);
  const auto global = from_base64(take_line(file), 64);
  if (!comment.starts_with(kTrusted) || comment.size() > kMinisignCommentBytesMax || !global) return wrong;
  SignatureFile read;
  std::copy_n(data->begin() + kNumberAt, read.number.size(), read.number.begin());
  std::copy_n(data->begin() + kKeyAt, 64, read.signature.bytes.begin());
  read.trusted_comment = comment.substr(kTrusted.size());
  std::copy_n(global->begin(), 64, read.global.bytes.begin());
  return read;
}

/// What the second signature covers.
Bytes global_message(const Signature& signature, std::string_view comment) {
  Bytes message(signature.bytes.begin(), signature.bytes.end());
  message.insert(message.end(), comment.begin(), comment.end());
  return message;
}

}  // namespace

std::string MinisignPublicKey::line() const {
  Bytes data = {'E', 'd'};
  data.insert(data.end(), number.begin(), number.end());
  data.insert(data.end(), key.bytes.begin(), key.bytes.end());
  return base64(data);
}

std::string MinisignPublicKey::file() const { return std::string(kUntrusted) + "minisign public key " + hex_of(number) + "\n" + line() + "\n"; }

Result<MinisignPublicKey> MinisignPublicKey::parse_untrusted(std::string_view text) {
  if (text.size() > kMinisignFileBytesMax) return corrupt("this is no public key of minisign");
  std::string_view rest = text;
  std::string_view line = take_line(rest);
  if (line.starts_with(kUntrusted)) line = take_line(rest);
  const auto data = from_base64(line, kPublicBytes);
  if (!data || (*data)[0] != 'E' || (*data)[1] != 'd') return corrupt("this is no public key of minisign", "", "It is the line that begins with RW, or the file that holds it.");
  MinisignPublicKey read;
  std::copy_n(data->begin() + kNumberAt, read.number.size(), read.number.begin());
  std::copy_n(data->begin() + kKeyAt, 32, read.key.bytes.begin());
  return read;
}

MinisignKeyPair MinisignKeyPair::make(Random& random) {
  MinisignKeyPair made{{}, KeyPair::make(random)};
  random.fill(made.number);
  return made;
}

Result<std::string> MinisignKeyPair::file(std::string_view passphrase, Random& random, const Cost& cost) const {
  start_sodium();
  Bytes data = {'E', 'd', 0, 0, 'B', '2'};
  std::array<std::uint8_t, 32> salt{};
  if (!passphrase.empty()) {
    data[2] = 'S';
    data[3] = 'c';
    random.fill(salt);
  }
  data.insert(data.end(), salt.begin(), salt.end());
  put_number(data, passphrase.empty() ? 0 : cost.work);
  put_number(data, passphrase.empty() ? 0 : cost.memory_bytes);
  data.insert(data.end(), number.begin(), number.end());
  data.insert(data.end(), pair.seed().begin(), pair.seed().end());
  data.insert(data.end(), pair.public_key().bytes.begin(), pair.public_key().bytes.end());
  const auto check = check_of(ByteView(data).subspan(kLockedAt));
  data.insert(data.end(), check.begin(), check.end());
  if (!passphrase.empty()) EVENHAND_CHECK(lock_or_unlock(data, passphrase));
  std::string text = std::string(kUntrusted) + "minisign " + (passphrase.empty() ? "unencrypted" : "encrypted") + " secret key\n" + base64(data) + "\n";
  sodium_memzero(data.data(), data.size());
  return text;
}

Result<bool> is_minisign_key_locked(std::string_view file) {
  EVENHAND_TRY(const Bytes data, secret_data_of(file));
  return is_scrypt(data);
}

Result<MinisignKeyPair> MinisignKeyPair::open_untrusted(std::string_view file, std::string_view passphrase) {
  start_sodium();
  EVENHAND_TRY(Bytes data, secret_data_of(file));
  if (is_scrypt(data)) {
    if (number_at(data, kWorkAt) > kMinisignWorkMax || number_at(data, kMemoryAt) > kMinisignMemoryBytesMax) {
      return refused("the key file asks for more work than minisign itself would", "key file");
    }
    EVENHAND_CHECK(lock_or_unlock(data, passphrase));
  }
  const auto check = check_of(ByteView(data).subspan(kLockedAt, 72));
  MinisignKeyPair opened{{}, KeyPair::from_seed(ByteView(data).subspan(kLockedAt + 8, 32))};
  // minisign writes no check into a key that it does not lock; that the two halves belong together says as much.
  const bool has_check = is_scrypt(data) || sodium_is_zero(data.data() + kLockedAt + 72, check.size()) == 0;
  const bool is_right = has_check ? sodium_memcmp(check.data(), data.data() + kLockedAt + 72, check.size()) == 0
                                  : sodium_memcmp(opened.pair.public_key().bytes.data(), data.data() + kLockedAt + 40, 32) == 0;
  std::copy_n(data.begin() + kLockedAt, opened.number.size(), opened.number.begin());
  sodium_memzero(data.data(), data.size());
  if (!is_right) return corrupt("the passphrase is another one, or the key file is damaged", "key file");
  return opened;
}

Result<std::string> minisign_sign(const MinisignKeyPair& key, ByteView bytes, std::string_view trusted_comment) {
  if (trusted_comment.find_first_of("\r\n") != std::string_view::npos || trusted_comment.size() + kTrusted.size() > kMinisignCommentBytesMax) {
    return refused("a trusted comment is one line", std::string(trusted_comment.substr(0, 40)));
  }
  const auto hash = prehash(bytes);
  const Signature signature = key.pair.sign(hash);
  const Signature global = key.pair.sign(global_message(signature, trusted_comment));
  Bytes data = {'E', 'D'};
  data.insert(data.end(), key.number.begin(), key.number.end());
  data.insert(data.end(), signature.bytes.begin(), signature.bytes.end());
  return std::string(kUntrusted) + "signature from minisign secret key\n" + base64(data) + "\n" + std::string(kTrusted) + std::string(trusted_comment) + "\n" +
         base64(global.bytes) + "\n";
}

Result<KeyNumber> minisign_signer_untrusted(std::string_view signature_file) {
  EVENHAND_TRY(const SignatureFile read, read_signature(signature_file));
  return read.number;
}

Result<std::string> minisign_verify(const MinisignPublicKey& key, ByteView bytes, std::string_view signature_file) {
  EVENHAND_TRY(const SignatureFile read, read_signature(signature_file));
  if (read.number != key.number) return refused("it was signed with another key", hex_of(read.number));
  const auto hash = prehash(bytes);
  if (!verify(key.key, hash, read.signature)) return refused("the signature does not fit: the file was changed after it was signed", hex_of(read.number));
  if (!verify(key.key, global_message(read.signature, read.trusted_comment), read.global)) {
    return refused("the signature's comment was changed after it was signed", hex_of(read.number));
  }
  return read.trusted_comment;
}

}  // namespace evenhand
