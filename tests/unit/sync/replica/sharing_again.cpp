// A copy in a space of two trusts: what the partner took away, and what the owner shares afterwards.
#include <catch2/catch.hpp>

#include "core/engine/share.h"
#include "tests/support/trusts.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

FieldValue said(std::string field, std::string words) { return {std::move(field), std::move(words)}; }

/// An item of the host's, and its copy, which the guest holds too.
struct Copied {
  Laptop host{41};
  Laptop guest{42};
  SpaceId shared;
  EntityId evidence, copy;

  Copied() {
    host.found("Host");
    guest.found("Guest");
    shared = host.cycle();
    let_in(host, guest, kPartner);
    exchange(host, guest);
    good(guest->use_cycle_space(shared));
    const EntityId cycle = entered(*host, {"cycle", {}, Verb::changed, {said("title", "EDS 2025/26"), said("framework", "eds-2022"), said("policy", "nhs-eds-2022")}}).entities.front();
    evidence = entered(*host, {"evidence", {}, Verb::changed, {{"organisation", host->organisation()}, {"cycle", cycle}, said("outcome", "1A"), said("title", "Interpreters"), said("text", "By phone.")}}).entities.front();
    copy = again().copy;
    exchange(host, guest);
  }
  Shared again() { return good(share(*host, evidence, shared, "")); }
  void at_home(std::string words) { entered(*host, {"evidence", evidence, Verb::changed, {said("text", std::move(words))}}); }
  void on_copy(Laptop& laptop, Verb verb, std::string words = "") {
    RecordChange change{"evidence", copy, verb, {}};
    if (!words.empty()) change.set.push_back(said("text", std::move(words)));
    entered(*laptop, change);
  }
  Record stands() { return *good(host->find(copy)); }
  std::vector<Conflict> disputes() { return good(host->conflicts()); }
};

/// Everything in the guest's log of the space, by another way than from the guest.
void bring(Laptop& from, Laptop& to, const SpaceId& space) {
  std::vector<Bytes> commits;
  const LogReadView view = good(from->find_space(space)->log.read());
  good(view.scan(1, [&](Arrival, const CommitView& commit) {
    commits.emplace_back(commit.bytes().begin(), commit.bytes().end());
    return true;
  }));
  const std::vector<ByteView> views(commits.begin(), commits.end());
  good(to->receive(space, views));
  good(to->settle());
}

}  // namespace

TEST_CASE("a removal of ours that a sharing answered long ago does not stand between a partner's removal and the next sharing") {
  Copied copied;
  copied.on_copy(copied.host, Verb::removed);
  REQUIRE(copied.again().is_changed);
  exchange(copied.host, copied.guest);
  copied.on_copy(copied.guest, Verb::removed);
  exchange(copied.host, copied.guest);
  REQUIRE(copied.stands().is_removed());
  REQUIRE(changed_copies(*copied.host)->size() == 1);
  CHECK(copied.again().is_removed);  // nothing changed at home: theirs stands
  copied.at_home("By video.");
  CHECK(copied.again().disputed.empty());
  REQUIRE(copied.disputes().size() == 1);
  CHECK(copied.disputes().front().field.empty());  // removed or kept, and nothing else
  CHECK(copied.stands().text("text") == "By video.");
  // Kept: from then on it is brought up to date like any other.
  RecordChange kept{"evidence", copied.copy, Verb::decided};
  kept.seen = copied.disputes().front().heads;
  kept.reason = "It is needed.";
  entered(*copied.host, kept);
  copied.at_home("By letter.");
  CHECK(copied.again().disputed.empty());
  CHECK(copied.disputes().empty());
  CHECK(copied.stands().text("text") == "By letter.");
}

TEST_CASE("a partner's removal that was undone, and one that does not count, keep no copy of ours away") {
  for (const bool counts : {true, false}) {
    Copied copied;
    if (counts) {
      copied.on_copy(copied.guest, Verb::removed);
      good(copied.guest->undo());
      exchange(copied.host, copied.guest);
    } else {
      good(remove_devices(*copied.host, copied.shared, {copied.guest.device()}));
      copied.on_copy(copied.guest, Verb::changed, "In person.");
      copied.on_copy(copied.guest, Verb::removed);
      bring(copied.guest, copied.host, copied.shared);
    }
    INFO(counts);
    REQUIRE_FALSE(copied.stands().is_removed());
    CHECK(copied.stands().text("text") == "By phone.");
    copied.on_copy(copied.host, Verb::removed);
    CHECK(copied.again().is_changed);
    CHECK_FALSE(copied.stands().is_removed());
    copied.at_home("By video.");
    CHECK(copied.again().disputed.empty());
    CHECK(copied.disputes().empty());
    CHECK(copied.stands().text("text") == "By video.");
    CHECK(changed_copies(*copied.host)->empty());
  }
}

TEST_CASE("a partner that came to write what is shared now is told of no dispute, then or later") {
  Copied copied;
  copied.on_copy(copied.guest, Verb::changed, "By video.");
  exchange(copied.host, copied.guest);
  copied.at_home("By video.");
  CHECK(copied.again().disputed.empty());
  copied.at_home("By post.");
  CHECK(copied.again().disputed.empty());
  exchange(copied.host, copied.guest);
  CHECK(copied.disputes().empty());
  CHECK(good(copied.guest->conflicts()).empty());
  CHECK(good(copied.guest->find(copied.copy))->text("text") == "By post.");
}
