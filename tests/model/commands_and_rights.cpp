// Every command of the program, under every set of capabilities, on three devices of each of two organisations.
//
// The engine is asked in process what it would do (64 sets x 6 devices x every writing command); each command is also
// run as a person would run it, once with exactly the rights declared for it and once with all but one of them.
#include "tests/model/commands_and_rights.h"

#include <catch2/catch.hpp>

#include "apps/cli/commands.h"
#include "core/engine/definitions.h"
#include "core/engine/import.h"
#include "core/record/vocabulary.h"
#include "tests/model/circle_of_devices.h"
#include "tests/support/declared_sample.h"

using namespace evenhand;
using namespace evenhand::test;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kSets = Capabilities::kAllBits + 1;

// What a command asks of the engine.
struct Asked {
  std::string words;
  Capabilities needs;
  Command command;
};

// A record like that one, with all that can be read of it.
RecordChange one_more(const Record& sample) {
  RecordChange change{std::string(sample.spec().name), {}, Verb::changed, {}};
  for (const FieldSpec& field : sample.spec().fields) {
    const auto values = sample.values(field.name);
    if (!values.empty()) change.set.push_back({std::string(field.name), values.front()});
  }
  return change;
}

RecordChange with_verb(const Record& sample, Verb verb) { return {std::string(sample.spec().name), sample.id(), verb, {}}; }

Record sample_of(const Workspace& workspace, std::string_view type) {
  const auto records = workspace.records(type);
  INFO("no sample of a " << type);
  REQUIRE((records.ok() && !records->empty()));
  return records->front();
}

std::vector<RecordChange> changes_of(const Workspace& workspace, const std::string& words) {
  if (words == "workshop count") return {one_more(sample_of(workspace, "tally"))};
  if (words == "grade record") return {one_more(sample_of(workspace, "grade"))};
  if (words == "plugin run") return {one_more(sample_of(workspace, "gap"))};  // what its example proposes
  if (words == "action update") return {one_more(sample_of(workspace, "action_update")), with_verb(sample_of(workspace, "action"), Verb::decided)};
  if (words == "evidence attach") return {one_more(sample_of(workspace, "file")), with_verb(sample_of(workspace, "evidence"), Verb::decided)};
  if (words == "record declare") return {definition_change(**declare_record_type(sample_definition("visit")))};
  std::string type = words.substr(0, words.find(' '));
  for (const RecordSpec* declared : words.starts_with("record ") ? declared_record_types() : std::vector<const RecordSpec*>{}) {
    if (short_type(declared->name) == "walk") type = declared->name;
  }
  if (!is_declared_type(type)) std::replace(type.begin(), type.end(), '-', '_');
  const Record sample = sample_of(workspace, type);
  if (words.ends_with(" add")) return {one_more(sample)};
  return {with_verb(sample, words.ends_with(" remove") ? Verb::removed : Verb::changed)};
}

// Deciding, undoing and importing ask for what the records concerned ask for: deciding is asked of every type here, the
// other two have tests of their own below.
std::vector<Asked> everything_asked(const Workspace& workspace) {
  std::vector<Asked> all;
  for (const cli::RunnableCommand& command : cli::every_command()) {
    const auto right = right_of(command.words);
    if (!right || right->kind != CommandKind::writes || command.words == "undo" || command.words == "import") continue;
    if (command.words == "conflict resolve") continue;
    all.push_back({command.words, right->needs, {changes_of(workspace, command.words)}});
  }
  for (const RecordSpec& spec : vocabulary()) {
    const auto records = workspace.records(spec.name);
    if (!records || records->empty()) continue;  // bookkeeping: nobody enters it
    all.push_back({"conflict resolve (" + std::string(spec.name) + ")", *right_to_write(spec.name), {{with_verb(records->front(), Verb::decided)}}});
  }
  return all;
}

// Does the engine say what the table says, to this device?
void check_answers(Workspace& workspace, const std::vector<Asked>& all, Capabilities held) {
  for (const Asked& asked : all) {
    const auto answer = workspace.rehearse(asked.command);
    const bool is_right = answer.ok() ? asked.needs.within(held) : !asked.needs.within(held) && answer.error().where == "rights";
    if (is_right) continue;
    INFO(asked.words << " under " << held.words() << ": " << (answer.ok() ? "accepted" : answer.error().sentence()));
    FAIL_CHECK("the program and the table of rights differ");
  }
}

// All that the device may do, done as one: every event counts for everybody who folds the log.
void check_work_counts(Workspace& workspace, const std::vector<Asked>& all, Capabilities held) {
  Command command;
  for (const Asked& asked : all) {
    if (!asked.needs.within(held)) continue;
    command.changes.insert(command.changes.end(), asked.command.changes.begin(), asked.command.changes.end());
  }
  const auto done = workspace.submit(command);
  INFO((done.ok() ? "" : done.error().sentence()));
  REQUIRE(done.ok());
  for (Space& space : workspace.spaces()) {
    SpaceFold anew(space.id);
    REQUIRE(anew.catch_up(space.log).ok());
    CHECK(anew.counts().quarantined == 0);
    CHECK(anew.counts().waiting == 0);
  }
}

// What an engine that does not ask would write: others judge it by the same table.
void check_judgement(Workspace& workspace, const Granted& granted, Capabilities held) {
  for (const RecordSpec& spec : vocabulary()) {
    const Reference& grant = granted.of(home_of(spec));
    const Access& access = workspace.space_of(home_of(spec)).fold.access();
    const Capability needs = needed_for(std::string(spec.name) + ".changed");
    const Standing standing = access.judge({{}, 1, {}}, granted.device, grant, needs);
    const bool is_right = (standing == Standing::counts) == held.has(*right_to_write(spec.name));
    if (!is_right) FAIL_CHECK("a " << spec.name << " written under " << held.words() << " is judged differently from the table");
  }
}

}  // namespace

TEST_CASE("every command and every record type of the program stands in the table of rights, and nothing else does") {
  std::size_t single = 0;
  for (const cli::RunnableCommand& command : cli::every_command()) {
    INFO("\"" << command.words << "\": say in tests/model/rights_declared.cpp what it asks of the device");
    const auto right = right_of(command.words);
    CHECK(right.has_value());
    for (const CommandRight& row : single_commands()) single += row.words == command.words ? 1 : 0;
  }
  CHECK(single == single_commands().size());
  for (const RecordSpec& spec : vocabulary()) {
    INFO("\"" << spec.name << "\": say in tests/model/rights_declared.cpp what writing one asks of the device");
    CHECK(right_to_write(spec.name).has_value());
  }
}

TEST_CASE("every writing command under every set of capabilities, on six devices of two organisations: accepted exactly when the set holds what the table declares") {
  CircleOfDevices circle;
  const std::vector<Asked> all = everything_asked(circle.founder());
  CHECK(all.size() > 150);
  for (std::size_t bits = 0; bits < kSets; ++bits) {
    const Capabilities held = Capabilities::from_bits(static_cast<std::uint8_t>(bits));
    const PreparedCopy copy = circle.copy_with(held);
    for (std::size_t device = 0; device < CircleOfDevices::kDevices; ++device) {
      Workspace workspace = circle.open_as(copy.folder, device);
      check_answers(workspace, all, held);
      check_judgement(workspace, copy.granted[device], held);
      const bool is_last = device + 1 == CircleOfDevices::kDevices;
      if (is_last) check_work_counts(workspace, all, held);
    }
  }
}

TEST_CASE("an import asks for every right that its records ask for before it writes anything") {
  CircleOfDevices circle;
  const Capabilities needed = right_of("import")->needs;
  for (std::size_t bits = 0; bits < kSets; ++bits) {
    const Capabilities held = Capabilities::from_bits(static_cast<std::uint8_t>(bits));
    const PreparedCopy copy = circle.copy_with(held);
    Workspace workspace = circle.open_as(copy.folder, bits % CircleOfDevices::kDevices);
    const std::uint64_t before = events_in(workspace);
    const auto imported = import_data(workspace, circle.data_file(), "data");
    INFO(held.words() << ": " << (imported.ok() ? "imported" : imported.error().sentence()));
    CHECK(imported.ok() == needed.within(held));
    if (imported) continue;
    CHECK(imported.error().where == "rights");
    CHECK(events_in(workspace) == before);
  }
}

TEST_CASE("undo asks for the right to write what it takes back") {
  CircleOfDevices circle;
  const PreparedCopy copy = circle.copy_with(Capability::facilitate);
  {
    Workspace workspace = circle.open_as(copy.folder, 4);
    Command command;
    command.changes.push_back(one_more(sample_of(workspace, "grade")));
    REQUIRE(workspace.submit(command).ok());
  }
  circle.replace_rights(copy.folder, 4, Capability::contribute);
  Workspace workspace = circle.open_as(copy.folder, 4);
  const std::uint64_t before = events_in(workspace);
  const auto undone = workspace.undo();
  REQUIRE_FALSE(undone.ok());
  INFO(undone.error().sentence());
  CHECK(undone.error().where == "rights");
  CHECK(events_in(workspace) == before);
}

TEST_CASE("each command, run as a person would: with the rights declared it works and writes only what they cover, with one of them missing it is refused and writes nothing, and what only reads needs none") {
  CircleOfDevices circle;
  std::size_t worked = 0, refused = 0, read = 0;
  for (const cli::RunnableCommand& command : cli::every_command()) {
    const auto right = right_of(command.words);
    if (!right || right->kind == CommandKind::own_place || right->kind == CommandKind::with_others) continue;
    const auto example = std::find_if(command.examples.begin(), command.examples.end(), [](const std::string& line) { return line.find("--dry-run") == std::string::npos; });
    REQUIRE(example != command.examples.end());
    INFO(*example);
    if (right->kind == CommandKind::reads) {
      const CircleOfDevices::Outcome outcome = circle.run(*example, Capabilities(), false);
      INFO(outcome.said);
      CHECK(outcome.exit != 7);
      CHECK(outcome.types_written == std::set<std::string>());
      ++read;
      continue;
    }
    const CircleOfDevices::Outcome good = circle.run(*example, right->needs, true);
    INFO(good.said << " wrote " << Catch::Detail::stringify(good.types_written));
    CHECK(good.exit == 0);
    Capabilities used;
    for (const std::string& type : good.types_written) used = used | *right_to_write(type);
    const bool says_nothing_new = good.types_written.empty() && command.words.ends_with(" edit");
    CHECK((used == right->needs || says_nothing_new));
    ++worked;
    if (command.words == "undo") continue;  // a device that may write nothing has nothing to take back
    for (const Capability one : {Capability::contribute, Capability::facilitate, Capability::sign_off, Capability::admin}) {
      if (!right->needs.has(one)) continue;
      const Capabilities without = Capabilities::from_bits(Capabilities::kAllBits & ~Capabilities(one).bits());
      const CircleOfDevices::Outcome bad = circle.run(*example, without, false);
      INFO(bad.said);
      CHECK(bad.exit == 7);
      CHECK(bad.types_written == std::set<std::string>());
      ++refused;
    }
  }
  CHECK(worked > 150);
  CHECK(refused > 150);
  CHECK(read > 150);
}
