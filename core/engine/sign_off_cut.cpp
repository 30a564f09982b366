// Cuts: up to where each chain belongs to what is signed.
#include <algorithm>
#include <unordered_set>

#include "core/codec/archive.h"
#include "core/engine/sign_off.h"

namespace evenhand {

namespace {

// One event at the end of a chain that lacks a parent or its grant takes everything behind it in its chain out of the cut.
struct Ends {
  std::map<ChainId, std::uint64_t> before;  ///< the first event outside, per chain
  bool holds(const Reference& reference) const {
    const auto at = before.find(reference.chain);
    return at == before.end() || reference.seq < at->second;
  }
};

using Known = std::unordered_set<Reference, ReferenceHash>;

Result<bool> lower(const LogReadView& view, const Known& known, Ends& ends) {
  bool moved = false;
  EVENHAND_CHECK(view.scan(1, [&](Arrival, const CommitView& commit) {
    (void)commit.walk([&](std::size_t i, const EventView& event) {
      const std::uint64_t seq = commit.first_seq() + i;
      if (!ends.holds({commit.chain(), seq, {}})) return false;
      const auto is_in = [&](const Reference& needed) { return needed.is_none() || (known.contains(needed) && ends.holds(needed)); };
      bool whole = is_in(event.header.grant);
      for (std::size_t p = 0; p < event.header.parent_count(); ++p) whole = whole && is_in(event.header.parent(p));
      if (whole) return true;
      ends.before[commit.chain()] = seq;
      moved = true;
      return false;
    });
    return true;
  }));
  return moved;
}

// The ends of a chain's branches below `limit`.
Result<std::vector<BranchHead>> ends_below(const LogReadView& view, const ChainId& chain, std::uint64_t limit) {
  std::vector<BranchHead> ends;
  EVENHAND_CHECK(view.scan_chain(chain, 1, [&](Arrival, const CommitView& commit) {
    const auto hashes = commit.event_hashes();
    if (!hashes || commit.first_seq() >= limit) return commit.first_seq() < limit;
    const std::size_t count = std::min<std::uint64_t>(hashes->size(), limit - commit.first_seq());
    std::erase_if(ends, [&](const BranchHead& end) { return end.head == commit.previous(); });
    ends.push_back({commit.first_seq() + count - 1, (*hashes)[count - 1]});
    return true;
  }));
  std::sort(ends.begin(), ends.end());
  return ends;
}

}  // namespace

Result<SpaceCut> cut_of(const Space& space) {
  EVENHAND_TRY(const LogReadView view, space.log.read());
  Ends ends;
  if (space.fold.counts().waiting > 0) {  // else every event here has all that it rests on
    Known known;
    EVENHAND_CHECK(view.scan(1, [&](Arrival, const CommitView& commit) {
      const auto hashes = commit.event_hashes();
      for (std::size_t i = 0; hashes && i < hashes->size(); ++i) known.insert({commit.chain(), commit.first_seq() + i, shorten((*hashes)[i])});
      return true;
    }));
    for (bool moved = true; moved;) {
      EVENHAND_TRY(moved, lower(view, known, ends));
    }
  }
  SpaceCut cut{space.id, {}};
  EVENHAND_TRY(const auto chains, view.chains());
  for (const auto& [id, chain] : chains) {
    const auto limit = ends.before.find(id);
    SpaceCut::Chain own{id, chain.branches};
    if (limit != ends.before.end()) {
      EVENHAND_TRY(own.ends, ends_below(view, id, limit->second));
    }
    if (!own.ends.empty()) cut.chains.push_back(std::move(own));
  }
  return cut;
}

std::string cuts_to_json(const std::vector<SpaceCut>& cuts) {
  Json spaces = Json::array();
  for (const SpaceCut& cut : cuts) {
    Json chains = Json::array();
    for (const SpaceCut::Chain& chain : cut.chains) {
      Json ends = Json::array();
      for (const BranchHead& end : chain.ends) ends.push(Json::object().set("seq", end.seq).set("head", end.head.hex()));
      chains.push(Json::object().set("chain", chain.chain.hex()).set("ends", std::move(ends)));
    }
    spaces.push(Json::object().set("space", cut.space.hex()).set("chains", std::move(chains)));
  }
  return write_json(spaces);
}

Result<std::vector<SpaceCut>> cuts_from_json_untrusted(std::string_view text) {
  EVENHAND_TRY(const Json spaces, parse_json(text));
  const auto id_in = [](const Json& json, std::string_view key) { return json.find(key) == nullptr ? std::string() : json.find(key)->text(); };
  std::vector<SpaceCut> cuts;
  for (const Json& space : spaces.items()) {
    const auto id = SpaceId::from_hex(id_in(space, "space"));
    const Json* chains = space.find("chains");
    if (!id || chains == nullptr) return corrupt("a cut names no space", "cut");
    SpaceCut cut{*id, {}};
    for (const Json& chain : chains->items()) {
      const auto chain_id = ChainId::from_hex(id_in(chain, "chain"));
      const Json* ends = chain.find("ends");
      if (!chain_id || ends == nullptr) return corrupt("a cut names no chain", "cut");
      SpaceCut::Chain own{*chain_id, {}};
      for (const Json& end : ends->items()) {
        const auto head = Hash::from_hex(id_in(end, "head"));
        const auto seq = end.find("seq") == nullptr ? std::nullopt : end.find("seq")->natural();
        if (!head || !seq) return corrupt("a cut names no end", "cut");
        own.ends.push_back({*seq, *head});
      }
      cut.chains.push_back(std::move(own));
    }
    cuts.push_back(std::move(cut));
  }
  return cuts;
}

}  // namespace evenhand
