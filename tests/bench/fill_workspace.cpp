// Fills the organisation space of a workspace with edited evidence, so that the program can be timed on a large one.
// Usage: fill_workspace FOLDER EVENTS. Makes the workspace when there is none.
#include <cstdio>
#include <string>

#include "core/codec/archive.h"
#include "core/engine/workspace.h"
#include "core/os/system_clock.h"
#include "core/record/body.h"
#include "tests/support/seeded_random.h"

using namespace evenhand;

namespace {

constexpr std::size_t kEventsPerRecord = 50;
constexpr std::size_t kCommitEvents = 400;

void must(bool well, const std::string& what) { EVENHAND_ASSERT(well, what.c_str()); }

Workspace open_or_make(const std::filesystem::path& folder, Clock& clock, Random& random) {
  auto workspace = std::filesystem::exists(folder) ? Workspace::open(folder, OpenMode::read_write, clock, random)
                                                   : Workspace::create(folder, {"Bench trust", "BENCH", "bench"}, clock, random);
  must(workspace.ok(), workspace ? "" : workspace.error().sentence());
  return std::move(*workspace);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "usage: fill_workspace FOLDER EVENTS\n"), 2;
  SystemClock clock;
  SeededRandom random(5);
  Workspace workspace = open_or_make(argv[1], clock, random);
  Space& space = workspace.space_of(SpaceKind::organisation);
  const KeyPair& key = workspace.keystore().device();
  const auto grant = space.fold.access().find_grant(key.public_key(), Capability::contribute);
  must(grant.has_value(), "the founder may write");
  CommitBuilder builder({key.public_key(), space.id, Lane::data, random.make_id<Incarnation>()}, key, 0, {});
  EntityId entity;
  Reference head;
  for (std::size_t made = 0, all = std::stoul(argv[2]); made < all;) {
    for (std::size_t i = 0; i < kCommitEvents && made < all; ++i, ++made) {
      if (made % kEventsPerRecord == 0) entity = random.make_id<EntityId>(), head = {};
      EventDraft draft;
      draft.type = "evidence.changed";
      draft.entity = entity;
      draft.grant = *grant;
      if (!head.is_none()) draft.parents = {head};
      std::vector<OwnedChange> fields = {{5, encode("Evidence " + std::to_string(made))}, {6, encode(std::string(200, 'x'))}};
      if (head.is_none()) {
        fields.push_back({1, encode(workspace.organisation())});
        fields.push_back({3, encode(std::string("1A"))});
      }
      draft.body = encode_body(std::move(fields));
      head = builder.add(draft, random).value();
    }
    const Bytes commit = builder.finish();
    const ByteView views[] = {commit};
    must(space.log.append(views).ok(), "the log takes a commit");
  }
  must(space.fold.catch_up(space.log).ok(), "the log folds");
  return 0;
}
