// A whole session that is fed hostile bytes: whatever they are, it stays within its memory, ends, and says why. The seeds are
// what the partner said in the golden sessions, to a replica in the same state, so that mutations get past the greeting.
#include "sync/session/session.h"
#include "tests/fuzz/input.h"
#include "tests/support/chain_writer.h"
#include "tests/support/session_pair.h"

using namespace evenhand;

namespace {

constexpr std::size_t kHeldMax = std::size_t{8} << 20;

/// The responder of the golden sessions; one for all runs, because making a log costs more than a session.
struct Victim {
  Scratch scratch{Scratch::quick_parent()};
  LogReplica replica{scratch / "victim", 2};
  PublicKey partner = SeededRandom(1).make_id<PublicKey>();

  Victim() {
    replica.add_space(space_number(7), {}, true);
    ChainWriter both(space_number(7), 10), theirs(space_number(7), 12);
    replica.append(both.commit(2));
    replica.append(theirs.commit(1, 30));
    replica.append(theirs.commit(2, 30));
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Victim victim;
  fuzz::Input input(data, size);
  const SessionRole role = input.below(2) == 0 ? SessionRole::responder : SessionRole::initiator;
  const std::size_t piece = 1 + input.below(250);
  ShortMemory memory;
  SeededRandom random(5);
  Session session(victim.replica, victim.partner, memory, random, role);
  if (role == SessionRole::initiator) (void)session.take(1 << 20);
  for (ByteView left = input.rest(); !left.empty();) {
    const std::size_t count = std::min(left.size(), piece * 16);
    session.receive(left.first(count));
    left = left.subspan(count);
    (void)session.take(1 << 20);
    EVENHAND_ASSERT(session.held_bytes() <= kHeldMax, "a session keeps within its memory");
  }
  session.close(unavailable("the bytes are used up"));
  EVENHAND_ASSERT(session.is_over() && session.outcome().end != SessionEnd::running, "a session ends");
  EVENHAND_ASSERT(session.outcome().end == SessionEnd::in_sync || !session.outcome().why.what.empty(), "and says why");
  EVENHAND_ASSERT(victim.replica.log().read().value().chains().value().size() <= 3, "no chain comes that its device did not seal");
  return 0;
}
