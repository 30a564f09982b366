#include "plugins/query/look_up.h"

#include <algorithm>
#include <numeric>

#include "plugins/query/measure.h"
#include "plugins/query/run_terms.h"

namespace evenhand::query {

namespace {

using Entry = std::pair<std::uint64_t, std::uint32_t>;  ///< hash of a key, row

Error too_many() { return refused("a look-up finds more than " + std::to_string(kPairsMax) + " rows", "", "Look in fewer rows, or match more fields"); }

/// The hashes of all keys that the values stand for: one, or several where a value is a set.
void add_keys(std::span<const Value> values, std::uint64_t so_far, const Pool& pool, std::vector<std::uint64_t>& keys) {
  if (values.empty()) return keys.push_back(so_far);
  if (keys.size() > kPairsMax) return;
  const Value& first = values.front();
  if (first.count == 0 || !first.is_known()) return add_keys(values.subspan(1), so_far * 31 + hash_of(first, pool), pool, keys);
  for (const std::string_view text : pool.texts(first)) {
    Value one;
    one.state = State::known;
    one.text = text;
    add_keys(values.subspan(1), so_far * 31 + hash_of(one, pool), pool, keys);
  }
}

/// The worst state among keys: known, though some be missing, or the reason why nobody may compare them.
State worst_of(std::span<const Value> values) {
  State worst = State::known;
  for (const Value& value : values) {
    if (value.state == State::conflict || value.state == State::masked) worst = std::max(worst, value.state);
  }
  return worst;
}

bool do_match(const Value& a, const Value& b, const Pool& pool) {
  if (a.state != b.state) return false;
  if (!a.is_known()) return true;
  const auto ours = pool.texts(a), theirs = pool.texts(b);
  return std::find_first_of(ours.begin(), ours.end(), theirs.begin(), theirs.end()) != ours.end();
}

class Index {
 public:
  Index(const Lookup& lookup, Results& results) : lookup_(lookup), results_(results) {
    rows_.base = results.find(lookup.source);
    rows_.rows.resize(rows_.base->rows());
    std::iota(rows_.rows.begin(), rows_.rows.end(), 0u);
  }

  Result<void> build(std::size_t& undecided) {
    std::vector<std::uint64_t> keys;
    for (std::uint32_t row = 0; row < rows_.size(); ++row) {
      const Truth truth = holds(lookup_.where, rows_, row, results_);
      if (truth == Truth::no) continue;
      const std::vector<Value> values = key_of(row);
      if (truth == Truth::unknown || worst_of(values) != State::known) {
        ++undecided;
        continue;
      }
      keys.clear();
      add_keys(values, 0, results_.pool, keys);
      for (const std::uint64_t key : keys) entries_.emplace_back(key, row);
      if (entries_.size() > kPairsMax) return too_many();
    }
    std::sort(entries_.begin(), entries_.end());
    return {};
  }

  /// Ascending, each once.
  std::vector<std::uint32_t> find(std::span<const Value> ours) {
    keys_.clear();
    add_keys(ours, 0, results_.pool, keys_);
    std::vector<std::uint32_t> found;
    for (const std::uint64_t key : keys_) {
      const auto from = std::lower_bound(entries_.begin(), entries_.end(), Entry{key, 0});
      for (auto at = from; at != entries_.end() && at->first == key; ++at) {
        if (is_match(ours, at->second)) found.push_back(at->second);
      }
    }
    if (keys_.size() > 1) {
      std::sort(found.begin(), found.end());
      found.erase(std::unique(found.begin(), found.end()), found.end());
    }
    return found;
  }

  Value value(std::uint32_t row) { return value_at(lookup_.measure.of, rows_, row, results_); }

 private:
  std::vector<Value> key_of(std::uint32_t row) {
    std::vector<Value> values;
    for (const Lookup::Pair& pair : lookup_.on) values.push_back(value_at(pair.theirs, rows_, row, results_));
    return values;
  }
  bool is_match(std::span<const Value> ours, std::uint32_t row) {
    for (std::size_t i = 0; i < ours.size(); ++i) {
      if (!do_match(ours[i], value_at(lookup_.on[i].theirs, rows_, row, results_), results_.pool)) return false;
    }
    return true;
  }

  const Lookup& lookup_;
  Results& results_;
  Frame rows_;
  std::vector<Entry> entries_;
  std::vector<std::uint64_t> keys_;
};

}  // namespace

Result<std::vector<Value>> look_up(const Lookup& lookup, const Frame& frame, Results& results, std::size_t& undecided) {
  Index index(lookup, results);
  const Table& source = *results.find(lookup.source);
  const bool counts_people = source.layout.counts_people;
  EVENHAND_CHECK(index.build(undecided));
  std::vector<Value> made;
  made.reserve(frame.size());
  std::size_t matches = 0;
  std::vector<Value> ours(lookup.on.size());
  for (std::size_t row = 0; row < frame.size(); ++row) {
    for (std::size_t i = 0; i < ours.size(); ++i) ours[i] = value_at(lookup.on[i].ours, frame, row, results);
    if (const State worst = worst_of(ours); worst != State::known) {
      made.push_back(nothing(worst));
      continue;
    }
    Gathered gathered(lookup.measure.rule);
    for (const std::uint32_t theirs : index.find(ours)) {
      gathered.add(lookup.measure.rule == Rule::count ? Value{} : index.value(theirs), counts_people ? source.whom_at(theirs) : std::string_view());
      if (++matches > kPairsMax) return too_many();
    }
    EVENHAND_TRY(const Value value, counts_people ? gathered.people_value(results.pool, results.rule) : gathered.value(results.pool));
    made.push_back(value);
  }
  if (counts_people && is_additive(lookup.measure.rule)) {
    std::vector<Value*> counts;
    for (Value& value : made) counts.push_back(&value);
    hide_a_second(counts);
  }
  return made;
}

}  // namespace evenhand::query
