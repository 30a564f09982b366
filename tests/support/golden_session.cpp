#include "tests/support/golden_session.h"

#include "core/codec/json.h"
#include "tests/support/chain_writer.h"
#include "tests/support/session_pair.h"

namespace evenhand::test {

namespace {

std::string commits_of(LogReplica& replica) {
  std::string commits;
  const LogReadView view = replica.log().read().value();
  const auto scanned = view.scan(1, [&](Arrival, const CommitView& commit) { return commits += to_hex(commit.bytes()), true; });
  EVENHAND_ASSERT(scanned.ok(), "a fresh log reads");
  return commits;
}

Json meet(LogReplica& left, LogReplica& right, std::uint64_t seed) {
  Json json = Json::object();
  json.set("initiator_log_before", commits_of(left)).set("responder_log_before", commits_of(right));
  SessionPair pair(left, right, seed, {.compression = false});
  pair.record = true;
  EVENHAND_ASSERT(pair.run() && pair.left.outcome().end == SessionEnd::in_sync, "the golden session ends in sync");
  json.set("initiator_says", to_hex(pair.left_said)).set("responder_says", to_hex(pair.right_said));
  json.set("initiator_log_after", commits_of(left)).set("responder_log_after", commits_of(right));
  return json;
}

}  // namespace

std::string golden_session() {
  Scratch scratch{Scratch::quick_parent()};
  const SpaceId space = space_number(7);
  LogReplica left(scratch / "left", 1), right(scratch / "right", 2);
  left.add_space(space);
  right.add_space(space);
  ChainWriter both(space, 10), ours(space, 11), theirs(space, 12);
  const Bytes common = both.commit(2);
  left.append(common);
  right.append(common);
  left.append(ours.commit(2, 40));
  right.append(theirs.commit(1, 30));
  right.append(theirs.commit(2, 30));
  const auto base = both.end();
  left.append(both.commit());
  both.go_back_to(base);
  right.append(both.commit(2));

  Json json = Json::object();
  json.set("format", "evenhand-vectors/1");
  json.set("about", "Two sessions of the same devices: strangers with a fork between them, then partners that remember (docs/formats/session.md).");
  json.set("initiator", left.device().hex()).set("responder", right.device().hex()).set("space", space.hex());
  Json sessions = Json::array();
  sessions.push(meet(left, right, 21));
  right.append(theirs.commit(1, 25));
  right.append(ours.commit(1, 25));
  sessions.push(meet(left, right, 22));
  json.set("sessions", std::move(sessions));
  return write_json(json, JsonStyle::pretty);
}

}  // namespace evenhand::test
