#include "apps/cli/log_verify.h"

#include <algorithm>
#include <ostream>
#include <set>

#include "apps/cli/alarm.h"
#include "apps/cli/laptops.h"
#include "apps/cli/text.h"

namespace evenhand::cli {

namespace {

struct ChainCount {
  LaptopNames::Name laptop;
  Lane lane = Lane::data;
  std::uint64_t events = 0;
  std::size_t branches = 0;
  std::string incarnation;       ///< of a store that was restored or copied each has one; hexadecimal
  bool is_one_of_several = false;
  bool is_side_by_side = false;  ///< no other incarnation stands on all of it, nor it on them
};

struct Verified {
  SpaceKind kind = SpaceKind::organisation;
  std::uint64_t commits = 0;
  std::uint64_t events = 0;
  std::vector<ChainCount> chains;
  std::vector<Reference> missing;
  std::uint64_t erased = 0;
  std::uint64_t parked = 0;
  FoldCounts fold;
  Hash log_digest;
  Hash state_digest;
  std::vector<std::string> problems;
};

std::string_view kind_words(SpaceKind kind) {
  switch (kind) {
    case SpaceKind::organisation: return "organisation";
    case SpaceKind::people: return "people";
    case SpaceKind::cycle: return "cycle";
  }
  return "";
}

class SpaceCheck {
 public:
  explicit SpaceCheck(const Space& space) : space_(space) { found_.kind = space.kind; }

  Result<Verified> run() {
    EVENHAND_TRY(const LogReadView view, space_.log.read());
    EVENHAND_TRY(const auto chains, view.chains());
    for (const auto& [id, chain] : chains) chains_.emplace(id, chain);
    const Result<void> scanned = view.scan(1, [&](Arrival arrival, const CommitView& commit) {
      take(arrival, commit);
      return true;
    });
    if (!scanned) found_.problems.push_back(scanned.error().sentence());
    EVENHAND_TRY(const std::vector<TwoPasts> two_pasts, find_two_pasts(space_));
    LaptopNames names(space_);
    for (const auto& [id, chain] : chains_) {
      const bool is_side_by_side = std::any_of(two_pasts.begin(), two_pasts.end(), [&](const TwoPasts& one) { return std::binary_search(one.chains.begin(), one.chains.end(), id); });
      found_.chains.push_back({names.of(chain.descriptor.device), chain.descriptor.lane, events_[id], chain.branches.size(), chain.descriptor.incarnation.hex(), is_one_of_several(chain.descriptor), is_side_by_side});
    }
    found_.parked = view.parked_count();
    found_.fold = space_.fold.counts();
    EVENHAND_TRY(found_.log_digest, view.log_digest(found_.missing));
    EVENHAND_TRY(found_.state_digest, space_.fold.state_digest());
    return std::move(found_);
  }

 private:
  void take(Arrival arrival, const CommitView& commit) {
    const std::string where = "commit " + std::to_string(arrival);
    const auto chain = chains_.find(commit.chain());
    if (chain == chains_.end()) return found_.problems.push_back(where + " stands in a chain that the log does not know");
    const auto hashes = verify_commit(commit, chain->second.descriptor);
    if (!hashes) return found_.problems.push_back(where + ": " + hashes.error().sentence());
    if (commit.first_seq() > 1 && !known_.contains(commit.previous())) {
      found_.problems.push_back(where + " stands on an event that is not here");
    }
    known_.insert(hashes->begin(), hashes->end());
    ++found_.commits;
    found_.events += commit.event_count();
    events_[commit.chain()] += commit.event_count();
    take_missing(commit, *hashes);
  }

  bool is_one_of_several(const ChainDescriptor& one) const {
    return std::count_if(chains_.begin(), chains_.end(), [&](const auto& other) {
             return other.second.descriptor.device == one.device && other.second.descriptor.lane == one.lane;
           }) > 1;
  }

  void take_missing(const CommitView& commit, const std::vector<Hash>& hashes) {
    const Result<void> walked = commit.walk([&](std::size_t i, const EventView& event) {
      if (event.body_state == BodyState::present) return true;
      const Reference reference{commit.chain(), commit.first_seq() + i, shorten(hashes[i])};
      const Access& access = space_.fold.access();
      const bool ordered = access.is_redacted(reference) || (!event.header.key.is_zero() && access.is_erased(event.header.key));
      if (ordered) {
        ++found_.erased;
      } else {
        found_.missing.push_back(reference);
      }
      return true;
    });
    if (!walked) found_.problems.push_back(walked.error().sentence());
  }

  const Space& space_;
  Verified found_;
  std::map<ChainId, ChainState> chains_;
  std::map<ChainId, std::uint64_t> events_;
  std::set<Hash> known_;
};

void print_space(Console& console, const Verified& space) {
  console.print("Space: " + std::string(kind_words(space.kind)));
  console.print("  " + counted(space.events, "event") + " in " + counted(space.commits, "commit") + "; hashes, bodies and signatures " +
                (space.problems.empty() ? "hold" : "DO NOT HOLD"));
  for (const ChainCount& chain : space.chains) {
    console.print("  " + std::string(chain.lane == Lane::authority ? "authority  " : "data       ") + counted(chain.events, "event") + " by " + harmless_line(chain.laptop.text()) + (chain.is_one_of_several ? ", incarnation " + chain.incarnation.substr(0, 8) : "") +
                  (chain.branches > 1 ? "   FORKED: " + std::to_string(chain.branches) + " branches, all kept" : "") + (chain.is_side_by_side ? "   SIDE BY SIDE with another" : ""));
  }
  if (std::any_of(space.chains.begin(), space.chains.end(), [](const ChainCount& chain) { return chain.is_one_of_several; })) {
    console.print("  An incarnation is the store of a laptop since it was last restored or copied.");
  }
  const auto tell = [&](std::uint64_t count, const char* words) {
    if (count > 0) console.print("  " + with_commas(count) + " " + words);
  };
  tell(space.missing.size(), "events whose content should be here and is not");
  tell(space.erased, "events whose content was erased by order");
  tell(space.parked, "commits wait for earlier ones");
  tell(space.fold.waiting, "events wait for what they rest on");
  tell(space.fold.quarantined, "events are set aside: outside their author's rights");
  console.print("  log digest    " + space.log_digest.hex());
  console.print("  state digest  " + space.state_digest.hex());
  for (const std::string& problem : space.problems) console.print("  PROBLEM  " + wrapped(problem, 80, 11));
}

Json space_json(const Verified& space) {
  Json chains = Json::array();
  for (const ChainCount& chain : space.chains) {
    chains.push(Json::object().set("organisation", chain.laptop.organisation).set("device", chain.laptop.label).set("lane", chain.lane == Lane::authority ? "authority" : "data").set("incarnation", chain.incarnation).set("events", chain.events)
                    .set("forked", chain.branches > 1).set("side_by_side", chain.is_side_by_side));
  }
  Json problems = Json::array();
  for (const std::string& problem : space.problems) problems.push(problem);
  return Json::object().set("space", kind_words(space.kind)).set("commits", space.commits).set("events", space.events).set("chains", std::move(chains))
      .set("missing", space.missing.size()).set("erased", space.erased).set("parked", space.parked).set("waiting", space.fold.waiting)
      .set("quarantined", space.fold.quarantined).set("log_digest", space.log_digest.hex()).set("state_digest", space.state_digest.hex())
      .set("problems", std::move(problems));
}

}  // namespace

Result<void> verify_workspace(Workspace& workspace, Console& console) {
  Json list = Json::array();
  bool holds = true;
  for (const Space& space : workspace.spaces()) {
    EVENHAND_TRY(const Verified found, SpaceCheck(space).run());
    holds = holds && found.problems.empty() && found.missing.empty();
    console.json ? void(list.push(space_json(found))) : print_space(console, found);
  }
  if (console.json) {
    console.out << write_json(list, JsonStyle::pretty);
  } else {
    EVENHAND_TRY(const std::vector<TwoPasts> two_pasts, find_two_pasts(workspace));
    print_alarm(console, workspace, two_pasts);
  }
  if (!holds) {
    console.fail(corrupt("the log does not hold", workspace.folder().string(), "Make a copy of the folder, then run: evenhand doctor"), Exit::integrity);
  }
  return {};
}

}  // namespace evenhand::cli
