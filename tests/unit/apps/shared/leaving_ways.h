/// The other ways in which something leaves a trust: a hub, a pairing, what is said to join. Included by tests only.
#pragma once

#include "tests/unit/apps/shared/leaving.h"

namespace evenhand::test {

inline void let_hub_in(Laptop& host, Hub& hub) {
  hub.spaces = {host.cycle()};
  hub.open();
  const KeyPair& root = host->keystore().root();
  good(host->submit_authority(host.cycle(), {{std::string(authority_type::kCertified), encode(Certificate::make(root, host.cycle(), host->organisation(), hub.device.public_key(), "Hub"))},
                                             {std::string(authority_type::kGranted), encode(Grant{hub.device.public_key(), Capabilities(Capability::relay).bits()})}}));
}

inline void at_hub(Laptop& host, Hub& hub, Departures& leaving) {
  WorkspaceReplica replica(*host, [&](const PublicKey& key) { return key == hub.device.public_key(); });
  ShortMemory memory;
  SessionPair pair(replica, memory, *hub.replica, hub.memory, 7);
  pair.record = true;
  REQUIRE(pair.run());
  CHECK(pair.left.outcome().end == SessionEnd::in_sync);
  leaving.add_session("hub session", pair.left_said);
  leaving.add(files_below(hub.folder(), "hub's disk"));
}

inline void add_request(std::string_view text, Departures& leaving) {
  leaving.add("request", view_of(text));
  leaving.add("request", good(request_from_text(text)));
}

inline void add_code(const std::string& code, Departures& leaving) {
  const PairingCode read = good(PairingCode::parse(code));
  leaving.add("pairing code", view_of(code));
  leaving.add("pairing code", encode(read.device, read.secret, read.addresses.front().text()));
}

// A third trust takes up a code: code, invitation, acceptance and receipt, and what the admission wrote goes by session.
inline void pairing(Laptop& host, Departures& leaving) {
  Laptop other(29);
  other.found("Other");
  const PairingSecret secret = host.random.make_id<PairingSecret>();
  const std::string code = good(PairingCode{print_of(host.device()), secret, {{"192.0.2.7", 7410}}}.text());
  const PairingCode read = good(PairingCode::parse(code));
  add_code(code, leaving);
  PairingTicket ticket(secret);
  const Hash channel = host.random.make_id<Hash>();
  const auto ended = [](const Result<void>& how) { CHECK(how.ok()); };
  const auto shown = good(pair_as_host({other.device(), channel, "guest"}, {&ticket, host.device(), good(invite(*host, {host.cycle()}, false)), [&](const Peer&, ByteView acceptance) -> Result<Bytes> {
    good(admit(*host, Bytes(acceptance.begin(), acceptance.end()), kPartner));
    const std::string title = WorkspaceReplica(*host).title();
    return Bytes(title.begin(), title.end());
  }, ended}));
  const auto taken = pair_as_guest({host.device(), channel, "host"}, {read.secret, other.device(), [&](const Peer&, ByteView invitation) { return accept(*other, invitation, "Other laptop"); },
                                                                      [](const Peer&, ByteView) { return Result<void>(); }, ended});
  Bytes said;
  const auto carry = [](Exchange& from, Exchange& to, Bytes* all) {
    const Bytes out = from.take_output(1 << 20);
    if (all != nullptr) all->insert(all->end(), out.begin(), out.end());
    good(to.receive(out));
    return !out.empty();
  };
  while (carry(*taken, *shown, nullptr) | carry(*shown, *taken, &said)) {
  }
  CHECK(taken->is_finished());
  leaving.add("pairing", said);
}

inline void joining(Laptop& host, Departures& leaving, const std::string& label = "EDI laptop") {
  Laptop inviting(28);
  inviting.found("Inviting");
  leaving.add("invitation", good(invite(*host, {host.cycle()}, false)));
  leaving.add("acceptance", good(accept(*host, good(invite(*inviting, {inviting.cycle()}, false)), label)));
}

}  // namespace evenhand::test
