// Two trusts in one space: how far a word on two records reaches ("same or different?").
#include <catch2/catch.hpp>

#include "core/engine/problems.h"
#include "core/engine/share.h"
#include "tests/support/trusts.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

FieldValue said(std::string field, std::string words) { return {std::move(field), std::move(words)}; }

/// Both work in one cycle space, and each entered the same service there.
struct TwoTrusts {
  Laptop host{1};
  Laptop guest{2};
  SpaceId shared;
  EntityId cycle, of_host, of_guest;

  TwoTrusts() {
    host.found("Host");
    guest.found("Guest");
    shared = host.cycle();
    let_in(host, guest, kPartner);
    exchange(host, guest);
    good(guest->use_cycle_space(shared));
    cycle = entered(*host, {"cycle", {}, Verb::changed, {said("title", "EDS 2025/26"), said("framework", "eds-2022"), said("policy", "nhs-eds-2022")}}).entities.front();
    exchange(host, guest);
    of_host = service(host, "Virtual wards");
    of_guest = service(guest, "virtual  WARDS");
    exchange(host, guest);
  }
  EntityId service(Laptop& laptop, std::string name) {
    return entered(*laptop, {"service", {}, Verb::changed, {said("name", std::move(name)), {"organisation", laptop->organisation()}, {"cycle", cycle}}}).entities.front();
  }
  EntityId action(Laptop& laptop, std::string words) {
    return entered(*laptop, {"action", {}, Verb::changed, {said("text", std::move(words)), {"organisation", laptop->organisation()}, {"cycle", cycle}}}).entities.front();
  }
  /// Says it where both stand, as the commands do, or in `space` on purpose.
  void decide(Laptop& laptop, const EntityId& a, const EntityId& b, std::string verdict, std::optional<SpaceId> space = {}) {
    RecordChange change{"duplicate", {}, Verb::changed, {{"records", std::vector<EntityId>{a, b}}, said("verdict", verdict)}};
    if (verdict == "same") change.set.push_back({"kept", a});
    Command command;
    command.in_space = space ? space : good(laptop->shared_by(a, b));
    command.changes.push_back(std::move(change));
    good(laptop->submit(command));
  }
  static std::size_t questions(Laptop& laptop) { return good(find_twins(*laptop)).size(); }
  static std::size_t of_code(Laptop& laptop, std::string_view code) {
    const auto problems = good(find_problems(*laptop));
    return static_cast<std::size_t>(std::count_if(problems.begin(), problems.end(), [&](const RecordProblem& problem) { return problem.code == code; }));
  }
  static Hash shared_log(TwoTrusts& two) { return good(good(two.guest->find_space(two.shared)->log.read()).log_digest({})); }
  static std::size_t count(Laptop& laptop, const char* type) { return good(laptop->records(type)).size(); }
};

}  // namespace

TEST_CASE("what one trust called different in the shared space is not asked at its partner") {
  TwoTrusts two;
  REQUIRE(TwoTrusts::questions(two.host) == 1);
  REQUIRE(TwoTrusts::questions(two.guest) == 1);
  CHECK(good(two.host->shared_by(two.of_host, two.of_guest)) == two.shared);
  two.decide(two.host, two.of_host, two.of_guest, "different");
  CHECK(TwoTrusts::questions(two.host) == 0);
  CHECK(TwoTrusts::questions(two.guest) == 1);  // it has not heard yet
  exchange(two.host, two.guest);
  CHECK(TwoTrusts::questions(two.guest) == 0);
  CHECK(TwoTrusts::count(two.guest, "service") == 2);
}

TEST_CASE("what one trust called the same steps back at its partner too, and both list the leader") {
  TwoTrusts two;
  two.decide(two.guest, two.of_guest, two.of_host, "same");
  exchange(two.host, two.guest);
  for (Laptop* laptop : {&two.host, &two.guest}) {
    const std::vector<Record> services = good((*laptop)->records("service"));
    REQUIRE(services.size() == 1);
    CHECK(services.front().id() == two.of_guest);
    CHECK(TwoTrusts::questions(*laptop) == 0);
  }
}

TEST_CASE("a word on two of our own records stays at home") {
  TwoTrusts two;
  const EntityId first = two.action(two.guest, "Translate the leaflet");
  const EntityId second = two.action(two.guest, "Translate the leaflet");
  CHECK_FALSE(good(two.guest->shared_by(first, second)).has_value());
  CHECK_FALSE(good(two.guest->shared_by(first, two.of_host)).has_value());
  const Hash before = TwoTrusts::shared_log(two);
  two.decide(two.guest, first, second, "same");
  CHECK(TwoTrusts::count(two.guest, "action") == 1);
  CHECK(TwoTrusts::shared_log(two) == before);
}

TEST_CASE("a partner's word in the shared space on records of ours that do not stand there has no effect") {
  TwoTrusts two;
  const EntityId first = two.action(two.guest, "Translate the leaflet");
  const EntityId second = two.action(two.guest, "Translate the leaflet");
  const EntityId third = two.action(two.guest, "Hearing loops in clinics");
  // The partner cannot know these ids; one that does all the same decides nothing by it. The guest's own laptop writes
  // what such a partner would, since it alone can name them: the space it stands in is what counts.
  two.decide(two.guest, first, second, "different", two.shared);
  two.decide(two.guest, first, third, "same", two.shared);
  exchange(two.host, two.guest);
  CHECK(TwoTrusts::questions(two.guest) == 2);  // the actions, and the services
  CHECK(TwoTrusts::count(two.guest, "action") == 3);
  two.decide(two.guest, first, second, "different");
  CHECK(TwoTrusts::questions(two.guest) == 1);
}

TEST_CASE("a partner that writes one of our private ids into the shared space still decides nothing about our record") {
  TwoTrusts two;
  const EntityId own = two.action(two.guest, "Translate the leaflet");
  const EntityId other = two.action(two.host, "Translate the leaflet");
  for (const EntityId& id : {own, other}) {
    Command forged{{{"action", id, Verb::changed, {said("text", "Translate the leaflet"), {"organisation", two.host->organisation()}, {"cycle", two.cycle}}}}};
    forged.in_space = two.shared;
    good(two.host->submit(forged));
  }
  two.decide(two.host, other, own, "same", two.shared);
  exchange(two.host, two.guest);
  const std::vector<Record> actions = good(two.guest->records("action"));
  CHECK(std::any_of(actions.begin(), actions.end(), [&](const Record& record) { return record.id() == own; }));
}

TEST_CASE("what named a follower that stepped back does not count as a dangling reference, here or at the partner") {
  TwoTrusts two;
  entered(*two.guest, {"grade", {}, Verb::changed, {{"organisation", two.guest->organisation()}, {"cycle", two.cycle}, said("outcome", "1A"), said("kind", "verified"),
                                                    {"service", two.of_guest}, {"value", *GradeValue::parse("2")}}});
  exchange(two.host, two.guest);
  two.decide(two.host, two.of_host, two.of_guest, "same");
  exchange(two.host, two.guest);
  for (Laptop* laptop : {&two.host, &two.guest}) {
    CHECK(TwoTrusts::count(*laptop, "service") == 1);
    CHECK(TwoTrusts::of_code(*laptop, "dangling_reference") == 0);  // the decision itself names the follower
  }
  const std::vector<Record> grades = good(two.guest->records("grade"));
  REQUIRE(grades.size() == 1);
  CHECK(grades.front().reference("service") == two.of_host);
  // One that is gone is dangling all the same.
  entered(*two.host, {"service", two.of_host, Verb::removed});
  entered(*two.guest, {"service", two.of_guest, Verb::removed});
  exchange(two.host, two.guest);
  CHECK(TwoTrusts::of_code(two.host, "dangling_reference") > 0);
}
