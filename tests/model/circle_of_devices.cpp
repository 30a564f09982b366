#include "tests/model/circle_of_devices.h"

#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

#include "apps/cli/commands.h"
#include "apps/cli/console.h"
#include "core/codec/archive.h"
#include "tests/support/declared_sample.h"
#include "tests/support/source_file.h"

namespace evenhand::test {

namespace fs = std::filesystem;

namespace {

constexpr SpaceKind kKinds[] = {SpaceKind::organisation, SpaceKind::people, SpaceKind::cycle};

std::string keys_of(std::size_t device) { return "keys-" + std::to_string(device); }

// A line of help as a shell would cut it: blanks, double quotes, backslashes.
std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  bool is_quoted = false, is_word = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') {
      is_quoted = !is_quoted;
      is_word = true;
    } else if (line[i] == ' ' && !is_quoted) {
      if (is_word) words.push_back(std::exchange(word, {}));
      is_word = false;
    } else {
      if (line[i] == '\\' && i + 1 < line.size()) ++i;
      word += line[i];
      is_word = true;
    }
  }
  if (is_word) words.push_back(word);
  return words;
}

void copy_tree(const fs::path& from, const fs::path& to) {
  fs::remove_all(to);
  fs::copy(from, to, fs::copy_options::recursive);
}

std::set<std::string> types_since(const Workspace& workspace, const std::map<SpaceId, Arrival>& before) {
  std::set<std::string> types;
  for (const Space& space : workspace.spaces()) {
    const auto view = space.log.read().value();
    const auto scanned = view.scan((before.contains(space.id) ? before.at(space.id) : 0) + 1, [&](Arrival, const CommitView& commit) {
      const auto walked = commit.walk([&](std::size_t, const EventView& event) {
        types.insert(std::string(event.header.type.substr(0, event.header.type.rfind('.'))));
        return true;
      });
      return walked.ok();
    });
    REQUIRE(scanned.ok());
  }
  return types;
}

std::map<SpaceId, Arrival> ends_of(const Workspace& workspace) {
  std::map<SpaceId, Arrival> ends;
  for (const Space& space : workspace.spaces()) ends[space.id] = space.log.read().value().last_arrival();
  return ends;
}

// What each log of `from` holds, handed to `to` as a partner would.
void send_everything(const fs::path& from, const fs::path& to) {
  for (const auto& space : fs::directory_iterator(from / "spaces")) {
    const Log source = Log::open(space.path() / "log", OpenMode::read_only).value();
    Log target = Log::open(to / "spaces" / space.path().filename() / "log", OpenMode::read_write).value();
    std::vector<Bytes> commits;
    const auto view = source.read().value();
    REQUIRE(view.scan(1, [&](Arrival, const CommitView& commit) {
      commits.emplace_back(commit.bytes().begin(), commit.bytes().end());
      return true;
    }).ok());
    const std::vector<ByteView> views(commits.begin(), commits.end());
    REQUIRE(target.append_untrusted(views).ok());
  }
}

}  // namespace

std::uint64_t events_in(const Workspace& workspace) {
  std::uint64_t events = 0;
  for (const Space& space : workspace.spaces()) {
    const auto scanned = space.log.read().value().scan(1, [&](Arrival, const CommitView& commit) {
      events += commit.event_count();
      return true;
    });
    REQUIRE(scanned.ok());
  }
  return events;
}

CircleOfDevices::CircleOfDevices() : before_(fs::current_path()) {
  fs::current_path(scratch_.folder());
  { REQUIRE(Workspace::create("base", {"Northmere Community NHS Trust", "NCT", "EDI laptop"}, clock_, random_).ok()); }
  enter_samples();
  make_conflict();
  certify_devices();
}

CircleOfDevices::~CircleOfDevices() { fs::current_path(before_); }

Workspace CircleOfDevices::open(const fs::path& folder) {
  auto workspace = Workspace::open(folder, OpenMode::read_write, clock_, random_);
  INFO((workspace.ok() ? "" : workspace.error().sentence()));
  REQUIRE(workspace.ok());
  return std::move(*workspace);
}

Workspace CircleOfDevices::founder() { return open("base"); }

int CircleOfDevices::run_here(const fs::path& folder, const std::string& line, std::string& said) {
  std::vector<std::string> words = words_of(line);
  words.insert(words.begin() + 1, {"--workspace", folder.string(), "--no-input"});
  std::vector<const char*> pointers;
  for (const std::string& word : words) pointers.push_back(word.c_str());
  std::istringstream in;
  std::ostringstream out, err;
  cli::Console console{in, out, err};
  const int exit = cli::run(static_cast<int>(pointers.size()), pointers.data(), console);
  said = out.str().substr(0, 2000) + err.str().substr(0, 2000);
  return exit;
}

void CircleOfDevices::enter_samples() {
  std::ofstream("grades.json") << R"({"grades":{"2A":3}})";
  std::ofstream("report.json") << source_file("data/published/ccs-2023-24.json");
  std::ofstream("walk.json") << sample_definition("walk");
  std::ofstream("visit.json") << sample_definition("visit");
  std::vector<std::string> lines = {"evenhand record declare walk.json"};
  for (const cli::RunnableCommand& command : cli::every_command()) {
    if (!command.words.ends_with(" add") || command.words == "organisation add") continue;
    std::string line = command.examples.front();
    // The sample definitions are no real ones, so they must not stand in for the built-in framework and policy.
    if (line.find(" framework add") != std::string::npos || line.find(" policy add") != std::string::npos) line.replace(line.find("--code \"") + 8, 0, "local-");
    lines.push_back(line);
  }
  lines.push_back(R"(evenhand grade record 1B 2 --service "Virtual wards")");
  lines.push_back(R"(evenhand evidence attach "Interpreters" grades.json --title "Attached sample")");
  // In the order in which they name each other, which the vocabulary's order is not quite.
  for (std::size_t round = 0; !lines.empty() && round < 6; ++round) {
    std::erase_if(lines, [&](const std::string& line) {
      std::string said;
      return run_here("base", line, said) == 0;
    });
  }
  for (const std::string& line : lines) FAIL_CHECK("a sample could not be entered: " << line);
}

void CircleOfDevices::make_conflict() {
  copy_tree("base", "other");
  std::string said;
  REQUIRE(run_here("base", "evenhand action edit Texts --rag green", said) == 0);
  REQUIRE(run_here("other", "evenhand action edit Texts --rag red", said) == 0);
  send_everything("other", "base");
  fs::remove_all("other");
}

void CircleOfDevices::certify_devices() {
  std::vector<Keystore> keys;
  for (std::size_t i = 0; i < kDevices; ++i) keys.push_back(std::move(*Keystore::create(keys_of(i), random_)));
  const EntityId other = random_.make_id<EntityId>();
  Workspace workspace = founder();
  for (const SpaceKind kind : kKinds) {
    const SpaceId space = workspace.space_of(kind).id;
    std::vector<std::pair<std::string, Bytes>> events;
    // Another organisation never comes into an organisation's own spaces; there all six are laptops of the first.
    const bool takes_others = kind == SpaceKind::cycle;
    if (takes_others) events.emplace_back(authority_type::kAdmitted, encode(Admission{other, keys[3].root().public_key(), "Second"}));
    for (std::size_t i = 0; i < kDevices; ++i) {
      const bool is_own = !takes_others || i < kDevices / 2;
      events.emplace_back(authority_type::kCertified,
                          encode(Certificate::make(is_own ? workspace.keystore().root() : keys[3].root(), space, is_own ? workspace.organisation() : other,
                                                   keys[i].device().public_key(), "laptop " + std::to_string(i))));
    }
    REQUIRE(workspace.submit_authority(kind, events).ok());
  }
}

void CircleOfDevices::take_keys(const fs::path& folder, const std::string& whose) {
  const fs::path vault = folder / "keys" / "people.vault";
  copy_tree(whose, folder / "keys");
  if (folder != "base") fs::copy_file("base/keys/people.vault", vault, fs::copy_options::overwrite_existing);  // all of them look after the same people
}

CircleOfDevices::Copy CircleOfDevices::copy_of_base(const std::string& name, Capabilities held) {
  Copy copy{name, {}};
  copy_tree("base", name);
  Workspace workspace = open(name);
  for (std::size_t i = 0; i < kDevices; ++i) copy.granted[i].device = Keystore::open(keys_of(i))->device().public_key();
  for (const SpaceKind kind : kKinds) {
    std::vector<std::pair<std::string, Bytes>> events;
    for (const Granted& granted : copy.granted) events.emplace_back(authority_type::kGranted, encode(Grant{granted.device, held.bits()}));
    const auto made = workspace.submit_authority(kind, events);
    REQUIRE(made.ok());
    for (std::size_t i = 0; i < kDevices; ++i) copy.granted[i].grants[kind] = (*made)[i];
  }
  return copy;
}

CircleOfDevices::Copy CircleOfDevices::copy_with(Capabilities held) { return copy_of_base("copy", held); }

Workspace CircleOfDevices::open_as(const fs::path& folder, std::size_t device) {
  take_keys(folder, keys_of(device));
  return open(folder);
}

void CircleOfDevices::replace_rights(const fs::path& folder, std::size_t device, Capabilities held) {
  // The founder writes with a marker of its own, so that the device finds its chain again.
  const auto swap_markers = [&](const char* from, const char* to) {
    for (const auto& space : fs::directory_iterator(folder / "spaces")) {
      if (fs::exists(space.path() / from)) fs::rename(space.path() / from, space.path() / to);
    }
  };
  swap_markers("marker", "marker-aside");
  take_keys(folder, "base/keys");
  grant_anew(folder, device, held);
  swap_markers("marker-aside", "marker");
}

void CircleOfDevices::grant_anew(const fs::path& folder, std::size_t device, Capabilities held) {
  Workspace workspace = open(folder);
  const PublicKey key = Keystore::open(keys_of(device))->device().public_key();
  for (const SpaceKind kind : kKinds) {
    Removal removal{key, {}};
    const auto view = workspace.space_of(kind).log.read().value();
    const auto chains = view.chains();
    REQUIRE(chains.ok());
    for (const auto& [id, chain] : *chains) {
      if (chain.descriptor.device == key) removal.cuts.push_back({id, chain.branches.back().seq});
    }
    REQUIRE(workspace.submit_authority(kind, {{std::string(authority_type::kRemoved), encode(removal)}, {std::string(authority_type::kGranted), encode(Grant{key, held.bits()})}}).ok());
  }
}

CircleOfDevices::Outcome CircleOfDevices::run(const std::string& line, Capabilities held, bool writes) {
  if (!shared_.contains(held.bits())) shared_[held.bits()] = copy_of_base("shared-" + std::to_string(held.bits()), held);
  const std::size_t device = held.bits() % kDevices;
  fs::path folder = shared_[held.bits()].folder;
  if (writes) {
    copy_tree(folder, "run");
    folder = "run";
  }
  take_keys(folder, keys_of(device));
  Outcome outcome;
  // A device that has done nothing has nothing to take back.
  if (line == "evenhand undo") REQUIRE(run_here(folder, "evenhand group add Veterans --code veterans --category local", outcome.said) == 0);
  // Versions go by numbers that a person has seen, and only a decision closes a dispute.
  if (line.starts_with("evenhand conflict resolve")) (void)run_here(folder, "evenhand conflict list", outcome.said);
  if (line.starts_with("evenhand action update") && writes) {
    REQUIRE(run_here(folder, "evenhand conflict resolve \"Texts before each appointment.\" --field rag --value amber", outcome.said) == 0);
  }
  const auto before = ends_of(open(folder));
  outcome.exit = run_here(folder, line, outcome.said);
  outcome.types_written = types_since(open(folder), before);
  return outcome;
}

std::string CircleOfDevices::data_file() {
  std::string records =
      R"({"type":"organisation","id":"o","fields":{"name":"Trust"}},)"
      R"({"type":"cycle","id":"c","fields":{"title":"EDS","framework":"eds-2022","policy":"nhs-eds-2022"}})";
  for (const char* outcome : {"2A", "2B", "3A"}) {
    records += std::string(R"(,{"type":"grade","id":"g)") + outcome + R"(","fields":{"organisation":"@o","cycle":"@c","outcome":")" + outcome + R"(","value":2,"kind":"verified"}})";
  }
  return R"({"format":"evenhand-data/1","title":"Rights","records":[)" + records + "]}";
}

}  // namespace evenhand::test
