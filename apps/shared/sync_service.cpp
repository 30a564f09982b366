#include "apps/shared/sync_service.h"

#include <algorithm>

#include "apps/shared/session_exchange.h"
#include "core/access/departure.h"
#include "core/engine/membership.h"
#include "sync/replica/workspace_replica.h"

namespace evenhand {

namespace {

constexpr std::size_t kAddressesKept = 4;

std::string counted(std::uint64_t count, const char* one, const char* many) { return std::to_string(count) + " " + (count == 1 ? one : many); }

// The receipt of a pairing: the port at which the host takes calls later (2, big-endian), then its title.
Bytes receipt_of(std::uint16_t port, const std::string& title) {
  Bytes receipt{static_cast<std::uint8_t>(port >> 8), static_cast<std::uint8_t>(port)};
  receipt.insert(receipt.end(), title.begin(), title.end());
  return receipt;
}

// The partner as the guest keeps it: where it was reached, under the title that it gives itself.
Result<Partner> partner_from(const Peer& peer, ByteView receipt, const Invitation& invitation) {
  if (receipt.size() < 2 || receipt.size() > 2 + kJoiningTitleBytesMax || !is_utf8(text_of(receipt.subspan(2)))) return corrupt("the host's receipt makes no sense", peer.address, "Bring both laptops to the same version, then pair anew.");
  EVENHAND_TRY(Address address, Address::parse(peer.address));
  address.port = static_cast<std::uint16_t>(receipt[0] << 8 | receipt[1]);
  return Partner{peer.device, invitation.organisation, std::string(text_of(receipt.subspan(2))), {address.text()}, false, {}, "paired"};
}

// As those who let it in call it; empty: no space here knows it.
std::string name_here(const Workspace& workspace, const PublicKey& key) {
  for (const Space& space : workspace.spaces()) {
    const Device* device = space.fold.access().find_device(key);
    const std::string organisation = device == nullptr ? "" : name_of(space, device->organisation);
    if (!organisation.empty()) return organisation + " (" + device->label + ")";
  }
  return "";
}

// Whoever shows a code listens as long as it is good; so nobody there means, mostly, that it is not.
Error nobody_waits(const Error& error, const Address& at) {
  if (error.code != ErrorCode::unavailable) return error;
  return unavailable("nobody is waiting for this code: " + error.what, at.text(), std::string(kAskForNewCode) + " If it is shown there still, both laptops have to be in one network.");
}

PairingGuest guest_of(const PairingSecret& secret, const PublicKey& own) { return {secret, own, {}, {}, {}}; }

Endpoint::Pin pinned_to(const PairingCode& code) {
  return [wanted = code.device](const PublicKey& device) { return print_of(device) == wanted; };
}

}  // namespace

std::string Exchanged::sentence() const {
  std::string counts = "sent " + std::to_string(sent) + ", received " + counted(received, "change", "changes");
  for (const Error& one : outcome.passed_over) counts += "; " + one.sentence();
  for (const Error& one : outcome.left_out) counts += "; " + one.sentence();
  if (outcome.end == SessionEnd::running) return how.ok() ? counts : how.error().sentence();
  std::string departed;
  for (const auto* sentences : {&departures, &unheard}) {
    for (const std::string& one : *sentences) departed += "; " + one;
  }
  if (is_in_step()) return counts + departed;
  if (outcome.end == SessionEnd::refused && !departed.empty()) return departed.substr(2);
  return counts + "; " + (outcome.end == SessionEnd::in_sync ? how.error().sentence() : outcome.why.sentence());
}

SyncService::SyncService(Workspace& workspace, PartnerBook& book, Clock& clock, Random& random, Hooks hooks, Endpoint endpoint)
    : workspace_(workspace), book_(book), clock_(clock), random_(random), hooks_(std::move(hooks)), endpoint_(std::move(endpoint)) {}

Result<std::unique_ptr<SyncService>> SyncService::open(Workspace& workspace, PartnerBook& book, Clock& clock, Random& random, Hooks hooks) {
  EVENHAND_TRY(Endpoint endpoint, Endpoint::make(workspace.keystore().device()));
  std::unique_ptr<SyncService> made(new SyncService(workspace, book, clock, random, std::move(hooks), std::move(endpoint)));
  EVENHAND_TRY(HandoverHost handover, HandoverHost::open(workspace));
  made->handover_.emplace(std::move(handover));
  made->endpoint_.watch(made->handover_->descriptor(), [service = made.get()] { service->handover_->serve(); });
  return made;
}

// Other processes write it too. One that cannot be read now is the one we know.
void SyncService::look_at_book() {
  const Result<void> read = book_.refresh();
  (void)read;
}

bool SyncService::is_known(const PublicKey& device) const {
  if (book_.find(device) != nullptr) return true;
  return std::any_of(workspace_.spaces().begin(), workspace_.spaces().end(), [&](const Space& space) {
    return space.fold.access().find_device(device) != nullptr;  // one that was removed is told so
  });
}

bool SyncService::is_member(const PublicKey& device) const {
  return std::any_of(workspace_.spaces().begin(), workspace_.spaces().end(), [&](const Space& space) {
    const Access& access = space.fold.access();
    return access.find_device(device) != nullptr && departure_of(access, device) == Departure::none;
  });
}

// What our own log says counts, now that the farewell is in it: a partner that knows less than we do takes nobody's rights away.
void SyncService::sort_farewells(Exchanged& exchanged) const {
  const PublicKey own = workspace_.keystore().device().public_key();
  for (const SpaceId& id : exchanged.outcome.farewells) {
    const Space* space = std::as_const(workspace_).find_space(id);
    if (space == nullptr) continue;
    const Access& access = space->fold.access();
    const std::string title = "\"" + (access.charter() ? access.charter()->title : id.hex().substr(0, 16)) + "\"";
    const Device* self = access.find_device(own);
    if (const std::string known = departure_words(*space, own); !known.empty()) {
      exchanged.departures.push_back(known);
    } else if (self != nullptr && !self->is_removed) {
      exchanged.unheard.push_back("the partner has not heard yet that this laptop was let in again to " + title + ": let a laptop of whoever let it in exchange with that partner, then try again");
    } else {
      exchanged.departures.push_back("the partner says that this laptop is no more in " + title);
    }
  }
}

Result<std::uint16_t> SyncService::listen(const std::string& host, std::uint16_t port) {
  const auto failed = [](const Error&, const std::string&) {};  // who never proved itself is nobody's partner
  EVENHAND_TRY(port_, endpoint_.listen(host, port, [this](const Peer& peer) { return greet(peer); }, failed));
  return port_;
}

Result<std::unique_ptr<Exchange>> SyncService::greet(const Peer& peer) {
  look_at_book();
  if (!peer.is_pairing) {
    return is_known(peer.device) ? begin_session(peer, SessionRole::responder, {}) : turn_away(peer);
  }
  if (!ticket_) {  // no code is shown: a ticket that is over says so
    ticket_.emplace(random_.make_id<PairingSecret>());
    ticket_->expire();
  }
  const auto ended = [this](const Result<void>& how) {
    if (how || !hooks_.paired || ticket_->is_open() || ticket_->is_used() || ticket_->is_expired()) return;
    hooks_.paired(unavailable("the code was typed wrongly three times and is void now", "", "Show a new one with: evenhand pair"));
  };
  return pair_as_host(peer, {&*ticket_, workspace_.keystore().device().public_key(), invitation_,
                             [this](const Peer& guest, ByteView acceptance) { return admit_guest(guest, acceptance); }, ended});
}

std::unique_ptr<Exchange> SyncService::turn_away(const Peer& peer) {
  SessionExchange::Hooks hooks;
  hooks.ended = [](const SessionOutcome&, const Result<void>&) {};
  auto exchange = std::make_unique<SessionExchange>(std::make_unique<WorkspaceReplica>(workspace_), peer, book_, random_, SessionRole::responder, SessionOptions(), Bytes(), std::move(hooks));
  exchange->refuse_caller(refused("this device is not known here", {}, "Pair with it first: evenhand pair"));
  return exchange;
}

// An own laptop that was let in elsewhere is not known here before its first session.
bool SyncService::may_be_own(const PublicKey& device) const {
  const Partner* const partner = book_.find(device);
  if (partner != nullptr && partner->is_hub) return false;
  const auto& spaces = std::as_const(workspace_).spaces();
  return std::all_of(spaces.begin(), spaces.end(), [&](const Space& space) {
    const Device* const known = space.fold.access().find_device(device);
    return known == nullptr || known->organisation == workspace_.organisation();
  });
}

Result<std::unique_ptr<Exchange>> SyncService::begin_session(const Peer& peer, SessionRole role, const std::string& address) {
  const auto keys = export_person_keys_for(workspace_, peer.device);  // refused for all but our own laptops
  const Partner* known = book_.find(peer.device);
  const std::string title = known != nullptr ? known->title : std::string("a partner");
  SessionExchange::Hooks hooks;
  if (may_be_own(peer.device)) {
    hooks.take_keys = [this](ByteView bytes) -> Result<void> {
      EVENHAND_TRY(const std::size_t taken, import_person_keys(workspace_, bytes));
      (void)taken;
      return {};
    };
  }
  if (hooks_.progress) hooks.progress = [this, title](const SessionProgress& progress) { hooks_.progress(title, progress); };
  hooks.ended = [this, peer, address](const SessionOutcome& outcome, const Result<void>& how) {
    Exchanged exchanged{peer.device, outcome.partner_title, 0, 0, outcome, how, {}, {}};
    sort_farewells(exchanged);
    for (const SpaceOutcome& space : outcome.spaces) {
      exchanged.sent += space.events_sent;
      exchanged.received += space.events_new;
    }
    note(exchanged, address);
  };
  SessionOptions options;
  options.claimed = clock_.now();
  const auto is_hub = [this](const PublicKey& device) {
    const Partner* partner = book_.find(device);
    return partner != nullptr && partner->is_hub;
  };
  return std::unique_ptr<Exchange>(std::make_unique<SessionExchange>(std::make_unique<WorkspaceReplica>(workspace_, is_hub), peer, book_, random_, role, options,
                                                                     keys ? *keys : Bytes(), std::move(hooks)));
}

void SyncService::note(const Exchanged& exchanged, const std::string& address) {
  calling_.erase(exchanged.device);
  look_at_book();
  const Partner* known = book_.find(exchanged.device);
  Partner partner = known != nullptr ? *known : Partner{exchanged.device, {}, {}, {}, false, {}, {}};
  if (!exchanged.partner.empty() && exchanged.partner != kUnnamedLaptop) partner.title = exchanged.partner;
  if (partner.title.empty()) partner.title = name_here(workspace_, exchanged.device);
  if (partner.title.empty()) partner.title = exchanged.partner;
  if (exchanged.outcome.end == SessionEnd::in_sync || exchanged.received > 0) partner.last_contact = clock_.now();
  partner.last_outcome = exchanged.sentence();
  if (exchanged.is_in_step() && !address.empty()) {  // the address that worked comes first next time
    std::erase(partner.addresses, address);
    partner.addresses.insert(partner.addresses.begin(), address);
    if (partner.addresses.size() > kAddressesKept) partner.addresses.resize(kAddressesKept);
  }
  Exchanged told = exchanged;
  told.partner = partner.title;
  // One that calls to hear that it was removed is no partner for that. A book that cannot be written loses a convenience, not a word.
  const Result<void> saved = known != nullptr || is_member(exchanged.device) ? book_.note(partner) : Result<void>();
  const Result<void> logged = ExchangeLog(workspace_.folder()).add({clock_.now(), told.partner, "network", told.sent, told.received, told.sentence()});
  (void)saved;
  (void)logged;
  if (hooks_.exchanged) hooks_.exchanged(told);
}

void SyncService::call(const Partner& partner) {
  if (!calling_.insert(partner.device).second) return;  // we are at it
  if (partner.addresses.empty()) {
    note({partner.device, partner.title, 0, 0, {}, unavailable("no address is known; it has to call, or exchange by file"), {}, {}}, {});
    return;
  }
  call_at(partner, 0, {});
}

void SyncService::call_at(const Partner& partner, std::size_t at, const std::string& tried) {
  const auto address = Address::parse(partner.addresses[at]);
  const auto next = [this, partner, at, tried](const Error& error) {
    const std::string all = (tried.empty() ? "" : tried + "; ") + partner.addresses[at] + ": " + error.what;
    if (at + 1 < partner.addresses.size()) return call_at(partner, at + 1, all);
    note({partner.device, partner.title, 0, 0, {}, Error{error.code, all, {}, error.next}, {}, {}}, {});
  };
  if (!address) return next(address.error());
  endpoint_.connect(*address, [device = partner.device](const PublicKey& key) { return key == device; },
                    [this, words = partner.addresses[at]](const Peer& peer) { return begin_session(peer, SessionRole::initiator, words); },
                    [next](const Error& error, const std::string&) { next(error); });
}

void SyncService::call_all_every(int seconds) {
  look_at_book();
  const std::vector<Partner> partners = book_.partners();  // a call that fails at once changes the book
  for (const Partner& partner : partners) {
    if (!partner.addresses.empty()) call(partner);
  }
  if (seconds > 0) endpoint_.after(seconds * 1000, [this, seconds] { call_all_every(seconds); });
}

Result<PairingCode> SyncService::offer_pairing(const Bytes& invitation, Capabilities may, const std::vector<Address>& addresses) {
  invitation_ = invitation;
  may_ = may;
  ticket_.emplace(random_.make_id<PairingSecret>());
  const auto ends = [this] {
    const bool was_open = ticket_->is_open();
    ticket_->expire();
    if (was_open && hooks_.paired) hooks_.paired(unavailable("nobody took up the code within ten minutes", "", "Show a new one with: evenhand pair"));
  };
  hooks_.after ? hooks_.after(kPairingLifeMs, ends) : endpoint_.after(kPairingLifeMs, ends);
  return PairingCode{print_of(workspace_.keystore().device().public_key()), ticket_->secret(), addresses};
}

Result<Bytes> SyncService::admit_guest(const Peer& peer, ByteView acceptance) {
  EVENHAND_TRY(const Acceptance read, read_acceptance_untrusted(acceptance));
  // The signer inside is who comes in. Only a laptop that has no workspace yet pairs with a key of the moment.
  EVENHAND_TRY(const Invitation offered, read_invitation_untrusted(invitation_));
  if (read.device != peer.device && !offered.is_same_organisation) return refused("the reply comes from another device than the one that pairs");
  if (read.invitation != invitation_) return refused("the reply answers another invitation");
  EVENHAND_TRY(const Admitted admitted, admit(workspace_, acceptance, may_));
  const Partner partner{read.device, read.organisation, read.title + " (" + read.label + ")", {}, false, {}, "paired"};
  EVENHAND_CHECK(book_.save(partner));
  const std::string title = WorkspaceReplica(workspace_).title();
  if (hooks_.paired) hooks_.paired(Paired{partner, offered.is_same_organisation});
  std::string shown = title.substr(0, kJoiningTitleBytesMax);
  if (const auto torn = first_bad_utf8(shown)) shown.resize(*torn);  // cut between letters
  return receipt_of(port_, shown);
}

void SyncService::take_up_pairing(const PairingCode& code, const std::string& label) {
  const auto offered = std::make_shared<Invitation>();
  PairingGuest guest = guest_of(code.secret, workspace_.keystore().device().public_key());
  guest.accept = [this, label, offered](const Peer&, ByteView invitation) -> Result<Bytes> {
    EVENHAND_TRY(*offered, read_invitation_untrusted(invitation));
    if (offered->is_same_organisation) {
      return refused("this code is for a new laptop of " + offered->title + ", and here is a workspace already", "", "Choose an empty folder with --workspace.");
    }
    return accept(workspace_, invitation, label);
  };
  guest.admitted = [this, offered](const Peer& peer, ByteView receipt) -> Result<void> {
    EVENHAND_TRY(const Partner partner, partner_from(peer, receipt, *offered));
    EVENHAND_CHECK(book_.save(partner));
    if (hooks_.paired) hooks_.paired(Paired{partner, false});
    endpoint_.after(1, [this, partner] { call(partner); });
    return {};
  };
  guest.ended = [this](const Result<void>& how) {
    if (!how && hooks_.paired) hooks_.paired(how.error());
  };
  pair_at(code, guest, 0);
}

void SyncService::pair_at(const PairingCode& code, const PairingGuest& guest, std::size_t at) {
  endpoint_.connect(code.addresses[at], pinned_to(code), [guest](const Peer& peer) { return Result<std::unique_ptr<Exchange>>(pair_as_guest(peer, guest)); },
                    [this, code, guest, at](const Error& error, const std::string&) {
                      if (at + 1 < code.addresses.size()) return pair_at(code, guest, at + 1);
                      if (hooks_.paired) hooks_.paired(nobody_waits(error, code.addresses[at]));
                    },
                    Purpose::pairing);
}

Result<void> SyncService::run(const std::function<bool()>& stop) { return endpoint_.run(stop); }

Result<Paired> pair_new_laptop(const PairingCode& code, const std::filesystem::path& folder, const std::string& label, Clock& clock, Random& random,
                               const std::function<bool()>& stop) {
  const KeyPair of_the_moment = KeyPair::make(random);
  EVENHAND_TRY(Endpoint endpoint, Endpoint::make(of_the_moment));
  Invitation offered;
  std::optional<Paired> paired;
  std::optional<Error> failure;
  PairingGuest guest = guest_of(code.secret, of_the_moment.public_key());
  guest.accept = [&](const Peer&, ByteView invitation) -> Result<Bytes> {
    EVENHAND_TRY(offered, read_invitation_untrusted(invitation));
    if (!offered.is_same_organisation) return refused("this code is for another organisation's laptop", "", "Start your own workspace first: evenhand init --name \"Your trust\"");
    return join_organisation(folder, invitation, label, clock, random);
  };
  guest.admitted = [&](const Peer& peer, ByteView receipt) -> Result<void> {
    EVENHAND_TRY(const Partner partner, partner_from(peer, receipt, offered));
    paired = Paired{partner, true};
    return {};
  };
  guest.ended = [&](const Result<void>& how) {
    if (!how) failure = how.error();
  };
  const auto greet = [&](const Peer& peer) { return Result<std::unique_ptr<Exchange>>(pair_as_guest(peer, guest)); };
  for (const Address& address : code.addresses) {
    failure.reset();
    endpoint.connect(address, pinned_to(code), greet, [&](const Error& error, const std::string&) { failure = nobody_waits(error, address); }, Purpose::pairing);
    EVENHAND_CHECK(endpoint.run(stop));
    if (paired || !offered.title.empty()) break;  // it answered
  }
  if (paired) return *paired;
  return failure ? *failure : unavailable("the other laptop could not be reached", {}, std::string(kAskForNewCode));
}

}  // namespace evenhand
