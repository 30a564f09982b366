#include "core/engine/two_pasts.h"

#include <algorithm>
#include <map>

#include "core/engine/membership.h"
#include "core/record/body.h"

namespace evenhand {

namespace {

using Chains = std::map<ChainId, ChainState>;

struct Claim {
  std::vector<Reference> ends;
  bool is_known = false;  ///< false: its first event is without its body
};

// The event that begins a chain names what it stands on; where heads were brought together for it, those events come before.
Result<Claim> claim_of(const LogReadView& view, const ChainId& id) {
  Claim claim;
  EVENHAND_CHECK(view.scan_chain(id, 1, [&](Arrival, const CommitView& commit) {
    bool goes_on = true;
    (void)commit.walk([&](std::size_t, const EventView& event) {
      if (event.header.type.ends_with(".joined")) return true;
      goes_on = false;
      claim.is_known = event.body_state == BodyState::present;
      const auto changes = decode_body_untrusted(event.body);
      for (const FieldChange& change : changes ? *changes : std::vector<FieldChange>{}) {
        if (change.field != common_field::kStandsOn) continue;
        for (std::size_t at = 0; at + Reference::kBytes <= change.value.size() && claim.ends.size() < kParentsMax; at += Reference::kBytes) {
          claim.ends.push_back(Reference::read(&change.value[at]));
        }
      }
      return false;
    });
    return goes_on;
  }));
  return claim;
}

Result<bool> stands_on(const LogReadView& view, const Claim& claim, const ChainId& id, const ChainState& chain) {
  for (const BranchHead& branch : chain.branches) {
    bool is_named = false;
    for (const Reference& end : claim.ends) {
      if (end.chain != id) continue;
      const auto here = view.find(end);
      if (!here && here.error().code != ErrorCode::not_found) return here.error();
      is_named = is_named || !here || end == Reference{id, branch.seq, shorten(branch.head)};  // further than what is here
    }
    if (!is_named) return false;
  }
  return true;
}

// The chains on which no other one stands. Where a claim cannot be read, or names a chain that has yet to come, nothing can be
// told: then `is_certain` is false.
struct Tops {
  std::vector<ChainId> chains;
  bool is_certain = true;
};

Result<Tops> tops_of(const LogReadView& view, const Chains& chains) {
  Tops tops;
  std::map<ChainId, Claim> claims;
  for (const auto& [id, chain] : chains) {
    EVENHAND_TRY(Claim claim, claim_of(view, id));
    tops.is_certain = tops.is_certain && claim.is_known && std::all_of(claim.ends.begin(), claim.ends.end(), [&](const Reference& end) { return chains.contains(end.chain); });
    claims.emplace(id, std::move(claim));
  }
  for (const auto& [id, chain] : chains) {
    bool is_top = true;
    for (const auto& [by, claim] : claims) {
      if (by == id) continue;
      EVENHAND_TRY(const bool stands, stands_on(view, claim, id, chain));
      is_top = is_top && !stands;
    }
    if (is_top) tops.chains.push_back(id);
  }
  return tops;
}

}  // namespace

Result<std::vector<Reference>> ends_to_stand_on(const LogReadView& view, const ChainDescriptor& beginning) {
  EVENHAND_TRY(const auto all, view.chains());
  Chains own;
  for (const auto& [id, chain] : all) {
    if (chain.descriptor.device == beginning.device && chain.descriptor.lane == beginning.lane && id != beginning.id()) own.emplace(id, chain);
  }
  EVENHAND_TRY(const Tops tops, tops_of(view, own));
  std::vector<Reference> ends;
  for (const ChainId& id : tops.chains) {
    for (const BranchHead& branch : own.at(id).branches) ends.push_back({id, branch.seq, shorten(branch.head)});
  }
  if (ends.size() > kParentsMax) ends.resize(kParentsMax);
  return ends;
}

Result<std::vector<TwoPasts>> find_two_pasts(const Space& space) {
  EVENHAND_TRY(const LogReadView view, space.log.read());
  EVENHAND_TRY(const auto all, view.chains());
  std::map<PublicKey, TwoPasts> found;
  std::map<PublicKey, Chains> data_chains;
  const Access& access = space.fold.access();
  for (const auto& [id, chain] : all) {
    const PublicKey& key = chain.descriptor.device;
    const Device* device = access.find_device(key);
    if (device == nullptr || device->is_removed) continue;
    if (chain.is_forked()) found[key].is_forked = true;
    if (chain.descriptor.lane == Lane::data) data_chains[key].emplace(id, chain);
  }
  for (const auto& [key, chains] : data_chains) {
    if (chains.size() < 2) continue;
    EVENHAND_TRY(Tops tops, tops_of(view, chains));
    if (tops.is_certain && tops.chains.size() > 1) found[key].chains = std::move(tops.chains);
  }
  std::vector<TwoPasts> list;
  for (auto& [key, one] : found) {
    one.device = key;
    if (const Device* device = access.find_device(key)) {
      one.organisation = name_of(space, device->organisation);
      one.label = device->label;
    }
    list.push_back(std::move(one));
  }
  return list;
}

Result<std::vector<TwoPasts>> find_two_pasts(const Workspace& workspace) {
  std::map<PublicKey, TwoPasts> found;
  for (const Space& space : workspace.spaces()) {
    EVENHAND_TRY(std::vector<TwoPasts> here, find_two_pasts(space));
    for (TwoPasts& one : here) {
      TwoPasts& kept = found.try_emplace(one.device, one).first->second;
      kept.is_forked = kept.is_forked || one.is_forked;
    }
  }
  std::vector<TwoPasts> list;
  for (auto& [key, one] : found) list.push_back(std::move(one));
  return list;
}

}  // namespace evenhand
