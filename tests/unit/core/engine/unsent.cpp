#include "core/engine/unsent.h"

#include "tests/support/chain_writer.h"
#include "tests/support/two_workspaces.h"

using namespace evenhand;

namespace {

VersionVector all_of(const Space& space) {
  VersionVector vector;
  const auto chains = space.log.read()->chains();
  for (const auto& [id, chain] : *chains) {
    VersionVector::Entry entry{id, {}};
    for (const BranchHead& end : chain.branches) entry.ends.push_back({end.seq, shorten(end.head)});
    vector.entries.push_back(std::move(entry));
  }
  return vector;
}

}  // namespace

TEST_CASE("what no partner holds is only here, with the oldest claim; what one of them holds is not") {
  TwoWorkspaces both;
  const PublicKey own = both.one().keystore().device().public_key();
  Space& space = both.one().space_of(SpaceKind::cycle);
  const auto add = [&](const char* title) { both.added("cycle", {{"title", std::string(title)}, {"framework", std::string("eds-2022")}, {"policy", std::string("nhs-eds-2022")}}); };
  add("EDS 2024/25");
  const std::uint64_t at_first = find_unsent(space, own, {})->events;
  CHECK(at_first == 2);  // the organisation and the cycle
  const std::vector<VersionVector> partners = {VersionVector{}, all_of(space)};
  CHECK(find_unsent(space, own, partners)->events == 0);
  CHECK_FALSE(find_unsent(space, own, partners)->oldest.has_value());
  add("EDS 2025/26");
  const auto now = find_unsent(space, own, partners);
  CHECK(now->events == 1);
  REQUIRE(now->oldest.has_value());
  CHECK(find_unsent(space, own, {})->oldest->ms < now->oldest->ms);
}

TEST_CASE("how far a partner is behind counts what every device wrote, in both lanes, and what it has beyond us") {
  TwoWorkspaces both;
  Space& space = both.one().space_of(SpaceKind::cycle);
  const std::uint64_t all = find_apart(space, {})->not_there;
  CHECK(all > find_unsent(space, both.one().keystore().device().public_key(), {})->events);  // authority too
  const std::vector<VersionVector> partners = {VersionVector{}, all_of(space)};
  CHECK(find_apart(space, partners)->not_there == 0);
  both.added("cycle", {{"title", std::string("EDS 2024/25")}, {"framework", std::string("eds-2022")}, {"policy", std::string("nhs-eds-2022")}});
  CHECK(find_apart(space, partners)->not_there == 1);
  CHECK(find_apart(space, partners)->not_here == 0);
  VersionVector further = all_of(space);
  further.entries.front().ends.front().seq += 3;
  CHECK(find_apart(space, std::vector{further})->not_here == 3);
}

TEST_CASE("a partner that names another end of the chain is not held to have it") {
  TwoWorkspaces both;
  const PublicKey own = both.one().keystore().device().public_key();
  Space& space = both.one().space_of(SpaceKind::cycle);
  VersionVector other = all_of(space);
  for (VersionVector::Entry& entry : other.entries) entry.ends.front().head.bytes.fill(7);
  const std::vector<VersionVector> partners = {other};
  CHECK(find_unsent(space, own, partners)->events == find_unsent(space, own, {})->events);
}

TEST_CASE("of a chain that forked nothing is only here once one partner names every end") {
  TwoWorkspaces both;
  Space& space = both.one().space_of(SpaceKind::cycle);
  ChainWriter writer(space.id, 77);
  const auto append = [&](const Bytes& commit) {
    const ByteView view = commit;
    REQUIRE(space.log.append({&view, 1}));
  };
  append(writer.commit(2));
  const auto base = writer.end();
  append(writer.commit(3));
  writer.go_back_to(base);
  append(writer.commit(1));
  VersionVector whole = all_of(space), less = whole;
  for (VersionVector::Entry& entry : less.entries) {
    if (entry.chain == writer.id()) entry.ends.pop_back();
  }
  CHECK(find_unsent(space, writer.descriptor().device, std::vector{whole})->events == 0);
  CHECK(find_unsent(space, writer.descriptor().device, std::vector{less})->events == 6);
}

TEST_CASE("what another device wrote is not only here, whoever is known to hold it; all own incarnations count") {
  TwoWorkspaces both;
  const PublicKey own = both.one().keystore().device().public_key();
  both.part();
  const auto add = [](Workspace& workspace) {
    (void)TwoWorkspaces::entered(workspace, {"cycle", {}, Verb::changed, {{"title", std::string("EDS")}, {"framework", std::string("eds-2022")}, {"policy", std::string("nhs-eds-2022")}}});
  };
  add(both.one());
  add(both.two());
  both.meet();
  Space& space = both.one().space_of(SpaceKind::cycle);
  const std::uint64_t before = find_unsent(space, own, {})->events;
  CHECK(before == 3);  // the organisation, and a cycle of each incarnation
  ChainWriter other(space.id, 78);
  const Bytes commit = other.commit(4);
  const ByteView view = commit;
  REQUIRE(space.log.append({&view, 1}));
  CHECK(find_unsent(space, own, {})->events == before);
}
