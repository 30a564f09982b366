// A laptop is removed, with a cut before work that somebody has signed.
#include <catch2/catch.hpp>

#include "core/codec/archive.h"
#include "core/engine/sign_off.h"
#include "sync/protocol/segment.h"
#include "tests/support/trusts.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

FieldValue said(std::string field, std::string words) { return {std::move(field), std::move(words)}; }

Receipt shared(Laptop& laptop, RecordChange change) {
  Command command;
  command.in_space = laptop.cycle();
  command.changes.push_back(std::move(change));
  return good(laptop->submit(command));
}

Reference last_of(Laptop& at, const PublicKey& device, Lane lane) {
  const auto view = good(at->find_space(at.cycle())->log.read());
  for (const auto& [id, chain] : good(view.chains())) {
    if (chain.descriptor.device == device && chain.descriptor.lane == lane) return {id, chain.branches.back().seq, shorten(chain.branches.back().head)};
  }
  FAIL("no such chain");
  return {};
}

}  // namespace

TEST_CASE("a sign-off of work that counts no more stands, and says so; what did not count when it was signed is not told of") {
  Laptop host(51), guest(52), other(53);
  host.found("Host");
  guest.found("Guest");
  other.found("Other");
  for (Laptop* const laptop : {&guest, &other}) {
    let_in(host, *laptop, kPartner);
    exchange(host, *laptop);
    good((*laptop)->use_cycle_space(host.cycle()));
  }
  const EntityId cycle = shared(host, {"cycle", {}, Verb::changed, {said("title", "EDS 2025/26"), said("framework", "eds-2022"), said("policy", "nhs-eds-2022")}}).entities.front();
  const EntityId action = shared(host, {"action", {}, Verb::changed, {{"organisation", host->organisation()}, {"cycle", cycle}, said("text", "Texts go out.")}}).entities.front();
  for (Laptop* const laptop : {&guest, &other}) exchange(host, *laptop);
  const auto remove = [&](const PublicKey& device, const Reference& last) {
    good(host->submit_authority(host.cycle(), {{std::string(authority_type::kRemoved), encode(Removal{device, {{last.chain, last.seq}}})}}));
    good(host->settle());
  };

  // One is removed before the signing, and its later work never counted.
  shared(other, {"action", action, Verb::changed, {said("text", "Nothing goes out.")}});
  const Reference of_other = last_of(other, other.device(), Lane::data);
  remove(other.device(), {of_other.chain, of_other.seq - 1, {}});
  std::uint64_t cursor = 0;
  good(host->receive(host.cycle(), std::vector<ByteView>{}));
  LogSpace log(other->find_space(other.cycle())->log);
  while (auto segment = good(log.next_segment(of_other.chain, 0, cursor))) {
    const auto commits = good(split_by_length(segment->payload));
    good(host->receive(host.cycle(), commits));
  }
  shared(guest, {"action", action, Verb::changed, {said("rag", "red")}});
  exchange(host, guest);
  const Reference of_guest = last_of(host, guest.device(), Lane::data);

  SignRequest request;
  request.subject = good(subject_of(*host, "report", host->organisation(), cycle));
  request.title = "EDS report";
  request.seats = {"Board sponsor"};
  request.seats_needed = 1;
  const EntityId id = good(request_sign_off(*host, request));
  const KeyPair sponsor = KeyPair::make(host.random);
  good(give_verdict(*host, good(sign_off_of(*host, id)), "Board sponsor", true, "", sponsor));
  const auto since = [&] { return good(quarantined_since(*host, good(sign_off_of(*host, id)))); };
  CHECK(good(quarantined(*host->find_space(host.cycle()))).size() == 1);
  CHECK(since().empty());

  remove(guest.device(), {of_guest.chain, of_guest.seq - 1, {}});
  REQUIRE(since().size() == 1);
  CHECK(since().front().event == of_guest);
  CHECK(since().front().device_label == "Guest laptop");
  CHECK(good(sign_off_of(*host, id)).state == SignState::in_force);
  CHECK(good(adopt(*host, host.cycle(), guest.device())) == 1);
  CHECK(since().empty());
}
