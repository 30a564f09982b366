#include "core/engine/record_events.h"

#include <algorithm>

#include "core/engine/membership.h"

namespace evenhand {

const OwnedChange* RecordEvent::find(std::uint16_t field) const {
  const auto at = std::find_if(changes.begin(), changes.end(), [&](const OwnedChange& change) { return change.field == field; });
  return at == changes.end() ? nullptr : &*at;
}

Reference RecordEvent::undoes() const {
  const OwnedChange* change = find(common_field::kUndoes);
  return change != nullptr && change->value.size() == Reference::kBytes ? Reference::read(change->value.data()) : Reference{};
}

std::optional<std::size_t> RecordEvents::find(const Reference& reference) const {
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i].reference == reference) return i;
  }
  return std::nullopt;
}

Result<RecordEvents> read_events(const Space& space, const EntityId& id) {
  RecordEvents all;
  std::vector<CausalOrder::Node> nodes;
  EVENHAND_TRY(const std::vector<Place> places, space.fold.places(id));
  EVENHAND_TRY(const LogReadView view, space.log.read());
  for (const Place& place : places) {
    EVENHAND_TRY(const CommitView commit, view.commit_at(place.arrival));
    EVENHAND_TRY(const std::vector<Hash> hashes, commit.event_hashes());
    EVENHAND_TRY(const ChainState chain, view.chain(commit.chain()));
    EVENHAND_CHECK(commit.walk([&](std::size_t i, const EventView& event) {
      if (i != place.index) return true;
      RecordEvent read;
      read.reference = {commit.chain(), commit.first_seq() + i, shorten(hashes[i])};
      read.hash = hashes[i];
      read.type = std::string(event.header.type);
      read.kind = kind_of(read.type);
      read.device = chain.descriptor.device;
      read.claimed = event.header.claimed;
      read.batch = event.header.batch;
      read.key = event.header.key;
      read.has_body = event.body_state == BodyState::present;
      read.standing = space.fold.access().judge(read.reference, read.device, event.header.grant, read.kind.needs);
      for (std::size_t p = 0; p < event.header.parent_count(); ++p) read.parents.push_back(event.header.parent(p));
      const auto changes = decode_body_untrusted(event.body);
      for (const FieldChange& change : changes ? *changes : std::vector<FieldChange>{}) {
        read.changes.push_back({change.field, Bytes(change.value.begin(), change.value.end())});
      }
      nodes.push_back({read.reference, read.parents});
      all.events.push_back(std::move(read));
      return false;
    }));
  }
  all.order = CausalOrder::make(nodes);
  return all;
}

Conflict::Author author_of(const Space& space, const PublicKey& key) {
  Conflict::Author author;
  const Access& access = space.fold.access();
  const Device* device = access.find_device(key);
  if (device == nullptr) return author;
  author.device_label = device->label;
  author.organisation = name_of(space, device->organisation);
  return author;
}

}  // namespace evenhand
