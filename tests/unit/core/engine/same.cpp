#include "core/engine/same.h"

#include "core/engine/problems.h"
#include "tests/support/two_workspaces.h"

using namespace evenhand;

namespace {

FieldValue said(std::string field, std::string words) { return {std::move(field), std::move(words)}; }

/// One service entered by both copies, with a grade on each.
struct Twice {
  TwoWorkspaces both;
  EntityId cycle, leader, follower, grade;

  Twice() {
    cycle = both.added("cycle", {said("title", "EDS 2025/26"), said("framework", "eds-2022"), said("policy", "nhs-eds-2022")});
    both.part();
    leader = service(both.one(), "Virtual wards");
    follower = service(both.two(), "virtual  WARDS");
    grade = TwoWorkspaces::entered(both.two(), {"grade", {}, Verb::changed, {{"organisation", both.two().organisation()}, {"cycle", cycle}, said("outcome", "1A"), said("kind", "verified"),
                                                                             {"service", follower}, {"value", *GradeValue::parse("2")}}}).entities.front();
    both.meet();
  }

  EntityId service(Workspace& workspace, std::string name) {
    return TwoWorkspaces::entered(workspace, {"service", {}, Verb::changed, {said("name", std::move(name)), {"organisation", workspace.organisation()}, {"cycle", cycle}}}).entities.front();
  }
  EntityId decide(Workspace& workspace, std::string verdict, std::optional<EntityId> kept) {
    RecordChange change{"duplicate", {}, Verb::changed, {{"records", std::vector<EntityId>{leader, follower}}, said("verdict", std::move(verdict))}};
    if (kept) change.set.push_back({"kept", *kept});
    return TwoWorkspaces::entered(workspace, change).entities.front();
  }
  std::size_t questions() const {
    const auto problems = find_problems(const_cast<Twice*>(this)->both.one());
    return static_cast<std::size_t>(std::count_if(problems->begin(), problems->end(), [](const RecordProblem& p) { return p.code == "same_twice"; }));
  }
  std::size_t services() { return both.one().records("service")->size(); }
};

}  // namespace

TEST_CASE("a service entered by both is a question until somebody says same, and then its links count for the leader") {
  Twice twice;
  CHECK(twice.questions() == 1);
  CHECK(twice.services() == 2);
  const EntityId decision = twice.decide(twice.both.one(), "same", twice.leader);
  CHECK(twice.questions() == 0);
  REQUIRE(twice.services() == 1);
  CHECK(twice.both.one().records("service")->front().id() == twice.leader);
  CHECK(twice.both.one().records("grade")->front().reference("service") == twice.leader);
  CHECK((*twice.both.one().find(twice.grade))->reference("service") == twice.follower);

  TwoWorkspaces::entered(twice.both.one(), {"duplicate", decision, Verb::removed});
  CHECK(twice.services() == 2);
  CHECK(twice.questions() == 1);
  CHECK(twice.both.one().records("grade")->front().reference("service") == twice.follower);
}

TEST_CASE("two that a person called different stay two and are not asked about again") {
  Twice twice;
  twice.decide(twice.both.one(), "different", std::nullopt);
  CHECK(twice.services() == 2);
  CHECK(twice.questions() == 0);
}

TEST_CASE("two decisions that contradict each other hide nothing and ask again") {
  Twice twice;
  twice.decide(twice.both.one(), "same", twice.leader);
  twice.decide(twice.both.two(), "same", twice.follower);
  twice.both.meet();
  CHECK(twice.services() == 2);
  CHECK(twice.questions() == 1);
}

TEST_CASE("where people decided in different ways, each word stands with who and when; one alone, or two that agree, are no dispute") {
  Twice twice;
  const auto said_of_them = [&] { return find_twins(twice.both.one())->front().words; };
  CHECK(said_of_them().empty());
  const EntityId first = twice.decide(twice.both.one(), "different", std::nullopt);
  CHECK(contradicting_words(twice.both.one())->empty());
  twice.decide(twice.both.two(), "same", twice.follower);
  twice.both.meet();
  const std::vector<TwinWord> words = said_of_them();
  REQUIRE(words.size() == 2);
  CHECK(std::count_if(words.begin(), words.end(), [](const TwinWord& word) { return word.leads.is_zero(); }) == 1);
  CHECK(std::count_if(words.begin(), words.end(), [&](const TwinWord& word) { return word.leads == twice.follower; }) == 1);
  CHECK(words[0].claimed < words[1].claimed);
  for (const TwinWord& word : words) CHECK((word.author.organisation == "NCT" && word.author.device_label == "EDI laptop"));
  CHECK(find_twins(twice.both.one())->front().problem.message.find("in different ways") != std::string::npos);
  TwoWorkspaces::entered(twice.both.one(), {"duplicate", first, Verb::changed, {said("verdict", "same"), {"kept", twice.follower}}});
  CHECK(contradicting_words(twice.both.one())->empty());
  CHECK(find_twins(twice.both.one())->empty());
}

TEST_CASE("one decision that two laptops changed unseen by each other shows both words") {
  Twice twice;
  const EntityId decision = twice.decide(twice.both.one(), "different", std::nullopt);
  twice.both.meet();
  TwoWorkspaces::entered(twice.both.one(), {"duplicate", decision, Verb::changed, {said("verdict", "same"), {"kept", twice.leader}}});
  TwoWorkspaces::entered(twice.both.two(), {"duplicate", decision, Verb::changed, {said("verdict", "same"), {"kept", twice.follower}}});
  CHECK(contradicting_words(twice.both.one())->empty());
  twice.both.meet();
  const auto all = *contradicting_words(twice.both.one());
  REQUIRE(all.size() == 1);
  REQUIRE(all.begin()->second.size() == 2);
  CHECK(all.begin()->second[0].leads != all.begin()->second[1].leads);
}

TEST_CASE("a follower comes back when its leader is removed") {
  Twice twice;
  twice.decide(twice.both.one(), "same", twice.leader);
  TwoWorkspaces::entered(twice.both.one(), {"service", twice.leader, Verb::removed});
  REQUIRE(twice.services() == 1);
  CHECK(twice.both.one().records("service")->front().id() == twice.follower);
}

TEST_CASE("services of one name in two cycles are never held to be one, and a decision that says so has no effect") {
  Twice twice;
  const EntityId next = twice.both.added("cycle", {said("title", "EDS 2026/27"), said("framework", "eds-2022"), said("policy", "nhs-eds-2022")});
  twice.decide(twice.both.one(), "different", std::nullopt);
  twice.cycle = next;
  const EntityId other = twice.service(twice.both.one(), "Virtual wards");
  CHECK(twice.questions() == 0);
  TwoWorkspaces::entered(twice.both.one(), {"duplicate", {}, Verb::changed, {{"records", std::vector<EntityId>{twice.leader, other}}, said("verdict", "same"), {"kept", twice.leader}}});
  CHECK(twice.services() == 3);
}

TEST_CASE("people of one name are a question that names nobody") {
  Twice twice;
  for (int i = 0; i < 2; ++i) twice.both.added("person", {said("name", "Canary Name"), said("consent", "contact")});
  const auto problems = find_problems(twice.both.one());
  std::size_t asked = 0;
  for (const RecordProblem& problem : *problems) {
    if (problem.code != "same_twice" || problem.record_type != "person") continue;
    ++asked;
    CHECK(problem.message.find("Canary") == std::string::npos);
  }
  CHECK(asked == 1);
}

TEST_CASE("records in a circle of decisions follow nobody") {
  Twice twice;
  const EntityId third = twice.service(twice.both.one(), "Virtual wards");
  const auto same = [&](const EntityId& a, const EntityId& b) {
    TwoWorkspaces::entered(twice.both.one(), {"duplicate", {}, Verb::changed, {{"records", std::vector<EntityId>{a, b}}, said("verdict", "same"), {"kept", b}}});
  };
  same(twice.leader, twice.follower);
  same(twice.follower, third);
  same(third, twice.leader);
  CHECK(twice.services() == 3);
}

TEST_CASE("figures that two changes brought together name both when they do not add up") {
  Twice twice;
  const EntityId risk = twice.both.added("risk", {{"organisation", twice.both.one().organisation()}, said("number", "BAF 4"), said("title", "Unequal access"), {"consequence", std::int64_t{4}}, {"likelihood", std::int64_t{3}}, {"score", std::int64_t{12}}});
  twice.both.meet();
  TwoWorkspaces::entered(twice.both.one(), {"risk", risk, Verb::changed, {{"consequence", std::int64_t{2}}, {"score", std::int64_t{6}}}});
  TwoWorkspaces::entered(twice.both.two(), {"risk", risk, Verb::changed, {{"likelihood", std::int64_t{5}}, {"score", std::int64_t{20}}}});
  twice.both.meet();
  TwoWorkspaces::entered(twice.both.one(), {"risk", risk, Verb::decided, {{"score", std::int64_t{10}}}});
  CHECK(find_problems(twice.both.one())->empty() == false);
  const EntityId other = twice.both.added("risk", {{"organisation", twice.both.one().organisation()}, said("number", "BAF 5"), said("title", "Rising"), {"consequence", std::int64_t{4}}, {"likelihood", std::int64_t{3}}});
  twice.both.meet();
  TwoWorkspaces::entered(twice.both.one(), {"risk", other, Verb::changed, {{"score", std::int64_t{12}}}});
  TwoWorkspaces::entered(twice.both.two(), {"risk", other, Verb::changed, {{"likelihood", std::int64_t{5}}}});
  twice.both.meet();
  const auto problems = find_problems(twice.both.one());
  const auto found = std::find_if(problems->begin(), problems->end(), [&](const RecordProblem& p) { return p.code == "impossible_figures" && p.entity == other; });
  REQUIRE(found != problems->end());
  CHECK_THAT(found->message, Catch::Contains("several changes") && Catch::Contains("NCT, EDI laptop"));
}
