// Writes the commits of a log, in order of arrival, one behind the other into FILE, and what the log says of itself
// (space, digest, counts) into FILE.json. A commit knows its own length, so nothing stands between two.
//
//   dump_log LOG_FOLDER FILE       a log that is there
//   dump_log --sample FOLDER       makes two logs in FOLDER (a workspace's cycle space with imported records; a log
//                                  with forks and dropped bodies) and dumps both
#include <fstream>
#include <iostream>

#include "core/codec/json.h"
#include "core/engine/import.h"
#include "tests/support/sample_log.h"
#include "tests/support/source_file.h"

using namespace evenhand;

namespace {

struct FixedClock : Clock {
  ClaimedTime now() override { return {1'700'000'000'000}; }
};

Result<void> dump(const Log& log, const std::filesystem::path& file) {
  std::ofstream out(file, std::ios::binary);
  std::vector<Reference> missing;
  EVENHAND_TRY(const LogReadView view, log.read());
  Result<void> walked;
  EVENHAND_CHECK(view.scan(1, [&](Arrival, const CommitView& commit) {
    out.write(reinterpret_cast<const char*>(commit.bytes().data()), static_cast<std::streamsize>(commit.bytes().size()));
    const auto hashes = commit.event_hashes();
    if (!hashes) return walked = hashes.error(), false;
    walked = commit.walk([&](std::size_t i, const EventView& event) {
      if (event.body_state == BodyState::absent) missing.push_back({commit.chain(), commit.first_seq() + i, shorten((*hashes)[i])});
      return true;
    });
    return walked.ok();
  }));
  EVENHAND_CHECK(walked);
  EVENHAND_TRY(const Hash digest, view.log_digest(missing));
  Json said = Json::object();
  said.set("space", log.space().hex()).set("log_digest", digest.hex()).set("events", view.event_count()).set("missing", missing.size());
  std::ofstream(file.string() + ".json", std::ios::binary) << write_json(said, JsonStyle::pretty);
  if (!out.flush()) return unavailable("the dump could not be written", file);
  return {};
}

Result<void> dump_samples(const std::filesystem::path& folder) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  SampleLog::make(folder / "forked", 5, 20);
  EVENHAND_TRY(Log forked, Log::open(folder / "forked", OpenMode::read_write));
  std::size_t number = 0;
  EVENHAND_TRY(const std::size_t dropped, forked.drop_bodies([&](const Reference&, const EventView&) { return ++number % 7 == 0; }));
  EVENHAND_ASSERT(dropped > 0, "a sample lacks bodies");
  EVENHAND_CHECK(dump(forked, folder / "forked.log"));

  FixedClock clock;
  SeededRandom random(11);
  EVENHAND_TRY(Workspace workspace, Workspace::create(folder / "workspace", {"Northmere Community NHS Trust", "NCT", "EDI laptop"}, clock, random));
  const std::string name = "data/demonstration/fenmarsh-2025-26.json";
  EVENHAND_TRY(const ImportOutcome outcome, import_data(workspace, test::source_file(name), name));
  EVENHAND_ASSERT(outcome.created > 100, "a sample workspace holds records");
  for (const Space& space : workspace.spaces()) {
    EVENHAND_CHECK(dump(space.log, folder / ("workspace-" + std::to_string(static_cast<int>(space.kind)) + ".log")));
  }
  return {};
}

Result<void> dump_folder(const std::filesystem::path& folder, const std::filesystem::path& file) {
  EVENHAND_TRY(const Log log, Log::open(folder, OpenMode::read_only));
  return dump(log, file);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: dump_log LOG_FOLDER FILE | dump_log --sample FOLDER\n";
    return 2;
  }
  const bool sample = std::string(argv[1]) == "--sample";
  const Result<void> done = sample ? dump_samples(argv[2]) : dump_folder(argv[1], argv[2]);
  if (!done) std::cerr << done.error().sentence() << '\n';
  return done ? 0 : 1;
}
