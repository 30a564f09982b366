// Seeded histories of several laptops with the shipping code in one process: ./check simulation N --seed S.
#include <catch2/catch.hpp>

#include <cstdio>
#include <cstdlib>

#include "tests/simulation/attacks.h"
#include "tests/simulation/many.h"
#include "tests/support/hub_attacks.h"

using namespace evenhand;
using namespace evenhand::simulation;

namespace {

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr || *text == 0 ? otherwise : std::strtoull(text, nullptr, 10);
}

// By an oracle that says so.
void caught_within_200(Planted planted, const std::string& words = {}) {
  const Verdict verdict = run_many(1, 200, {planted, false});
  REQUIRE(verdict.failure);
  INFO(verdict.failure->what);
  CHECK(verdict.failure->what.find(words) != std::string::npos);
  const std::uint64_t seed = verdict.failure->seed;
  CHECK(run_many(seed, 1, {planted, false}).failure);       // its seed alone shows it again
  CHECK_FALSE(run_many(seed, 1, {}).failure);               // and it is the planted bug that is found
}

}  // namespace

TEST_CASE("seeded histories heal: nothing confirmed is lost, nobody disagrees, nothing without a right counts") {
  const bool one = std::getenv("EVENHAND_SIMULATION_SEED") != nullptr && number_from("EVENHAND_SIMULATION_HISTORIES", 0) == 0;
  const std::uint64_t seed = number_from("EVENHAND_SIMULATION_SEED", 1);
  const std::uint64_t histories = one ? 1 : number_from("EVENHAND_SIMULATION_HISTORIES", 200);
  const Verdict verdict = run_many(seed, histories, {Planted::none, one});
  if (verdict.failure) FAIL("seed " << verdict.failure->seed << ": " << verdict.failure->what << "\nreplay: ./check simulation --seed " << verdict.failure->seed);
  const Tally& all = verdict.tally;
  std::printf("%llu histories: %llu events, %llu meetings, %llu bundles, %llu crashes, %llu damaged disks, %llu forks, %llu conflicts, %llu attacks, %llu events quarantined, "
              "%llu full disks, %llu private words, %llu shares, %llu attachments, %llu people erased, %llu meetings at a hub, %llu wipes of it, %llu attacks on it, %llu devices passed over, %llu chains left out, %llu forks of trusts, %llu changes of the program, %llu writes that only a later one knows, %llu sign-offs, %llu late changes, %llu times that a trust left, %llu that one came back, %llu uses of the root, %llu spaces retired\n",
              static_cast<unsigned long long>(verdict.histories), static_cast<unsigned long long>(all.events), static_cast<unsigned long long>(all.meetings),
              static_cast<unsigned long long>(all.bundles), static_cast<unsigned long long>(all.crashes), static_cast<unsigned long long>(all.damaged_disks),
              static_cast<unsigned long long>(all.forks), static_cast<unsigned long long>(all.conflicts), static_cast<unsigned long long>(all.attacks),
              static_cast<unsigned long long>(all.quarantined), static_cast<unsigned long long>(all.full_disks), static_cast<unsigned long long>(all.private_words),
              static_cast<unsigned long long>(all.shares), static_cast<unsigned long long>(all.attachments), static_cast<unsigned long long>(all.people_erased),
              static_cast<unsigned long long>(all.hub_meetings), static_cast<unsigned long long>(all.hub_wipes),
              static_cast<unsigned long long>(all.hub_attacks), static_cast<unsigned long long>(all.passed_over), static_cast<unsigned long long>(all.left_out),
              static_cast<unsigned long long>(all.trust_forks), static_cast<unsigned long long>(all.programs_changed), static_cast<unsigned long long>(all.later_writes),
              static_cast<unsigned long long>(all.sign_offs), static_cast<unsigned long long>(all.late), static_cast<unsigned long long>(all.left), static_cast<unsigned long long>(all.came_back),
              static_cast<unsigned long long>(all.roots_used), static_cast<unsigned long long>(all.retired));
  CHECK(verdict.histories == histories);
  if (histories >= 200) {  // what never happened was not tested
    CHECK(all.forks > 0);
    CHECK(all.conflicts > 0);
    CHECK(all.quarantined > 0);
    CHECK(all.damaged_disks > 0);
    CHECK(all.full_disks > 0);
    CHECK(all.private_words > 0);
    CHECK(all.shares > 0);
    CHECK(all.attachments > 0);
    CHECK(all.people_erased > 0);
    CHECK(all.hub_meetings > 0);
    CHECK(all.hub_wipes > 0);
    const auto all_of = [](std::size_t count) { return (std::uint64_t{1} << count) - 1; };
    CHECK(all.attacks_seen == all_of(attacks().size()));
    CHECK(all.hub_attacks_seen == all_of(std::size(test::kHubAttacks)));
    CHECK(all.hub_knots_seen == all_of(std::size(test::kHubKnots)));
    CHECK(all.passed_over > 0);
    CHECK(all.left_out > 0);
    CHECK(all.trust_forks > 0);
    CHECK(all.programs_changed > histories);
    CHECK(all.later_writes > histories);
    CHECK(all.sign_offs > 0);
    CHECK(all.late > 0);
    CHECK(all.left > 0);
    CHECK(all.came_back > 0);
    CHECK(all.roots_used > 0);
    CHECK(all.retired > 0);
  }
}

TEST_CASE("a seed decides everything: the same history twice tells the same steps") {
  for (const std::uint64_t seed : {3u, 4u}) {
    History once(seed, {}), again(seed, {});
    once.run();
    again.run();
    CHECK(once.print() == again.print());
  }
}

TEST_CASE("a fold that lets the last to come win is caught within 200 histories") { caught_within_200(Planted::last_to_come_wins); }
TEST_CASE("a device that loses a confirmed write is caught within 200 histories") { caught_within_200(Planted::loses_a_write); }
TEST_CASE("a session that confirms before it is durable is caught within 200 histories") { caught_within_200(Planted::confirms_before_durable); }
TEST_CASE("a device that stores without verifying is caught within 200 histories") { caught_within_200(Planted::believes_anybody); }

TEST_CASE("a device that confirms what its full disk refused is caught within 200 histories") { caught_within_200(Planted::forgets_when_full); }
TEST_CASE("a laptop that shares what nobody told it to is caught within 200 histories") { caught_within_200(Planted::shares_untold); }
TEST_CASE("a laptop that keeps what an erasure took is caught within 200 histories") { caught_within_200(Planted::keeps_the_erased); }
TEST_CASE("a laptop that loses attachments is caught within 200 histories") { caught_within_200(Planted::loses_attachments); }

TEST_CASE("a laptop that a false frame at the hub stops is caught within 200 histories") { caught_within_200(Planted::stops_at_false_frames); }

TEST_CASE("a frame that is packed for the hub without its seal is caught within 200 histories") { caught_within_200(Planted::packs_unsealed, "the hub can read"); }
TEST_CASE("a hub that forgets an end is caught within 200 histories") { caught_within_200(Planted::forgets_an_end, "honest chain at the hub"); }
TEST_CASE("an earlier version that relays only what it understands is caught within 200 histories") { caught_within_200(Planted::drops_unknown); }
TEST_CASE("an earlier version that empties fields that it does not know is caught within 200 histories") { caught_within_200(Planted::clears_unknown); }
TEST_CASE("a version that knows more and keeps its fold version is caught within 200 histories") { caught_within_200(Planted::same_fold_version); }

TEST_CASE("an edit that reaches into what was signed is caught within 200 histories") { caught_within_200(Planted::changes_what_was_signed); }
TEST_CASE("a change after a sign-off that is not told apart is caught within 200 histories") { caught_within_200(Planted::lets_late_changes_count, "lets count what came after"); }

TEST_CASE("there are at least twenty attacks, each under a name of its own") {
  std::set<std::string> names;
  for (const Attack& attack : attacks()) names.insert(attack.name);
  for (const test::HubAttack& attack : test::kHubAttacks) names.insert(attack.name);
  for (const test::HubAttack& attack : test::kHubKnots) names.insert(attack.name);
  CHECK(names.size() == attacks().size() + std::size(test::kHubAttacks) + std::size(test::kHubKnots));
  CHECK(names.size() >= 20);
}
