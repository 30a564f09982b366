#include "core/engine/erasure.h"

#include <catch2/catch.hpp>

#include "core/engine/derived_views.h"
#include "core/engine/workspace_state.h"
#include "core/os/files.h"
#include "core/os/workspace_lock.h"
#include "tests/support/trusts.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

FieldValue said(std::string field, std::string words) { return {std::move(field), std::move(words)}; }

/// Two laptops of one trust, and two people on its register, each of whom took part in something.
struct Register {
  Laptop first{31};
  Laptop second{32};
  EntityId goes, stays, activity_of_goes, activity_of_stays;

  explicit Register(Capabilities of_second = Capabilities::all()) {
    first.found("Northmere");
    let_in(first, second, of_second, true);
    exchange(first, second);
    goes = person("canary-goes");
    stays = person("canary-stays");
    activity_of_goes = activity(goes);
    activity_of_stays = activity(stays);
    meet();
  }
  EntityId person(const std::string& name) { return entered(*first, {"person", {}, Verb::changed, {said("name", name), said("consent", "contact")}}).entities.front(); }
  EntityId activity(const EntityId& who) {
    return entered(*first, {"activity", {}, Verb::changed, {{"person", who}, said("title", "Recruitment panel")}}).entities.front();
  }
  void meet() {
    exchange(first, second);
    for (auto [from, to] : {std::pair(&first, &second), std::pair(&second, &first)}) good(import_person_keys(**to, good(export_person_keys_for(**from, to->device()))));
  }
  static std::string name_of(Laptop& laptop, const EntityId& person) { return good(laptop->find(person))->text("name"); }
  /// Sealed bodies of events about that record.
  static std::size_t bodies(Laptop& laptop, const EntityId& entity) {
    std::size_t count = 0;
    good(good(laptop->space_of(SpaceKind::people).log.read()).scan(1, [&](Arrival, const CommitView& commit) {
      return commit.walk([&](std::size_t, const EventView& event) {
        count += event.header.entity == entity && !event.header.key.is_zero() && event.body_state == BodyState::present ? 1 : 0;
        return true;
      }).ok();
    }));
    return count;
  }
};

/// What a plugin made of records of that laptop.
std::filesystem::path made_view(const Laptop& laptop, const std::string& plugin = "org.example.reg") {
  const auto folder = derived_views(laptop.folder) / plugin;
  good(make_private_folder(folder / "0123456789abcdef.1"));
  good(write_file_durably(folder / "0123456789abcdef.1" / "data.mdb", view_of("canary-goes")));
  return folder / "0123456789abcdef.1" / "data.mdb";
}

}  // namespace

TEST_CASE("erasing a person takes their record, what they took part in, and their keys, on both laptops, and nobody else's") {
  Register both;
  const Erasure reach = good(reach_of_erasure(*both.first, both.goes));
  CHECK(reach.keys.size() == 1);
  CHECK(reach.records == std::map<std::string, std::size_t>{{"activity", 1}, {"person", 1}});
  CHECK(reach.changes >= 2);
  CHECK(Register::name_of(both.first, both.goes) == "canary-goes");  // asking changes nothing

  const Erasure erased = good(erase_person(*both.first, both.goes, "request"));
  CHECK(erased.left == 0);
  CHECK(erased.keys == reach.keys);
  both.meet();
  for (Laptop* laptop : {&both.first, &both.second}) {
    CHECK(Register::bodies(*laptop, both.goes) == 0);
    CHECK(Register::bodies(*laptop, both.activity_of_goes) == 0);
    CHECK(Register::name_of(*laptop, both.goes).empty());
    CHECK((*laptop)->keystore().is_destroyed(*reach.keys.begin()));
    CHECK(good((*laptop)->records("person")).size() == 1);
    CHECK(good((*laptop)->records("activity")).size() == 1);
    CHECK(Register::name_of(*laptop, both.stays) == "canary-stays");
    laptop->reopen();
    CHECK(good((*laptop)->records("person")).size() == 1);
  }
  CHECK(exchange(both.first, both.second) == 0);
  const Space& here = both.first->space_of(SpaceKind::people);
  const Space& there = both.second->space_of(SpaceKind::people);
  CHECK(good(here.fold.state_digest()) == good(there.fold.state_digest()));
  CHECK(here.fold.counts().quarantined == 0);
}

TEST_CASE("nothing more is kept under an erased person, and the erasure cannot be undone") {
  Register both;
  good(erase_person(*both.first, both.goes, "consent"));
  CHECK_FALSE(both.first->submit(Command{{{"person", both.goes, Verb::changed, {said("name", "Again")}}}}).ok());
  CHECK_FALSE(both.first->submit(Command{{{"activity", {}, Verb::changed, {{"person", both.goes}, said("title", "Again")}}}}).ok());
  CHECK(good(erase_person(*both.first, both.goes, "consent")).changes == 0);  // again is harmless
  CHECK(reach_of_erasure(*both.first, both.first.random.make_id<EntityId>()).error().code == ErrorCode::not_found);
}

TEST_CASE("a laptop that is no admin erases nothing, and is told so before anything is removed") {
  Register both(Capability::read | Capability::contribute);
  const auto refused = erase_person(*both.second, both.goes, "request");
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().where == "rights");
  CHECK(good(both.second->records("person")).size() == 2);
  CHECK(Register::name_of(both.second, both.goes) == "canary-goes");
}

TEST_CASE("what another laptop writes about a person meanwhile is empty once it has heard of the erasure") {
  Register both;
  const EntityId late = entered(*both.second, {"activity", {}, Verb::changed, {{"person", both.goes}, said("title", "Written apart")}}).entities.front();
  good(erase_person(*both.first, both.goes, "request"));
  both.meet();
  for (Laptop* laptop : {&both.first, &both.second}) {
    CHECK(Register::bodies(*laptop, late) == 0);
    CHECK(good((*laptop)->find(late))->text("title").empty());
    CHECK(good((*laptop)->find(late))->is_removed());
    CHECK(good((*laptop)->records("activity")).size() == 1);
  }
  both.meet();
  CHECK(exchange(both.first, both.second) == 0);
}

TEST_CASE("what a laptop wrote under a key of its own about a person who was erased goes with the rest") {
  Register both;
  const EntityId person = both.person("canary-of-two-keys");
  exchange(both.first, both.second);  // the record, not its key
  const EntityId late = entered(*both.second, {"activity", {}, Verb::changed, {{"person", person}, said("title", "Written apart")}}).entities.front();
  REQUIRE(both.second->keystore().find_person_key(person)->id != both.first->keystore().find_person_key(person)->id);
  good(erase_person(*both.first, person, "retention"));
  for (int i = 0; i < 2; ++i) both.meet();
  for (Laptop* laptop : {&both.first, &both.second}) {
    CHECK(Register::bodies(*laptop, late) == 0);
    CHECK(Register::bodies(*laptop, person) == 0);
    CHECK((*laptop)->keystore().find_person_key(person) == nullptr);
    CHECK(good((*laptop)->records("person")).size() == 2);
    CHECK(good((*laptop)->records("activity")).size() == 2);
  }
  CHECK(exchange(both.first, both.second) == 0);
}

TEST_CASE("what a laptop wrote under a key of its own into a story that was erased goes with the rest") {
  Register both;
  Laptop third(33);
  let_in(both.first, third, Capabilities::all(), true);
  exchange(both.first, third);
  const EntityId story = entered(*both.first, {"story", {}, Verb::changed, {{"organisation", both.first->organisation()}, said("title", "A story"), said("text", "canary-story"), said("consent", "board")}}).entities.front();
  exchange(both.first, both.second);  // the record, not its key
  entered(*both.second, {"story", story, Verb::changed, {said("text", "canary-late")}});
  good(erase_person(*both.first, story, "request"));
  exchange(both.first, third);  // an admin who never had a key of it hears of the order, and of the late text
  exchange(third, both.second);
  good(both.second->settle());
  CHECK(Register::bodies(both.second, story) == 0);
  CHECK(both.second->keystore().find_person_key(story) == nullptr);
  CHECK(good(both.second->records("story")).empty());
}

TEST_CASE("what a laptop wrote under a key of its own into an evaluation of nobody that was erased goes with the rest") {
  Register both;
  Laptop third(33);
  let_in(both.first, third, Capabilities::all(), true);
  exchange(both.first, third);
  const EntityId evaluation = entered(*both.first, {"evaluation", {}, Verb::changed, {{"score", std::int64_t{4}}}}).entities.front();
  exchange(both.first, both.second);  // the record, not its key
  entered(*both.second, {"evaluation", evaluation, Verb::changed, {{"score", std::int64_t{1}}}});
  good(erase_person(*both.first, evaluation, "request"));
  exchange(both.first, third);  // an admin who never had a key of it hears of the order, and of the late score
  exchange(third, both.second);
  good(both.second->settle());
  CHECK(Register::bodies(both.second, evaluation) == 0);
  CHECK(both.second->keystore().find_person_key(evaluation) == nullptr);
  CHECK(Register::name_of(both.second, both.stays) == "canary-stays");
}

TEST_CASE("more records about one person than one commit can remove are erased") {
  Register both;
  for (int part = 0; part < 4; ++part) {
    Command command;
    for (int i = 0; i < 150; ++i) command.changes.push_back({"activity", {}, Verb::changed, {{"person", both.goes}, said("title", "Panel")}});
    good(both.first->submit(command));
  }
  REQUIRE(good(both.first->records("activity")).size() == 602);
  good(erase_person(*both.first, both.goes, "request"));
  CHECK(good(both.first->records("activity")).size() == 1);
  good(both.first->settle());
}

TEST_CASE("a laptop that is no admin cannot have keys destroyed by calling them destroyed") {
  Register both(Capability::read | Capability::contribute);
  std::set<KeyId> all;
  for (const Keystore::PersonKey& one : both.second->keystore().person_keys()) all.insert(one.key.id);
  REQUIRE(all.size() == 2);
  good(both.second->state().keystore->destroy_keys(all));
  both.meet();
  CHECK(both.first->keystore().person_keys().size() == 2);
  CHECK(Register::name_of(both.first, both.goes) == "canary-goes");
  CHECK(both.first->space_of(SpaceKind::people).fold.access().erased().empty());
}

TEST_CASE("neither an erasure nor a removal before it is undone into an empty record") {
  Register both;
  entered(*both.first, {"activity", both.activity_of_goes, Verb::removed, {}});
  good(erase_person(*both.first, both.goes, "request"));
  for (int i = 0; i < 4; ++i) {
    const auto undone = both.first->undo();
    INFO((undone ? *undone : undone.error().sentence()));
    CHECK(good(both.first->find(both.goes))->is_removed());
    CHECK(good(both.first->find(both.activity_of_goes))->is_removed());
  }
}

TEST_CASE("an erasure throws away what plugins made of records: where it is ordered, where the order comes, and where it was cut short") {
  Register both;
  const auto here = made_view(both.first), there = made_view(both.second);
  both.person("another");
  both.meet();
  CHECK(std::filesystem::exists(here));  // nothing was erased, so nothing goes
  CHECK(std::filesystem::exists(there));
  good(erase_person(*both.first, both.goes, "request"));
  CHECK_FALSE(std::filesystem::exists(here));
  CHECK(std::filesystem::exists(there));
  both.meet();
  CHECK_FALSE(std::filesystem::exists(there));

  made_view(both.first);  // made after it, of what is left
  good(both.first->settle());
  both.first.reopen();
  CHECK(std::filesystem::exists(here));
  good(remove_tree(derived_views(both.first.folder).parent_path() / "erasures"));  // killed before it was noted
  both.first.reopen();
  CHECK_FALSE(std::filesystem::exists(here));
}

TEST_CASE("a view that is being made while somebody is erased goes all the same, and once more when it is no longer being made") {
  Register both;
  const auto file = made_view(both.first);
  const auto plugin = file.parent_path().parent_path();
  {
    const WorkspaceLock maker = good(WorkspaceLock::take(plugin / "lock", "evenhand", "views"));
    good(erase_person(*both.first, both.goes, "request"));
    CHECK_FALSE(std::filesystem::exists(file));
    made_view(both.first);  // from what it had read before
  }
  CHECK(std::filesystem::exists(plugin / "lock"));
  both.first.reopen();
  CHECK_FALSE(std::filesystem::exists(file));
}

TEST_CASE("what plugins made of an erased person is gone before the laptop that hears of it writes anything, which may fail") {
  Register both;
  const KeyId key = both.second->keystore().find_person_key(both.goes)->id;
  entered(*both.second, {"activity", {}, Verb::changed, {{"person", both.goes}, said("title", "Written apart")}});
  good(erase_person(*both.first, both.goes, "request"));
  const auto view = made_view(both.second);

  struct WatchingClock : Clock {  // whoever writes an event asks it
    std::function<void()> asked;
    TickingClock clock;
    ClaimedTime now() override { return asked(), clock.now(); }
  } watching;
  std::size_t written = 0, with_view = 0;
  watching.asked = [&] {
    if (!both.second.workspace || !both.second->keystore().is_destroyed(key)) return;
    ++written;
    with_view += std::filesystem::exists(view) ? 1 : 0;
  };
  both.second.workspace.reset();
  both.second.workspace.emplace(good(Workspace::open(both.second.folder, OpenMode::read_write, watching, both.second.random)));
  exchange(both.first, both.second);
  CHECK(written > 0);  // the record that is empty by now is removed
  CHECK(with_view == 0);
  both.second.workspace.reset();  // before its clock
}
