// Two trusts and a further laptop: invited, let in, exchanging, removed, leaving.
#include <catch2/catch.hpp>

#include "core/access/departure.h"
#include "core/codec/archive.h"
#include "core/engine/workspace_state.h"
#include "tests/support/session_pair.h"
#include "tests/support/trusts.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

struct TwoTrusts {
  Laptop host{1};
  Laptop guest{2};
  SpaceId shared;

  TwoTrusts() {
    host.found("Host");
    guest.found("Guest");
    shared = host.cycle();
    let_in(host, guest, kPartner);
    exchange(host, guest);
    good(guest->use_cycle_space(shared));
  }
  std::vector<std::string> groups(Laptop& laptop) {
    std::vector<std::string> names;
    for (const Record& group : good(laptop->records("group"))) names.push_back(group.text("name"));
    std::sort(names.begin(), names.end());
    return names;
  }
};

}  // namespace

TEST_CASE("a partner that was invited and admitted receives the space, writes into it, and both fold the same") {
  TwoTrusts two;
  entered(*two.host, new_group("Carers"));
  entered(*two.guest, new_group("Veterans"));
  exchange(two.host, two.guest);
  CHECK(two.groups(two.host) == std::vector<std::string>{"Carers", "Veterans"});
  CHECK(two.groups(two.guest) == two.groups(two.host));
  const Space& here = *two.host->find_space(two.shared);
  const Space& there = *two.guest->find_space(two.shared);
  CHECK(good(here.fold.state_digest()) == good(there.fold.state_digest()));
  CHECK(exchange(two.host, two.guest) == 0);
  // The guest's own name stands in the shared space, so that the host can show it.
  CHECK(good(two.host->find(two.guest->organisation())).has_value());
}

TEST_CASE("epochs: the founder has one, a partner gets all of them, and a removed partner does not get the next") {
  TwoTrusts two;
  const SealKey* first = two.host->current_epoch(two.shared);
  REQUIRE(first != nullptr);
  const SealKey* of_guest = two.guest->current_epoch(two.shared);
  REQUIRE(of_guest != nullptr);
  CHECK(of_guest->bytes == first->bytes);
  good(remove_devices(*two.host, two.shared, {two.guest.device()}));
  const SealKey* second = two.host->current_epoch(two.shared);
  REQUIRE(second != nullptr);
  CHECK(second->id != first->id);
  CHECK_FALSE(two.host.access(two.shared).epochs().back().is_sealed_to(two.guest.device()));

  Laptop third(3);
  third.found("Third");
  let_in(two.host, third, kPartner);
  exchange(two.host, third);
  REQUIRE(third->epoch_key(two.shared, first->id) != nullptr);
  CHECK(third->epoch_key(two.shared, first->id)->bytes == first->bytes);
  CHECK(third->current_epoch(two.shared)->bytes == second->bytes);
}

TEST_CASE("200 laptops: a removal re-keys within 20 kB, and every remaining one can open the new epoch") {
  Laptop host(5);
  host.found("Host");
  const SpaceId space = host.cycle();
  const KeyPair root = KeyPair::make(host.random);
  const EntityId organisation = host.random.make_id<EntityId>();
  std::vector<KeyPair> devices;
  AuthorityDrafts drafts = {{std::string(authority_type::kAdmitted), encode(Admission{organisation, root.public_key(), "Many"})}};
  for (int i = 0; i < 200; ++i) {
    devices.push_back(KeyPair::make(host.random));
    drafts.emplace_back(authority_type::kCertified, encode(Certificate::make(root, space, organisation, devices.back().public_key(), "laptop")));
    drafts.emplace_back(authority_type::kGranted, encode(Grant{devices.back().public_key(), Capabilities(Capability::read).bits()}));
  }
  good(host->submit_authority(space, drafts));
  const std::size_t before = good(good(host->find_space(space)->log.read()).chains()).size();
  good(remove_devices(*host, space, {devices.back().public_key()}));
  CHECK(good(good(host->find_space(space)->log.read()).chains()).size() == before);
  const KeyEpoch& epoch = host.access(space).epochs().back();
  CHECK(epoch.boxes.size() == 200);  // 199 of them and the host
  CHECK(encode(Epoch{epoch.key, epoch.boxes}).size() <= 20'000);
  for (const KeyPair& device : devices) CHECK(epoch.is_sealed_to(device.public_key()) == (&device != &devices.back()));
}

TEST_CASE("work beyond a removal is listed, does not count, and counts once it is adopted") {
  TwoTrusts two;
  entered(*two.guest, new_group("Before"));
  exchange(two.host, two.guest);
  good(remove_devices(*two.host, two.shared, {two.guest.device()}));
  entered(*two.guest, new_group("After"));  // the guest does not know yet
  // A third member brings what the removed one wrote.
  const Space& log_of_guest = *two.guest->find_space(two.shared);
  std::vector<Bytes> commits;
  good(good(log_of_guest.log.read()).scan(1, [&](Arrival, const CommitView& commit) {
    commits.emplace_back(commit.bytes().begin(), commit.bytes().end());
    return true;
  }));
  std::vector<ByteView> views(commits.begin(), commits.end());
  good(two.host->receive(two.shared, views));
  good(two.host->settle());
  CHECK(two.groups(two.host) == std::vector<std::string>{"Before"});
  const std::vector<QuarantinedWork> work = good(quarantined(*two.host->find_space(two.shared)));
  REQUIRE(work.size() == 1);
  CHECK(work.front().type == "group.changed");
  CHECK(work.front().can_be_adopted);
  CHECK(good(adopt(*two.host, two.shared, two.guest.device())) == 1);
  CHECK(two.groups(two.host) == std::vector<std::string>{"After", "Before"});
  CHECK_FALSE(adopt(*two.host, two.shared, two.guest.device()).ok());
}

TEST_CASE("a removed or departed partner is told nothing more, not even that the space exists") {
  TwoTrusts two;
  WorkspaceReplica before(*two.host);
  CHECK(before.spaces_for(two.guest.device()).size() == 1);
  good(leave(*two.guest, two.shared));
  exchange(two.host, two.guest);
  entered(*two.host, new_group("After they left"));
  CHECK(exchange(two.host, two.guest) == 0);
  CHECK(before.spaces_for(two.guest.device()).empty());
  CHECK(two.groups(two.guest).empty());
  CHECK_FALSE(two.guest->submit(Command{{new_group("Too late")}}).ok());
}

TEST_CASE("whoever was removed meanwhile learns just that at the next session, whichever side calls, and nothing that was written after") {
  TwoTrusts two;
  const bool host_calls = GENERATE(false, true);
  good(remove_devices(*two.host, two.shared, {two.guest.device()}));
  Laptop third(3);
  third.found("Third");
  let_in(two.host, third, kPartner);
  entered(*two.host, new_group("After"));
  entered(*two.guest, new_group("Nobody told us"));
  const Hash held = good(WorkspaceReplica(*two.host).any_space(two.shared)->log_digest());

  WorkspaceReplica host(*two.host), guest(*two.guest);
  ShortMemory of_host, of_guest;
  Replica &left = host_calls ? static_cast<Replica&>(host) : guest, &right = host_calls ? static_cast<Replica&>(guest) : host;
  SessionPair pair(left, host_calls ? of_host : of_guest, right, host_calls ? of_guest : of_host, 7);
  pair.run();
  const SessionOutcome told = host_calls ? pair.right.outcome() : pair.left.outcome();
  CHECK(told.end == SessionEnd::refused);
  CHECK(told.farewells == std::vector<SpaceId>{two.shared});

  const Access& access = two.guest.access(two.shared);
  CHECK(departure_of(access, two.guest.device()) == Departure::removed);
  CHECK(departure_words(*two.guest->find_space(two.shared), two.guest.device()).find("this laptop was removed from") == 0);
  CHECK(access.epochs().size() == 1);
  CHECK(access.members().size() == 2);
  CHECK(two.host.access(two.shared).members().size() == 3);
  for (const std::string& group : two.groups(two.guest)) CHECK(group != "After");
  CHECK(good(host.any_space(two.shared)->log_digest()) == held);  // what was written there after the removal was not taken

  const auto refusal = two.guest->submit(Command{{new_group("Too late")}});
  REQUIRE_FALSE(refusal.ok());
  CHECK(refusal.error().what.find("was removed from") != std::string::npos);
  CHECK(refusal.error().next.find("space use") != std::string::npos);
}

TEST_CASE("who was never in a space is told no farewell of it, and a member none either") {
  TwoTrusts two;
  Laptop third(3);
  third.found("Third");
  WorkspaceReplica host(*two.host);
  CHECK_FALSE(host.farewell(third.device(), two.shared).has_value());
  CHECK_FALSE(host.farewell(two.guest.device(), two.shared).has_value());
  good(remove_devices(*two.host, two.shared, {two.guest.device()}));
  REQUIRE(host.farewell(two.guest.device(), two.shared).has_value());
  CHECK_FALSE(host.farewell(two.guest.device(), two.guest->space_of(SpaceKind::organisation).id).has_value());
}

TEST_CASE("what is only rehearsed is refused as if it were done, and leaves every log as it was") {
  TwoTrusts two;
  const auto state = [&] { return good(WorkspaceReplica(*two.host).any_space(two.shared)->log_digest()); };
  const Hash before = state();
  rehearse_only(*two.host);
  CHECK_FALSE(leave(*two.host, two.shared).ok());  // the last admin
  CHECK_FALSE(adopt(*two.host, two.shared, two.guest.device()).ok());
  good(remove_devices(*two.host, two.shared, {two.guest.device()}));
  good(retire(*two.host, two.shared));
  good(two.host->found_cycle_space("Another"));
  entered(*two.host, new_group("Carers"));
  CHECK(state() == before);
  CHECK(two.host->spaces().size() == 3);
}

TEST_CASE("a leaving that the partner did not see takes rights once it is, and the space gets a new epoch") {
  TwoTrusts two;
  const KeyId epoch = two.host->current_epoch(two.shared)->id;
  good(leave(*two.guest, two.shared));
  std::vector<Bytes> commits;
  good(good(two.guest->find_space(two.shared)->log.read()).scan(1, [&](Arrival, const CommitView& commit) {
    commits.emplace_back(commit.bytes().begin(), commit.bytes().end());
    return true;
  }));
  std::vector<ByteView> views(commits.begin(), commits.end());
  good(two.host->receive(two.shared, views));
  good(two.host->settle());
  CHECK(two.host.access(two.shared).find_device(two.guest.device())->is_removed);
  CHECK(two.host->current_epoch(two.shared)->id != epoch);
}

TEST_CASE("the last admin neither leaves nor is removed, and a retired space says so") {
  TwoTrusts two;
  CHECK_FALSE(leave(*two.host, two.shared).ok());
  CHECK_FALSE(remove_devices(*two.host, two.shared, {two.host.device()}).ok());
  good(retire(*two.host, two.shared));
  const auto refused_words = two.host->submit(Command{{new_group("Too late")}});
  REQUIRE_FALSE(refused_words.ok());
  CHECK(refused_words.error().what.find("was retired") != std::string::npos);
  exchange(two.host, two.guest);
  CHECK_FALSE(two.guest->submit(Command{{new_group("Too late")}}).ok());
  const SpaceId next = good(two.host->found_cycle_space("Next year"));
  good(two.host->use_cycle_space(next));
  entered(*two.host, new_group("In time"));
  two.host.reopen();
  CHECK(two.host.cycle() == next);
  CHECK(two.groups(two.host) == std::vector<std::string>{"In time"});
}

TEST_CASE("a record of one cycle space is edited there while another one is current") {
  TwoTrusts two;
  const EntityId group = entered(*two.host, new_group("Carers")).entities.front();
  const SpaceId next = good(two.host->found_cycle_space("Next year"));
  good(two.host->use_cycle_space(next));
  entered(*two.host, {"group", group, Verb::changed, {{"name", std::string("Unpaid carers")}}});
  CHECK_FALSE(good(two.host->find_space(next)->fold.find(group)).has_value());
  exchange(two.host, two.guest);
  CHECK(two.groups(two.guest) == std::vector<std::string>{"Unpaid carers"});
}

TEST_CASE("a further laptop gets the organisation's own spaces, a partner never does, whoever asks") {
  TwoTrusts two;
  Laptop second(7);
  let_in(two.host, second, Capabilities::all(), true);
  CHECK_FALSE(second->keystore().has_root());
  exchange(two.host, second);
  CHECK(second->organisation() == two.host->organisation());
  CHECK(good(second->find(two.host->organisation())).has_value());
  entered(*second, {"meeting", {}, Verb::changed, {{"organisation", second->organisation()}, {"title", std::string("Board")}}});
  exchange(two.host, second);
  CHECK(good(two.host->records("meeting")).size() == 1);
  WorkspaceReplica replica(*two.host);
  CHECK(replica.spaces_for(second.device()).size() == 3);
  REQUIRE(replica.spaces_for(two.guest.device()).size() == 1);
  CHECK(replica.spaces_for(two.guest.device()).front()->id() == two.shared);
  for (const Space& space : two.host->spaces()) {
    CHECK(good(replica.welcome_space(two.guest.device(), space.id)) == (space.id == two.shared));
    CHECK_FALSE(good(replica.welcome_space(second.random.make_id<PublicKey>(), space.id)));
  }
  CHECK_FALSE(invite(*two.host, {two.host->space_of(SpaceKind::people).id}, false).ok());
  CHECK_FALSE(invite(*second, {two.shared}, true).ok());
}

TEST_CASE("invitation and reply with any byte changed are refused, and nothing of them is done") {
  Laptop host(11);
  Laptop guest(12);
  host.found("Host");
  guest.found("Guest");
  const Bytes invitation = good(invite(*host, {host.cycle()}, false));
  for (std::size_t i = 0; i < invitation.size(); i += 3) {
    Bytes changed = invitation;
    changed[i] ^= 0x41;
    CHECK_FALSE(read_invitation_untrusted(changed).ok());
  }
  CHECK_FALSE(accept(*host, invitation, "Own").ok());
  const Bytes reply = good(accept(*guest, invitation, "Guest laptop"));
  CHECK(good(accept(*guest, invitation, "Guest laptop")) == reply);
  CHECK(guest->spaces().size() == 4);
  for (std::size_t i = 0; i < reply.size(); i += 3) {
    Bytes changed = reply;
    changed[i] ^= 0x41;
    CHECK_FALSE(admit(*host, changed, kPartner).ok());
  }
  CHECK(host.access(host.cycle()).members().size() == 1);
  CHECK_FALSE(admit(*guest, reply, kPartner).ok());  // not an admin there
  CHECK(good(admit(*host, reply, kPartner)).spaces.size() == 1);
  CHECK(good(admit(*host, reply, kPartner)).spaces.empty());
  CHECK(fingerprint_of(invitation) != fingerprint_of(reply));
  CHECK(fingerprint_of(invitation).size() == 9);
}

TEST_CASE("an invitation in our name under another root, or to a second people space of ours, is refused") {
  Laptop own(31);
  Laptop stranger(32);
  own.found("Own");
  stranger.found("Stranger");
  const Bytes theirs = good(invite(*stranger, {stranger->space_of(SpaceKind::people).id, stranger.cycle()}, true));
  CHECK_FALSE(accept(*own, theirs, "Own laptop").ok());
  stranger->state().organisation = own->organisation();  // it calls itself by our identity
  const Bytes in_our_name = good(invite(*stranger, {stranger.cycle()}, true));
  CHECK_FALSE(accept(*own, in_our_name, "Own laptop").ok());
  CHECK(own->spaces().size() == 3);
}

TEST_CASE("an admin gives no more than it holds") {
  TwoTrusts two;
  Laptop third(13);
  third.found("Third");
  good(admit(*two.host, good(accept(*third, good(invite(*two.host, {two.shared}, false)), "Third laptop")), kPartner | Capability::admin));
  exchange(two.host, third);
  Laptop fourth(14);
  fourth.found("Fourth");
  const Bytes reply = good(accept(*fourth, good(invite(*third, {two.shared}, false)), "Fourth laptop"));
  CHECK_FALSE(admit(*third, reply, Capabilities::all()).ok());
  CHECK(good(admit(*third, reply, kPartner)).spaces.size() == 1);
  exchange(third, fourth);
  CHECK(fourth->current_epoch(two.shared) != nullptr);
}

TEST_CASE("an admission and a re-keying that did not know of each other: whoever sees both hands out the key") {
  TwoTrusts two;
  Laptop admin(15);
  admin.found("Admin");
  good(admit(*two.host, good(accept(*admin, good(invite(*two.host, {two.shared}, false)), "Admin laptop")), Capabilities::all()));
  exchange(two.host, admin);
  good(remove_devices(*two.host, two.shared, {two.guest.device()}));
  Laptop late(16);
  late.found("Late");
  good(admit(*admin, good(accept(*late, good(invite(*admin, {two.shared}, false)), "Late laptop")), kPartner));
  exchange(two.host, admin);
  exchange(admin, late);
  REQUIRE(late->current_epoch(two.shared) != nullptr);
  CHECK(late->current_epoch(two.shared)->id == two.host->current_epoch(two.shared)->id);
}
