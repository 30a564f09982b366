// Everything that leaves a trust, on every carrier, byte by byte: nothing of its private spaces; and a leak planted in any is caught.
#include <catch2/catch.hpp>

#include "core/engine/import.h"
#include "sync/partners/partner_book.h"
#include "tests/simulation/full_disk.h"
#include "tests/unit/apps/shared/leaving_ways.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

Bytes letter(const std::string& words) { return Bytes(words.begin(), words.end()); }

/// Signs a report full of canaries: request, snapshot, approval. All of it stays at home.
void sign_off(Host& home) {
  SignRequest request;
  request.subject = good(subject_of(*home.host, "report", home.host->organisation(), home.cycle));
  request.title = "canary-sign-off";
  request.seats = {"canary-seat"};
  for (const Blocker& blocker : good(find_blockers(*home.host, request.subject))) request.waived.push_back(blocker.name);
  const SignOff asked = good(sign_off_of(*home.host, good(request_sign_off(*home.host, request))));
  CHECK(good(read_snapshot(*home.host, asked)).find("canary-evidence") != std::string::npos);
  good(give_verdict(*home.host, asked, "canary-seat", true, "canary-reason", KeyPair::make(home.host.random)));
}

/// A device of the private spaces only: its label is nobody's business.
void add_private_device(Host& home) {
  const PublicKey device = home.host.random.make_id<PublicKey>();
  for (const Space& space : home.host->spaces()) {
    if (space.kind == SpaceKind::cycle) continue;
    const Certificate certificate = Certificate::make(home.host->keystore().root(), space.id, home.host->organisation(), device, "canary-label");
    good(home.host->submit_authority(space.id, {{std::string(authority_type::kCertified), encode(certificate)}, {std::string(authority_type::kGranted), encode(Grant{device, Capabilities::all().bits()})}}));
  }
}

constexpr std::string_view kMixedFile = R"({"format": "evenhand-data/1", "title": "canary-mixed-import", "records": [
  {"type": "service", "id": "ward", "fields": {"name": "Imported wards", "organisation": "@canary-trust", "cycle": "@canary-cycle"}},
  {"type": "cycle", "id": "canary-cycle", "fields": {"title": "EDS 2026/27", "framework": "eds-2022", "policy": "nhs-eds-2022"}},
  {"type": "organisation", "id": "canary-trust", "fields": {"name": "Imported trust"}},
  {"type": "evidence", "id": "canary-item", "fields": {"title": "canary-imported-evidence", "outcome": "1A", "organisation": "@canary-trust", "cycle": "@canary-cycle"}},
  {"type": "person", "id": "canary-label", "fields": {"name": "canary-imported", "consent": "contact"}}]})";

// What the laptop notes for itself, and imports that touch private spaces only, or shared ones too: none of it is anybody else's.
void take_notes(Laptop& host) {
  Partner partner;
  partner.device = host.random.make_id<PublicKey>();
  partner.title = "canary-partner";
  partner.last_outcome = "canary-outcome";
  good(good(PartnerBook::open(host.folder)).save(partner));
  good(ExchangeLog(host.folder).add({{}, "canary-partner", "network", 1, 1, "canary-outcome"}));
  good(import_data(*host, R"({"format": "evenhand-data/1", "title": "canary-import", "records": [{"type": "person", "id": "canary-label", "fields": {"name": "canary-imported", "consent": "contact"}}]})", "canary-file"));
  good(import_data(*host, kMixedFile, "canary-mixed-file"));
}

void sessions(Laptop& host, Laptop& guest, Departures& leaving) {
  for (const bool host_begins : {true, false}) {
    const auto [said, answered] = converse(host, guest, host_begins);
    REQUIRE(said.size() > 4);
    CHECK(ByteView(said)[0] + ByteView(said)[1] + ByteView(said)[2] + ByteView(said)[3] == 0);  // no keys of people for them
    leaving.add_session("session", ByteView(said).subspan(4));
    if (host_begins) attached(guest, host.cycle(), letter("A letter of the guest."));  // so that the host asks for it
  }
  const auto [said, answered] = converse(host, guest, true, {.compression = false});
  leaving.add_session("session", ByteView(said).subspan(4));
}

// What a session says when the disk of the one who left takes no more: its words go to the partner.
void broken_session(Laptop& host, Laptop& guest, Departures& leaving) {
  attached(guest, host.cycle(), letter("More of the guest."));
  Bytes said;
  {
    const simulation::FullDisk full(1);
    said = converse(host, guest, true).first;
  }
  host.reopen();
  leaving.add_session("session", ByteView(said).subspan(4));
}

void files(Laptop& host, Laptop& guest, Departures& leaving) {
  const auto bundle = host.scratch / "for-guest.evenhand", couriers = host.scratch / "couriers.evenhand", request = host.scratch / "request.txt", secret = host.scratch / "passphrase";
  std::ofstream(secret) << "a courier's words\n";
  std::filesystem::permissions(secret, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  run_at(host, {"sync", "send", "--to", bundle.string(), "--for", "Guest"});
  run_at(host, {"sync", "send", "--to", couriers.string(), "--for", "Guest", "--passphrase-file", secret.string()});
  leaving.add_bundle("bundle", bundle, {&guest->keystore().device(), std::nullopt});
  leaving.add_bundle("courier's bundle", couriers, {nullptr, "a courier's words"});
  run_at(host, {"sync", "request", "--to", request.string()});
  add_request(text_of(good(read_file(request, 1 << 20))), leaving);
  run_at(guest, {"sync", "receive", bundle.string()});
}

/// Everything, in the order in which it happens to a trust.
void leave_by_every_way(Laptop& host, Laptop& guest, Departures& leaving) {
  Hub hub;
  let_hub_in(host, hub);
  pairing(host, leaving);
  sessions(host, guest, leaving);
  files(host, guest, leaving);
  at_hub(host, hub, leaving);
  broken_session(host, guest, leaving);
  leaving.add(files_below(guest.folder, "partner's disk"));
  joining(host, leaving);  // last: the host is in a space of others from then on
}

}  // namespace

TEST_CASE("nothing private leaves by any way: sessions, bundles, requests, codes, invitations, hubs, attachments, partners' disks") {
  Host home;
  add_private_device(home);
  sign_off(home);
  take_notes(home.host);
  Secrets secrets(home.host);
  CHECK(secrets.size() > 100);
  secrets.add_bytes(sha256(view_of(kMixedFile)).view(), "the digest of an imported file");
  attached(home.host, home.host.cycle(), letter("A letter that was shared."));
  Departures leaving(home.host);
  leave_by_every_way(home.host, home.guest, leaving);
  CHECK(secrets.found_in(leaving.all()) == std::vector<std::string>());

  // It was worth looking: what was shared did leave, by each way, and every kind of message was said.
  const auto has = [&](const std::string& carrier, const std::string& words) {
    return std::any_of(leaving.all().begin(), leaving.all().end(), [&](const Left& one) { return one.carrier == carrier && one.clear.find(words) != std::string::npos; });
  };
  for (const char* carrier : {"session, message 16", "hub session, parcel", "bundle, attachment", "courier's bundle, attachment", "partner's disk"}) {
    INFO(carrier);
    CHECK(has(carrier, "A letter that was shared."));
  }
  for (const char* carrier : {"session, segment", "hub session, frame", "bundle, frame", "courier's bundle, frame"}) {
    INFO(carrier);
    CHECK(has(carrier, "file.changed"));
    CHECK(has(carrier, "Imported wards"));
    CHECK(has(carrier, "batch.changed"));
  }
  using wire::MessageType;
  for (const MessageType type : {MessageType::hello, MessageType::answer, MessageType::vector, MessageType::plan, MessageType::segment, MessageType::sent, MessageType::end, MessageType::receipt,
                                 MessageType::want_blobs, MessageType::blob_head, MessageType::blob_chunk, MessageType::err, MessageType::bye, MessageType::parcel_offer, MessageType::parcel_head}) {
    INFO("message " << static_cast<int>(type));
    CHECK(leaving.messages().contains(static_cast<std::uint8_t>(type)));
  }
}

TEST_CASE("a courier's passphrase opens nothing of what our own laptops send each other but who they are") {
  Host home;
  Laptop second(27);
  let_in(home.host, second, Capabilities::all(), true);
  attached(home.host, home.host.cycle(), letter("A letter that was shared."));
  const auto file = home.host.scratch / "own.evenhand", secret = home.host.scratch / "passphrase";
  std::ofstream(secret) << "a courier's words\n";
  std::filesystem::permissions(secret, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  run_at(home.host, {"sync", "send", "--to", file.string(), "--for", "Second laptop", "--passphrase-file", secret.string()});

  const FileHandle handle = good(FileHandle::open_to_read(file));
  const PartHeaders headers = good(read_part_headers(handle, file));
  const RecordCodec codec(good(open_slots(headers.copies.front(), {nullptr, "a courier's words"})));
  RecordScanner scanner(handle, headers.records_end, codec);
  std::set<RecordType> types;
  std::size_t frames = 0;
  while (const auto found = good(scanner.next())) {
    types.insert(found->opened.type);
    std::vector<std::string> seen = {std::string(text_of(found->opened.content()))};
    if (found->opened.type == RecordType::frame) {
      const FrameHeader header = good(read_frame_header(found->opened.content()));
      const auto commits = open_frame(found->opened.content(), header, {});  // without any key
      CHECK(commits.ok() == (header.range.lane == Lane::authority));
      if (commits) seen.emplace_back(text_of(*commits));
      ++frames;
    }
    for (const std::string& clear : seen) {
      for (const char* words : {"canary", "A letter that was shared."}) CHECK(clear.find(words) == std::string::npos);
    }
  }
  CHECK(frames >= 6);  // both lanes of three spaces
  CHECK(types.contains(RecordType::sealed));
  CHECK_FALSE(types.contains(RecordType::outline));
  CHECK_FALSE(types.contains(RecordType::chunk));

  run_at(second, {"sync", "receive", file.string()});  // with its own key and no passphrase: all of it
  for (const char* words : {"canary-file-bytes", "A letter that was shared."}) {
    const std::vector<Left> disk = files_below(second.folder, "disk");
    CHECK(std::any_of(disk.begin(), disk.end(), [&](const Left& one) { return one.clear.find(words) != std::string::npos; }));
  }
}

TEST_CASE("documents that are made to be published hold nothing about people") {
  Host home;
  std::vector<std::string> personal;
  for (const RecordSpec* spec : all_record_types()) {
    for (const FieldSpec& field : spec->fields) {
      const bool is_personal = field.data_class == DataClass::personal || field.data_class == DataClass::special;
      if (is_text(field) && (home_of(*spec) == SpaceKind::people || is_personal)) personal.push_back(canary_of(*spec, field));
    }
  }
  REQUIRE(personal.size() > 20);
  home.host.workspace.reset();
  const Ran listed = run_program({"--workspace", home.host.folder.string(), "report", "list", "--json"});
  const Json reports = good(parse_json(listed.out));
  REQUIRE(reports.size() > 10);
  std::size_t with_canaries = 0;
  for (const Json& one : reports.items()) {
    const std::string report(one.find("id")->text());
    const Ran ran = run_program({"--workspace", home.host.folder.string(), "report", "run", report, "--format", "json"});
    INFO(report << ran.err);
    CHECK(ran.exit == 0);
    with_canaries += ran.out.find("canary-") != std::string::npos ? 1 : 0;
    for (const std::string& canary : personal) {
      INFO(report << " " << canary);
      CHECK(ran.out.find(canary) == std::string::npos);
    }
  }
  CHECK(with_canaries > 0);
}
