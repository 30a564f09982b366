// Leaks planted in each kind of carrier: what looks for canaries finds every one of them.
#include <catch2/catch.hpp>

#include "tests/unit/apps/shared/leaving_ways.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

Bytes bytes_of(const std::string& words) { return Bytes(words.begin(), words.end()); }

bool tells(const std::vector<std::string>& found, const std::string& carrier, const std::string& what = "a canary") {
  return std::find(found.begin(), found.end(), carrier + ": " + what) != found.end();
}

/// A replica that tells its partner of one space more than the partner may know of.
class Talkative : public WorkspaceReplica {
 public:
  Talkative(Workspace& workspace, const SpaceId& secret) : WorkspaceReplica(workspace), secret_(secret) {}
  std::vector<ReplicaSpace*> spaces_for(const PublicKey& partner) override {
    std::vector<ReplicaSpace*> spaces = WorkspaceReplica::spaces_for(partner);
    spaces.push_back(any_space(secret_));
    std::sort(spaces.begin(), spaces.end(), [](const auto* a, const auto* b) { return a->id() < b->id(); });
    return spaces;
  }

 private:
  SpaceId secret_;
};

/// A host whose name is a canary, and in whose shared space a record, an attachment, an id and a key stand that should not.
struct Planted {
  Host home{"canary-name"};
  Secrets secrets{home.host};
  EntityId known = home.records.at("evidence");

  Planted() {
    Laptop& host = home.host;
    const std::string key = to_hex(host->current_epoch(host->space_of(SpaceKind::organisation).id)->bytes);
    // By reference; in the words that people read; in the bytes of a file.
    Command command;
    command.is_import = true;
    command.changes.push_back({"service", {}, Verb::changed, {{"organisation", known}, {"cycle", home.cycle}, {"name", std::string("canary-service")}}});
    command.changes.push_back({"service", {}, Verb::changed, {{"organisation", known}, {"cycle", home.cycle}, {"name", key}}});
    good(host->submit(command));
    attached(host, host.cycle(), bytes_of("a canary in a file"));
  }
  std::vector<std::string> found(const Departures& leaving) const { return secrets.found_in(leaving.all()); }
};

}  // namespace

TEST_CASE("a leak planted in a session is found in the messages that carry it, compressed, lean and attached alike") {
  Planted planted;
  Laptop &host = planted.home.host, &guest = planted.home.guest;
  for (const bool host_begins : {true, false}) {
    Departures leaving(host);
    leaving.add_session("session", ByteView(converse(host, guest, host_begins).first).subspan(4));
    const auto found = planted.found(leaving);
    CHECK(tells(found, "session, message " + std::to_string(static_cast<int>(host_begins ? wire::MessageType::hello : wire::MessageType::answer))));  // its name
    if (!host_begins) continue;  // the guest has it all by now
    CHECK(tells(found, "session, segment"));
    CHECK(tells(found, "session, segment", "the id of a private evidence"));
    CHECK(tells(found, "session, segment", "the key of a private space, in hexadecimal"));
    CHECK(tells(found, "session, message " + std::to_string(static_cast<int>(wire::MessageType::blob_chunk))));
    CHECK(tells(Secrets(host).found_in(files_below(guest.folder, "partner's disk")), "partner's disk"));
  }
}

TEST_CASE("a replica that shows a private space to a partner is found out, and so is the word with which a session ends") {
  Planted planted;
  Laptop &host = planted.home.host, &guest = planted.home.guest;
  Talkative talkative(*host, host->space_of(SpaceKind::organisation).id);
  ShortMemory memories[2];
  {
    WorkspaceReplica theirs(*guest);
    SessionPair pair(talkative, memories[0], theirs, memories[1], 5);
    pair.record = true;
    pair.run();
    Departures leaving(host);
    leaving.add_session("session", pair.left_said);
    CHECK(tells(planted.found(leaving), "session, message " + std::to_string(static_cast<int>(wire::MessageType::name)), "the id of a private space"));
  }
  WorkspaceReplica ours(*host), theirs(*guest);
  SessionPair pair(ours, memories[0], theirs, memories[1], 6);
  const Bytes opening = pair.left.take(1 << 20);
  pair.left.dismiss(unavailable("the disk of canary is full", "", "Ask the owner of " + host.scratch.folder().string()));
  const Bytes last = pair.left.take(1 << 20);
  Departures leaving(host);
  leaving.add_session("session", opening);
  leaving.add_session("last words", last);
  const auto found = planted.found(leaving);
  CHECK(tells(found, "last words, message " + std::to_string(static_cast<int>(wire::MessageType::err))));
  CHECK(tells(found, "last words, message " + std::to_string(static_cast<int>(wire::MessageType::err)), "a path on the laptop"));
}

TEST_CASE("a leak planted in a space that a hub keeps is found in the frames and pieces once they are opened") {
  Planted planted;
  Laptop& host = planted.home.host;
  Hub hub;
  let_hub_in(host, hub);
  Departures leaving(host);
  at_hub(host, hub, leaving);
  const auto found = planted.found(leaving);
  CHECK(tells(found, "hub session, frame"));
  CHECK(tells(found, "hub session, frame", "the id of a private evidence"));
  CHECK(tells(found, "hub session, parcel"));
  CHECK_FALSE(tells(found, "hub session, message " + std::to_string(static_cast<int>(wire::MessageType::segment)), "the id of a private evidence"));  // sealed
  std::ofstream(hub.folder() / "notes.txt") << "a canary";
  Departures after(host);
  after.add(files_below(hub.folder(), "hub's disk"));
  CHECK(tells(planted.found(after), "hub's disk"));
}

TEST_CASE("a leak planted in a bundle is found in its frames, its attachments and its manifest") {
  Planted planted;
  Laptop &host = planted.home.host, &guest = planted.home.guest;
  const auto file = host.scratch / "for-guest.evenhand";
  run_at(host, {"sync", "send", "--to", file.string(), "--for", "Guest"});
  Departures leaving(host);
  leaving.add_bundle("bundle", file, {&guest->keystore().device(), std::nullopt});
  const auto found = planted.found(leaving);
  CHECK(tells(found, "bundle, frame"));
  CHECK(tells(found, "bundle, frame", "the key of a private space, in hexadecimal"));
  CHECK(tells(found, "bundle, attachment"));
  CHECK(tells(found, "bundle, record " + std::to_string(static_cast<int>(RecordType::manifest))));
  CHECK_FALSE(tells(found, "bundle, record " + std::to_string(static_cast<int>(RecordType::sealed))));  // whoever opens the bundle alone
  std::ofstream(file, std::ios::app) << "canary";  // in clear, behind its end
  Departures after(host);
  after.add("bundle, as it stands", good(read_file(file, 1 << 26)));
  CHECK(tells(planted.found(after), "bundle, as it stands"));
}

TEST_CASE("a leak planted in a request, a code, an invitation, its answer or the words of a pairing is found") {
  Planted planted;
  Laptop& host = planted.home.host;
  Departures leaving(host);
  Bytes request = good(make_request({}, host->keystore().device(), host.random));
  const SpaceId secret = host->space_of(SpaceKind::people).id;
  request.insert(request.end(), secret.bytes.begin(), secret.bytes.end());
  add_request(request_text(request), leaving);
  add_code(good(PairingCode{print_of(host.device()), *PairingSecret::from(view_of("a canary is here")), {{"192.0.2.7", 7410}}}.text()), leaving);
  pairing(host, leaving);
  joining(host, leaving, "a canary of a label");
  const auto found = planted.found(leaving);
  CHECK(tells(found, "request", "the id of a private space"));
  for (const char* carrier : {"pairing code", "pairing", "invitation", "acceptance"}) {
    INFO(carrier);
    CHECK(tells(found, carrier));
  }
}
