// Bytes of a code: version (1), print (16), secret (16), number of addresses (1), each family (4 or 6) ‖ 4 or 16 ‖ port (2, big-endian),
// then two bytes of a hash against mistyping. Written in Crockford's base 32.
#include "sync/transport/pairing_code.h"

#include "core/crypto/hash.h"
#include "sync/transport/asio.h"

namespace evenhand {

namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kCheckBytes = 2;
constexpr std::size_t kGroup = 5;
constexpr std::size_t kTextMax = 512;
constexpr std::string_view kLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

Bytes check_of(ByteView bytes) {
  const Hash hash = sha256({view_of("evenhand/pair-code/1"), bytes});
  return {hash.bytes[0], hash.bytes[1]};
}

constexpr const char* kCompare = "Compare it with the other screen; copying is safer than typing.";

Result<Bytes> from_crockford(std::string_view text) {
  Bytes bytes;
  unsigned held = 0;
  int bits = 0;
  for (char c : text) {
    if (c == '-' || c == ' ' || c == '\n') continue;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == 'O') c = '0';
    if (c == 'I' || c == 'L') c = '1';
    const std::size_t value = kLetters.find(c);
    if (value == std::string_view::npos) return refused("a pairing code has letters and digits only", std::string(1, c), kCompare);
    held = (held << 5 | static_cast<unsigned>(value)) & 0xFFF;
    bits += 5;
    if (bits >= 8) bytes.push_back(static_cast<std::uint8_t>(held >> (bits -= 8)));
  }
  const bool has_rest = bits >= 5 || (held & ((1U << bits) - 1)) != 0;  // one code has one writing
  if (has_rest) return refused("a pairing code does not end like this: a letter is missing, or one too many", {}, kCompare);
  return bytes;
}

template <class AddressBytes>
void put_address(Bytes& bytes, std::uint8_t family, const AddressBytes& address, std::uint16_t port) {
  bytes.push_back(family);
  bytes.insert(bytes.end(), address.begin(), address.end());
  bytes.push_back(static_cast<std::uint8_t>(port >> 8));
  bytes.push_back(static_cast<std::uint8_t>(port));
}

Error not_a_code() { return refused("this is not a whole pairing code, or it was mistyped", {}, kCompare); }

// Takes bytes off the front; false when there are too few.
template <std::size_t Size>
bool take(ByteView& from, std::array<std::uint8_t, Size>& to) {
  if (from.size() < Size) return false;
  std::copy(from.begin(), from.begin() + Size, to.begin());
  from = from.subspan(Size);
  return true;
}

bool take_address(ByteView& from, Address& address) {
  std::array<std::uint8_t, 1> family;
  std::array<std::uint8_t, 2> port;
  boost::asio::ip::address_v4::bytes_type v4;
  boost::asio::ip::address_v6::bytes_type v6;
  if (!take(from, family)) return false;
  if (family[0] == 4 && take(from, v4)) {
    address.host = boost::asio::ip::address_v4(v4).to_string();
  } else if (family[0] == 6 && take(from, v6)) {
    address.host = boost::asio::ip::address_v6(v6).to_string();
  } else {
    return false;
  }
  if (!take(from, port)) return false;
  address.port = static_cast<std::uint16_t>(port[0] << 8 | port[1]);
  return address.port != 0;
}

}  // namespace

KeyPrint print_of(const PublicKey& device) {
  const Hash hash = sha256({view_of("evenhand/device-print/1"), device.view()});
  return *KeyPrint::from(hash.view().first(KeyPrint::kSize));
}

Result<std::string> PairingCode::text() const {
  if (addresses.empty() || addresses.size() > kPairingAddressesMax) return refused("a pairing code names one to four addresses", {}, "Name them with --address.");
  Bytes bytes{kVersion};
  bytes.insert(bytes.end(), device.bytes.begin(), device.bytes.end());
  bytes.insert(bytes.end(), secret.bytes.begin(), secret.bytes.end());
  bytes.push_back(static_cast<std::uint8_t>(addresses.size()));
  for (const Address& address : addresses) {
    boost::system::error_code error;
    const auto ip = boost::asio::ip::make_address(address.host, error);
    if (error) return refused("a pairing code takes addresses in numbers", address.host, "Write it as --address 192.0.2.7:7410");
    if (ip.is_v4()) put_address(bytes, 4, ip.to_v4().to_bytes(), address.port);
    if (ip.is_v6()) put_address(bytes, 6, ip.to_v6().to_bytes(), address.port);
  }
  const Bytes check = check_of(bytes);
  bytes.insert(bytes.end(), check.begin(), check.end());
  const std::string letters = to_crockford(bytes);
  std::string text;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (i > 0 && i % kGroup == 0) text += '-';
    text += letters[i];
  }
  return text;
}

Result<PairingCode> PairingCode::parse(std::string_view text) {
  if (text.size() > kTextMax) return not_a_code();
  EVENHAND_TRY(const Bytes bytes, from_crockford(text));
  if (bytes.size() < kCheckBytes + 1) return not_a_code();
  ByteView rest = ByteView(bytes).first(bytes.size() - kCheckBytes);
  const Bytes check = check_of(rest);
  if (!std::equal(check.begin(), check.end(), bytes.end() - kCheckBytes)) return not_a_code();
  if (rest[0] != kVersion) return refused("this code comes from a newer version of evenhand", {}, "Install the same version on both computers.");
  rest = rest.subspan(1);
  PairingCode code;
  std::array<std::uint8_t, 1> count;
  if (!take(rest, code.device.bytes) || !take(rest, code.secret.bytes) || !take(rest, count)) return not_a_code();
  if (count[0] == 0 || count[0] > kPairingAddressesMax) return not_a_code();
  code.addresses.resize(count[0]);
  for (Address& address : code.addresses) {
    if (!take_address(rest, address)) return not_a_code();
  }
  if (!rest.empty()) return not_a_code();
  return code;
}

}  // namespace evenhand
