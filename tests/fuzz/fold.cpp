// One record's events with any bodies and parents: the state does not depend on the order of arrival, the quick way
// gives what the whole fold gives, and the state's bytes read back.
//
// Input, per event: verb (1), flags (1), effect (1), parents (1: a bit for each of the eight events before), body (2 + length).
#include <algorithm>

#include "core/projection/fold_entity.h"
#include "tests/fuzz/input.h"

using namespace evenhand;

namespace {

constexpr const char* kTypes[] = {"evidence.changed", "evidence.decided", "evidence.undone", "evidence.removed", "evidence.joined",
                                  "action.changed",   "a-plugin.thing",   "person.changed",  "evidence.unheard-of"};

struct Made {
  Bytes header;
  Bytes body;
  FoldEvent event;
};

std::vector<Made> events_in(fuzz::Input& input) {
  std::vector<Made> made;
  made.reserve(20);
  while (!input.is_empty() && made.size() < 20) {
    EventDraft draft;
    draft.type = kTypes[input.below(std::size(kTypes))];
    const std::size_t flags = input.number();
    draft.must_understand = (flags & 1) != 0;
    if ((flags & 2) != 0) draft.key.bytes.fill(1);
    draft.claimed.ms = static_cast<std::int64_t>(flags);
    const auto effect = static_cast<Effect>(input.below(4));
    const std::size_t parents = input.number();
    for (std::size_t back = 1; back <= 8 && back <= made.size(); ++back) {
      if ((parents >> (back - 1) & 1) != 0) draft.parents.push_back(made[made.size() - back].event.reference);
    }
    const ByteView body = input.run();
    draft.body.assign(body.begin(), body.end());
    Made& one = made.emplace_back();
    one.header = encode_header(draft, hash_body({}, draft.body)).value();
    one.body = std::move(draft.body);
    one.event.effect = effect;
    one.event.view.header_bytes = one.header;
    one.event.view.header = EventHeader::decode_untrusted(one.header).value();
    if (effect == Effect::full || effect == Effect::hidden) {
      one.event.view.body_state = BodyState::present;
      one.event.view.body = one.body;
    }
    one.event.reference.chain.bytes.fill(static_cast<std::uint8_t>(flags >> 6));
    one.event.reference.seq = made.size();
    one.event.reference.hash = shorten(sha256(one.header));
  }
  return made;
}

// As a replica does it that gets the events in this order.
EntityState arrived(const std::vector<FoldEvent>& events) {
  EntityState state;
  std::vector<FoldEvent> seen;
  for (const FoldEvent& event : events) {
    seen.push_back(event);
    if (stands_after_all(state, event.view) && seen.size() == state.event_count + 1) {
      apply_after_all(state, event);
    } else {
      state = fold_entity({}, seen).state;
    }
  }
  return state;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::vector<Made> made = events_in(input);
  std::vector<FoldEvent> events;
  for (const Made& one : made) events.push_back(one.event);
  const Bytes whole = encode_state(fold_entity({}, events).state);
  EVENHAND_ASSERT(encode_state(arrived(events)) == whole, "the quick way gives the state of the whole fold");
  std::reverse(events.begin(), events.end());
  EVENHAND_ASSERT(encode_state(fold_entity({}, events).state) == whole, "the state does not depend on the order of arrival");
  EVENHAND_ASSERT(encode_state(arrived(events)) == whole, "nor does it on the way there");
  const auto read = decode_state(whole);
  EVENHAND_ASSERT(read.ok() && encode_state(*read) == whole, "a state reads back");
  return 0;
}
