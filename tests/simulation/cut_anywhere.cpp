// A recorded session, cut after every one of its bytes: nothing is half there, it is never taken for an end, and the next one goes on.
#include <catch2/catch.hpp>

#include <filesystem>
#include <set>

#include "tests/simulation/device.h"
#include "tests/support/chain_writer.h"
#include "tests/support/session_pair.h"

using namespace evenhand;
using namespace evenhand::simulation;
namespace fs = std::filesystem;

namespace {

const SpaceId kSpace = space_number(7);
enum class Side { left, right };

/// A laptop with a log and attachments on a disk that was prepared before.
class Laptop {
 public:
  Laptop(const fs::path& disk, Side side) : replica(disk, side == Side::left ? 1 : 2) {
    replica.add_space(kSpace, {[this](std::size_t most) { return lacking(most); }, {}}, true);
  }
  std::uint64_t events() { return must(replica.log().read(), "read").event_count(); }
  std::vector<Bytes> commits() { return commits_in(replica.log()); }
  Result<std::vector<BlobAddress>> lacking(std::size_t most) {
    std::vector<BlobAddress> found;
    for (const BlobAddress& address : named) {
      if (!replica.blob_store().has(address) && found.size() < most) found.push_back(address);
    }
    return found;
  }

  LogReplica replica;
  std::vector<BlobAddress> named;  ///< attachments that its records speak of
};

BlobAddress attach(BlobStore& store, std::size_t length, std::uint64_t seed) {
  Bytes bytes(length);
  SeededRandom(seed).fill(bytes);
  bool is_told = false;
  return must(store.put([&](std::span<std::uint8_t> out) -> Result<std::size_t> {
    if (std::exchange(is_told, true)) return 0;
    std::copy(bytes.begin(), bytes.end(), out.begin());
    return bytes.size();
  }), "attach");
}

/// Two laptops that worked apart: chains of their own, and attachments both ways, or a chain that both went on with (a fork).
struct Apart {
  Scratch scratch{Scratch::quick_parent()};
  std::vector<BlobAddress> named;
  std::set<Bytes> sealed;              ///< every commit there is
  std::uint64_t all = 0;               ///< events of them
  std::uint64_t said_twice_max = 0;    ///< what a forked chain may say again: what both hold of it, and the reader's own branch

  explicit Apart(bool with_fork) {
    Laptop left(scratch / "left", Side::left), right(scratch / "right", Side::right);
    const auto write = [&](const Bytes& commit, std::initializer_list<Laptop*> to, std::uint64_t events) {
      for (Laptop* one : to) one->replica.append(commit);
      sealed.insert(commit);
      all += events;
    };
    ChainWriter ours(kSpace, 101), second(kSpace, 102), theirs(kSpace, 103), known(kSpace, 104), forked(kSpace, 105);
    write(known.commit(2, 20), {&left, &right}, 2);
    write(ours.commit(2, 60), {&left}, 2);
    write(ours.commit(1, 30), {&left}, 1);
    if (!with_fork) write(second.commit(1, 20), {&left}, 1);
    write(theirs.commit(1, 60), {&right}, 1);
    write(theirs.commit(2, 10), {&right}, 2);
    if (with_fork) {
      write(forked.commit(1, 10), {&left, &right}, 1);
      said_twice_max = 2;
      const auto base = forked.end();
      write(forked.commit(1, 10), {&left}, 1);
      forked.go_back_to(base);
      write(forked.commit(1, 10), {&right}, 1);
    }
    if (!with_fork) named = {attach(left.replica.blob_store(), 90, 1), attach(left.replica.blob_store(), 30, 2), attach(right.replica.blob_store(), 70, 3)};
  }
};

/// A fresh copy of both disks, and a session between them.
struct Attempt {
  Scratch scratch{Scratch::quick_parent()};
  std::optional<Laptop> left, right;

  explicit Attempt(const Apart& apart) {
    fs::copy(apart.scratch.folder(), scratch.folder(), fs::copy_options::recursive);
    left.emplace(scratch / "left", Side::left);
    right.emplace(scratch / "right", Side::right);
    left->named = right->named = apart.named;
  }
  bool holds_the_same() { return left->replica.digest() == right->replica.digest() && left->lacking(9)->empty() && right->lacking(9)->empty(); }
};

/// The whole session, byte for byte.
struct Recording {
  Bytes left_said, right_said;

  explicit Recording(const Apart& apart) {
    Attempt attempt(apart);
    SessionPair pair(attempt.left->replica, attempt.right->replica);
    pair.record = true;
    REQUIRE(pair.run());
    REQUIRE(pair.left.outcome().end == SessionEnd::in_sync);
    REQUIRE(pair.right.outcome().end == SessionEnd::in_sync);
    REQUIRE(attempt.holds_the_same());
    REQUIRE(pair.left.outcome().attachments_received + pair.right.outcome().attachments_received == apart.named.size());
    REQUIRE(pair.left.outcome().spaces.at(0).events_sent >= 4);
    left_said = pair.left_said;
    right_said = pair.right_said;
  }
};

bool is_start_of(const Bytes& part, const Bytes& whole) { return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin()); }

// What holds on one side of a broken session, wherever it broke.
void check_side(Laptop& laptop, const Session& session, const Apart& apart, std::uint64_t before, bool heard_all, bool both_hold_all) {
  const SessionOutcome& outcome = session.outcome();
  INFO(outcome.why.sentence());
  REQUIRE((outcome.end == SessionEnd::partial || outcome.end == SessionEnd::in_sync));
  if (outcome.end == SessionEnd::in_sync) {  // it had heard all that there was for it to hear, and that is so
    REQUIRE(both_hold_all);
  } else {
    REQUIRE_FALSE(heard_all);
    REQUIRE(outcome.why.code == ErrorCode::unavailable);
    REQUIRE(outcome.why.sentence().find("the connection broke") != std::string::npos);
  }
  std::uint64_t events = 0;
  for (const Bytes& commit : laptop.commits()) {
    REQUIRE(apart.sealed.contains(commit));
    events += must(CommitView::decode_stored(commit), "parse").event_count();
  }
  REQUIRE(events == before + (outcome.spaces.empty() ? 0 : outcome.spaces[0].events_new));
  REQUIRE(events == laptop.events());
  for (const BlobAddress& address : must(laptop.replica.blob_store().list(), "list")) {
    REQUIRE(std::find(apart.named.begin(), apart.named.end(), address) != apart.named.end());
    REQUIRE(laptop.replica.blob_store().get(address, [](ByteView) { return Result<void>(); }).ok());
  }
}

void cut_everywhere(Side side, const Apart& apart, const Recording& whole) {
  const Bytes& said = side == Side::left ? whole.left_said : whole.right_said;
  for (std::size_t at = 0; at < said.size(); ++at) {
    Attempt attempt(apart);
    Laptop &left = *attempt.left, &right = *attempt.right;
    const std::uint64_t left_before = left.events(), right_before = right.events();
    {
      SessionPair cut(left.replica, right.replica);
      cut.record = true;
      (side == Side::left ? cut.from_left_max : cut.from_right_max) = at;
      INFO((side == Side::left ? "what the left says" : "what the right says") << " is cut after " << at << " of " << said.size() << " bytes");
      REQUIRE_FALSE(cut.run());
      REQUIRE(is_start_of(cut.left_said, whole.left_said));
      REQUIRE(is_start_of(cut.right_said, whole.right_said));
      const bool same = attempt.holds_the_same();
      check_side(left, cut.left, apart, left_before, cut.right_said.size() == whole.right_said.size(), same);
      check_side(right, cut.right, apart, right_before, cut.left_said.size() == whole.left_said.size(), same);
    }
    const std::uint64_t left_lacks = apart.all - left.events(), right_lacks = apart.all - right.events();
    SessionPair again(left.replica, right.replica, 5);
    INFO("after the cut at " << at << " of " << said.size());
    REQUIRE(again.run());
    REQUIRE(again.left.outcome().end == SessionEnd::in_sync);
    REQUIRE(again.right.outcome().end == SessionEnd::in_sync);
    REQUIRE(attempt.holds_the_same());
    // Nothing that is stored is sent again, but what a forked chain has to say again.
    const auto received = [](const Session& session) { return session.outcome().spaces.empty() ? 0 : session.outcome().spaces[0].events_received; };
    REQUIRE(received(again.left) >= left_lacks);
    REQUIRE(received(again.left) <= left_lacks + apart.said_twice_max);
    REQUIRE(received(again.right) >= right_lacks);
    REQUIRE(received(again.right) <= right_lacks + apart.said_twice_max);
  }
}

}  // namespace

TEST_CASE("a session cut after any byte that either side says leaves nothing half there, says so, and the next one goes on where it broke") {
  for (const bool with_fork : {false, true}) {
    const Apart apart(with_fork);
    const Recording whole(apart);
    REQUIRE(whole.left_said.size() > 500);
    REQUIRE(whole.right_said.size() > 500);
    cut_everywhere(Side::left, apart, whole);
    cut_everywhere(Side::right, apart, whole);
  }
}
