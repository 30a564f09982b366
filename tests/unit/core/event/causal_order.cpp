#include "core/event/causal_order.h"

#include <catch2/catch.hpp>

#include <algorithm>

#include "tests/support/seeded_random.h"

using namespace evenhand;

namespace {

Reference reference_of(std::uint64_t number) {
  Reference reference;
  reference.seq = number + 1;
  put_u64_be(reference.hash.bytes.data(), number * 0x9E3779B97F4A7C15u);  // hashes have no order
  return reference;
}

/// Events that name up to three of those before them; now and then one that is not here.
std::vector<CausalOrder::Node> random_nodes(SeededRandom& random, std::size_t count) {
  std::vector<CausalOrder::Node> nodes;
  for (std::size_t i = 0; i < count; ++i) {
    CausalOrder::Node node{reference_of(i), {}};
    for (std::size_t p = random.below(4); p > 0 && i > 0; --p) node.parents.push_back(reference_of(random.below(i)));
    if (random.below(40) == 0) node.parents.push_back(reference_of(1'000'000 + i));
    nodes.push_back(std::move(node));
  }
  std::shuffle(nodes.begin(), nodes.end(), std::mt19937_64(random.below(1u << 30)));
  return nodes;
}

/// Every pair, by the definition.
std::vector<std::vector<bool>> naive_past(const std::vector<CausalOrder::Node>& nodes) {
  const std::size_t count = nodes.size();
  std::vector<std::vector<bool>> past(count, std::vector<bool>(count, false));
  for (std::size_t round = 0; round < count; ++round) {
    bool grew = false;
    for (std::size_t later = 0; later < count; ++later) {
      for (std::size_t parent = 0; parent < count; ++parent) {
        const auto& named = nodes[later].parents;
        if (std::find(named.begin(), named.end(), nodes[parent].reference) == named.end()) continue;
        for (std::size_t i = 0; i < count; ++i) {
          if ((i == parent || past[parent][i]) && !past[later][i]) grew = past[later][i] = true;
        }
      }
    }
    if (!grew) break;
  }
  return past;
}

}  // namespace

TEST_CASE("what came before what is what the parents say, for every pair") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    SeededRandom random(seed);
    const auto nodes = random_nodes(random, 70);
    const auto past = naive_past(nodes);
    const CausalOrder order = CausalOrder::make(nodes);
    REQUIRE(order.order().size() + order.waiting().size() == nodes.size());
    CausalOrder::Marks own(nodes.size(), 0);
    for (std::size_t i = 0; i < nodes.size(); ++i) own[i] = random.below(2) << random.below(64);
    const auto before = order.marks_before(own);
    const auto after = order.marks_after(own);
    std::vector<bool> stood(nodes.size(), false);
    for (const std::size_t at : order.order()) {
      std::uint64_t wanted_before = 0, wanted_after = 0;
      for (const std::size_t other : order.order()) {
        CHECK(order.precedes(other, at) == past[at][other]);
        if (past[at][other]) wanted_before |= own[other];
        if (past[other][at]) wanted_after |= own[other];
        if (past[at][other]) CHECK(stood[other]);
      }
      CHECK(before[at] == wanted_before);
      CHECK(after[at] == wanted_after);
      stood[at] = true;
      const auto heads = order.heads();
      const bool is_head = std::none_of(order.order().begin(), order.order().end(), [&](std::size_t other) { return past[other][at]; });
      CHECK((std::find(heads.begin(), heads.end(), at) != heads.end()) == is_head);
    }
  }
}

TEST_CASE("ordering half a million events of one record takes no memory that grows with their square") {
  constexpr std::size_t kCount = 500'000;  // a bit for every pair would take 31 GB
  std::vector<CausalOrder::Node> nodes(kCount);
  for (std::size_t i = 0; i < kCount; ++i) {
    nodes[i].reference = reference_of(i);
    if (i > 0) nodes[i].parents = {reference_of(i + 1 == kCount ? 0 : i - 1)};  // the last one came late
  }
  const CausalOrder order = CausalOrder::make(nodes);
  CHECK(order.order().size() == kCount);
  CHECK(order.heads().size() == 2);
  CHECK(order.precedes(0, kCount - 1));
  CHECK(order.precedes(7, kCount - 2));
  CHECK_FALSE(order.precedes(kCount - 1, kCount - 2));
}

TEST_CASE("events that share a reference are ordered the same way whatever their order of arrival, and none holds up what follows") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    SeededRandom random(seed);
    std::vector<CausalOrder::Node> nodes = random_nodes(random, 30);
    for (CausalOrder::Node& node : nodes) node.hash = random.make_id<Hash>();
    const std::size_t waiting_before = CausalOrder::make(nodes).waiting().size();
    for (int i = 0; i < 6; ++i) {  // twins: the same reference, another hash, other parents; some name what is not here, or themselves
      CausalOrder::Node twin = nodes[random.below(nodes.size())];
      twin.hash = random.make_id<Hash>();
      twin.parents = {i == 0 ? reference_of(2'000'000) : i == 1 ? twin.reference : nodes[random.below(nodes.size())].reference};
      nodes.push_back(std::move(twin));
    }
    const auto picture = [](const std::vector<CausalOrder::Node>& set) {
      const CausalOrder order = CausalOrder::make(set);
      CHECK(order.has_shared_references());
      std::vector<std::pair<Reference, Hash>> line;
      std::vector<std::vector<bool>> pairs;
      for (const std::size_t at : order.order()) {
        line.emplace_back(set[at].reference, set[at].hash);
        pairs.emplace_back();
        for (const std::size_t other : order.order()) pairs.back().push_back(order.precedes(other, at));
      }
      return std::pair(line, pairs);
    };
    const auto wanted = picture(nodes);
    CHECK(nodes.size() - wanted.first.size() <= waiting_before + 6);
    for (int i = 0; i < 5; ++i) {
      std::shuffle(nodes.begin(), nodes.end(), std::mt19937_64(random.below(1u << 30)));
      CHECK(picture(nodes) == wanted);
    }
  }
}
