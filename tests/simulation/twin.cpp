#include "tests/simulation/twin.h"

#include <algorithm>

namespace evenhand::simulation {

namespace {

/// For each of these events, the places of all that came before it; events whose past is not whole are left out.
template <class Fact>
std::vector<std::set<std::size_t>> pasts(const std::vector<Fact>& facts, std::vector<bool>& is_whole, const auto& fact_of) {
  std::map<Reference, std::size_t> places;
  for (std::size_t i = 0; i < facts.size(); ++i) places[fact_of(facts[i]).name.reference] = i;
  std::vector<std::set<std::size_t>> past(facts.size());
  is_whole.assign(facts.size(), false);
  for (bool moved = true; moved;) {
    moved = false;
    for (std::size_t i = 0; i < facts.size(); ++i) {
      if (is_whole[i]) continue;
      std::set<std::size_t> before;
      bool all = true;
      for (const Reference& parent : fact_of(facts[i]).parents) {
        const auto at = places.find(parent);
        if (at == places.end() || !is_whole[at->second]) {
          all = false;
          break;
        }
        before.insert(at->second);
        before.insert(past[at->second].begin(), past[at->second].end());
      }
      if (!all) continue;
      past[i] = std::move(before);
      is_whole[i] = moved = true;
    }
  }
  return past;
}

std::string verb_of(const std::string& type) { return type.substr(type.rfind('.') + 1); }
std::string record_of(const std::string& type) { return type.substr(0, type.rfind('.')); }
bool sets_fields(const std::string& type) { return verb_of(type) == "changed" || verb_of(type) == "decided" || verb_of(type) == "undone"; }

std::map<std::uint16_t, Bytes> fields_of(const Bytes& body) {
  std::map<std::uint16_t, Bytes> fields;
  const auto changes = decode_body_untrusted(body);
  if (!changes) return fields;
  for (const FieldChange& change : *changes) fields[change.field] = Bytes(change.value.begin(), change.value.end());
  return fields;
}

}  // namespace

Twin::Twin(Device& device, const std::optional<PublicKey>& founder) : basis_(device.basis()) {
  read(device);
  if (founder) {
    judge_authority(*founder);
    for (Fact& fact : data_) fact.standing = judge(fact);
  } else {
    for (Fact& fact : data_) fact.standing = device.access().judge(fact.name.reference, fact.device, fact.grant, needed_for(fact.type));
    erased_.insert(device.access().erased().begin(), device.access().erased().end());
    redacted_.insert(device.access().redacted().begin(), device.access().redacted().end());
  }
}

void Twin::read(Device& device) {
  const LogReadView view = must(device.log().read(), "read");
  std::map<ChainId, ChainDescriptor> chains;
  for (const auto& [id, state] : must(view.chains(), "read chains")) chains[id] = state.descriptor;
  must(view.scan_hashed(1, [&](Arrival, const CommitView& commit, std::span<const Hash> hashes) {
    const ChainDescriptor& chain = chains.at(commit.chain());
    must(commit.walk([&](std::size_t i, const EventView& event) {
      Fact fact;
      fact.name = {{commit.chain(), commit.first_seq() + i, shorten(hashes[i])}, hashes[i]};
      fact.device = chain.device;
      fact.type = std::string(event.header.type);
      fact.grant = event.header.grant;
      fact.entity = event.header.entity;
      fact.batch = event.header.batch;
      fact.key = event.header.key;
      for (std::size_t p = 0; p < event.header.parent_count(); ++p) fact.parents.push_back(event.header.parent(p));
      fact.has_body = event.body_state == BodyState::present;
      fact.body = Bytes(event.body.begin(), event.body.end());
      (chain.lane == Lane::authority ? authority_ : data_).push_back(std::move(fact));
      return true;
    }), "walk");
    return true;
  }), "scan");
}

void Twin::judge_authority(const PublicKey& founder) {
  std::vector<bool> is_whole;
  authority_past_ = pasts(authority_, is_whole, [](const Fact& fact) -> const Fact& { return fact; });
  for (std::size_t i = 0; i < authority_.size(); ++i) {
    const Fact& fact = authority_[i];
    if (!is_whole[i]) continue;
    known_.insert(fact.name.reference);
    if (fact.device != founder) continue;  // nobody else was ever an admin
    if (fact.type == authority_type::kChartered) grants_[fact.name.reference] = {i, founder, Capabilities::all()};
    if (fact.type == authority_type::kGranted) {
      const auto grant = decode_untrusted<Grant>(fact.body, "grant");
      grants_[fact.name.reference] = {i, grant->device, Capabilities::from_bits(grant->capabilities)};
    }
    if (fact.type == authority_type::kRemoved) {
      const auto removal = decode_untrusted<evenhand::Removal>(fact.body, "removal");
      std::map<ChainId, std::uint64_t> cuts;
      for (const Cut& cut : removal->cuts) cuts[cut.chain] = cut.last_seq;
      removals_.push_back({i, cuts, removal->device});
    }
    if (fact.type == authority_type::kAdopted) {
      const auto adoption = decode_untrusted<Adoption>(fact.body, "adoption");
      for (const Bytes& event : adoption->events) adopted_.insert(Reference::read(event.data()));
    }
    if (fact.type == authority_type::kErasure) erased_.insert(decode_untrusted<ErasureOrder>(fact.body, "erasure")->key);
    if (fact.type == authority_type::kRedaction) redacted_.insert(Reference::read(decode_untrusted<RedactionOrder>(fact.body, "redaction")->event.data()));
  }
}

// The rule: the grant is the author's and wide enough, and no removal that it does not come after cuts the event off,
// unless an admin adopted it.
Standing Twin::judge(const Fact& fact) const {
  const auto grant = grants_.find(fact.grant);
  if (grant == grants_.end()) return known_.contains(fact.grant) ? Standing::quarantined : Standing::waiting;
  const Given& given = grant->second;
  if (given.device != fact.device || !given.may.has(needed_for(fact.type))) return Standing::quarantined;
  for (const Removal& removal : removals_) {
    if (removal.device != fact.device || is_in_past(removal.at, given.at)) continue;
    const auto cut = removal.cuts.find(fact.name.reference.chain);
    const bool is_beyond = cut == removal.cuts.end() || fact.name.reference.seq > cut->second;
    if (is_beyond && !adopted_.contains(fact.name.reference)) return Standing::quarantined;
  }
  return Standing::counts;
}

bool Twin::shows_batch(const BatchId& batch) const {
  if (const auto known = batches_.find(batch); known != batches_.end()) return known->second;
  const EntityId entity{batch.bytes};
  std::vector<std::set<std::size_t>> past;
  const auto facts = standing_facts(entity, past);
  const Record record = fold(facts, past, true);
  const auto status = record.values.find(find_record_type("batch")->find_field("status")->id);
  return batches_[batch] = status != record.values.end() && status->second == std::set<Bytes>{encode(std::string("closed"))} && record.lifecycle != Lifecycle::removed;
}

bool Twin::is_full(const Fact& fact, bool only_batch) const {
  if (fact.standing != Standing::counts) return false;
  const bool speaks_of_batch = fact.type.starts_with("batch.");
  if (only_batch && !speaks_of_batch) return false;
  if (!fact.batch.is_zero() && !speaks_of_batch && EntityId{fact.batch.bytes} != fact.entity && !shows_batch(fact.batch)) return false;
  return !(erased_.contains(fact.key) && !fact.key.is_zero()) && !redacted_.contains(fact.name.reference) && fact.has_body;
}

std::vector<const Twin::Fact*> Twin::standing_facts(const EntityId& entity, std::vector<std::set<std::size_t>>& past) const {
  std::vector<const Fact*> facts;
  for (const Fact& fact : data_) {
    if (fact.entity == entity && fact.standing != Standing::waiting) facts.push_back(&fact);
  }
  std::vector<bool> is_whole;
  const auto whole = [](const Fact* fact) -> const Fact& { return *fact; };
  pasts(facts, is_whole, whole);
  std::vector<const Fact*> kept;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (is_whole[i]) kept.push_back(facts[i]);
  }
  past = pasts(kept, is_whole, whole);
  return kept;
}

Twin::Record Twin::fold(const std::vector<const Fact*>& facts, const std::vector<std::set<std::size_t>>& past, bool only_batch) const {
  Record record;
  std::vector<std::size_t> full;
  std::set<std::string> types;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (facts[i]->standing == Standing::counts) types.insert(record_of(facts[i]->type));  // one whose body is gone may have named the record
    if (is_full(*facts[i], only_batch)) full.push_back(i);
  }
  record.has_full_events = !full.empty();
  record.is_of_one_type = types.size() <= 1;
  // What a later event took back was never written.
  std::set<std::pair<std::size_t, std::uint16_t>> taken_back;
  std::set<std::size_t> reopens;
  for (const std::size_t undo : full) {
    const auto fields = fields_of(facts[undo]->body);
    const auto of = fields.find(common_field::kUndoes), what = fields.find(common_field::kReopened);
    if (verb_of(facts[undo]->type) != "undone" || of == fields.end() || what == fields.end()) continue;
    for (const std::size_t earlier : past[undo]) {
      const bool is_meant = facts[earlier]->name.reference == Reference::read(of->second.data()) && record_of(facts[earlier]->type) == record_of(facts[undo]->type);
      if (!is_meant) continue;
      for (const std::uint16_t field : *decode_untrusted<std::vector<std::uint16_t>>(what->second, "fields")) taken_back.emplace(earlier, field);
      reopens.insert(undo);
    }
  }
  std::map<std::uint16_t, std::vector<std::pair<std::size_t, Bytes>>> writes;
  std::map<std::pair<std::uint16_t, Bytes>, std::pair<std::vector<std::size_t>, std::vector<std::size_t>>> items;
  std::vector<std::size_t> removals, edits;
  for (const std::size_t at : full) {
    if (verb_of(facts[at]->type) == "removed") removals.push_back(at);
    if (!sets_fields(facts[at]->type) || basis_.find(record_of(facts[at]->type)) == nullptr) continue;
    if (!reopens.contains(at)) edits.push_back(at);
    for (const auto& [field, value] : fields_of(facts[at]->body)) {
      if (field > common_field::kRecordIdMax || taken_back.contains({at, field})) continue;
      const FieldSpec* spec = basis_.find(record_of(facts[at]->type))->find_field(field);
      if (spec != nullptr && is_items(*spec) && facts[at]->key.is_zero()) {
        const auto change = decode_untrusted<ItemsChange>(value, "items");
        if (!change) continue;
        for (const Bytes& item : change->added) items[{field, item}].first.push_back(at);
        for (const Bytes& item : change->removed) items[{field, item}].second.push_back(at);
        continue;
      }
      Bytes form = value;
      if (!facts[at]->key.is_zero() && !value.empty()) {  // sealed: what everybody can know of it
        const Hash hash = sha256(value);
        form.assign(hash.bytes.begin(), hash.bytes.end());
        form.insert(form.end(), facts[at]->key.bytes.begin(), facts[at]->key.bytes.end());
      }
      writes[field].emplace_back(at, form);
    }
  }
  for (const auto& [field, all] : writes) {
    for (const auto& [at, value] : all) {
      const bool is_replaced = std::any_of(all.begin(), all.end(), [&, at = at](const auto& other) { return past[other.first].contains(at); });
      if (!is_replaced) record.values[field].insert(value);
    }
  }
  for (const auto& [what, history] : items) {
    for (const std::size_t at : history.first) {
      const bool is_removed = std::any_of(history.second.begin(), history.second.end(), [&](std::size_t later) { return past[later].contains(at); });
      if (!is_removed) record.items[what.first].insert(what.second);
    }
  }
  if (removals.empty()) return record;
  const auto is_removed_later = [&](std::size_t at) {
    return std::any_of(removals.begin(), removals.end(), [&](std::size_t removal) { return past[removal].contains(at); });
  };
  std::erase_if(edits, is_removed_later);
  const bool is_live = std::any_of(edits.begin(), edits.end(), [&](std::size_t edit) {
    return std::all_of(removals.begin(), removals.end(), [&](std::size_t removal) { return past[edit].contains(removal); });
  });
  record.lifecycle = is_live ? Lifecycle::live : edits.empty() ? Lifecycle::removed : Lifecycle::removed_and_edited;
  return record;
}

Twin::Record Twin::record(const EntityId& entity) const {
  std::vector<std::set<std::size_t>> past;
  const auto facts = standing_facts(entity, past);
  return fold(facts, past, false);
}

std::set<EntityId> Twin::entities() const {
  std::set<EntityId> all;
  for (const Fact& fact : data_) all.insert(fact.entity);
  return all;
}

std::uint64_t Twin::quarantined() const {
  return static_cast<std::uint64_t>(std::count_if(data_.begin(), data_.end(), [](const Fact& fact) { return fact.standing == Standing::quarantined; }));
}

}  // namespace evenhand::simulation
