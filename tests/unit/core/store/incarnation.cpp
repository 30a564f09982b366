#include "core/store/incarnation.h"

#include <catch2/catch.hpp>

#include "tests/support/scratch.h"
#include "tests/support/seeded_random.h"

using namespace evenhand;
namespace fs = std::filesystem;

namespace {
const Bytes kMachine = {1, 2, 3};

IncarnationMarker::EndsInLog log_at(OwnEnds ends) {
  return [ends](const Incarnation&) { return Result<OwnEnds>(ends); };
}
}

TEST_CASE("an incarnation goes on while store, machine and log stay the same") {
  Scratch scratch;
  SeededRandom random(1);
  Incarnation first;
  {
    auto marker = IncarnationMarker::begin(scratch / "incarnation", kMachine, random).value();
    first = marker.incarnation();
    REQUIRE(marker.acknowledge({7, 2}));
  }
  const auto marker = IncarnationMarker::resume(scratch / "incarnation", kMachine, log_at({8, 2})).value();
  CHECK(marker.incarnation() == first);
  CHECK(marker.acknowledged() == OwnEnds{7, 2});
}

TEST_CASE("a copied, moved or restored store, or one without a sound marker, needs a fresh incarnation") {
  Scratch scratch;
  SeededRandom random(1);
  const fs::path file = scratch / "incarnation";
  const auto code = [&](const fs::path& at, const Bytes& machine, const OwnEnds& ends) {
    const auto resumed = IncarnationMarker::resume(at, machine, log_at(ends));
    return resumed ? std::string("ok") : std::string(to_word(resumed.error().code));
  };
  CHECK(code(file, kMachine, {}) == "stale");
  { REQUIRE(IncarnationMarker::begin(file, kMachine, random).value().acknowledge({7, 2})); }
  CHECK(code(file, kMachine, {7, 2}) == "ok");
  CHECK(code(file, {9}, {7, 2}) == "stale");
  CHECK(code(file, kMachine, {6, 2}) == "stale");
  CHECK(code(file, kMachine, {7, 1}) == "stale");
  fs::copy_file(file, scratch / "copy");
  CHECK(code(scratch / "copy", kMachine, {7, 2}) == "stale");
  fs::resize_file(file, 50);
  CHECK(code(file, kMachine, {7, 2}) == "stale");
}
