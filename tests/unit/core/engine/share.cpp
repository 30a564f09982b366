// A copy that partners see, brought up to date without touching what they wrote on it.
#include "core/engine/share.h"

#include "tests/support/two_workspaces.h"

using namespace evenhand;
using Catch::Contains;

namespace {

FieldValue said(std::string field, std::string words) { return {std::move(field), std::move(words)}; }

/// An evidence item at home in one, its copy in a cycle space that both hold.
struct Copied {
  TwoWorkspaces both;
  EntityId evidence, copy;

  Copied() {
    const EntityId cycle = both.added("cycle", {said("title", "EDS 2025/26"), said("framework", "eds-2022"), said("policy", "nhs-eds-2022")});
    evidence = both.added("evidence", {{"organisation", both.one().organisation()}, {"cycle", cycle}, said("outcome", "1A"), said("title", "Interpreters"), said("text", "By phone."),
                                       said("department", "Outpatients"), {"groups", std::vector<std::string>{"disability"}}});
    copy = again().copy;
    both.part();
  }
  Shared again() {
    auto shared = share(both.one(), evidence, both.one().space_of(SpaceKind::cycle).id, "");
    INFO((shared.ok() ? "" : shared.error().sentence()));
    REQUIRE(shared.ok());
    return *shared;
  }
  void at_home(FieldValue value) { TwoWorkspaces::entered(both.one(), {"evidence", evidence, Verb::changed, {std::move(value)}}); }
  void by_partner(RecordChange change) {
    change.type = "evidence";
    change.entity = copy;
    TwoWorkspaces::entered(both.two(), change);
    both.meet();
  }
  void by_partner(FieldValue value) { by_partner(RecordChange{"", {}, Verb::changed, {std::move(value)}}); }
  Record stands() { return **both.one().find(copy); }
  std::size_t disputes() { return both.one().conflicts()->size(); }
};

}  // namespace

TEST_CASE("sharing again leaves what a partner wrote on the copy and brings only what changed at home") {
  Copied copied;
  copied.by_partner(said("text", "In person."));
  copied.by_partner(said("owner", "Head of service"));  // nothing was shared in this field
  copied.at_home(said("title", "Interpreters at every appointment"));
  const Shared shared = copied.again();
  CHECK(shared.is_changed);
  CHECK(shared.disputed.empty());
  CHECK(copied.stands().text("title") == "Interpreters at every appointment");
  CHECK(copied.stands().text("text") == "In person.");
  CHECK(copied.stands().text("owner") == "Head of service");
  CHECK(copied.disputes() == 0);
  CHECK_FALSE(copied.again().is_changed);
  CHECK(copied.stands().text("text") == "In person.");
}

TEST_CASE("a field of a copy that both changed waits for a person, with both values, and a decision for the partner's stands") {
  Copied copied;
  copied.by_partner(said("text", "In person."));
  copied.at_home(said("source", "Survey"));
  CHECK(copied.again().disputed.empty());  // this sharing saw the partner's words; they must stand nevertheless
  copied.at_home(said("text", "By video."));
  const auto looked = rehearse_share(copied.both.one(), copied.evidence, copied.both.one().space_of(SpaceKind::cycle).id);
  REQUIRE(looked.ok());
  CHECK(looked->disputed == std::vector<std::string>{"text"});
  CHECK(copied.stands().text("text") == "In person.");
  CHECK(copied.again().disputed == std::vector<std::string>{"text"});
  REQUIRE(copied.disputes() == 1);
  const Conflict dispute = copied.both.one().conflicts()->front();
  CHECK(dispute.entity == copied.copy);
  CHECK(dispute.field == "text");
  CHECK(dispute.versions.size() == 2);
  copied.at_home(said("department", "Maternity"));
  CHECK(copied.again().disputed.empty());
  CHECK(copied.disputes() == 1);  // nobody decided meanwhile
  TwoWorkspaces::entered(copied.both.one(), {"evidence", copied.copy, Verb::decided, {said("text", "In person.")}});
  copied.at_home(said("department", "Stroke unit"));
  CHECK(copied.again().is_changed);
  CHECK(copied.stands().text("text") == "In person.");
  CHECK(copied.stands().text("department") == "Stroke unit");
  CHECK(copied.disputes() == 0);
}

TEST_CASE("sharing clears what it had set itself, and items of a set go and come one by one") {
  Copied copied;
  RecordChange more{"", {}, Verb::changed};
  more.add.push_back({"groups", std::vector<std::string>{"age"}});
  copied.by_partner(more);
  RecordChange change{"evidence", copied.evidence, Verb::changed};
  change.clear = {"department"};
  change.set = {{"groups", std::vector<std::string>{"sex"}}};
  TwoWorkspaces::entered(copied.both.one(), change);
  copied.again();
  CHECK(copied.stands().text("department").empty());
  CHECK(copied.stands().words("groups") == std::vector<std::string>{"age", "sex"});
  CHECK(copied.disputes() == 0);
}

TEST_CASE("a copy that we took back comes back when it is shared again") {
  Copied copied;
  TwoWorkspaces::entered(copied.both.one(), {"evidence", copied.copy, Verb::removed});
  REQUIRE(copied.stands().is_removed());
  CHECK(copied.again().is_changed);
  CHECK_FALSE(copied.stands().is_removed());
  CHECK(copied.stands().text("text") == "By phone.");
}

TEST_CASE("a copy whose sharing was undone follows its original again once it is shared anew") {
  Copied copied;
  REQUIRE(copied.both.one().undo().ok());
  REQUIRE(copied.stands().is_removed());
  CHECK(copied.again().is_changed);
  CHECK_FALSE(copied.stands().is_removed());
  CHECK(copied.both.one().records("share")->size() == 1);
  copied.at_home(said("text", "In person."));
  CHECK(copied.again().is_changed);
  CHECK(copied.stands().text("text") == "In person.");
  CHECK(copied.disputes() == 0);
}

TEST_CASE("an item of a set that a partner put back stays when nothing changed at home") {
  Copied copied;
  RecordChange gone{"", {}, Verb::changed}, back{"", {}, Verb::changed};
  gone.remove.push_back({"groups", std::vector<std::string>{"disability"}});
  back.add.push_back({"groups", std::vector<std::string>{"disability"}});
  copied.by_partner(gone);
  RecordChange change{"evidence", copied.evidence, Verb::changed};
  change.clear = {"groups"};
  TwoWorkspaces::entered(copied.both.one(), change);
  copied.again();
  copied.by_partner(back);
  copied.again();
  CHECK(copied.stands().words("groups") == std::vector<std::string>{"disability"});
}

TEST_CASE("a copy is hidden beside its original only as long as that one stands") {
  Copied copied;
  REQUIRE(copied.both.one().records("evidence")->size() == 1);
  CHECK(copied.both.one().records("evidence")->front().id() == copied.evidence);
  TwoWorkspaces::entered(copied.both.one(), {"evidence", copied.evidence, Verb::removed});
  const auto listed = copied.both.one().records("evidence");
  REQUIRE(listed->size() == 1);
  CHECK(listed->front().id() == copied.copy);
}

TEST_CASE("two laptops of ours that shared different words leave no dispute once one of them shares again") {
  Copied copied;
  const auto shared_by_two = [&] {
    auto shared = share(copied.both.two(), copied.evidence, copied.both.two().space_of(SpaceKind::cycle).id, "");
    REQUIRE(shared.ok());
    return *shared;
  };
  copied.at_home(said("text", "By video."));
  TwoWorkspaces::entered(copied.both.two(), {"evidence", copied.evidence, Verb::changed, {said("text", "In person.")}});
  REQUIRE(copied.again().disputed.empty());
  REQUIRE(shared_by_two().disputed.empty());
  copied.both.meet();
  REQUIRE(copied.disputes() == 2);  // at home, and on the copy
  for (const char* decided : {"By video.", "In person."}) {  // one of them was the last to be shared, whichever
    TwoWorkspaces::entered(copied.both.one(), {"evidence", copied.evidence, Verb::decided, {said("text", decided)}});
    const Shared shared = copied.again();
    CHECK(shared.is_changed);
    CHECK(shared.disputed.empty());
    CHECK(copied.disputes() == 0);
    CHECK(copied.stands().text("text") == decided);
    copied.both.meet();
    // Both shared once more, unseen by each other.
    if (decided == std::string("By video.")) {
      copied.at_home(said("text", "By post."));
      TwoWorkspaces::entered(copied.both.two(), {"evidence", copied.evidence, Verb::changed, {said("text", "In person.")}});
      copied.again();
      shared_by_two();
      copied.both.meet();
      REQUIRE(copied.disputes() == 2);
    }
  }
  CHECK_FALSE(copied.again().is_changed);
}

TEST_CASE("what two laptops of ours shared gives way together, and what a partner wrote beside them stays") {
  Copied copied;
  copied.at_home(said("text", "By video."));
  TwoWorkspaces::entered(copied.both.two(), {"evidence", copied.evidence, Verb::changed, {said("text", "In person.")}});
  TwoWorkspaces::entered(copied.both.two(), {"evidence", copied.copy, Verb::changed, {said("text", "By letter.")}});
  copied.again();
  copied.both.meet();
  REQUIRE(copied.disputes() == 2);
  TwoWorkspaces::entered(copied.both.one(), {"evidence", copied.evidence, Verb::decided, {said("text", "By post.")}});
  CHECK(copied.again().disputed == std::vector<std::string>{"text"});
  REQUIRE(copied.disputes() == 1);
  CHECK(copied.both.one().conflicts()->front().versions.size() == 2);
}

TEST_CASE("a partner that wrote what is shared now is no dispute, nor is the change after it") {
  Copied copied;
  copied.by_partner(said("text", "By video."));
  copied.at_home(said("text", "By video."));
  CHECK(copied.again().disputed.empty());
  CHECK_FALSE(copied.again().is_changed);
  copied.at_home(said("text", "By post."));
  CHECK(copied.again().disputed.empty());
  CHECK(copied.stands().text("text") == "By post.");
  CHECK(copied.disputes() == 0);
}

TEST_CASE("a dispute with a partner ends when their words come to be shared") {
  Copied copied;
  copied.by_partner(said("text", "By video."));
  copied.at_home(said("text", "By post."));
  REQUIRE(copied.again().disputed == std::vector<std::string>{"text"});
  REQUIRE(copied.disputes() == 1);
  copied.at_home(said("text", "By video."));
  CHECK(copied.again().disputed.empty());
  CHECK(copied.disputes() == 0);
  CHECK(copied.stands().text("text") == "By video.");
}
