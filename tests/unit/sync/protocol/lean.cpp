#include "sync/protocol/lean.h"

#include <catch2/catch.hpp>

#include "core/event/commit.h"
#include "sync/protocol/limits.h"
#include "tests/support/chain_writer.h"

using namespace evenhand;

namespace {

Bytes commits_of(ChainWriter& chain) {
  Bytes all;
  for (const std::size_t events : {1u, 5u, 2u}) {
    const Bytes commit = chain.commit(events, 40 * events);
    all.insert(all.end(), commit.begin(), commit.end());
  }
  return all;
}

}  // namespace

TEST_CASE("lean commits are 32 bytes an event shorter, and come back byte for byte") {
  ChainWriter chain(SpaceId{}, 4);
  const Bytes all = commits_of(chain);
  const Bytes lean = make_lean(all);
  CHECK(lean.size() == all.size() - 8 * 32);
  CHECK(restore_lean_untrusted(lean, kSegmentBytesMax).value() == all);
}

TEST_CASE("an event without its body keeps its body hash on the wire") {
  ChainWriter chain(SpaceId{}, 4);
  const Bytes whole = chain.commit(3);
  const Bytes bare = without_bodies(CommitView::decode_stored(whole).value(), [](std::size_t i, const EventView&) { return i == 1; });
  const Bytes lean = make_lean(bare);
  CHECK(lean.size() == bare.size() - 2 * 32);
  CHECK(restore_lean_untrusted(lean, kSegmentBytesMax).value() == bare);
}

TEST_CASE("lean bytes cut short anywhere are refused or end between two commits, and are never read beyond") {
  ChainWriter chain(SpaceId{}, 4);
  const Bytes lean = make_lean(commits_of(chain));
  std::size_t whole = 0;
  for (std::size_t length = 0; length < lean.size(); ++length) {
    const Bytes cut(lean.begin(), lean.begin() + static_cast<std::ptrdiff_t>(length));
    whole += restore_lean_untrusted(cut, kSegmentBytesMax) ? 1 : 0;
  }
  CHECK(whole == 3);  // nothing, one and two commits
}

TEST_CASE("lean bytes that would become longer than a segment are refused") {
  ChainWriter chain(SpaceId{}, 4);
  const Bytes all = commits_of(chain);
  const auto refused = restore_lean_untrusted(make_lean(all), all.size() / 2);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().what.find("longer than it may be") != std::string::npos);
}
