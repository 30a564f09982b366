// The transcripts of tests/golden/vectors/session-hub.json: members at a hub, and laptops, with attachments, false frames, chains left out, farewells and
// refusals. They are kept, not made again: what people write when they found a workspace may change, what stands there must always be read.
#include <fstream>

#include "core/codec/json.h"
#include "sync/protocol/message.h"
#include "tests/support/hub_desk.h"
#include "tests/support/source_file.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

using wire::MessageType;

constexpr std::size_t kLetterBytes = 3000;

struct Recorder {
  HubDesk& desk;
  Json sessions = Json::array();

  void add(const char* about, Replica& left, SessionMemory& left_memory, Replica& right, SessionMemory& right_memory, const std::optional<Error>& dismissal = {}) {
    SessionPair pair(left, left_memory, right, right_memory, 7);
    pair.record = true;
    if (dismissal) pair.right.dismiss(*dismissal);
    pair.run();
    sessions.push(Json::object().set("about", about).set("initiator", left.device().hex()).set("responder", right.device().hex()).set("initiator_says", to_hex(pair.left_said)).set("responder_says", to_hex(pair.right_said)));
  }
  void at_hub(const char* about, Laptop& laptop, const std::optional<Error>& dismissal = {}) {
    WorkspaceReplica replica(*laptop, [&](const PublicKey& key) { return key == desk.all.hub.device.public_key(); });
    add(about, replica, desk.all.memories[&laptop], *desk.all.hub.replica, desk.all.hub.memory, dismissal);
  }
  void between(const char* about, Laptop& left, Laptop& right) {
    WorkspaceReplica ours(*left), theirs(*right);
    add(about, ours, desk.all.memories[&left], theirs, desk.all.memories[&right]);
  }
};

std::string record_sessions() {
  HubDesk desk;
  Recorder recorder{desk};
  const SealKey epoch = *desk.all.host->current_epoch(desk.shared);
  attached(desk.all.host, desk.shared, Bytes(kLetterBytes, 'a'));
  recorder.at_hub("A member brings events in frames, and an attachment in pieces", desk.all.host);
  recorder.at_hub("Another fetches both", desk.guest);
  kHubKnots[0].run(desk.assault(desk.all.host));
  desk.write(desk.guest, "Carers");
  recorder.at_hub("A member leaves a chain out that stands on what nobody shows", desk.guest);
  kHubAttacks[1].run(desk.assault(desk.all.host));
  recorder.at_hub("A member finds a false frame, and tells whose it is", desk.guest);
  desk.all.hub.wipe();
  recorder.at_hub("A hub that was wiped asks for the space's name, and is filled again", desk.all.host);
  desk.all.hub.quota.pieces_per_space = 1;
  desk.all.hub.open();
  attached(desk.guest, desk.shared, Bytes(kLetterBytes, 'b'));
  recorder.at_hub("A hub has no room for an attachment", desk.guest);
  recorder.between("Two laptops exchange events, compressed, and attachments", desk.guest, desk.all.host);
  attached(desk.guest, desk.shared, Bytes(kLetterBytes, 'c'));
  exchange(desk.guest, desk.liar);  // events alone
  recorder.between("A laptop is asked for an attachment that is not there either", desk.liar, desk.all.host);
  ChainWriter bare(desk.shared, 51, desk.liar->keystore().device(), Lane::authority);
  const Bytes stripped = bare_commits(bare.commit(2));
  const ByteView view = stripped;
  good(desk.all.host->find_space(desk.shared)->log.append({&view, 1}));
  recorder.between("A laptop takes no more of a chain", desk.guest, desk.all.host);
  good(remove_devices(*desk.all.host, desk.shared, {desk.liar.device()}));
  recorder.between("A laptop that was removed hears of it", desk.liar, desk.all.host);
  recorder.at_hub("A hub ends a session in words", desk.guest, unavailable("the hub opens its store again", {}, "Try again in a minute."));
  Json json = Json::object();
  json.set("format", "evenhand-vectors/1");
  json.set("about", "Sessions at a hub and between laptops, each from its first byte (docs/formats/session.md, relay.md, bundle.md).");
  json.set("space", desk.shared.hex()).set("epoch_id", epoch.id.hex()).set("epoch_key", to_hex(epoch.bytes)).set("sessions", std::move(recorder.sessions));
  return write_json(json, JsonStyle::pretty);
}

template <class T>
void check_reads_and_writes_back(const wire::MessageReader::Message& message) {
  const Bytes body(message.body.begin(), message.body.end());
  const auto read = wire::read_message<T>(body);
  INFO((read.ok() ? std::string() : read.error().sentence()));
  REQUIRE(read.ok());
  wire::MessageReader again;
  again.give(wire::to_message(*read));
  const auto written = again.next();
  REQUIRE((written.ok() && *written));
  CHECK(Bytes((*written)->body.begin(), (*written)->body.end()) == body);
}

void check_message(const wire::MessageReader::Message& message) {
  switch (static_cast<MessageType>(message.type)) {
    case MessageType::hello: return check_reads_and_writes_back<wire::Hello>(message);
    case MessageType::answer: return check_reads_and_writes_back<wire::Answer>(message);
    case MessageType::vector: return check_reads_and_writes_back<wire::VectorMessage>(message);
    case MessageType::plan: return check_reads_and_writes_back<wire::Plan>(message);
    case MessageType::segment: return check_reads_and_writes_back<wire::SegmentMessage>(message);
    case MessageType::end: return check_reads_and_writes_back<wire::EndOfRound>(message);
    case MessageType::want_blobs: return check_reads_and_writes_back<wire::WantBlobs>(message);
    case MessageType::blob_head: return check_reads_and_writes_back<wire::BlobHead>(message);
    case MessageType::parcel_stock: return check_reads_and_writes_back<wire::ParcelStock>(message);
    case MessageType::parcel_offer: return check_reads_and_writes_back<wire::ParcelOffer>(message);
    case MessageType::parcel_head: return check_reads_and_writes_back<wire::ParcelHead>(message);
    case MessageType::no_room: return check_reads_and_writes_back<wire::NoRoom>(message);
    case MessageType::farewell: return check_reads_and_writes_back<wire::Farewell>(message);
    case MessageType::leave_out: return check_reads_and_writes_back<wire::LeaveOut>(message);
    case MessageType::left_out: return check_reads_and_writes_back<wire::LeftOutNow>(message);
    case MessageType::no_more: return check_reads_and_writes_back<wire::NoMore>(message);
    case MessageType::err: return check_reads_and_writes_back<wire::ErrMessage>(message);
    default: return;  // numbers, or bytes to the end: the independent reader reads them
  }
}

}  // namespace

// Not run by itself: golden_vectors "the transcripts at a hub are written", once the file was taken away.
TEST_CASE("the transcripts at a hub are written", "[.]") {
  const std::filesystem::path file = std::filesystem::path(EVENHAND_SOURCE_DIR) / "tests/golden/vectors/session-hub.json";
  REQUIRE_FALSE(std::filesystem::exists(file));
  std::ofstream(file, std::ios::binary) << record_sessions();
}

TEST_CASE("today's code reads every message of the transcripts at a hub and writes the same") {
  const Json json = parse_json(source_file("tests/golden/vectors/session-hub.json")).value();
  std::size_t messages = 0;
  for (const Json& session : json.find("sessions")->items()) {
    for (const char* who : {"initiator_says", "responder_says"}) {
      wire::MessageReader reader;
      reader.give(*from_hex(session.find(who)->text()));
      for (auto message = reader.next(); message && *message; message = reader.next(), ++messages) {
        INFO(session.find("about")->text() << ", " << who << ", type " << int{(*message)->type});
        check_message(**message);
      }
    }
  }
  CHECK(messages > 100);
}
