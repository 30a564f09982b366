// A chain of which there are several branches, at a hub: laptops that were cloned or restored and never heard of each other.
#include "sync/relay/table_frame_store.h"
#include "tests/support/chain_writer.h"
#include "tests/support/hub_community.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

// Three laptops that meet nobody but the hub, and a device whose store lives on in several of them.
struct Clones {
  Community all;
  Laptop second{2}, third{3};
  std::vector<Laptop*> laptops{&all.host, &second, &third};
  SpaceId shared = all.shared;

  Clones() {
    join(all, second, "Second");
    join(all, third, "Third");
    meet_all(2);
  }
  void take(Laptop& laptop, const Bytes& commit) {
    const ByteView view = commit;
    good(laptop->receive(shared, {&view, 1}));
    good(laptop->settle());
  }
  void meet_all(int times) {
    for (int i = 0; i < times; ++i) {
      for (Laptop* laptop : laptops) (void)all.meet(*laptop);
    }
  }
  /// Each has met the hub a few times: then the hub is in step with everybody, and gives and takes nothing any more.
  void check_in_step(const ChainId& chain, std::size_t branches) {
    meet_all(2);
    const RelayCounters before = all.hub.replica->counters();
    for (Laptop* laptop : laptops) all.agree(*laptop);
    const RelayCounters after = all.hub.replica->counters();
    CHECK(after.frames_given == before.frames_given);
    CHECK(after.frames_kept + after.frames_known == before.frames_kept + before.frames_known);
    for (Laptop* laptop : laptops) {
      CHECK(good(good((*laptop)->find_space(shared)->log.read()).chain(chain)).branches.size() == branches);
      CHECK(all.state(*laptop) == all.state(all.host));
    }
    CHECK(good(all.hub.space().log_digest()) == good(good(all.host->find_space(shared)->log.read()).log_digest({})));
  }
  void wipe() {
    all.hub.wipe();
    meet_all(1);
  }
};

SegmentRange after(const SegmentRange& range, std::uint64_t last, SeededRandom& random) {
  SegmentRange next = range;
  next.first_seq = range.last_seq + 1, next.last_seq = last, next.previous = range.head, next.head = random.make_id<Hash>();
  return next;
}

}  // namespace

TEST_CASE("laptops on branches of one chain that differ in length are in step with the hub, also after more work on either and after a wipe") {
  Clones clones;
  ChainWriter writer(clones.shared, 50);
  for (int i = 0; i < 4; ++i) {
    const Bytes commit = writer.commit(2);
    for (Laptop* laptop : {&clones.all.host, &clones.second}) clones.take(*laptop, commit);
  }
  const auto base = writer.end();
  for (int i = 0; i < 7; ++i) clones.take(clones.all.host, writer.commit());
  auto longer = writer.end();
  writer.go_back_to(base);
  for (int i = 0; i < 2; ++i) clones.take(clones.second, writer.commit());
  auto shorter = writer.end();
  clones.check_in_step(writer.id(), 2);

  writer.go_back_to(shorter);
  clones.take(clones.second, writer.commit(3));
  shorter = writer.end();
  clones.check_in_step(writer.id(), 2);

  writer.go_back_to(shorter);
  for (int i = 0; i < 9; ++i) clones.take(clones.second, writer.commit());  // now the longer one
  writer.go_back_to(longer);
  clones.take(clones.all.host, writer.commit());
  clones.check_in_step(writer.id(), 2);

  clones.wipe();
  clones.check_in_step(writer.id(), 2);
}

TEST_CASE("three branches, of which two begin where the hub sees no end, are in step with the hub") {
  for (const bool is_known_first : {true, false}) {
    Clones clones;
    ChainWriter writer(clones.shared, 51);
    std::vector<ChainWriter::End> ends;
    for (int i = 0; i < 6; ++i) {
      const Bytes commit = writer.commit();
      for (Laptop* laptop : clones.laptops) clones.take(*laptop, commit);
      ends.push_back(writer.end());
    }
    if (is_known_first) clones.meet_all(1);
    const std::size_t lengths[] = {9, 2, 4};
    for (std::size_t i = 0; i < 3; ++i) {
      writer.go_back_to(ends[5 - 2 * i]);
      for (std::size_t j = 0; j < lengths[i]; ++j) clones.take(*clones.laptops[i], writer.commit());
    }
    clones.check_in_step(writer.id(), 3);
    clones.wipe();
    clones.check_in_step(writer.id(), 3);
  }
}

TEST_CASE("whatever laptops do on branches of one chain, some meetings with the hub bring them in step") {
  Clones clones;
  for (std::uint64_t seed = 1; seed <= 16; ++seed) {
    INFO("seed " << seed);
    SeededRandom random(seed);
    ChainWriter writer(clones.shared, 1000 + seed);
    std::map<Laptop*, ChainWriter::End> at;  // where that laptop writes on
    const Bytes first = writer.commit();
    for (Laptop* laptop : clones.laptops) {
      clones.take(*laptop, first);
      at[laptop] = writer.end();
    }
    std::vector<ChainWriter::End> met{writer.end()};
    for (int step = 0; step < 30; ++step) {
      Laptop& laptop = *clones.laptops[random.below(3)];
      switch (random.below(8)) {
        case 0: case 1: case 2: case 3:
          writer.go_back_to(at[&laptop]);
          for (std::uint64_t i = 0, n = 1 + random.below(4); i < n; ++i) clones.take(laptop, writer.commit(1 + random.below(3)));
          at[&laptop] = writer.end();
          break;
        case 4: case 5: (void)clones.all.meet(laptop, random.below(4) == 0 ? 2000 + random.below(20'000) : SIZE_MAX); break;
        case 6: exchange(laptop, *clones.laptops[random.below(3)]); break;
        case 7: {  // another laptop's backup, or its own
          const auto state = good(laptop->find_space(clones.shared)->log.read()).chain(writer.id());
          const auto& branches = good(state).branches;
          const BranchHead& end = branches[random.below(branches.size())];
          at[&laptop] = {end.seq, end.head};
          break;
        }
      }
    }
    if (random.below(3) == 0) clones.all.hub.wipe();
    clones.meet_all(2);
    const std::size_t branches = good(good(clones.all.host->find_space(clones.shared)->log.read()).chain(writer.id())).branches.size();
    clones.check_in_step(writer.id(), branches);
  }
}

TEST_CASE("an end that a frame packed anew ran past is none any more when a frame stands on it, be its end known or new") {
  Scratch scratch;
  TableFrameStore store = good(TableFrameStore::open(scratch.folder() / "frames"));
  SeededRandom random(3);
  const SpaceId space = space_number(1);
  const auto keep = [&](const SegmentRange& range) -> bool {
    const Bytes bytes(10, 1);
    const FrameStore::Frame frame{{space, range, {}, {}, 0}, bytes};
    return good(store.keep(space, {&frame, 1}, {})).front();
  };
  const auto ends = [&] { return good(store.chains(space, {}))->begin()->second.ends(); };
  SegmentRange root;
  root.chain = random.make_id<ChainId>();
  const SegmentRange ten = after(root, 10, random), twenty = after(root, 20, random), fifteen = after(ten, 15, random);
  CHECK(keep(twenty));
  CHECK(keep(ten));
  CHECK(keep(fifteen));
  CHECK(ends() == std::set<BranchHead>{{15, fifteen.head}, {20, twenty.head}});
  SegmentRange bridge = after(fifteen, 20, random);
  bridge.head = twenty.head;
  CHECK_FALSE(keep(bridge));
  CHECK(ends() == std::set<BranchHead>{{20, twenty.head}});
  SegmentRange late = after(root, 12, random);
  SegmentRange on_it = after(late, 30, random);
  CHECK_FALSE(keep(fifteen));
  CHECK(ends() == std::set<BranchHead>{{20, twenty.head}});
  on_it.first_seq = 13;
  CHECK(keep(on_it));  // packed anew by somebody: within what is kept
  CHECK(keep(late));   // what it stands on comes after it
  CHECK(ends() == std::set<BranchHead>{{20, twenty.head}, {30, on_it.head}});
}

TEST_CASE("a chain has 1024 ends at a hub, and each of them may still grow") {
  Scratch scratch;
  TableFrameStore store = good(TableFrameStore::open(scratch.folder() / "frames"));
  SeededRandom random(3);
  const SpaceId space = space_number(1);
  SegmentRange root;
  root.chain = random.make_id<ChainId>();
  const Bytes bytes(10, 1);
  std::vector<FrameStore::Frame> frames;
  for (int i = 0; i < 1025; ++i) frames.push_back({{space, after(root, 1, random), {}, {}, 0}, bytes});
  CHECK(store.keep(space, frames, {}).error().code == ErrorCode::refused);
  CHECK(good(store.chains(space, {}))->empty());
  frames.pop_back();
  good(store.keep(space, frames, {}));
  frames = {{{space, after(frames[7].header.range, 9, random), {}, {}, 0}, bytes}};
  CHECK(good(store.keep(space, frames, {})).front());
  CHECK(good(store.chains(space, {}))->begin()->second.ends().size() == 1024);
}

TEST_CASE("a forked authority chain goes out whole and once to each of two partners, though it grows meanwhile") {
  Community all;
  Laptop guest(2);
  join(all, guest, "Guest");
  all.agree(all.host);
  all.agree(guest);
  RelayView& one = all.hub.replica->view(all.shared, all.host.device());
  RelayView& other = all.hub.replica->view(all.shared, guest.device());
  const KeyPair& key = guest->keystore().device();
  const ChainDescriptor chain{guest.device(), all.shared, Lane::authority, all.hub.random.make_id<Incarnation>()};
  struct At {
    std::uint64_t seq;
    Hash head;
  };
  // One commit, brought to the hub.
  const auto write = [&](At& end, std::size_t events) {
    CommitBuilder builder(chain, key, end.seq, end.head);
    for (std::size_t i = 0; i < events; ++i) {
      EventDraft draft;
      draft.type = std::string(authority_type::kGranted);
      draft.body = encode(Grant{guest.device(), 0});
      good(builder.add(draft, all.hub.random));
    }
    const SegmentRange range{chain.id(), Lane::authority, end.seq + 1, builder.last_seq(), end.head, builder.head()};
    end = {builder.last_seq(), builder.head()};
    const Bytes commit = builder.finish();
    const Segment segment{range, SegmentForm::frame, good(pack_frame(all.shared, range, commit, nullptr, key, all.hub.random))};
    REQUIRE(good(one.store({&segment, 1})).events_new == events);
  };
  At base{0, chain.root()};
  for (int i = 0; i < 6; ++i) write(base, 100);
  At a = base, b = base, c = base;
  for (int i = 0; i < 3; ++i) write(a, 100);
  for (int i = 0; i < 3; ++i) write(b, 100);
  std::vector<Hash> given;
  std::uint64_t cursor = 0, cursor_there = 0;
  const auto give = [&] {
    const auto segment = good(one.next_segment(chain.id(), 0, cursor));
    if (!segment) return false;
    const Bytes commits = good(open_frame(segment->payload, good(read_frame_header(segment->payload)), {}));
    for (const CommitView& commit : good(split_commits(commits))) given.push_back(good(commit.event_hashes()).back());
    return true;
  };
  REQUIRE(give());
  REQUIRE(give());
  write(c, 1);
  REQUIRE(good(other.next_segment(chain.id(), 0, cursor_there)));
  while (give()) REQUIRE(given.size() < 30);
  CHECK(given.size() == 12);
  CHECK(std::set<Hash>(given.begin(), given.end()).size() == 12);
}
