#include "tests/simulation/oracles.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "tests/simulation/twin.h"

namespace evenhand::simulation {

namespace {

void check_all_hold_the_same(const std::vector<Device*>& all) {
  for (Device* device : all) {
    if (device->log_digest() != all.front()->log_digest()) wrong(device->name() + " and " + all.front()->name() + " hold different logs");
    const auto alike = std::find_if(all.begin(), all.end(), [&](const Device* other) { return other->age() == device->age(); });
    if (device->state_digest() != (*alike)->state_digest()) wrong(device->name() + " and " + (*alike)->name() + " hold the same log under " + device->program().name + " and show different records");
  }
}

/// Takes out the chains in which some seal is garbage: only a good one further on vouches for such commits, so they stay in order.
std::vector<Bytes> take_garbled(std::vector<Bytes>& commits) {
  std::map<ChainId, ChainDescriptor> chains;
  std::set<ChainId> garbled;
  const auto view = [](const Bytes& commit) { return must(CommitView::decode_stored(commit), "a stored commit"); };
  for (const Bytes& commit : commits) {
    if (const auto descriptor = view(commit).descriptor()) chains[descriptor->id()] = *descriptor;
  }
  for (const Bytes& commit : commits) {
    if (!verify_commit(view(commit), chains.at(view(commit).chain()))) garbled.insert(view(commit).chain());
  }
  const auto at = std::stable_partition(commits.begin(), commits.end(), [&](const Bytes& commit) { return !garbled.contains(view(commit).chain()); });
  std::vector<Bytes> taken(std::make_move_iterator(at), std::make_move_iterator(commits.end()));
  commits.erase(at, commits.end());
  std::stable_sort(taken.begin(), taken.end(), [&](const Bytes& a, const Bytes& b) { return view(a).chain() < view(b).chain(); });
  return taken;
}

// The same commits in another order, in other transactions, folded in one go and step by step.
void check_fresh_replica(History& history, const std::filesystem::path& folder, Device& of) {
  std::vector<Bytes> commits = of.commits();
  const std::vector<Bytes> garbled = take_garbled(commits);
  std::shuffle(commits.begin(), commits.end(), std::mt19937_64(history.random.next()));
  Log log = must(Log::create(folder / "fresh", history.space()), "a fresh log");
  SpaceFold step_by_step(history.space(), of.basis());
  for (std::size_t at = 0; at < commits.size();) {
    const std::size_t count = std::min<std::size_t>(1 + history.random.below(40), commits.size() - at);
    const std::vector<ByteView> views(commits.begin() + static_cast<std::ptrdiff_t>(at), commits.begin() + static_cast<std::ptrdiff_t>(at + count));
    must(log.append_untrusted(views), "a fresh log takes everything in another order");
    must(step_by_step.catch_up(log), "a fresh fold");
    at += count;
  }
  const std::vector<ByteView> views(garbled.begin(), garbled.end());
  must(log.append_untrusted(views), "a fresh log takes what has garbage for seals in one go");
  must(step_by_step.catch_up(log), "a fresh fold");
  SpaceFold at_once(history.space(), of.basis());
  must(at_once.catch_up(log), "a fresh fold");
  if (must(must(log.read(), "read").log_digest({}), "digest") != of.log_digest()) wrong("a fresh replica in another order holds another log");
  if (must(at_once.state_digest(), "digest") != of.state_digest()) wrong("a fresh replica that folds at once shows other records");
  if (must(step_by_step.state_digest(), "digest") != of.state_digest()) wrong("a fresh replica that folds step by step shows other records");
}

void check_promises(const Promises& promises, Device& device) {
  const std::set<EventName> here = device.events();
  for (const EventName& event : promises.open()) {
    if (!here.contains(event)) wrong("event " + event.reference.text() + " was confirmed and is nowhere");
  }
}

// In the chains of honest devices stands only what they wrote.
void check_nothing_forged(History& history, Device& device, const std::set<EventName>& made) {
  std::set<ChainId> of_honest;
  const LogReadView view = must(device.log().read(), "read");
  for (const auto& [id, chain] : must(view.chains(), "read chains")) {
    if (chain.descriptor.device != history.hostile().device()) of_honest.insert(id);
    if (chain.is_forked()) ++history.tally.forks;
  }
  for (const EventName& event : device.events()) {
    if (of_honest.contains(event.reference.chain) && !made.contains(event)) wrong("event " + event.reference.text() + " stands in the chain of a device that did not write it");
  }
}

void check_records(History& history, Device& device) {
  const Twin twin(device, history.has_one_admin ? std::optional(history.charter().device) : std::nullopt);
  if (history.has_one_admin && twin.quarantined() != device.fold().counts().quarantined) {
    wrong("by the rule " + std::to_string(twin.quarantined()) + " events do not count, by " + device.name() + " " + std::to_string(device.fold().counts().quarantined));
  }
  history.tally.quarantined += device.fold().counts().quarantined;
  for (const EntityId& entity : twin.entities()) {
    const Twin::Record record = twin.record(entity);
    const auto state = must(device.fold().find(entity), "look a record up");
    if (!record.has_full_events && state && std::any_of(state->fields.begin(), state->fields.end(), [](const FieldState& f) { return !f.values.empty() || !f.items.empty(); })) {
      wrong("record " + entity.hex() + " shows what nobody with the right to it wrote");
    }
    if (!state || !record.is_of_one_type || device.program().basis.find(state->type) == nullptr) continue;
    std::set<std::uint16_t> fields;
    for (const auto& [field, values] : record.values) fields.insert(field);
    for (const FieldState& field : state->fields) fields.insert(field.field);
    for (const std::uint16_t field : fields) {
      const auto found = record.values.find(field);
      const std::set<Bytes> standing = found == record.values.end() ? std::set<Bytes>() : found->second;
      const std::vector<Bytes> shown = device.shown(entity, field);
      if (std::set<Bytes>(shown.begin(), shown.end()) != standing) {
        wrong("field " + std::to_string(field) + " of " + entity.hex() + " shows " + std::to_string(shown.size()) + " versions, by the definition there are " + std::to_string(standing.size()));
      }
      const FieldState* state_of_field = state->find(field);
      if ((standing.size() > 1) != (state_of_field != nullptr && state_of_field->is_conflicted())) wrong("a conflict on field " + std::to_string(field) + " is invented or kept quiet");
      if (standing.size() > 1) ++history.tally.conflicts;
      std::set<Bytes> items;
      for (const ItemAdded& item : state_of_field == nullptr ? std::vector<ItemAdded>() : state_of_field->items) items.insert(item.item);
      const auto expected = record.items.find(field);
      if (items != (expected == record.items.end() ? std::set<Bytes>() : expected->second)) wrong("the items of field " + std::to_string(field) + " are not those that stand");
    }
    if (record.has_full_events && state->lifecycle != record.lifecycle) wrong("record " + entity.hex() + " is removed here and not by the definition, or the other way round");
  }
}

}  // namespace

void check_everything(History& history, const std::filesystem::path& folder, const Promises& promises) {
  const std::vector<Device*> all = history.honest();
  check_all_hold_the_same(all);
  Device& any = *all[history.random.below(all.size())];
  check_promises(promises, any);
  check_nothing_forged(history, any, promises.made());
  check_fresh_replica(history, folder, any);
  for (Device* device : all) {
    for (const auto& [what, holds] : history.at_the_end) {
      if (!holds(*device)) wrong(device->name() + ": " + what);
    }
  }
  check_records(history, any);
  // In the end everybody runs the later version: what was passed on and written by those who did not know it is as if all had known it.
  for (Device* device : all) {
    if (device->age() != Age::later) history.install(*device, Age::later);
  }
  check_all_hold_the_same(all);
  history.tally.events += any.events().size();
}

}  // namespace evenhand::simulation
