// The whole fold: everything by ancestry, whatever the shape of the record's events.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "core/codec/archive.h"
#include "core/projection/fold_rules.h"
#include "core/record/value.h"

namespace evenhand {

using namespace fold_rules;

namespace {

class EntityFold {
 public:
  EntityFold(const EntityId& id, std::span<const FoldEvent> events, const FoldBasis& basis) : events_(events), basis_(basis) { folded_.state.id = id; }

  Folded run() {
    std::vector<CausalOrder::Node> nodes;
    nodes.reserve(events_.size());
    for (const FoldEvent& event : events_) {
      CausalOrder::Node node{event.reference, {}, event.hash};
      for (std::size_t i = 0; i < event.view.header.parent_count(); ++i) node.parents.push_back(event.view.header.parent(i));
      nodes.push_back(std::move(node));
    }
    order_ = CausalOrder::make(nodes);
    folded_.waiting = order_.waiting();
    folded_.has_shared_references = order_.has_shared_references();
    find_taken_back();
    for (const std::size_t at : order_.order()) take(at);
    settle_values();
    settle_items();
    settle_lifecycle();
    settle_heads();
    return std::move(folded_);
  }

 private:
  void take(std::size_t at) {
    const FoldEvent& event = events_[at];
    EntityState& state = folded_.state;
    const EventKind kind = kind_for(state, event, basis_);
    if (leaves_values(state, event, kind)) {
      if (kind.verb == Verb::removed && !taken_back_.contains({at, kLifecycleField})) removals_.push_back(at);
      if (sets_fields(kind.verb)) take_fields(at, kind);
    }
    ++state.event_count;
    state.updated = event.view.header.claimed;
  }

  static std::string_view record_of(const FoldEvent& event) {
    return event.view.header.type.substr(0, event.view.header.type.rfind('.'));
  }

  // A decision that is taken back counts as never made for those fields: what it had replaced stands again, unless
  // something else replaced it. So undoing asks again instead of picking one version.
  void find_taken_back() {
    std::unordered_map<Reference, std::vector<std::size_t>, ReferenceHash> named;
    for (const std::size_t at : order_.order()) {
      const auto reopening = events_[at].effect == Effect::full ? reopening_in(events_[at].view, basis_) : std::nullopt;
      if (reopening) {
        for (const std::size_t earlier : named[reopening->of]) {
          if (record_of(events_[earlier]) != record_of(events_[at]) || !order_.precedes(earlier, at)) continue;
          for (const std::uint16_t field : reopening->fields) taken_back_.emplace(earlier, field);
          is_reopening_.insert(at);
        }
      }
      named[events_[at].reference].push_back(at);
    }
  }

  void take_fields(std::size_t at, const EventKind& kind) {
    if (!taken_back_.contains({at, kLifecycleField}) && !is_reopening_.contains(at)) edits_.push_back(at);
    const auto changes = decode_body_untrusted(events_[at].view.body);
    if (!changes) return;
    for (const FieldChange& change : *changes) {
      if (change.field > common_field::kRecordIdMax || taken_back_.contains({at, change.field})) continue;
      if (is_items_field(kind, change.field, events_[at].view.header)) {
        take_items(at, change);
      } else {
        values_[change.field].push_back({at, change.value});
      }
    }
  }

  void take_items(std::size_t at, const FieldChange& change) {
    folded_.state.make(change.field);
    const auto items = decode_untrusted<ItemsChange>(change.value, "items");
    if (!items) return;
    for (const Bytes& item : items->removed) items_[{change.field, item}].removed_by.push_back(at);
    for (const Bytes& item : items->added) items_[{change.field, item}].added_by.push_back(at);
  }

  // A value stands unless a later event wrote its field too.
  void settle_values() {
    for (auto begin = values_.begin(); begin != values_.end();) {
      CausalOrder::Marks writes(events_.size(), 0);
      auto end = begin;
      for (std::size_t bit = 0; bit < kQuestions && end != values_.end(); ++bit, ++end) {
        for (const Write& write : end->second) writes[write.at] |= std::uint64_t{1} << bit;
      }
      const CausalOrder::Marks later = order_.marks_after(writes);
      for (std::size_t bit = 0; begin != end; ++bit, ++begin) {
        FieldState& field = folded_.state.make(begin->first);
        for (const Write& write : begin->second) {
          if ((later[write.at] >> bit & 1) != 0) continue;
          const EventHeader& header = events_[write.at].view.header;
          field.values.push_back({events_[write.at].reference, header.is_sealed(), stored_form(header, write.value)});
        }
        std::sort(field.values.begin(), field.values.end(), [](const Written& a, const Written& b) { return std::tie(a.by, a.is_sealed, a.value) < std::tie(b.by, b.is_sealed, b.value); });
      }
    }
  }

  // An addition stands unless a later event took the item away.
  void settle_items() {
    auto begin = items_.begin();
    while (begin != items_.end()) {
      CausalOrder::Marks removals(events_.size(), 0);
      auto end = begin;
      for (std::size_t bit = 0; bit < kQuestions && end != items_.end(); ++end) {
        if (end->second.removed_by.empty()) continue;
        for (const std::size_t at : end->second.removed_by) removals[at] |= std::uint64_t{1} << bit;
        ++bit;
      }
      const CausalOrder::Marks later = order_.marks_after(removals);
      for (std::size_t bit = 0; begin != end; ++begin) {
        const auto& [field_and_item, history] = *begin;
        FieldState& field = folded_.state.make(field_and_item.first);
        for (const std::size_t at : history.added_by) {
          const bool is_removed = !history.removed_by.empty() && (later[at] >> bit & 1) != 0;
          if (!is_removed) field.items.push_back({field_and_item.second, events_[at].reference});
        }
        if (!history.removed_by.empty()) ++bit;
      }
    }
    for (FieldState& field : folded_.state.fields) std::sort(field.items.begin(), field.items.end());
  }

  // An edit that a removal had seen is gone with the record. One that had seen every removal brings it back; any other
  // stands beside a removal. "Every" asks about the removals that no other one had seen: the rest lie before them.
  void settle_lifecycle() {
    if (removals_.empty()) return;
    CausalOrder::Marks removes(events_.size(), 0);
    for (const std::size_t at : removals_) removes[at] = 1;
    const CausalOrder::Marks removed_later = order_.marks_after(removes);
    std::erase_if(removals_, [&](std::size_t at) { return removed_later[at] != 0; });
    std::erase_if(edits_, [&](std::size_t at) { return removed_later[at] != 0; });
    const std::size_t edits_that_stand = edits_.size();
    for (std::size_t begin = 0; begin < removals_.size() && !edits_.empty(); begin += kQuestions) {
      CausalOrder::Marks last(events_.size(), 0);
      std::uint64_t all = 0;
      for (std::size_t i = begin; i < std::min(begin + kQuestions, removals_.size()); ++i) {
        last[removals_[i]] = std::uint64_t{1} << (i - begin);
        all |= last[removals_[i]];
      }
      const CausalOrder::Marks seen = order_.marks_before(last);
      std::erase_if(edits_, [&](std::size_t at) { return seen[at] != all; });
    }
    folded_.state.lifecycle = !edits_.empty() ? Lifecycle::live : edits_that_stand > 0 ? Lifecycle::removed_and_edited : Lifecycle::removed;
  }

  void settle_heads() {
    for (const std::size_t at : order_.heads()) folded_.state.heads.push_back(events_[at].reference);
    std::vector<Reference>& heads = folded_.state.heads;
    std::sort(heads.begin(), heads.end());
    heads.erase(std::unique(heads.begin(), heads.end()), heads.end());
  }

  static constexpr std::size_t kQuestions = 64;  ///< that one sweep over the events answers

  struct Write {
    std::size_t at;
    ByteView value;
  };
  struct ItemHistory {
    std::vector<std::size_t> added_by;
    std::vector<std::size_t> removed_by;
  };

  std::span<const FoldEvent> events_;
  const FoldBasis& basis_;
  CausalOrder order_;
  Folded folded_;
  static constexpr std::uint16_t kLifecycleField = 0;  // in kReopened: whether the record is removed
  std::set<std::pair<std::size_t, std::uint16_t>> taken_back_;  // (event, field)
  std::set<std::size_t> is_reopening_;
  std::vector<std::size_t> removals_;
  std::vector<std::size_t> edits_;
  std::map<std::uint16_t, std::vector<Write>> values_;
  std::map<std::pair<std::uint16_t, Bytes>, ItemHistory> items_;
};

}  // namespace

Folded fold_by_ancestry(const EntityId& id, std::span<const FoldEvent> events, const FoldBasis& basis) { return EntityFold(id, events, basis).run(); }

}  // namespace evenhand
