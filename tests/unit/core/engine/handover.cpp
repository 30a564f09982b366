// Two processes and one workspace: the real program writes while this one, or a child that gets killed, holds it.
#include "core/engine/handover.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <future>

#include "core/codec/archive.h"
#include "core/engine/handover_format.h"
#include "core/os/system_clock.h"
#include "core/os/system_random.h"
#include "tests/support/program.h"
#include "tests/support/scratch.h"

using namespace evenhand;
namespace fs = std::filesystem;

namespace {

SystemClock system_clock;
SystemRandom system_random;

struct Office {
  Scratch scratch;
  fs::path folder = scratch / "ws";

  Office() { REQUIRE(Workspace::create(folder, {"Northmere Community NHS Trust", "NCT", "EDI laptop"}, system_clock, system_random).ok()); }

  Result<Workspace> open(OpenMode mode = OpenMode::read_write) const { return Workspace::open(folder, mode, system_clock, system_random); }
  test::Ran run(std::vector<std::string> words) const {
    words.insert(words.begin(), {"--workspace", folder.string()});
    return test::run_program(words);
  }
  /// The program, while `host` answers whenever its descriptor says so.
  test::Ran run_beside(HandoverHost& host, const std::vector<std::string>& words, std::size_t* answered = nullptr) const {
    auto running = std::async(std::launch::async, [&] { return run(words); });
    pollfd watched{host.descriptor(), POLLIN, 0};
    while (running.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
      if (::poll(&watched, 1, 10) == 1) {
        const std::size_t count = host.serve();
        if (answered != nullptr) *answered += count;
      }
    }
    return running.get();
  }
  std::size_t count(const char* type) const {
    const auto workspace = open(OpenMode::read_only);
    REQUIRE(workspace.ok());
    return workspace->records(type)->size();
  }
};

// A child that holds the workspace until it is killed; `serve` says what it does with each frame.
class Holder {
 public:
  using Serve = std::function<void(Workspace&, ByteView, const LocalServer::Reply&)>;

  Holder(const Office& office, const Serve& serve) {
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    child_ = ::fork();
    REQUIRE(child_ >= 0);
    if (child_ == 0) hold(office, serve, ready[1]);
    ::close(ready[1]);
    char byte = 0;
    const ssize_t count = ::read(ready[0], &byte, 1);
    ::close(ready[0]);
    REQUIRE(count == 1);
  }
  ~Holder() {
    if (child_ < 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;
  void stop() { ::kill(child_, SIGSTOP); }
  void go_on_until_it_ends() {
    ::kill(child_, SIGCONT);
    ::waitpid(child_, nullptr, 0);
    child_ = -1;
  }

 private:
  [[noreturn]] static void hold(const Office& office, const Serve& serve, int ready) {
    ::alarm(60);  // never outlives a broken test
    auto workspace = office.open();
    auto server = LocalServer::open(office.folder, kHandoverSocket, kHandoverBytesMax);
    if (!workspace || !server || ::write(ready, "x", 1) != 1) ::_exit(1);
    pollfd watched{server->descriptor(), POLLIN, 0};
    for (;;) {
      ::poll(&watched, 1, -1);
      server->serve([&](ByteView frame, const LocalServer::Reply& reply) { serve(*workspace, frame, reply); });
    }
  }

  pid_t child_ = -1;
};

bool tell(const LocalServer::Reply& reply, const HandoverAnswer& answer) { return reply(encode_answer(answer)); }

Command new_cycle(const std::string& title) {
  Command command;
  command.changes.push_back({"cycle", {}, Verb::changed,
                             {{"title", title}, {"framework", std::string("eds-2022")}, {"policy", std::string("nhs-eds-2022")}}});
  return command;
}

std::string cycle_record(int i) {
  return R"(,{"type":"cycle","id":"c)" + std::to_string(i) + R"(","fields":{"title":"EDS","framework":"eds-2022","policy":"nhs-eds-2022"}})";
}

}  // namespace

TEST_CASE("the program writes through the process that holds the workspace, and reads its own write back") {
  Office office;
  Workspace holder = office.open().value();
  HandoverHost host = HandoverHost::open(holder).value();
  std::size_t answered = 0;
  const auto cycle = office.run_beside(host, {"cycle", "add", "EDS 2025/26"}, &answered);
  INFO(cycle.err);
  CHECK(cycle.exit == 0);
  CHECK(answered == 1);
  CHECK(cycle.out.find("EDS 2025/26") != std::string::npos);  // from the record as it stands, so it was read back
  const auto evidence = office.run_beside(host, {"evidence", "add", "Texts before appointments", "--outcome", "1A", "--text", "It helps."}, &answered);
  INFO(evidence.err);
  CHECK(evidence.exit == 0);
  CHECK(answered == 2);
  CHECK(holder.records("evidence")->size() == 1);
  const auto edited = office.run_beside(host, {"evidence", "edit", "Texts before appointments", "--text", "It helps much."}, &answered);
  INFO(edited.err);
  CHECK(edited.exit == 0);
  CHECK(holder.records("evidence")->front().text("text") == "It helps much.");
  const auto undone = office.run_beside(host, {"undo"}, &answered);
  INFO(undone.err);
  CHECK(undone.exit == 0);
  CHECK(holder.records("evidence")->front().text("text") == "It helps.");
  CHECK(answered == 4);
}

TEST_CASE("what the holder refuses is refused in the same words and with the same exit code as at home") {
  Office office;
  REQUIRE(office.run({"cycle", "add", "EDS 2025/26"}).exit == 0);
  const std::vector<std::string> impossible = {"risk", "add", "Access", "--number", "BAF 1", "--consequence", "4", "--likelihood", "3", "--score", "11"};
  const auto at_home = office.run(impossible);
  Workspace holder = office.open().value();
  HandoverHost host = HandoverHost::open(holder).value();
  const auto away = office.run_beside(host, impossible);
  CHECK(at_home.exit != 0);
  CHECK(away.exit == at_home.exit);
  CHECK(away.err == at_home.err);
}

TEST_CASE("an import goes through the holder, and shows as one") {
  Office office;
  const fs::path file = office.scratch / "data.json";
  std::string records = R"({"type":"organisation","id":"o","fields":{"name":"Trust"}})";
  for (int i = 0; i < 450; ++i) records += cycle_record(i);
  REQUIRE(write_file_durably(file, view_of(R"({"format":"evenhand-data/1","title":"Many","records":[)" + records + "]}")));
  Workspace holder = office.open().value();
  HandoverHost host = HandoverHost::open(holder).value();
  std::size_t answered = 0;
  const auto ran = office.run_beside(host, {"import", file.string()}, &answered);
  INFO(ran.err);
  CHECK(ran.exit == 0);
  CHECK(answered == 5);  // open, three commits, closed
  CHECK(holder.records("cycle")->size() == 450);
}

TEST_CASE("a long import takes another command in between its commits, and both are there whole") {
  Office office;
  const fs::path file = office.scratch / "data.json";
  std::string records = R"({"type":"organisation","id":"o","fields":{"name":"Trust"}})";
  for (int i = 0; i < 4000; ++i) records += cycle_record(i);
  REQUIRE(write_file_durably(file, view_of(R"({"format":"evenhand-data/1","title":"Long","records":[)" + records + "]}")));
  auto importing = std::async(std::launch::async, [&] { return office.run({"import", file.string()}); });
  while (importing.wait_for(std::chrono::milliseconds(5)) != std::future_status::ready && !fs::exists(office.folder / kHandoverSocket)) {
  }
  const auto ran = office.run({"cycle", "add", "EDS 2025/26"});
  INFO(ran.err);
  CHECK(ran.exit == 0);
  const auto imported = importing.get();
  INFO(imported.err);
  CHECK(imported.exit == 0);
  CHECK(office.count("cycle") == 4001);
}

TEST_CASE("what the holder sealed with a new key is read by the one who handed it over") {
  Office office;
  Workspace holder = office.open().value();
  HandoverHost host = HandoverHost::open(holder).value();
  const auto ran = office.run_beside(host, {"person", "add", "Involvement partner 7", "--consent", "contact"});
  INFO(ran.err);
  REQUIRE(ran.exit == 0);
  const auto listed = office.run({"person", "list"});
  CHECK(listed.out.find("Involvement partner 7") != std::string::npos);
}

TEST_CASE("a holder killed before it wrote leaves nothing, and the program then writes by itself, once") {
  Office office;
  Holder holder(office, [](Workspace& workspace, ByteView frame, const LocalServer::Reply& reply) {
    (void)workspace.submit(decode_handover_untrusted(frame)->command, [&](const Receipt& receipt) -> Result<void> {
      tell(reply, AboutToWrite{receipt});
      ::raise(SIGKILL);
      return {};
    });
  });
  const auto ran = office.run({"cycle", "add", "EDS 2025/26"});
  INFO(ran.err);
  CHECK(ran.exit == 0);
  CHECK(office.count("cycle") == 1);
}

TEST_CASE("a holder killed after it wrote and before it said so does not make the program write again") {
  Office office;
  Holder holder(office, [](Workspace& workspace, ByteView frame, const LocalServer::Reply& reply) {
    (void)workspace.submit(decode_handover_untrusted(frame)->command, [&](const Receipt& receipt) -> Result<void> { return tell(reply, AboutToWrite{receipt}), Result<void>(); });
    ::raise(SIGKILL);
  });
  const auto ran = office.run({"cycle", "add", "EDS 2025/26"});
  INFO(ran.err);
  CHECK(ran.exit == 0);
  CHECK(office.count("cycle") == 1);
}

TEST_CASE("a holder killed with the command unread makes the program write by itself") {
  Office office;
  Holder holder(office, [](Workspace&, ByteView, const LocalServer::Reply&) { ::raise(SIGKILL); });
  CHECK(office.run({"cycle", "add", "EDS 2025/26"}).exit == 0);
  CHECK(office.count("cycle") == 1);
  CHECK_FALSE(fs::exists(office.folder / kHandoverSocket));
}

TEST_CASE("a holder that is stopped makes the program end with 6 and who holds it, and writes nothing when it wakes") {
  Office office;
  Holder holder(office, [](Workspace& workspace, ByteView frame, const LocalServer::Reply& reply) {
    (void)workspace.submit(decode_handover_untrusted(frame)->command, [&](const Receipt& receipt) -> Result<void> {
      if (tell(reply, AboutToWrite{receipt})) return {};
      return unavailable("gone");
    });
    ::raise(SIGKILL);
  });
  holder.stop();
  const auto ran = office.run({"cycle", "add", "EDS 2025/26"});
  INFO(ran.err);
  CHECK(ran.exit == 6);
  CHECK(ran.err.find("in use by evenhand") != std::string::npos);
  holder.go_on_until_it_ends();
  CHECK(office.count("cycle") == 0);
}

TEST_CASE("garbage, half a command and one of another version are refused, and the next one goes through") {
  Office office;
  Workspace holder = office.open().value();
  HandoverHost host = HandoverHost::open(holder).value();
  const Bytes whole = encode_handover({new_cycle("EDS 2025/26")});
  Bytes other_version = whole;
  other_version.front() = 9;
  for (const Bytes& bytes : {Bytes(300, 0xff), Bytes(whole.begin(), whole.end() - 3), other_version}) {
    auto client = LocalClient::connect(office.folder, kHandoverSocket, kHandoverBytesMax).value();
    client.put(bytes);
    REQUIRE(client.step(0).ok());
    REQUIRE(host.serve() == 1);
    const auto frame = client.step(0);
    REQUIRE((frame.ok() && frame->has_value()));
    const auto answer = decode_answer_untrusted(**frame);
    REQUIRE(answer.ok());
    REQUIRE(std::holds_alternative<Refusal>(*answer));
    CHECK(std::get<Refusal>(*answer).error.code == ErrorCode::refused);
  }
  CHECK(holder.records("cycle")->empty());
  CHECK(office.run_beside(host, {"cycle", "add", "EDS 2025/26"}).exit == 0);
}

TEST_CASE("an asker that left before the receipt reached it is not written for") {
  Office office;
  Workspace holder = office.open().value();
  HandoverHost host = HandoverHost::open(holder).value();
  {
    auto client = LocalClient::connect(office.folder, kHandoverSocket, kHandoverBytesMax).value();
    client.put(encode_handover({new_cycle("EDS 2025/26")}));
    REQUIRE(client.step(0).ok());
  }
  CHECK(host.serve() == 1);
  CHECK(holder.records("cycle")->empty());
}

TEST_CASE("who does not hold the workspace takes nothing over") {
  Office office;
  Workspace reader = office.open(OpenMode::read_only).value();
  CHECK(HandoverHost::open(reader).error().code == ErrorCode::refused);
  CHECK(reader.submit(new_cycle("EDS")).error().code == ErrorCode::unavailable);
}

TEST_CASE("every part of a command and of an answer comes through the socket's bytes unchanged") {
  Command command = new_cycle("EDS 2025/26");
  command.is_import = true;
  command.is_upkeep = true;
  command.space = SpaceKind::people;
  command.in_space = SpaceId{{5}};
  command.batch.bytes[3] = 7;
  RecordChange change{"x", EntityId{{1, 2}}, Verb::removed, {}};
  const std::vector<Value> values = {std::string("ö"), std::int64_t{-5}, Decimal{-750, 2}, GradeValue{3}, true, EntityId{{9}},
                                     AttachedBlob{Hash{{4}}, 77, "text/plain"}, std::vector<std::string>{"a", ""}, std::vector<EntityId>{EntityId{{8}}}};
  REQUIRE(values.size() == std::variant_size_v<Value>);
  for (const Value& value : values) change.set.push_back({"f", value});
  change.add = change.remove = {{"g", std::string("h")}};
  change.clear = {"i"};
  change.reopen = {"j", ""};
  change.reason = "why";
  change.undoes = {ChainId{{1}}, 5, ShortHash{{2}}};
  change.seen = {change.undoes};
  command.changes.push_back(change);
  const Bytes bytes = encode_handover({command, true});
  const auto again = decode_handover_untrusted(bytes);
  REQUIRE(again.ok());
  CHECK(again->is_safe);
  CHECK_FALSE(decode_handover_untrusted(encode_handover({command}))->is_safe);
  CHECK(again->command.is_import);
  CHECK(again->command.is_upkeep);
  CHECK(again->command.space == SpaceKind::people);
  CHECK(again->command.in_space == command.in_space);
  CHECK(again->command.changes.back().reopen == change.reopen);
  CHECK(again->command.changes.back().set.size() == values.size());
  for (std::size_t i = 0; i < values.size(); ++i) CHECK((again->command.changes.back().set[i].value == values[i]));
  CHECK(again->command.changes.back().seen == change.seen);
  CHECK(encode_handover(*again) == bytes);
  for (std::size_t length = 0; length < bytes.size(); ++length) CHECK_FALSE(decode_handover_untrusted(ByteView(bytes).first(length)));

  const Receipt receipt{{EntityId{{1}}}, {change.undoes}, 4, std::vector<std::string>(500, std::string(1000, 'w'))};
  const Bytes about = encode_answer(AboutToWrite{receipt});
  CHECK(about.size() < 100'000);  // fits the asker's queue at once, whatever there is to warn of
  CHECK(std::get<AboutToWrite>(*decode_answer_untrusted(about)).receipt.events == receipt.events);
  CHECK(std::get<Refusal>(*decode_answer_untrusted(encode_answer(Refusal{stale("a", "b", "c")}))).error.sentence() == stale("a", "b", "c").sentence());
}
