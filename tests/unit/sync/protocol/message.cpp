#include "sync/protocol/message.h"

#include <catch2/catch.hpp>

using namespace evenhand;
using namespace evenhand::wire;

namespace {

template <class T>
T there_and_back(const T& message) {
  MessageReader reader;
  const Bytes bytes = to_message(message);
  reader.give(bytes);
  const auto cut = reader.next();
  REQUIRE((cut && *cut));
  CHECK((*cut)->bytes_on_wire == bytes.size());
  const Bytes body((*cut)->body.begin(), (*cut)->body.end());
  const auto read = read_message<T>(body);
  REQUIRE(read);
  CHECK(to_message(*read) == bytes);
  for (std::size_t length = 0; length < body.size(); ++length) (void)read_message<T>(ByteView(body).first(length));  // for the sanitizers: never reads beyond
  return *read;
}

template <class T>
std::string refusal(ByteView body) {
  const auto read = read_message<T>(body);
  return read ? "accepted" : read.error().what;
}

template <class T>
Id<T, 8> eight(std::uint8_t with) {
  Id<T, 8> id;
  id.bytes.fill(with);
  return id;
}

template <class T>
Bytes body_of(const T& message) {
  MessageReader reader;
  reader.give(to_message(message));
  const auto cut = reader.next();
  return Bytes((*cut)->body.begin(), (*cut)->body.end());
}

}  // namespace

TEST_CASE("a greeting keeps every field") {
  Hello hello;
  hello.who.features = session_feature::kAll;
  hello.who.features_needed = 1;
  hello.who.device.fill(9);
  hello.who.claimed_minutes = -5;
  hello.who.title = "Fenmarsh Community (EDI laptop)";
  hello.spaces.resize(2);
  hello.spaces[1].tag.bytes.fill(7);
  hello.spaces[1].form = SegmentForm::frame;
  hello.spaces[1].vector_follows = true;
  const Hello back = there_and_back(hello);
  CHECK(back.who.claimed_minutes == -5);
  CHECK(back.who.title == hello.who.title);
  CHECK(back.who.features_needed == 1);
  CHECK(back.spaces[1].form == SegmentForm::frame);
  CHECK(back.spaces[1].vector_follows);
  CHECK_FALSE(back.spaces[0].vector_follows);
}

TEST_CASE("a title too long for the wire loses its end between letters") {
  Hello hello;
  for (int i = 0; i < 150; ++i) hello.who.title += "\xC3\xA9";
  const Hello back = there_and_back(hello);
  CHECK(back.who.title.size() == kPartnerTitleBytesMax);
  CHECK(hello.who.title.starts_with(back.who.title));
}

TEST_CASE("a vector keeps changes, new chains, forks and chains that the sender lacks") {
  VectorMessage message;
  message.space = 3;
  message.base = VectorBase::yours;
  message.entries = {{0u, {}, {}}, {4u, {}, {1, {{300, {}}}}}, {std::nullopt, {}, {2, {{1, {}}, {2, {}}}}}};
  const VectorMessage back = there_and_back(message);
  REQUIRE(back.entries.size() == 3);
  CHECK(back.entries[0].ends.total == 0);
  CHECK(*back.entries[1].index == 4);
  CHECK(back.entries[1].ends.ends.at(0).seq == 300);
  CHECK_FALSE(back.entries[2].index);
  CHECK(back.entries[2].ends.total == 2);
}

TEST_CASE("a segment keeps its flags, and a frame its range") {
  const Bytes payload(50, 6);
  SegmentMessage lean{1, SegmentForm::commits, 4000, {}, payload, true};
  const SegmentMessage back = there_and_back(lean);
  CHECK(back.is_lean);
  CHECK(back.plain_bytes == 4000u);
  SegmentMessage frame{1, SegmentForm::frame, std::nullopt, {{}, Lane::authority, 7, 9, {}, {}}, payload};
  CHECK(there_and_back(frame).range == frame.range);
  CHECK_FALSE(there_and_back(frame).is_lean);
}

TEST_CASE("flags of a segment that mean nothing are refused") {
  for (const std::uint8_t flags : {6, 7, 8, 128}) CHECK(refusal<SegmentMessage>(Bytes{0, flags, 1, 1}).find("flag of a segment") != std::string::npos);
}

TEST_CASE("bytes left over, counts beyond the bytes and chains out of order are refused") {
  CHECK(refusal<Receipt>(Bytes{1, 1, 1, 0}).find("left over") != std::string::npos);
  CHECK(refusal<Heads>(Bytes{0, 0x80, 0x10}).find("more items than the bytes left") != std::string::npos);
  CHECK(refusal<WantBlobs>(Bytes{0, 65}).find("more than 64") != std::string::npos);
  VectorMessage message;
  message.base = VectorBase::yours;
  ChainId high;
  high.bytes.fill(5);
  message.entries = {{std::nullopt, high, {1, {{1, {}}}}}, {std::nullopt, {}, {1, {{1, {}}}}}};
  const Bytes bytes = to_message(message);
  MessageReader reader;
  reader.give(bytes);
  CHECK(refusal<VectorMessage>((*reader.next().value()).body).find("out of order") != std::string::npos);
}

TEST_CASE("the reader cuts a stream that comes byte by byte, and refuses lengths that no message has") {
  Bytes stream = to_message(MessageType::ask, 5);
  const Bytes more = to_message(Receipt{1, 2, 300});
  stream.insert(stream.end(), more.begin(), more.end());
  MessageReader reader;
  std::vector<std::uint8_t> types;
  for (const std::uint8_t byte : stream) {
    reader.give({&byte, 1});
    for (auto message = reader.next(); message && *message; message = reader.next()) types.push_back((*message)->type);
  }
  CHECK(types == std::vector<std::uint8_t>{3, 13});
  for (const Bytes& bad : {Bytes{1, 0x80, 0}, Bytes{1, 0xFF, 0xFF, 0xFF, 0x7F}}) {
    MessageReader refusing;
    refusing.give(bad);
    CHECK_FALSE(refusing.next());
  }
}

TEST_CASE("tags and digests of a space differ by nonce, by role and by partner") {
  SessionBinding binding;
  SessionBinding other = binding;
  other.nonce = eight<NonceTag>(1);
  const SpaceId space;
  CHECK(binding.tag(space) != other.tag(space));
  CHECK(binding.digest(space, {}, true) != binding.digest(space, {}, false));
  CHECK(binding.digest(space, {}, true) != other.digest(space, {}, true));
  other = binding;
  other.responder.bytes.fill(3);
  CHECK(binding.tag(space) != other.tag(space));
}

TEST_CASE("what a hub and a member say of sealed attachments keeps every field, and what none has is refused") {
  KeyId low, high;
  low.bytes.fill(1);
  high.bytes.fill(2);
  const ParcelMark mark = eight<struct evenhand::wire::ParcelMarkTag>(4), later = eight<struct evenhand::wire::ParcelMarkTag>(5);
  const ParcelStock stock = there_and_back(ParcelStock{3, {{low, {mark, later}}, {high, {mark}}}});
  REQUIRE(stock.groups.size() == 2);
  CHECK(stock.groups[0].marks == std::vector<ParcelMark>{mark, later});
  CHECK(stock.groups[1].epoch == high);
  CHECK(refusal<ParcelStock>(body_of(ParcelStock{0, {{high, {mark}}, {low, {mark}}}})).find("out of order") != std::string::npos);
  CHECK(refusal<ParcelStock>(body_of(ParcelStock{0, {{low, {later, mark}}}})).find("out of order") != std::string::npos);
  CHECK(refusal<ParcelStock>(body_of(ParcelStock{0, {{low, {}}}})) != "accepted");
  const ParcelOffer offer = there_and_back(ParcelOffer{1, true, {{{}, 8192, 2'200'000'000}}});
  CHECK(offer.has_more);
  CHECK(offer.items.front().chunks == 8192);
  CHECK(offer.items.front().bytes == 2'200'000'000);
  CHECK(refusal<ParcelOffer>(body_of(ParcelOffer{1, true, {}})).find("offer of nothing") != std::string::npos);
  CHECK(refusal<ParcelOffer>(body_of(ParcelOffer{1, false, {{{}, 8193, 1}}})).find("longer than any") != std::string::npos);
  CHECK(refusal<ParcelOffer>(body_of(ParcelOffer{1, false, {{{}, 1, UINT64_MAX}}})).find("length that none has") != std::string::npos);
  const Bytes piece(300, 9);
  const Bytes head = body_of(ParcelHead{2, {}, 7, piece});
  CHECK(read_message<ParcelHead>(head)->chunks == 7);
  CHECK(read_message<ParcelHead>(head)->piece.size() == 300);
  CHECK(refusal<ParcelHead>(body_of(ParcelHead{2, {}, 8193, piece})) != "accepted");
  const NoRoom none = there_and_back(NoRoom{2, 3, "full", "ask"});
  CHECK(none.parcels == 3);
  CHECK(none.next == "ask");
  CHECK(refusal<NoRoom>(body_of(NoRoom{2, 0, "full", "ask"})) != "accepted");
  PassOver false_one;
  false_one.space = 2;
  false_one.packer.bytes.fill(9);
  CHECK(there_and_back(false_one).packer == false_one.packer);
  CHECK(there_and_back(false_one).space == 2);
}

TEST_CASE("chains that are left out keep their names, and come in order, each once, and at least one") {
  LeaveOut left{3, std::vector<LeaveOut::Item>(2)};
  left.chains[0].chain.bytes.fill(4);
  left.chains[0].held.bytes.fill(5);
  left.chains[1].chain.bytes.fill(7);
  CHECK(there_and_back(left).space == 3);
  CHECK(there_and_back(left).chains == left.chains);
  CHECK(refusal<LeaveOut>(body_of(LeaveOut{3, {}})).find("nothing is left out") != std::string::npos);
  CHECK(refusal<LeaveOut>(body_of(LeaveOut{3, {left.chains[1], left.chains[0]}})).find("out of order") != std::string::npos);
  CHECK(refusal<LeaveOut>(body_of(LeaveOut{3, {left.chains[1], left.chains[1]}})).find("out of order") != std::string::npos);
  CHECK(refusal<LeaveOut>(body_of(LeaveOut{3, std::vector<LeaveOut::Item>(kChainsPerSpaceMax + 1)})) != "accepted");
  const NoMore none{3, true, {left.chains[0].chain, left.chains[1].chain}};
  CHECK(there_and_back(none).chains == none.chains);
  CHECK(there_and_back(none).is_lasting);
  CHECK(refusal<NoMore>(body_of(NoMore{3, false, {}})).find("no chain is named") != std::string::npos);
  CHECK(refusal<NoMore>(body_of(NoMore{3, false, {none.chains[1], none.chains[0]}})).find("out of order") != std::string::npos);
  CHECK(refusal<NoMore>(body_of(NoMore{3, false, std::vector<ChainId>(kChainsPerSpaceMax + 1)})) != "accepted");
  const LeftOutNow now{3, {left.chains[0].held, {}}};
  CHECK(there_and_back(now).space == 3);
  CHECK(there_and_back(now).held == now.held);
  CHECK(refusal<LeftOutNow>(body_of(LeftOutNow{3, std::vector<ChainPrint>(kChainsPerSpaceMax + 1)})) != "accepted");
}

TEST_CASE("a farewell keeps its commits to the last byte, and may be the bare word") {
  const Bytes commits(300, 7);
  MessageReader reader;
  reader.give(to_message(Farewell{3, commits}));
  const auto cut = reader.next();
  REQUIRE((cut && *cut));
  CHECK((*cut)->type == 129);
  const auto read = read_message<Farewell>((*cut)->body);
  REQUIRE(read);
  CHECK(read->space == 3);
  CHECK(Bytes(read->commits.begin(), read->commits.end()) == commits);
  CHECK(there_and_back(Farewell{1, {}}).commits.empty());
}
