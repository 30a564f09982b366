// A caller that nobody here knows.
#include "apps/shared/session_exchange.h"
#include "sync/replica/workspace_replica.h"
#include "tests/support/trusts.h"

using namespace evenhand;
using namespace evenhand::test;

TEST_CASE("a caller that is not known is told so and let go, though it never says a word") {
  Laptop here{1};
  here.found("Here");
  ShortMemory memory;
  bool has_ended = false;
  SessionExchange::Hooks hooks;
  hooks.ended = [&](const SessionOutcome&, const Result<void>&) { has_ended = true; };
  const Peer stranger{here.random.make_id<PublicKey>(), {}, "192.0.2.7:7410", false};
  SessionExchange exchange(std::make_unique<WorkspaceReplica>(*here), stranger, memory, here.random, SessionRole::responder, SessionOptions(), Bytes(), std::move(hooks));
  CHECK_FALSE(exchange.is_with_stranger());
  exchange.refuse_caller(refused("this device is not known here"));
  CHECK(exchange.is_with_stranger());
  while (!exchange.take_output(1000).empty()) continue;
  exchange.tick(kFirstWordMs - 1);
  CHECK_FALSE(exchange.is_finished());
  exchange.tick(kFirstWordMs);
  CHECK(exchange.is_finished());
  CHECK_FALSE(exchange.take_output(1000).empty());
  exchange.ended({});
  CHECK(has_ended);
}

TEST_CASE("who takes no person keys from a partner lets it bring none") {
  Laptop here{1};
  here.found("Here");
  ShortMemory memory;
  for (const bool takes_keys : {false, true}) {
    SessionExchange::Hooks hooks;
    hooks.ended = [](const SessionOutcome&, const Result<void>&) {};
    if (takes_keys) hooks.take_keys = [](ByteView) { return Result<void>{}; };
    const Peer partner{here.random.make_id<PublicKey>(), {}, "192.0.2.7:7410", false};
    SessionExchange exchange(std::make_unique<WorkspaceReplica>(*here), partner, memory, here.random, SessionRole::responder, SessionOptions(), Bytes(), std::move(hooks));
    CHECK(exchange.receive(Bytes{100, 0, 0, 0, 1, 2, 3}).ok() == takes_keys);
  }
}
