// A partner that passed the carrier's checks and then misbehaves. Every attack ends in a refusal with a sentence, within the
// memory that a session may hold, and leaves the log as it was.

#include <catch2/catch.hpp>
#include <set>

#include "sync/protocol/compress.h"
#include "sync/protocol/message.h"
#include "tests/support/chain_writer.h"
#include "tests/support/session_pair.h"

using namespace evenhand;
using wire::MessageType;

namespace {

const SpaceId kShared = space_number(7);
const SpaceId kHidden = space_number(9);

/// A session of an honest device, and whoever speaks to it by hand.
struct Victim {
  Scratch scratch{Scratch::quick_parent()};
  LogReplica replica{scratch / "victim", 1};
  SeededRandom random{5};
  PublicKey attacker = SeededRandom(66).make_id<PublicKey>();
  ChainWriter chain{kShared, 10};    ///< the victim has 2 events of it
  ChainWriter unknown{kShared, 11};  ///< the victim has none of it
  wire::Nonce nonce;
  wire::SessionBinding binding;
  std::optional<Session> session;
  std::size_t held = 0;

  Victim() {
    replica.add_space(kShared, {}, true);
    replica.add_space(kHidden);
    replica.hidden = {kHidden};
    replica.append(chain.commit(2));
    binding = {nonce, attacker, replica.device()};
    session.emplace(replica, attacker, replica.memory(), random, SessionRole::responder);
  }

  void say(const Bytes& message) {
    session->receive(message);
    held = std::max(held, session->held_bytes());
  }
  Bytes hear() {
    const Bytes said = session->take(std::size_t{8} << 20);
    heard += said.size();
    return said;
  }
  std::size_t heard = 0;

  wire::Hello hello() const {
    wire::Hello hello;
    std::copy_n(attacker.bytes.begin(), 8, hello.who.device.begin());
    hello.who.title = "Attacker";
    hello.spaces = {{binding.tag(kShared), SegmentForm::commits, false, {}}};
    return hello;
  }
  /// Greets and tells a vector in which `chain` ends at `seq`.
  void greet_with(const ChainId& id, std::uint64_t seq, std::uint64_t branches = 1) {
    say(wire::to_message(hello()));
    wire::VectorMessage vector;
    vector.base = wire::VectorBase::yours;
    wire::WireEnds ends{branches, {}};
    for (std::uint64_t i = 0; i < std::min<std::uint64_t>(branches, kEndsOnWireMax); ++i) ends.ends.push_back({seq + i, {}});
    if (id == chain.id()) {
      vector.entries.push_back({0u, {}, ends});
    } else {
      vector.entries.push_back({std::nullopt, id, ends});
    }
    say(wire::to_message(vector));
    say(wire::to_message(wire::Plan{0, seq, {}}));
  }
  void segment(const Bytes& payload, std::optional<std::size_t> plain = std::nullopt, std::size_t space = 0) {
    say(wire::to_message(wire::SegmentMessage{space, SegmentForm::commits, plain, {}, payload}));
  }
};

struct Attack {
  const char* name;
  void (*run)(Victim&);
  const char* refusal;
};

Bytes raw(std::uint8_t type, std::initializer_list<std::uint8_t> rest) {
  Bytes bytes{type};
  bytes.insert(bytes.end(), rest);
  return bytes;
}

void serve(Victim& v, const wire::WantBlobs& want) { v.say(wire::to_message(want)); }

const Attack kAttacks[] = {
    {"not our protocol", [](Victim& v) { v.say(view_of("GET / HTTP/1.1\r\n\r\n").empty() ? Bytes{} : Bytes{'G', 2, 'T', ' '}); }, "does not begin with a greeting"},
    {"a segment before any greeting", [](Victim& v) { v.segment(v.unknown.commit()); }, "does not begin with a greeting"},
    {"greetings without end", [](Victim& v) { v.say(wire::to_message(v.hello())); v.say(wire::to_message(v.hello())); }, "greets twice"},
    {"a farewell before any greeting", [](Victim& v) { v.say(wire::to_message(wire::Farewell{0, {}})); }, "does not begin with a greeting"},
    {"a farewell of a space that is under way", [](Victim& v) { v.greet_with(v.unknown.id(), 5); v.say(wire::to_message(wire::Farewell{0, {}})); }, "takes part in"},
    {"a farewell of a space that nobody offered", [](Victim& v) { v.say(wire::to_message(v.hello())); v.say(wire::to_message(wire::Farewell{9, {}})); }, "was not offered"},
    {"the greeting of another device", [](Victim& v) { auto h = v.hello(); h.who.device = {}; v.say(wire::to_message(h)); }, "another device"},
    {"one space offered twice", [](Victim& v) { auto h = v.hello(); h.spaces.push_back(h.spaces.front()); v.say(wire::to_message(h)); }, "offered twice"},
    {"only newer versions", [](Victim& v) { auto h = v.hello(); h.who.version_least = 2; h.who.version_most = 9; v.say(wire::to_message(h)); }, "versions 2 to 9"},
    {"a range of versions that holds none", [](Victim& v) { auto h = v.hello(); h.who.version_least = 9; v.say(wire::to_message(h)); }, "range of versions"},
    {"an ability that must be had", [](Victim& v) { auto h = v.hello(); h.who.features_needed = 128; v.say(wire::to_message(h)); }, "needs an ability"},
    {"an answer where a greeting belongs", [](Victim& v) { v.say(wire::to_message(wire::Answer{})); }, "does not begin with a greeting"},
    {"a message of 4 GiB", [](Victim& v) { v.say(raw(1, {0xFF, 0xFF, 0xFF, 0xFF, 0x0F})); }, "longer than any may be"},
    {"a length in too many bytes", [](Victim& v) { v.say(raw(1, {0x81, 0x00})); }, "shortest form"},
    {"more spaces than bytes", [](Victim& v) { Bytes b = wire::to_message(v.hello()); b[b.size() - 22] = 0xFF; v.say(b); }, "a message of the partner"},
    {"a title that is not text", [](Victim& v) { auto h = v.hello(); h.who.title = "\xFF\xFE"; v.say(wire::to_message(h)); }, "UTF-8"},
    {"an unknown message that may not be skipped", [](Victim& v) { v.say(wire::to_message(v.hello())); v.say(raw(99, {0})); }, "does not understand"},
    {"pings without end", [](Victim& v) { v.say(wire::to_message(v.hello())); for (int i = 0; i < 5000; ++i) v.say(wire::to_message(MessageType::ping)); }, "without saying anything"},
    {"unknown skippable messages without end", [](Victim& v) { v.say(wire::to_message(v.hello())); for (int i = 0; i < 5000; ++i) v.say(raw(200, {3, 1, 2, 3})); }, "without saying anything"},
    {"a vector for a space that was not offered", [](Victim& v) { v.say(wire::to_message(v.hello())); wire::VectorMessage m; m.space = 5; v.say(wire::to_message(m)); }, "a space that was not offered"},
    {"a space number beyond all", [](Victim& v) { v.say(wire::to_message(v.hello())); wire::VectorMessage m; m.space = 1u << 30; v.say(wire::to_message(m)); }, "no such space"},
    {"the name of a space that nobody asked for", [](Victim& v) { v.say(wire::to_message(v.hello())); v.say(wire::to_message(wire::Name{0, kHidden})); }, "nobody asked for"},
    {"asking for a name that is known", [](Victim& v) { v.say(wire::to_message(v.hello())); v.say(wire::to_message(MessageType::ask, 0)); }, "name of a space that it knows"},
    {"another name than the tag's", [](Victim& v) { auto h = v.hello(); h.spaces.push_back({v.binding.tag(space_number(50)), SegmentForm::commits, false, {}}); v.say(wire::to_message(h)); v.say(wire::to_message(wire::Name{1, space_number(51)})); }, "another space than it offered"},
    {"changes to a chain that the vector does not have", [](Victim& v) { v.say(wire::to_message(v.hello())); wire::VectorMessage m; m.base = wire::VectorBase::yours; m.entries.push_back({7u, {}, {1, {{1, {}}}}}); v.say(wire::to_message(m)); }, "does not have"},
    {"changes to a vector that nobody remembers", [](Victim& v) { v.say(wire::to_message(v.hello())); wire::VectorMessage m; m.base = wire::VectorBase::remembered; v.say(wire::to_message(m)); }, "nobody remembers"},
    {"vectors without end", [](Victim& v) { v.greet_with(v.unknown.id(), 5); wire::VectorMessage m; m.base = wire::VectorBase::yours; v.say(wire::to_message(m)); }, "not its turn"},
    {"a sequence number that no chain has", [](Victim& v) { v.greet_with(v.unknown.id(), VersionVector::kSeqMax + 1); }, "no chain has"},
    {"a fork with no branches", [](Victim& v) { v.greet_with(v.unknown.id(), 5, std::uint64_t{1} << 50); }, "no branches"},
    {"plans without end", [](Victim& v) { v.greet_with(v.unknown.id(), 5); v.say(wire::to_message(wire::Plan{0, 1, {}})); }, "not its turn"},
    {"promises without end", [](Victim& v) { v.greet_with(v.unknown.id(), 5); for (int i = 0; i < 5000; ++i) v.say(wire::to_message(wire::Coming{0, 1})); }, "without saying anything"},
    {"leaving out chains before somebody who is no hub", [](Victim& v) { auto h = v.hello(); h.who.features |= wire::session_feature::kLeavesOut; v.say(wire::to_message(h)); v.say(wire::to_message(wire::LeaveOut{0, {{v.unknown.id(), {}}}})); }, "leaves out chains when it is not its turn"},
    {"an answer about chains that nobody left out", [](Victim& v) { v.say(wire::to_message(v.hello())); v.say(wire::to_message(wire::LeftOutNow{0, {}})); }, "other chains than were left out"},
    {"taking no more of a chain without having said that it may", [](Victim& v) { auto h = v.hello(); h.who.features &= ~wire::session_feature::kTakesNoMore; v.say(wire::to_message(h)); v.say(wire::to_message(wire::NoMore{0, true, {v.chain.id()}})); }, "when it is not its turn"},
    {"taking no more of more chains than there may be", [](Victim& v) { v.greet_with(v.unknown.id(), 5); for (int i = 0; i < 2; ++i) { std::vector<ChainId> many(4096); for (auto& one : many) one = v.random.make_id<ChainId>(); std::sort(many.begin(), many.end()); v.say(wire::to_message(wire::NoMore{0, true, many})); } }, "more chains than a space may have"},
    {"asking for a chain that was not offered", [](Victim& v) { v.say(wire::to_message(v.hello())); wire::VectorMessage m; m.base = wire::VectorBase::yours; m.entries.push_back({std::nullopt, v.unknown.id(), {1, {{5, {}}}}}); v.say(wire::to_message(m)); v.say(wire::to_message(wire::Plan{0, 1, {v.unknown.id()}})); }, "not offered"},
    {"events before any vector", [](Victim& v) { v.say(wire::to_message(v.hello())); v.segment(v.unknown.commit()); }, "nobody asked for"},
    {"events of a chain that was not named", [](Victim& v) { v.greet_with(v.chain.id(), 5); v.segment(v.unknown.commit()); }, "had not named"},
    {"events that are here already", [](Victim& v) { Bytes again = ChainWriter(kShared, 10).commit(2); wire::VectorMessage m; v.say(wire::to_message(v.hello())); m.base = wire::VectorBase::yours; m.entries.push_back({std::nullopt, v.unknown.id(), {1, {{5, {}}}}}); v.say(wire::to_message(m)); v.segment(again); }, "nobody asked for"},
    {"the same events again and again", [](Victim& v) { v.greet_with(v.unknown.id(), 50); const Bytes c = v.unknown.commit(); for (int i = 0; i < 100; ++i) v.segment(c); }, "again and again"},
    {"events of a space that is not shared", [](Victim& v) { v.greet_with(v.unknown.id(), 5); v.segment(ChainWriter(kHidden, 3).commit()); }, "had not named"},
    {"events of another space under a chain that was named", [](Victim& v) { ChainWriter other(kHidden, 3); v.greet_with(other.id(), 5); v.segment(other.commit()); v.hear(); }, "another space"},
    {"more events than a chain was said to hold", [](Victim& v) { v.greet_with(v.unknown.id(), 1); for (int i = 0; i < 140; ++i) { v.segment(v.unknown.commit(500, 0)); v.hear(); } }, "more events than it said"},
    {"a seal that is not the device's", [](Victim& v) { v.greet_with(v.unknown.id(), 5); Bytes c = v.unknown.commit(); c[80] ^= 1; c.resize(c.size() - 16); const Checksum sum = checksum_of(c); c.insert(c.end(), sum.bytes.begin(), sum.bytes.end()); v.segment(c); v.hear(); }, "seal"},
    {"bytes that are no commit", [](Victim& v) { v.greet_with(v.unknown.id(), 5); v.segment(Bytes(500, 0xAA)); }, "segment"},
    {"commits that do not follow each other", [](Victim& v) { v.greet_with(v.unknown.id(), 5); Bytes c = v.unknown.commit(); v.unknown.commit(); const Bytes d = v.unknown.commit(); c.insert(c.end(), d.begin(), d.end()); v.segment(c); }, "do not follow"},
    {"a compression bomb", [](Victim& v) { v.greet_with(v.unknown.id(), 5); v.segment(compress(Bytes(std::size_t{64} << 20)), kSegmentBytesMax); }, "longer than they say"},
    {"a bomb that says what it is", [](Victim& v) { v.greet_with(v.unknown.id(), 5); v.segment(compress(Bytes(std::size_t{64} << 20)), std::size_t{64} << 20); }, "longer than it may be"},
    {"compressed bytes that are none", [](Victim& v) { v.greet_with(v.unknown.id(), 5); v.segment(Bytes(100, 7), 4000); }, "damaged"},
    {"frames where commits were offered", [](Victim& v) { v.greet_with(v.unknown.id(), 5); v.say(wire::to_message(wire::SegmentMessage{0, SegmentForm::frame, std::nullopt, {v.unknown.id(), Lane::data, 1, 1, {}, {}}, Bytes(50)})); }, "another form"},
    {"ready for sealed attachments where nobody keeps any", [](Victim& v) { v.greet_with(v.unknown.id(), 5); v.say(wire::to_message(MessageType::parcel_ready)); }, "not its turn"},
    {"a hub's stock that nobody asked for", [](Victim& v) { v.greet_with(v.unknown.id(), 5); v.say(wire::to_message(wire::ParcelStock{})); }, "not its turn"},
    {"an offer of sealed attachments to who keeps none", [](Victim& v) { v.greet_with(v.unknown.id(), 5); v.say(wire::to_message(wire::ParcelOffer{})); }, "not its turn"},
    {"no room for what nobody offered", [](Victim& v) { v.greet_with(v.unknown.id(), 5); v.say(wire::to_message(wire::NoRoom{0, 1, "full", ""})); }, "nobody offered"},
    {"a sealed attachment that nobody asked for", [](Victim& v) { v.greet_with(v.unknown.id(), 5); v.say(wire::to_message(wire::ParcelHead{0, {}, 1, Bytes(300)})); }, "nobody asked for"},
    {"thanks for more than was sent", [](Victim& v) { v.greet_with(v.unknown.id(), 5); v.say(wire::to_message(wire::Receipt{1000, 0, 0})); }, "thanks for more"},
    {"room without end", [](Victim& v) { v.greet_with(v.unknown.id(), 5); v.say(wire::to_message(wire::Receipt{0, 0, ~std::uint64_t{0}})); }, "more room than there can be"},
    {"thanks for nothing", [](Victim& v) { v.greet_with(v.unknown.id(), 5); v.say(wire::to_message(wire::Receipt{})); }, "thanks for nothing"},
    {"an end without a beginning", [](Victim& v) { v.greet_with(v.unknown.id(), 5); v.say(wire::to_message(wire::EndOfRound{})); }, "not its turn"},
    {"heads that nobody waits for", [](Victim& v) { v.greet_with(v.unknown.id(), 5); v.say(wire::to_message(wire::Heads{0, {}})); }, "not its turn"},
    {"an attachment that nobody asked for", [](Victim& v) { v.say(wire::to_message(v.hello())); v.say(wire::to_message(wire::BlobHead{0, {}, 5, {Hash{}}})); }, "nobody asked for"},
    {"a chunk that nobody waits for", [](Victim& v) { v.say(wire::to_message(v.hello())); v.say(wire::to_message(wire::BlobChunk{0, Bytes(9)})); }, "nobody waits for"},
    {"asking for nothing", [](Victim& v) { v.say(wire::to_message(v.hello())); serve(v, {0, {}}); }, "not its turn"},
    {"asking for attachments again before the first came", [](Victim& v) { v.say(wire::to_message(v.hello())); serve(v, {0, {{}}}); serve(v, {0, {{}}}); }, "not its turn"},
    {"asking for attachments without end", [](Victim& v) { v.say(wire::to_message(v.hello())); for (int i = 0; i < 4000 && !v.session->is_over(); ++i) { serve(v, {0, std::vector<wire::BlobWant>(kBlobWantsMax)}); while (!v.hear().empty()) {} } }, "too many attachments"},
    {"goodbye twice", [](Victim& v) { v.greet_with(v.unknown.id(), 5); v.say(wire::to_message(MessageType::bye)); v.say(wire::to_message(MessageType::bye)); }, "goodbye twice"},
    {"declining what is under way", [](Victim& v) { v.greet_with(v.unknown.id(), 5); v.say(wire::to_message(MessageType::decline, 0)); }, "declines"},
};

}  // namespace

TEST_CASE("every attack of a hostile partner ends in a refusal that says why, within bounds") {
  for (const Attack& attack : kAttacks) {
    INFO(attack.name);
    Victim victim;
    const Hash before = victim.replica.digest();
    attack.run(victim);
    const SessionOutcome& outcome = victim.session->outcome();
    INFO(outcome.why.sentence());
    CHECK(victim.session->is_over());
    CHECK(outcome.end == SessionEnd::refused);
    CHECK(outcome.why.what.find(attack.refusal) != std::string::npos);
    CHECK_FALSE(outcome.why.next.empty());
    CHECK(victim.held <= std::size_t{8} << 20);
    if (std::string_view(attack.name).find("more events than a chain") == std::string_view::npos &&
        std::string_view(attack.name).find("again and again") == std::string_view::npos) {
      CHECK(victim.replica.digest() == before);
    }
    victim.hear();
    CHECK(victim.heard > 0);
    victim.say(wire::to_message(victim.hello()));  // nothing wakes it again
    CHECK(victim.hear().empty());
  }
}

TEST_CASE("farewells of many spaces are held and told within the bound of one session, the rest by the bare word") {
  struct Leaving : LogReplica {
    using LogReplica::LogReplica;
    std::optional<Bytes> farewell(const PublicKey&, const SpaceId&) override { return commits; }
    Bytes commits;
  };
  Scratch scratch{Scratch::quick_parent()};
  Leaving replica(scratch / "here", 1);
  ChainWriter writer(kHidden, 4);
  while (replica.commits.size() < kFarewellBytesMax / 3) {
    const Bytes commit = writer.commit(100, 1000);
    replica.commits.insert(replica.commits.end(), commit.begin(), commit.end());
  }
  SeededRandom random(5);
  const PublicKey partner = SeededRandom(66).make_id<PublicKey>();
  const wire::SessionBinding binding{{}, partner, replica.device()};
  Session session(replica, partner, replica.memory(), random, SessionRole::responder);
  wire::Hello hello;
  std::copy_n(partner.bytes.begin(), hello.who.device.size(), hello.who.device.begin());
  constexpr std::uint8_t kSpaces = 20;
  for (std::uint8_t i = 0; i < kSpaces; ++i) hello.spaces.push_back({binding.tag(space_number(i)), SegmentForm::commits, false, {}});
  session.receive(wire::to_message(hello));
  for (std::uint8_t i = 0; i < kSpaces; ++i) session.receive(wire::to_message(wire::Name{i, space_number(i)}));
  REQUIRE(session.outcome().end == SessionEnd::running);
  CHECK(session.held_bytes() <= std::size_t{8} << 20);
  wire::MessageReader reader;
  for (Bytes said = session.take(std::size_t{64} << 20); !said.empty(); said = session.take(std::size_t{64} << 20)) reader.give(said);
  std::set<std::size_t> told;
  std::size_t bytes = 0;
  for (auto message = reader.next(); message && *message; message = reader.next()) {
    if ((*message)->type != static_cast<std::uint8_t>(MessageType::farewell)) continue;
    const auto farewell = wire::read_message<wire::Farewell>((*message)->body);
    REQUIRE(farewell.ok());
    told.insert(farewell->space);
    bytes += farewell->commits.size();
  }
  CHECK(told.size() == kSpaces);
  CHECK(bytes > 0);
  CHECK(bytes <= kFarewellBytesMax);
}

TEST_CASE("farewells without a proof, again and again, end the session") {
  Victim victim;
  Session caller(victim.replica, victim.attacker, victim.replica.memory(), victim.random, SessionRole::initiator);
  (void)caller.take(std::size_t{8} << 20);
  wire::Answer answer;
  std::copy_n(victim.attacker.bytes.begin(), answer.who.device.size(), answer.who.device.begin());
  answer.verdicts = {wire::Verdict::not_here};
  caller.receive(wire::to_message(answer));
  REQUIRE(caller.outcome().end == SessionEnd::running);
  caller.receive(wire::to_message(wire::Farewell{0, {}}));
  CHECK(caller.outcome().end == SessionEnd::running);
  CHECK(caller.outcome().farewells == std::vector<SpaceId>{kShared});
  for (std::uint64_t i = 0; i < kIdleMessagesMax; ++i) caller.receive(wire::to_message(wire::Farewell{0, {}}));
  CHECK(caller.outcome().end == SessionEnd::refused);
  CHECK(caller.outcome().why.what.find("without saying anything") != std::string::npos);
  CHECK(caller.outcome().farewells.size() == 1);
  CHECK(caller.held_bytes() <= std::size_t{8} << 20);
}

TEST_CASE("a partner whose digest never fits makes a session end after a few rounds") {
  Scratch scratch{Scratch::quick_parent()};
  LogReplica honest(scratch / "a", 1), liar(scratch / "b", 2);
  honest.add_space(kShared);
  liar.add_space(kShared, {nullptr, [] { return Result<std::vector<Reference>>(std::vector<Reference>{{{}, 1, {}}}); }});
  ChainWriter writer(kShared, 3);
  const Bytes commit = writer.commit();
  honest.append(commit);
  liar.append(commit);
  SessionPair pair(honest, liar);
  REQUIRE(pair.run());
  INFO(pair.left.outcome().why.sentence());
  INFO(pair.right.outcome().why.sentence());
  CHECK(pair.left.is_over());
  CHECK(pair.left.outcome().end == SessionEnd::partial);
  CHECK(pair.left.outcome().why.what.find("missing") != std::string::npos);
  CHECK_FALSE(pair.left.outcome().why.next.empty());
  CHECK(pair.from_left + pair.from_right < 6000);
}

TEST_CASE("a partner's own words reach a screen as one line, and an error of it ends the session") {
  Victim victim;
  auto hello = victim.hello();
  hello.who.title = "Nice\n\x1B[2Jdevice";
  hello.who.claimed_minutes = INT64_MIN;
  victim.say(wire::to_message(hello));
  CHECK(victim.session->outcome().partner_title == "Nice  [2Jdevice");
  victim.say(wire::to_message(wire::ErrMessage{wire::ErrorWord::unavailable, "the disk is full", "Make room."}));
  CHECK(victim.session->outcome().end == SessionEnd::partial);
  CHECK(victim.session->outcome().why.what == "the partner ended the session: the disk is full");
  CHECK(victim.session->outcome().why.next == "Make room.");
  Victim untold;
  untold.say(wire::to_message(untold.hello()));
  untold.say(wire::to_message(wire::ErrMessage{wire::ErrorWord::refused, "no", ""}));
  CHECK(untold.session->outcome().why.next.find("Nothing of yours is lost") == 0);
}

TEST_CASE("random bytes in place of any of a partner's bytes never bring a session down") {
  Scratch scratch{Scratch::quick_parent()};
  LogReplica left(scratch / "l", 1), right(scratch / "r", 2);
  left.add_space(kShared);
  right.add_space(kShared);
  left.append(ChainWriter(kShared, 3).commit(2));
  right.append(ChainWriter(kShared, 4).commit(2));
  SeededRandom random(8);
  for (int i = 0; i < 300; ++i) {
    SessionPair pair(left, right, static_cast<std::uint64_t>(i));
    for (int turn = 0; turn < 6; ++turn) {
      Bytes out = pair.left.take(1 << 16);
      if (!out.empty() && random.chance(50)) out[random.below(out.size())] ^= static_cast<std::uint8_t>(1 + random.below(255));
      pair.right.receive(out);
      pair.left.receive(pair.right.take(1 << 16));
    }
    const auto& outcome = pair.right.outcome();
    CHECK((outcome.end == SessionEnd::running || outcome.end == SessionEnd::in_sync || !outcome.why.what.empty()));
  }
}
