// What touches a signed subject and is not in its cut.
#include <algorithm>
#include <set>

#include "core/engine/late_verdict.h"
#include "core/engine/record_events.h"
#include "core/engine/sign_off.h"

namespace evenhand {

namespace {

using References = std::set<Reference>;
using Touched = std::map<EntityId, References>;

/// The commits of one chain, walked back from the ends of its cut: what hangs on none of them came later or elsewhere.
class ChainInCut {
 public:
  static Result<ChainInCut> make(const LogReadView& view, const ChainId& chain, const std::vector<BranchHead>& ends) {
    ChainInCut cut;
    std::vector<Commit> commits;
    std::map<Hash, std::pair<std::size_t, std::size_t>> places;
    EVENHAND_CHECK(view.scan_chain(chain, 1, [&](Arrival, const CommitView& commit) {
      auto hashes = commit.event_hashes();
      if (!hashes) return true;
      for (std::size_t i = 0; i < hashes->size(); ++i) places[(*hashes)[i]] = {commits.size(), i};
      commits.push_back({commit.previous(), std::move(*hashes)});
      return true;
    }));
    for (const BranchHead& end : ends) {
      auto at = places.find(end.head);
      while (at != places.end()) {
        const auto [commit, last] = at->second;
        bool is_new = false;
        for (std::size_t i = 0; i <= last; ++i) is_new = cut.hashes_.insert(commits[commit].hashes[i]).second || is_new;
        if (!is_new) break;
        at = places.find(commits[commit].previous);
      }
    }
    return cut;
  }
  bool holds(const Hash& hash) const { return hashes_.contains(hash); }

 private:
  struct Commit {
    Hash previous;
    std::vector<Hash> hashes;
  };
  std::set<Hash> hashes_;
};

/// Entities that some event outside the cut speaks of, with those events.
Result<Touched> outside(const Space& space, const SpaceCut& cut) {
  Touched found;
  EVENHAND_TRY(const LogReadView view, space.log.read());
  EVENHAND_TRY(const auto chains, view.chains());
  for (const auto& [id, chain] : chains) {
    if (chain.descriptor.lane == Lane::authority) continue;
    const auto at = std::find_if(cut.chains.begin(), cut.chains.end(), [&, &wanted = id](const SpaceCut::Chain& one) { return one.chain == wanted; });
    const std::vector<BranchHead> ends = at == cut.chains.end() ? std::vector<BranchHead>{} : at->ends;
    if (ends == chain.branches) continue;
    // A chain that never forked is in the cut up to its end; else its branches are walked.
    const bool is_line = chain.branches.size() == 1 && ends.size() <= 1;
    const std::uint64_t first = is_line && !ends.empty() ? ends.front().seq + 1 : 1;
    std::optional<ChainInCut> walked;
    if (!is_line) {
      EVENHAND_TRY(walked, ChainInCut::make(view, id, ends));
    }
    EVENHAND_CHECK(view.scan_chain(id, first, [&](Arrival, const CommitView& commit) {
      const auto hashes = commit.event_hashes();
      if (!hashes) return true;
      (void)commit.walk([&](std::size_t i, const EventView& event) {
        const std::uint64_t seq = commit.first_seq() + i;
        if (seq >= first && (!walked || !walked->holds((*hashes)[i]))) found[event.header.entity].insert({commit.chain(), seq, shorten((*hashes)[i])});
        return true;
      });
      return true;
    }));
  }
  return found;
}

/// The records as they stood in the cut. What says where a record belongs is never sealed, so nothing is opened.
class AsSigned {
 public:
  static Result<AsSigned> make(const Workspace& workspace, const SignOff& sign_off) {
    AsSigned made;
    for (const Space& space : workspace.spaces()) {
      const auto cut = std::find_if(sign_off.cuts.begin(), sign_off.cuts.end(), [&](const SpaceCut& one) { return one.space == space.id; });
      if (cut == sign_off.cuts.end()) continue;
      EVENHAND_TRY(Touched touched, outside(space, *cut));
      made.spaces_.push_back({&space, std::move(touched)});
    }
    return made;
  }

  struct Part {
    const Space* space;
    Touched touched;  ///< since
  };
  const std::vector<Part>& spaces() const { return spaces_; }

  Result<std::optional<Record>> find(const EntityId& id) const {
    for (const bool at_home : {true, false}) {
      for (const Part& part : spaces_) {
        EVENHAND_TRY(std::optional<EntityState> state, state_of(part, id));
        const RecordSpec* spec = state ? find_record_type(state->type) : nullptr;
        if (spec == nullptr || !shows_in(*spec, part.space->kind) || (home_of(*spec) == part.space->kind) != at_home) continue;
        return std::optional(Record(*spec, std::move(*state)));
      }
    }
    return std::optional<Record>();
  }

  /// Was it signed?
  Result<bool> covers(const SignSubject& subject, const EntityId& id) const {
    EVENHAND_TRY(const std::optional<Record> record, find(id));
    if (!record || record->is_removed()) return false;
    return evenhand::covers(subject, [this](const EntityId& other) { return find(other); }, *record);
  }

 private:
  static Result<std::optional<EntityState>> state_of(const Part& part, const EntityId& id) {
    const auto touched = part.touched.find(id);
    if (touched == part.touched.end()) return part.space->fold.find(id);
    EVENHAND_TRY(const std::vector<Place> places, part.space->fold.places(id));
    if (places.size() <= touched->second.size()) return std::optional<EntityState>();  // it came later
    EVENHAND_TRY(EntityState state, part.space->fold.state_among(part.space->log, id, [&](const Reference& one) { return !touched->second.contains(one); }));
    return state.exists() ? std::optional(std::move(state)) : std::nullopt;
  }

  std::vector<Part> spaces_;
};

std::string what_it_changed(const SignSubject& subject, const RecordSpec& spec, const RecordEvent& event) {
  if (event.kind.verb == Verb::removed) return "removed";
  std::string names;
  for (const OwnedChange& change : event.changes) {
    const FieldSpec* field = spec.find_field(change.field);
    if (field != nullptr && subject.signs(spec.name, field->name)) names += (names.empty() ? "" : ", ") + std::string(field->name);
  }
  return names;
}

}  // namespace

std::string long_text(const Reference& event) {
  Bytes bytes(Reference::kBytes);
  event.write(bytes.data());
  return to_hex(bytes);
}

Result<std::vector<LateEvent>> late_events(const Workspace& workspace, const SignOff& sign_off) {
  if (!sign_off.has_cut) return corrupt("its cut is not whole here, so nobody can tell what came after it", "sign-off " + short_id_of(sign_off.id));
  EVENHAND_TRY(const LateVerdicts said, LateVerdicts::read(workspace));
  std::vector<LateEvent> late;
  EVENHAND_TRY(const AsSigned signed_then, AsSigned::make(workspace, sign_off));
  for (const auto& [of, touched] : signed_then.spaces()) {
    const Space& space = *of;
    for (const auto& [entity, references] : touched) {
      EVENHAND_TRY(const std::optional<Record> record, workspace.find(entity));
      if (!record) continue;
      EVENHAND_TRY(bool is_covered, covers(sign_off.subject, workspace, *record));
      if (!is_covered) {
        EVENHAND_TRY(is_covered, signed_then.covers(sign_off.subject, entity));
      }
      if (!is_covered) continue;
      EVENHAND_TRY(const RecordEvents events, read_events(space, entity));
      for (const RecordEvent& event : events.events) {
        if (!references.contains(event.reference) || event.standing != Standing::counts) continue;
        LateEvent one{event.reference, entity, std::string(record->spec().name), what_it_changed(sign_off.subject, record->spec(), event), event.claimed, author_of(space, event.device), "", {}};
        if (one.what.empty()) continue;
        if (const LateVerdict* const verdict = said.find(sign_off.id, long_text(event.reference))) {
          if (verdict->is_disputed) one.disputed = verdict->verdicts;
          else one.verdict = verdict->verdicts.front();
        }
        late.push_back(std::move(one));
      }
    }
  }
  std::sort(late.begin(), late.end(), [](const LateEvent& a, const LateEvent& b) { return a.event < b.event; });
  return late;
}

}  // namespace evenhand
