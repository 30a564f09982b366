// Cuts: up to where each chain belongs to what is signed.
#include <algorithm>
#include <charconv>
#include <map>
#include <unordered_set>

#include "core/codec/archive.h"
#include "core/codec/json.h"
#include "core/crypto/hash.h"
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

namespace {

constexpr std::string_view kPartsFormat = "evenhand-cut/2";

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

Result<std::vector<SpaceCut>> cuts_from_json(const Json& spaces) {
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

// The same as lines, a third shorter: "space ID", then "CHAIN SEQ HEAD" for each end.
std::vector<std::string> cut_lines(const std::vector<SpaceCut>& cuts) {
  std::vector<std::string> lines;
  for (const SpaceCut& cut : cuts) {
    lines.push_back("space " + cut.space.hex() + "\n");
    for (const SpaceCut::Chain& chain : cut.chains) {
      for (const BranchHead& end : chain.ends) lines.push_back(chain.chain.hex() + " " + std::to_string(end.seq) + " " + end.head.hex() + "\n");
    }
  }
  return lines;
}

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

Result<void> take_line(std::string_view line, std::vector<SpaceCut>& cuts) {
  if (line.starts_with("space ")) {
    const auto space = SpaceId::from_hex(line.substr(6));
    if (!space) return corrupt("a cut names no space", "cut");
    cuts.push_back({*space, {}});
    return {};
  }
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (cuts.empty() || first == std::string_view::npos || first == last) return corrupt("a cut names no chain", "cut");
  const auto chain = ChainId::from_hex(line.substr(0, first));
  const auto seq = number_in(line.substr(first + 1, last - first - 1));
  const auto head = Hash::from_hex(line.substr(last + 1));
  if (!chain || !seq || !head) return corrupt("a cut names no end", "cut");
  std::vector<SpaceCut::Chain>& chains = cuts.back().chains;
  if (chains.empty() || chains.back().chain != *chain) chains.push_back({*chain, {}});
  chains.back().ends.push_back({*seq, *head});
  return {};
}

Result<std::vector<SpaceCut>> cuts_from_parts(const Json& named, const std::vector<std::string>& parts) {
  const Json* format = named.find("format");
  const Json* hashes = named.find("parts");
  if (format == nullptr || format->text() != kPartsFormat || hashes == nullptr || hashes->size() > kCutPartsMax) return corrupt("a cut is neither whole nor in parts that this version knows", "cut");
  std::map<std::string, const std::string*> known;
  for (const std::string& part : parts) known[sha256(view_of(part)).hex()] = &part;
  std::vector<SpaceCut> cuts;
  for (const Json& hash : hashes->items()) {
    const auto part = known.find(hash.text());
    if (part == known.end()) return not_found("a part of the cut is not here", hash.text().substr(0, 16));
    for (std::string_view left = *part->second; !left.empty();) {
      const std::size_t end = left.find('\n');
      if (end == std::string_view::npos) return corrupt("a part of a cut ends within a line", "cut");
      EVENHAND_CHECK(take_line(left.substr(0, end), cuts));
      left.remove_prefix(end + 1);
    }
  }
  return cuts;
}

}  // namespace

Result<CutWords> cut_to_words(const std::vector<SpaceCut>& cuts, std::size_t bytes_max) {
  CutWords words{cuts_to_json(cuts), {}};
  if (words.cut.size() <= bytes_max) return words;
  for (const std::string& line : cut_lines(cuts)) {
    if (words.parts.empty() || words.parts.back().size() + line.size() > bytes_max) words.parts.emplace_back();
    words.parts.back() += line;
  }
  if (words.parts.size() > kCutPartsMax) return refused("the spaces have more chains than one sign-off can name", std::to_string(words.parts.size()) + " parts");
  Json hashes = Json::array();
  for (const std::string& part : words.parts) hashes.push(sha256(view_of(part)).hex());
  words.cut = write_json(Json::object().set("format", kPartsFormat).set("parts", std::move(hashes)));
  return words;
}

Result<std::vector<SpaceCut>> cut_from_words_untrusted(const CutWords& words) {
  EVENHAND_TRY(const Json said, parse_json(words.cut));
  return said.find("parts") == nullptr ? cuts_from_json(said) : cuts_from_parts(said, words.parts);
}

}  // namespace evenhand
