#include "core/projection/fold_entity.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "core/codec/archive.h"
#include "core/record/body.h"
#include "core/record/value.h"
#include "tests/support/seeded_random.h"

using namespace evenhand;

namespace {

constexpr std::uint16_t kGroups = 14;  // a set

/// Events of one record, kept alive for the fold. Their hashes are real, their chain is not.
class RecordEvents {
 public:
  explicit RecordEvents(std::uint64_t seed) : random_(seed) {}

  Reference add(std::string type, std::vector<OwnedChange> changes, std::vector<Reference> parents) {
    auto made = std::make_unique<Made>();
    EventDraft draft;
    draft.type = std::move(type);
    std::sort(parents.begin(), parents.end());
    parents.erase(std::unique(parents.begin(), parents.end()), parents.end());
    draft.parents = std::move(parents);
    made->body = encode_body(std::move(changes));
    made->header = encode_header(draft, hash_body({}, made->body)).value();
    FoldEvent event;
    event.reference.seq = events_.size() + 1;
    event.reference.hash = shorten(sha256({made->header, view_of(std::to_string(events_.size()))}));
    event.view.header = EventHeader::decode_untrusted(made->header).value();
    event.view.body_state = BodyState::present;
    event.view.body = made->body;
    events_.push_back(event);
    kept_.push_back(std::move(made));
    return event.reference;
  }

  std::vector<FoldEvent> shuffled() {
    auto events = events_;
    std::shuffle(events.begin(), events.end(), std::mt19937_64(random_.below(1u << 30)));
    return events;
  }
  const std::vector<FoldEvent>& events() const { return events_; }
  SeededRandom& random() { return random_; }

 private:
  struct Made {
    Bytes header;
    Bytes body;
  };
  SeededRandom random_;
  std::vector<FoldEvent> events_;
  std::vector<std::unique_ptr<Made>> kept_;
};

OwnedChange groups(std::vector<Bytes> added, std::vector<Bytes> removed) {
  return {kGroups, encode(ItemsChange{std::move(added), std::move(removed)})};
}

/// The definition, pair by pair.
struct NaivePast {
  std::map<Reference, std::set<Reference>> past;
  explicit NaivePast(const std::vector<FoldEvent>& events) {  // parents stand before their children here
    for (const FoldEvent& event : events) {
      auto& own = past[event.reference];
      for (std::size_t p = 0; p < event.view.header.parent_count(); ++p) {
        own.insert(event.view.header.parent(p));
        const auto& further = past.at(event.view.header.parent(p));
        own.insert(further.begin(), further.end());
      }
    }
  }
  bool precedes(const FoldEvent& earlier, const FoldEvent& later) const { return past.at(later.reference).contains(earlier.reference); }
};

Lifecycle naive_lifecycle(const std::vector<FoldEvent>& events) {
  const NaivePast past(events);
  std::vector<const FoldEvent*> removals, edits;
  for (const FoldEvent& event : events) {
    if (event.view.header.type == "evidence.removed") removals.push_back(&event);
    if (event.view.header.type == "evidence.changed") edits.push_back(&event);  // a join says nothing
  }
  if (removals.empty()) return Lifecycle::live;
  bool beside = false, restored = false;
  for (const FoldEvent* edit : edits) {
    if (std::any_of(removals.begin(), removals.end(), [&](const auto* r) { return past.precedes(*edit, *r); })) continue;
    const bool after_all = std::all_of(removals.begin(), removals.end(), [&](const auto* r) { return past.precedes(*r, *edit); });
    (after_all ? restored : beside) = true;
  }
  return restored ? Lifecycle::live : beside ? Lifecycle::removed_and_edited : Lifecycle::removed;
}

}  // namespace

TEST_CASE("a record removed and edited any number of times, side by side, lives as the definition says") {
  std::set<Lifecycle> met;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    RecordEvents record(seed);
    std::vector<Reference> all = {record.add("evidence.changed", {}, {})};
    const std::size_t side_by_side = seed % 3 == 0 ? 90 : 4;  // more removals than one sweep asks about
    for (std::size_t i = 0; i < side_by_side + 4; ++i) {
      std::vector<Reference> parents = {all.front()};
      if (i >= side_by_side) {  // gather what came before, sixteen at a time
        parents.clear();
        for (std::size_t p = 0; p < 16; ++p) parents.push_back(all[record.random().below(all.size())]);
      }
      const bool removes = i < side_by_side ? record.random().below(8) != 0 : record.random().below(2) == 0;
      all.push_back(record.add(removes ? "evidence.removed" : "evidence.changed", {}, std::move(parents)));
    }
    if (seed % 2 == 0) {  // someone brings everything together and edits on
      while (all.size() > 1) {
        const std::size_t count = std::min<std::size_t>(kParentsMax, all.size());
        const std::vector<Reference> joined(all.end() - static_cast<std::ptrdiff_t>(count), all.end());
        all.resize(all.size() - count);
        all.push_back(record.add("evidence.joined", {}, joined));
      }
      if (seed % 4 == 0) record.add("evidence.changed", {{5, encode(std::string("again"))}}, {all.front()});
    }
    const Folded folded = fold_entity({}, record.shuffled());
    const Lifecycle wanted = naive_lifecycle(record.events());
    CHECK(folded.state.lifecycle == wanted);
    met.insert(wanted);
  }
  CHECK(met.size() == 3);
}

TEST_CASE("of many fields and items written side by side, each stands unless a later event wrote or removed it") {
  constexpr std::size_t kFields = 150;  // more than one sweep asks about
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    INFO("seed " << seed);
    RecordEvents record(seed);
    SeededRandom& random = record.random();
    std::vector<Reference> all;
    const auto some_items = [&] {
      std::vector<Bytes> items;
      for (std::size_t i = random.below(4); i > 0; --i) items.push_back(encode("item " + std::to_string(random.below(100))));
      return items;
    };
    for (std::size_t i = 0; i < 120; ++i) {
      std::vector<Reference> parents;
      for (std::size_t p = random.below(4); p > 0 && !all.empty(); --p) parents.push_back(all[random.below(all.size())]);
      std::vector<OwnedChange> changes = {groups(some_items(), some_items())};
      for (std::size_t f = 0; f < 5; ++f) {
        const auto field = static_cast<std::uint16_t>(1000 + random.below(kFields));
        if (std::none_of(changes.begin(), changes.end(), [&](const auto& c) { return c.field == field; })) changes.push_back({field, encode(std::to_string(i))});
      }
      all.push_back(record.add("evidence.changed", std::move(changes), std::move(parents)));
    }
    const NaivePast past(record.events());
    std::map<std::uint16_t, std::set<Reference>> wanted_values;
    std::multiset<std::pair<Bytes, Reference>> wanted_items;
    const auto changes_of = [](const FoldEvent& event) { return decode_body_untrusted(event.view.body).value(); };
    const auto items_of = [&](const FoldEvent& event) { return decode_untrusted<ItemsChange>(changes_of(event).front().value, "items").value(); };
    for (const FoldEvent& event : record.events()) {
      for (const FieldChange& change : changes_of(event)) {
        if (change.field == kGroups) continue;
        const bool replaced = std::any_of(record.events().begin(), record.events().end(), [&](const FoldEvent& other) {
          const auto others = changes_of(other);
          return past.precedes(event, other) && std::any_of(others.begin(), others.end(), [&](const auto& c) { return c.field == change.field; });
        });
        if (!replaced) wanted_values[change.field].insert(event.reference);
      }
      for (const Bytes& item : items_of(event).added) {
        const bool removed = std::any_of(record.events().begin(), record.events().end(), [&](const FoldEvent& other) {
          const auto gone = past.precedes(event, other) ? items_of(other).removed : std::vector<Bytes>{};
          return std::find(gone.begin(), gone.end(), item) != gone.end();
        });
        if (!removed) wanted_items.emplace(item, event.reference);
      }
    }
    const EntityState state = fold_entity({}, record.shuffled()).state;
    for (const auto& [field, writers] : wanted_values) {
      REQUIRE(state.find(field) != nullptr);
      std::set<Reference> held;
      for (const Written& written : state.find(field)->values) held.insert(written.by);
      CHECK(held == writers);
    }
    std::multiset<std::pair<Bytes, Reference>> held_items;
    for (const ItemAdded& added : state.find(kGroups)->items) held_items.emplace(added.item, added.by);
    CHECK(held_items == wanted_items);
    CHECK(std::is_sorted(state.find(kGroups)->items.begin(), state.find(kGroups)->items.end()));
  }
}

TEST_CASE("two events that share a reference are both kept, and the state does not depend on which came first") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    INFO("seed " << seed);
    RecordEvents record(seed);
    const Reference first = record.add("evidence.changed", {{5, encode(std::string("first"))}}, {});
    record.add("evidence.changed", {{5, encode(std::string("one"))}}, {first});
    record.add("evidence.changed", {{5, encode(std::string("other"))}}, {first});
    auto events = record.shuffled();
    Reference shared;
    for (FoldEvent& event : events) {
      event.hash = sha256(event.view.body);
      if (event.reference == first) continue;
      if (shared.is_none()) shared = event.reference;
      event.reference = shared;
    }
    const Folded folded = fold_entity({}, events);
    CHECK(folded.has_shared_references);
    CHECK(folded.waiting.empty());
    CHECK(folded.state.heads == std::vector<Reference>{shared});
    CHECK(folded.state.find(5)->is_conflicted());
    std::reverse(events.begin(), events.end());
    CHECK(encode_state(fold_entity({}, events).state) == encode_state(folded.state));
  }
}

TEST_CASE("events that name each the one before fold to the state that their ancestry says, in whatever order they come") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    RecordEvents record(seed);
    std::vector<Reference> parents;
    const std::size_t count = 1 + record.random().below(30);
    for (std::size_t i = 0; i < count; ++i) {
      const std::string text = "text " + std::to_string(i);
      const Bytes item = encode(std::string(1, static_cast<char>('a' + record.random().below(4))));
      switch (record.random().below(7)) {
        case 0: parents = {record.add("evidence.removed", {}, parents)}; break;
        case 1: parents = {record.add("evidence.joined", {}, parents)}; break;
        case 2: parents = {record.add("evidence.unheard-of", {{5, encode(text)}}, parents)}; break;
        case 3: parents = {record.add("evidence.changed", {groups({item}, {})}, parents)}; break;
        case 4: parents = {record.add("evidence.decided", {groups({}, {item})}, parents)}; break;
        case 5: parents = {record.add(i == 0 ? "action.changed" : "evidence.undone", {{5, encode(text)}}, parents)}; break;
        default: parents = {record.add("evidence.changed", {{5, encode(text)}, {6, encode(text)}}, parents)}; break;
      }
    }
    auto events = record.shuffled();
    for (FoldEvent& event : events) event.effect = static_cast<Effect>(std::min<std::uint64_t>(record.random().below(12), 3));
    const Folded folded = fold_entity({}, events);
    CHECK(folded.waiting.empty());
    CHECK_FALSE(folded.has_shared_references);
    CHECK(encode_state(folded.state) == encode_state(fold_by_ancestry({}, events).state));
  }
}

TEST_CASE("a line whose middle is not here leaves what stands on it waiting") {
  RecordEvents record(1);
  const Reference first = record.add("evidence.changed", {{5, encode(std::string("first"))}}, {});
  const Reference second = record.add("evidence.changed", {{5, encode(std::string("second"))}}, {first});
  record.add("evidence.changed", {{5, encode(std::string("third"))}}, {second});
  std::vector<FoldEvent> events = record.events();
  events.erase(events.begin() + 1);
  const Folded folded = fold_entity({}, events);
  CHECK(folded.waiting == std::vector<std::size_t>{1});
  CHECK(folded.state.heads == std::vector<Reference>{first});
}

TEST_CASE("a program that lacks a set field or a type keeps what it cannot fold through its own edits, and one that knows them shows it") {
  RecordEvents record(1);
  const Reference first = record.add("evidence.changed", {groups({{1}}, {})}, {});
  record.add("evidence.changed", {{5, encode(std::string("title"))}}, {first});
  RecordSpec evidence = *find_record_type("evidence");
  evidence.fields = evidence.fields.first(kGroups - 1);

  const EntityState without_field = fold_entity({}, record.events(), {kFoldVersion - 1, {&evidence, 1}}).state;
  REQUIRE(without_field.find(kGroups) != nullptr);
  CHECK(without_field.find(kGroups)->values.size() == 1);
  CHECK(without_field.find(kGroups)->items.empty());
  CHECK(without_field.find(5)->values.size() == 1);

  const EntityState without_type = fold_entity({}, record.events(), {kFoldVersion - 1, {}}).state;
  CHECK(without_type.fields.empty());
  CHECK(without_type.not_understood.size() == 2);

  const EntityState now = fold_entity({}, record.events()).state;  // after both, in one process
  CHECK(now.find(kGroups)->items.size() == 1);
  CHECK(now.find(kGroups)->values.empty());
}

// A view on disk is folded anew only when the number differs, and digests compare only within one number.
TEST_CASE("what folding asks of the vocabulary goes with its fold version: who adds a type or a set field raises it") {
  std::string asked;
  for (const RecordSpec& record : vocabulary()) {
    asked += std::string(record.name) + ":";
    for (const FieldSpec& field : record.fields) {
      if (is_items(field)) asked += std::to_string(field.id) + ",";
    }
  }
  CHECK(kFoldVersion == 4);
  CHECK(sha256(view_of(asked)).hex() == "d592844944747cfcfb85b40443fb92d41f8f3b26d783cc9c4d105b9f8253c087");  // a new print needs the next number
}
