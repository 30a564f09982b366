#include "sync/transport/pairing.h"

#include <catch2/catch.hpp>

#include "tests/support/seeded_random.h"

using namespace evenhand;

namespace {

struct Two {
  SeededRandom random{4};
  KeyPair host = KeyPair::make(random);
  KeyPair guest = KeyPair::make(random);
  PairingSecret secret = random.make_id<PairingSecret>();
  PairingTicket ticket{secret};
  Hash channel = random.make_id<Hash>();
  Bytes admitted;      ///< what the host was handed
  Bytes invited;       ///< what the guest was handed
  Bytes receipt;
  Result<void> host_end = refused("not ended"), guest_end = refused("not ended");
  Result<void> host_judges;

  Result<std::unique_ptr<Exchange>> as_host(const Hash& seen_channel) {
    return pair_as_host({guest.public_key(), seen_channel, "guest"},
                        {&ticket, host.public_key(), Bytes{'i', 'n', 'v'},
                         [this](const Peer&, ByteView acceptance) -> Result<Bytes> {
                           EVENHAND_CHECK(host_judges);
                           admitted.assign(acceptance.begin(), acceptance.end());
                           return Bytes{'o', 'k'};
                         },
                         [this](const Result<void>& how) { host_end = how; }});
  }
  std::unique_ptr<Exchange> as_guest(const PairingSecret& known, const Hash& seen_channel) {
    return pair_as_guest({host.public_key(), seen_channel, "host"},
                         {known, guest.public_key(),
                          [this](const Peer&, ByteView invitation) -> Result<Bytes> {
                            invited.assign(invitation.begin(), invitation.end());
                            return Bytes{'a', 'c', 'c'};
                          },
                          [this](const Peer&, ByteView given) -> Result<void> {
                            receipt.assign(given.begin(), given.end());
                            return {};
                          },
                          [this](const Result<void>& how) { guest_end = how; }});
  }
};

// Passes bytes to and fro, `step` at a time, until nobody has any left. Gives what each side's receive said.
std::pair<Result<void>, Result<void>> talk(Exchange& host, Exchange& guest, std::size_t step) {
  Result<void> at_host, at_guest;
  const auto pass = [&](Exchange& from, Exchange& to, Result<void>& outcome) {
    const Bytes bytes = from.take_output(1 << 20);
    for (std::size_t at = 0; at < bytes.size() && outcome.ok(); at += step) {
      outcome = to.receive(ByteView(bytes).subspan(at, std::min(step, bytes.size() - at)));
    }
    return !bytes.empty();
  };
  while (pass(guest, host, at_host) | pass(host, guest, at_guest)) {
  }
  return {at_host, at_guest};
}

}  // namespace

TEST_CASE("who holds the code is invited, accepts and is admitted, however the bytes are cut up") {
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{100'000}}) {
    Two two;
    auto host = two.as_host(two.channel);
    REQUIRE(host.ok());
    const auto guest = two.as_guest(two.secret, two.channel);
    const auto [at_host, at_guest] = talk(**host, *guest, step);
    CHECK(at_host.ok());
    CHECK(at_guest.ok());
    CHECK((*host)->is_finished());
    CHECK(guest->is_finished());
    CHECK(two.invited == Bytes{'i', 'n', 'v'});
    CHECK(two.admitted == Bytes{'a', 'c', 'c'});
    CHECK(two.receipt == Bytes{'o', 'k'});
    CHECK(two.ticket.is_used());
  }
}

TEST_CASE("a wrong code is told nothing and is worth three tries") {
  Two two;
  for (int i = 0; i < 3; ++i) {
    auto host = two.as_host(two.channel);
    REQUIRE(host.ok());
    const auto guest = two.as_guest(PairingSecret{}, two.channel);
    const auto [at_host, at_guest] = talk(**host, *guest, 1000);
    CHECK_FALSE(at_host.ok());
    REQUIRE_FALSE(at_guest.ok());
    CHECK(at_guest.error().next.find(kAskForNewCode) != std::string::npos);
    CHECK(two.invited.empty());
  }
  CHECK_FALSE(two.as_host(two.channel).ok());
  CHECK_FALSE(two.ticket.is_used());
}

TEST_CASE("a code is good once, also when two guests were let in before either was admitted") {
  Two two;
  auto first = two.as_host(two.channel);
  auto second = two.as_host(two.channel);
  REQUIRE((first.ok() && second.ok()));
  const auto guest = two.as_guest(two.secret, two.channel);
  const auto late = two.as_guest(two.secret, two.channel);
  CHECK(talk(**first, *guest, 1000).first.ok());
  two.admitted.clear();
  CHECK_FALSE(talk(**second, *late, 1000).first.ok());
  CHECK(two.admitted.empty());
  CHECK_FALSE(two.as_host(two.channel).ok());
}

TEST_CASE("somebody between the two, with a connection to each, is found out by both") {
  Two two;
  SeededRandom random(9);
  auto host = two.as_host(random.make_id<Hash>());
  REQUIRE(host.ok());
  const auto guest = two.as_guest(two.secret, two.channel);
  const auto [at_host, at_guest] = talk(**host, *guest, 1000);
  CHECK_FALSE(at_host.ok());
  CHECK_FALSE(at_guest.ok());
  CHECK(two.invited.empty());
}

TEST_CASE("a host that does not know the code learns nothing from the guest") {
  Two two;
  PairingTicket other(PairingSecret{});
  auto host = pair_as_host({two.guest.public_key(), two.channel, "guest"}, {&other, two.host.public_key(), {}, {}, {}});
  REQUIRE(host.ok());
  const auto guest = two.as_guest(two.secret, two.channel);
  CHECK_FALSE(talk(**host, *guest, 1000).second.ok());
  CHECK(two.invited.empty());
}

TEST_CASE("what the host refuses reaches the guest as words, and the code stays good") {
  Two two;
  two.host_judges = refused("this organisation is a member already");
  auto host = two.as_host(two.channel);
  const auto guest = two.as_guest(two.secret, two.channel);
  const auto [at_host, at_guest] = talk(**host, *guest, 1000);
  CHECK_FALSE(at_host.ok());
  REQUIRE_FALSE(at_guest.ok());
  CHECK(at_guest.error().what.find("a member already") != std::string::npos);
  CHECK(at_guest.error().next.find("The code was right") == 0);
  CHECK(two.ticket.is_open());
}

TEST_CASE("messages out of order, too long or of no known kind end the pairing") {
  const std::vector<Bytes> hostile = {
      {3, 0, 0, 0, 0},                          // an acceptance before any proof
      {6, 0, 0, 0, 0},                          // goodbye at once
      {1, 0xFF, 0xFF, 0xFF, 0xFF},              // four gigabytes to come
      {1, 1, 0, 0, 0, 9},                       // a proof of one byte
      {99, 0, 0, 0, 0},                         // no such message
      {5, 3, 0, 0, 0, 0xFF, 0x1B, 0x07},        // a refusal that is no text
  };
  for (const Bytes& bytes : hostile) {
    Two two;
    auto host = two.as_host(two.channel);
    CHECK_FALSE((*host)->receive(bytes).ok());
    CHECK(two.admitted.empty());
    const auto guest = two.as_guest(two.secret, two.channel);
    CHECK_FALSE(guest->receive(bytes).ok());
    CHECK(two.invited.empty());
  }
}

TEST_CASE("a code comes back from its letters, also badly typed ones, and no changed letter passes") {
  Two two;
  const PairingCode code{print_of(two.host.public_key()), two.secret, {{"192.0.2.7", 7410}, {"2001:db8::7", 99}}};
  const std::string text = *code.text();
  std::string typed = text;
  for (char& c : typed) c = c == '0' ? 'o' : c == '1' ? 'l' : c == '-' ? ' ' : static_cast<char>(std::tolower(c));
  const auto parsed = PairingCode::parse(typed);
  REQUIRE(parsed.ok());
  CHECK(parsed->device == code.device);
  CHECK(parsed->secret == code.secret);
  REQUIRE(parsed->addresses.size() == 2);
  CHECK(parsed->addresses[0].text() == "192.0.2.7:7410");
  CHECK(parsed->addresses[1].text() == "[2001:db8::7]:99");
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '-') continue;
    std::string changed = text;
    changed[i] = text[i] == 'A' ? 'B' : 'A';
    CHECK_FALSE(PairingCode::parse(changed).ok());
    CHECK_FALSE(PairingCode::parse(text.substr(0, i)).ok());
  }
  CHECK_FALSE(PairingCode::parse("").ok());
  CHECK_FALSE(PairingCode::parse(std::string(100'000, 'A')).ok());
  CHECK_FALSE(PairingCode{print_of(two.host.public_key()), two.secret, {{"laptop.example", 1}}}.text().ok());
}
