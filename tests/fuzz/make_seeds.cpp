// Writes the seeds of every fuzz target into FOLDER/<target>/: golden vectors, examples of the documents, sample data.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "core/access/authority.h"
#include "core/codec/archive.h"
#include "core/codec/json.h"
#include "core/engine/handover_format.h"
#include "core/engine/membership.h"
#include "core/event/commit.h"
#include "core/record/body.h"
#include "core/record/vocabulary.h"
#include "core/projection/fold_entity.h"
#include "plugins/sdk/rows.h"
#include "sync/transport/pairing_code.h"
#include "sync/protocol/frame.h"
#include "sync/protocol/message.h"
#include "sync/protocol/parcel.h"
#include "plugins/catalogue/archive.h"
#include "tests/documents/sample.h"
#include "tests/support/declared_sample.h"
#include "tests/support/seeded_random.h"

using namespace evenhand;
namespace fs = std::filesystem;

namespace {

std::string text_in(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (text.empty()) std::cerr << "no seed in " << file << '\n';
  return text;
}

class Seeds {
 public:
  Seeds(fs::path source, fs::path folder) : source_(std::move(source)), folder_(std::move(folder)) {}

  void add(const std::string& target, const std::string& bytes) {
    fs::create_directories(folder_ / target);
    std::ofstream(folder_ / target / std::to_string(count_++), std::ios::binary) << bytes;
  }
  void add(const std::string& target, ByteView bytes) { add(target, std::string(text_of(bytes))); }
  Json vectors(const char* name) const { return parse_json(text_in(source_ / "tests/golden/vectors" / name)).value(); }
  const fs::path& source() const { return source_; }

 private:
  fs::path source_;
  fs::path folder_;
  std::size_t count_ = 0;
};

std::string byte(std::size_t value) { return std::string(1, static_cast<char>(value)); }
std::string run_of(const std::string& bytes) { return byte(bytes.size() % 256) + byte(bytes.size() / 256) + bytes; }
std::string hex_at(const Json& json, const char* key) { return std::string(text_of(from_hex(json.find(key)->text()).value())); }

// Event by event for the fold, whole for the decoders.
void add_commits(Seeds& seeds) {
  std::string all;
  const Json commits = seeds.vectors("commits.json");
  for (const Json& one : commits.find("commits")->items()) {
    const std::string bytes = hex_at(one, "bytes");
    seeds.add("commit", bytes);
    const auto commit = CommitView::decode_untrusted(view_of(bytes)).value();
    (void)commit.walk([&](std::size_t, const EventView& event) {
      seeds.add("header", event.header_bytes);
      seeds.add("body", byte(5) + std::string(text_of(event.body)));
      all += byte(all.size() % 5) + byte(0) + byte(0) + byte(all.empty() ? 0 : 3) + run_of(std::string(text_of(event.body)));
      return true;
    });
  }
  seeds.add("fold", all);
  const Json refused = seeds.vectors("refused.json");
  for (const Json& one : refused.find("refused")->items()) seeds.add("commit", hex_at(one, "bytes"));
}

// A body of one field for each value; three of them in a row for the fold, side by side and after each other.
void add_values(Seeds& seeds) {
  const Json json = seeds.vectors("values.json");
  std::string line;
  for (const Json& one : json.find("values")->items()) {
    const RecordSpec* record = find_record_type(one.find("record")->text());
    const auto place = static_cast<std::size_t>(record - vocabulary().data());
    const std::string value = hex_at(one, "bytes");
    const Bytes body = encode_body({{static_cast<std::uint16_t>(*one.find("id")->natural()), Bytes(value.begin(), value.end())}});
    seeds.add("body", byte(place) + std::string(text_of(body)));
    seeds.add("typed", byte(place) + byte(*one.find("id")->natural() - 1) + one.find("text")->text());
    if (record->name != "evidence") continue;
    line += byte(line.size() % 3) + byte(line.size() % 256) + byte(0) + byte(line.size() % 7) + run_of(std::string(text_of(body)));
    seeds.add("fold", line);
  }
  for (const char* date : {"31 March 2020", "2020-03-31", "2020-03", "Sep-24", "October 2026", "2024", "2023/24", "Q3 2019/20", "End 2020/21", "Ongoing"}) {
    seeds.add("typed", byte(0) + byte(3) + date);
  }
}

void add_definitions(Seeds& seeds) {
  seeds.add("definition", test::sample_definition());
  seeds.add("definition", test::sample_definition("visit", "cycle"));
  seeds.add("definition", R"({"plugin":"org.example.a","name":"x","plural":"xs","home":"cycle","meaning":"m","title_field":"t","fields":[{"name":"t","type":"code","data_class":"none","merge":"single","meaning":"m"},{"name":"rag","type":"choice","data_class":"none","merge":"worse_rag","choices":["red","green"],"meaning":"m"},{"name":"g","type":"grade","data_class":"aggregate","merge":"not_graded","meaning":"m"}]})");
}

// The body of an invitation without its signer, which the target puts in front.
// Queries, template and rows as tests/fuzz/pack.cpp takes them apart.
void add_packs(Seeds& seeds) {
  const std::string queries[] = {
      R"({"q": {"from": "gap", "unfold": "groups", "columns": {"s": "service.name", "d": {"quarter": "due", "none": "no date"}, "n": {"count": "service", "on": {"id": "service"}}},
          "where": {"any": [{"times": {"at_least": 1}}, {"not": {"owner": {"is": "masked"}}}]}, "group": ["owner", "d"], "measures": {"all": {"sum": "times"}}, "sort": ["-all", "owner"], "limit": 9}})",
      R"({"q": {"from": "gap", "with_every": "service", "group": "owner", "pivot": "service.name", "measures": {"n": "count"}}})"};
  const std::string words[] = {"# {{count q}} {{plural q \"row\" \"rows\"}}\n\n{{table q \"All\"}}\n\n{{#each q}}\n- **{{owner or \"a role\"}}**: {{d}}\n{{/each}}\n{{chart bar q \"Sums\" labels owner values all}}\n",
                               "> Gap: words\n\n{{#if q}}\n{{table q \"Grid\" note \"{q.owner}\"}}\n{{else}}\nnone\n{{/if}}\n"};
  sdk::Rows rows;
  rows.row("service", "s").text("name", "Wards");
  for (int i = 0; i < 3; ++i) rows.row("gap", std::to_string(i)).text("owner", i == 0 ? "Matron" : "Chief nurse").text("service", "s").text("due", "2025-06").number("times", i);
  for (std::size_t i = 0; i < 2; ++i) seeds.add("pack", run_of(queries[i]) + run_of(words[i]) + rows.bytes());
}

void add_joining(Seeds& seeds) {
  Charter charter;
  charter.kind = 2;
  charter.title = "Example ICS";
  Invitation invitation;
  invitation.title = "Example Trust";
  invitation.spaces = {charter};
  const Bytes body = encode(invitation);
  seeds.add("joining", byte(1) + std::string(text_of(ByteView(body).subspan(PublicKey::kSize))));
  seeds.add("joining", byte(0) + std::string("EHINVIT1"));
}

void add_authority(Seeds& seeds) {
  std::string all;
  std::size_t which = 0;
  const Json bodies = seeds.vectors("authority.json");
  for (const Json& one : bodies.find("bodies")->items()) {
    const std::string body = hex_at(one, "bytes");
    seeds.add("authority", byte(which % 8) + body);
    seeds.add("authority", byte((which + 7) % 8) + body);  // "left" has no structure of its own
    all += byte(which) + byte(0) + byte(which == 0 ? 255 : 0) + byte(1) + run_of(body);
    seeds.add("access", all);
    ++which;
  }
}

void add_states(Seeds& seeds) {
  EntityState state;
  state.type = "evidence";
  seeds.add("state", encode_state(state));
  Reference by;
  by.seq = 3;
  state.heads = {by};
  state.make(1).values = {{by, false, {1, 'x'}}, {by, true, Bytes(48)}};
  state.make(9).items = {{{1, 'y'}, by}};
  state.lifecycle = Lifecycle::removed_and_edited;
  state.missing = state.erased = state.not_understood = {by};
  seeds.add("state", encode_state(state));
}

void add_handovers(Seeds& seeds) {
  Command command;
  command.space = SpaceKind::cycle;
  command.in_space = SpaceId{{6}};
  command.is_upkeep = true;
  RecordChange change{"evidence", EntityId{{1}}, Verb::decided, {{"text", std::string("It helps.")}, {"n", std::int64_t{-5}}, {"d", Decimal{750, 2}}, {"g", GradeValue{3}}}};
  change.add = {{"flag", true}, {"id", EntityId{{2}}}, {"blob", AttachedBlob{Hash{{3}}, 9, "text/plain"}}};
  change.remove = {{"words", std::vector<std::string>{"a", "b"}}, {"ids", std::vector<EntityId>{EntityId{{4}}}}};
  change.clear = {"owner"};
  change.reopen = {"text", ""};
  change.reason = "why";
  change.seen = {Reference{ChainId{{1}}, 5, ShortHash{{2}}}};
  command.changes = {change, {"evidence", {}, Verb::removed}};
  seeds.add("handover", encode_handover({command}));
  const Receipt receipt{{EntityId{{1}}}, change.seen, 2, {"look again"}};
  for (const HandoverAnswer& answer : {HandoverAnswer(AboutToWrite{receipt}), HandoverAnswer(receipt), HandoverAnswer(Refusal{refused("a", "b", "c")})}) {
    seeds.add("handover", encode_answer(answer));
  }
}

void add_files(Seeds& seeds) {
  const fs::path source = seeds.source();
  for (const auto& entry : fs::directory_iterator(source / "tests/golden/scorecard")) {
    if (entry.path().extension() != ".json") continue;
    seeds.add("json", text_in(entry.path()));
    if (entry.path().string().ends_with(".in.json")) seeds.add("scorecard", text_in(entry.path()));
  }
  for (const char* page : {"scorecard", "framework", "policy", "data-file"}) {
    const std::string text = text_in(source / "docs/formats" / (std::string(page) + ".md"));
    const auto from = text.find("```json\n") + 8;
    const std::string example = text.substr(from, text.find("\n```", from) - from);
    const std::string name(page);
    seeds.add("json", example);
    if (name == "scorecard") seeds.add("scorecard", example);
    if (name == "data-file") seeds.add("import", example);
    if (name == "framework" || name == "policy") seeds.add("rules", byte(name == "framework" ? 0 : 1) + example);
  }
  for (const char* folder : {"frameworks", "policies"}) {
    for (const auto& entry : fs::directory_iterator(source / "data" / folder)) {
      if (entry.path().extension() == ".json") seeds.add("rules", byte(folder[0] == 'f' ? 0 : 1) + text_in(entry.path()));
    }
  }
}

// Manifests with words in another language behind them.
void add_manifests(Seeds& seeds) {
  const fs::path source = seeds.source();
  const std::string words = R"({"title": "T", "walk-report.title": "T"})";
  const std::string whole = text_in(source / "tests/unit/plugins/manifest/whole.json");
  seeds.add("manifest", run_of(whole) + words);
  for (const char* plugin : {"comparison", "report"}) seeds.add("manifest", run_of(text_in(source / "plugins" / plugin / "plugin.json")));
  const Json cases = parse_json(text_in(source / "tests/unit/plugins/manifest/broken.json")).value();
  for (const Json& one : cases.items()) {
    const Json* from = one.find("replace");
    if (from == nullptr) continue;
    std::string broken = whole;
    seeds.add("manifest", run_of(broken.replace(broken.find(from->text()), from->text().size(), one.find("with")->text())) + words);
  }
}

void add_pairing(Seeds& seeds) {
  seeds.add("pairing", byte(0) + PairingCode{{}, {}, {{"192.0.2.7", 7410}, {"2001:db8::7", 99}}}.text().value());
  for (const std::size_t side : {1, 2}) seeds.add("pairing", byte(side) + byte(1) + byte(32) + std::string(3 + 32, '\0'));
}

// The golden bundle and its request: whole, and the request's text.
void add_bundles(Seeds& seeds) {
  const Json json = seeds.vectors("bundles-2.json");
  seeds.add("bundle", hex_at(json, "bundle"));
  seeds.add("bundle", hex_at(seeds.vectors("bundles.json"), "bundle"));
  seeds.add("bundle", byte(1) + run_of(hex_at(json, "request")) + byte(1) + byte(2) + run_of(hex_at(json, "space")));
  seeds.add("request", hex_at(json, "request"));
  seeds.add("request", hex_at(json, "request_held"));
  seeds.add("request", json.find("request_text")->text());
  const std::string frame = hex_at(json, "frame");
  seeds.add("frame", frame);
  const FrameHeader header = read_frame_header(view_of(frame)).value();
  seeds.add("frame", frame.substr(0, kFrameHeaderBytes) + std::string(text_of(open_frame(view_of(frame), header, {}).value())));
}

void add_messages(Seeds& seeds) {
  wire::Hello hello;
  hello.who.title = "Fenmarsh";
  hello.spaces.resize(2);
  hello.spaces[1].tag.bytes.fill(7);
  seeds.add("message", wire::to_message(hello));
  wire::VectorMessage vector;
  vector.base = wire::VectorBase::yours;
  vector.entries = {{0u, {}, {}}, {3u, {}, {2, {{1, {}}, {2, {}}}}}, {std::nullopt, {}, {1, {{7, {}}}}}};
  seeds.add("message", wire::to_message(vector));
  seeds.add("message", wire::to_message(wire::EndOfRound{0, {}, {{{}, 1, {}}}}));
  seeds.add("message", wire::to_message(wire::ErrMessage{wire::ErrorWord::refused, "no", "yes"}));
  KeyId epoch;
  epoch.bytes.fill(3);
  seeds.add("message", wire::to_message(wire::ParcelStock{0, {{epoch, {{}, {}}}}}));
  seeds.add("message", wire::to_message(wire::ParcelOffer{0, true, {{{}, 3, 700'000}}}));
  seeds.add("message", wire::to_message(wire::NoRoom{0, 2, "full", "ask"}));
}

// Pieces of an attachment; the key that the target opens them with is all zeros.
void add_parcels(Seeds& seeds) {
  SeededRandom random(7);
  const KeyPair packer = KeyPair::make(random);
  ParcelHeader header;
  header.epoch.bytes.fill(3);
  header.chunks = 2;
  for (header.number = 0; header.number <= 2; ++header.number) {
    const Bytes piece = pack_piece(header, Bytes(72, 5), SealKey(), packer);
    seeds.add("parcel", piece);
    if (header.number == 0) seeds.add("message", wire::to_message(wire::ParcelHead{0, header.name, header.chunks, piece}));
  }
}

// What the initiator of each golden session said, to a responder that takes it in large and in small pieces.
void add_sessions(Seeds& seeds) {
  const Json json = seeds.vectors("session.json");
  for (const Json& session : json.find("sessions")->items()) {
    for (const std::uint8_t piece : {1, 200}) seeds.add("session", byte(0) + byte(piece) + hex_at(session, "initiator_says"));
    seeds.add("session", byte(1) + byte(200) + hex_at(session, "responder_says"));
  }
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) return std::cerr << "usage: make_seeds SOURCE_FOLDER FOLDER\n", 2;
  fs::remove_all(words[2]);
  Seeds seeds(words[1], words[2]);
  add_commits(seeds);
  add_values(seeds);
  add_authority(seeds);
  add_joining(seeds);
  add_definitions(seeds);
  add_states(seeds);
  add_handovers(seeds);
  add_files(seeds);
  add_bundles(seeds);
  add_manifests(seeds);
  add_pairing(seeds);
  add_messages(seeds);
  add_parcels(seeds);
  add_sessions(seeds);
  seeds.add("archive", *plugins::write_archive({{"plugin.json", "{}"}, {"reports/walks.json", "{\"queries\": {}}"}, {"templates/walks.md", "# Walks\n"}}));
  seeds.add("archive", std::string("untrusted comment: minisign public key\nRWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3\n"));
  add_packs(seeds);
  seeds.add("document", samples::full().bytes());
  seeds.add("document", samples::hostile().bytes());
  seeds.add("rows", sdk::Rows().row("walk", std::string(32, 'a')).text("service", "Wards").number("steps", -1250, 2).row("walk").text("tag", "a").text("tag", "b").bytes());
  return 0;
}
