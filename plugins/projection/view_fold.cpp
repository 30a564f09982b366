#include "plugins/projection/view_fold.h"

#include <utility>

#include "core/crypto/hash.h"
#include "core/os/files.h"
#include "plugins/host/people_views.h"

namespace evenhand::plugins {

namespace {

constexpr std::size_t kSentenceBytesMax = 400;
// In place of a plugin's own words, which might name somebody, and would outlive their erasure in every document made from the view.
constexpr std::string_view kUnsaid = "the plugin failed at it; what it said is not kept, as it may speak of people";
constexpr std::size_t kTransactionRecords = 4'096;
constexpr std::size_t kTransactionBytes = std::size_t{4} << 20;

std::size_t bytes_of(const Replacement& replacement) {
  std::size_t bytes = 0;
  for (const ViewRow& row : replacement.rows) {
    for (const ViewCell& cell : row) bytes += sizeof cell + (cell.text ? cell.text->size() : 0);
  }
  return bytes;
}

// What a plugin says of its own failure may be anything; it stands in a list that people read.
std::string plain(const std::string& sentence) {
  std::string words;
  for (const char c : sentence.substr(0, sentence.size() > kSentenceBytesMax ? kSentenceBytesMax : sentence.size())) {
    words += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
  }
  while (!is_utf8(words)) words.resize(*first_bad_utf8(words));
  return words;
}

}  // namespace

Result<void> ViewFold::run() {
  EVENHAND_TRY(const ViewState state, store_.state(projection_));
  if (state.condition == ViewCondition::paused) return {};
  EVENHAND_TRY(const bool may_go_on, find_changes(state));
  if (!may_go_on) return {};
  EVENHAND_CHECK(take_away_removed());
  for (std::size_t from = 0; from < changed_.size() && !must_stop();) {
    std::size_t to = from;
    for (std::size_t bytes = 0; to < changed_.size() && to - from < limits_.batch_records_max; ++to) {
      bytes += changed_[to].row.size();
      if (to > from && bytes > limits_.batch_bytes_max) break;
    }
    if (options_.stop_after != 0 && done_.calls >= options_.stop_after) {
      done_.is_done = false;
      break;
    }
    EVENHAND_CHECK(fold(std::span(changed_).subspan(from, to - from)));
    from = to;
    if (options_.progress) options_.progress(plugin_.manifest.id + "/" + entry_.id, from, changed_.size());
  }
  if (!is_stopped_) EVENHAND_CHECK(flush());
  if (must_stop() || state.condition == ViewCondition::current) return {};
  return store({}, ViewState{});
}

// False: what the plugin failed at stands as it stood.
Result<bool> ViewFold::find_changes(const ViewState& state) {
  EVENHAND_TRY(RecordNotes known, store_.notes(projection_));
  bool is_as_it_was = false;
  EVENHAND_CHECK(for_each_source_record(plugin_.manifest, entry_, model_, [&](SourceRecord record) {
    is_as_it_was = is_as_it_was || (state.condition == ViewCondition::quarantined && record.id == state.record && record.print == state.print);
    const auto at = known.find(record.id);
    if (at != known.end()) {
      const RecordNote note = at->second;
      known.erase(at);
      has_lost_content_ = has_lost_content_ || (note.rows > 0 && record.losses > note.losses);
      if (note.print == record.print && note.losses == record.losses) return;
    }
    changed_.push_back(std::move(record));
  }));
  for (const auto& [id, note] : known) removed_.push_back(id);
  std::sort(removed_.begin(), removed_.end());
  has_lost_content_ = has_lost_content_ || !removed_.empty();
  return !is_as_it_was;
}

Result<void> ViewFold::take_away_removed() {
  for (std::size_t from = 0; from < removed_.size() && !must_stop(); from += limits_.batch_records_max) {
    std::vector<Replacement> gone;
    for (std::size_t i = from; i < removed_.size() && i < from + limits_.batch_records_max; ++i) gone.push_back({removed_[i], {}, 0, {}});
    EVENHAND_CHECK(store(gone, {}));
  }
  return {};
}

// A batch that fails is halved until one record is left that fails alone.
Result<void> ViewFold::fold(std::span<const SourceRecord> records) {
  ++done_.calls;
  auto replacements = ask_for_rows(plugin_, entry_, records, limits_);
  if (replacements) return keep(std::move(*replacements));
  if (replacements.error().code == ErrorCode::unavailable) return replacements.error();
  if (records.size() == 1) return quarantine(records.front(), replacements.error());
  EVENHAND_CHECK(fold(records.first(records.size() / 2)));
  return must_stop() ? Result<void>() : fold(records.subspan(records.size() / 2));
}

Result<void> ViewFold::keep(std::vector<Replacement> replacements) {
  for (Replacement& one : replacements) {
    kept_bytes_ += bytes_of(one);
    kept_.push_back(std::move(one));
    if (kept_.size() >= kTransactionRecords || kept_bytes_ >= kTransactionBytes) EVENHAND_CHECK(flush());
    if (is_stopped_) break;
  }
  return {};
}

Result<void> ViewFold::flush() {
  const std::vector<Replacement> all = std::exchange(kept_, {});
  kept_bytes_ = 0;
  if (all.empty()) return {};
  // Whoever writes to the log would wait for each sync; one is what a small catch-up costs, many is what a large one would.
  if (++flushes_ > 1) EVENHAND_CHECK(store_.put_off_syncing());
  return store(all, {});
}

Result<void> ViewFold::store(std::span<const Replacement> replacements, const std::optional<ViewState>& state) {
  const Result<void> stored = store_.replace(projection_, replacements, state, limits_.view_bytes_max);
  if (stored) {
    done_.records += replacements.size();
    return {};
  }
  if (stored.error().code != ErrorCode::refused) return stored;
  is_stopped_ = true;
  ViewState paused;
  paused.condition = ViewCondition::paused;
  paused.sentence = plain(stored.error().what);
  return store_.replace(projection_, {}, paused, limits_.view_bytes_max);
}

Result<void> ViewFold::quarantine(const SourceRecord& record, const Error& why) {
  EVENHAND_CHECK(flush());
  if (is_stopped_) return {};
  is_stopped_ = true;
  ViewState state;
  state.condition = ViewCondition::quarantined;
  state.record = record.id;
  state.print = record.print;
  state.sentence = !options_.is_of_samples && may_speak_of_people(plugin_.manifest) ? std::string(kUnsaid) : plain(why.sentence());
  EVENHAND_TRY(const auto whole, model_.find(record.id));
  EVENHAND_TRY(const DisclosureRule rule, strictest_rule(model_));
  if (whole) {
    const std::string slice = without_personal_data(plugin_.manifest, entry_, *whole, rule);
    state.slice = sha256(view_of(slice)).hex().substr(0, 16) + ".rows";
    EVENHAND_CHECK(make_private_folder(slices_));
    EVENHAND_CHECK(write_file_durably(slices_ / state.slice, view_of(slice), Secrecy::secret));
  }
  const Replacement gone{record.id, {}, 0, {}};
  return store_.replace(projection_, std::span(&gone, 1), state, limits_.view_bytes_max);
}

}  // namespace evenhand::plugins
