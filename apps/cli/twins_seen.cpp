// A view of a pair: per record "id:heads", first both records, then every word on them, with commas between.
#include "apps/cli/twins_seen.h"

#include <algorithm>

#include "core/crypto/hash.h"

namespace evenhand::cli {

namespace {

// A pair has no id of its own.
EntityId key_of(const TwinPair& pair) {
  static constexpr std::string_view kDomain{"evenhand/pair-looked/1\0", 23};
  return *EntityId::from(sha256({view_of(kDomain), pair.first.view(), pair.second.view()}).view().first(EntityId::kSize));
}

using Views = std::vector<std::pair<EntityId, std::string>>;

Result<Views> views_now(const Workspace& workspace, const TwinPair& pair) {
  std::vector<EntityId> all = {pair.first, pair.second};
  EVENHAND_TRY(std::vector<EntityId> words, decisions_on(workspace, pair.first, pair.second));
  std::sort(words.begin(), words.end());
  all.insert(all.end(), words.begin(), words.end());
  Views views;
  for (const EntityId& id : all) {
    EVENHAND_TRY(const std::optional<Record> record, workspace.find(id));
    views.emplace_back(id, record ? evenhand::view_of(record->state().heads) : "");
  }
  return views;
}

std::optional<Views> views_from(std::string_view text) {
  Views views;
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find(','));
    text.remove_prefix(std::min(one.size() + 1, text.size()));
    const auto id = EntityId::from_hex(one.substr(0, one.find(':')));
    if (!id || one.find(':') == std::string_view::npos) return std::nullopt;
    views.emplace_back(*id, std::string(one.substr(one.find(':') + 1)));
  }
  return views;
}

}  // namespace

Result<std::string> pair_view(const Workspace& workspace, const EntityId& a, const EntityId& b) {
  EVENHAND_TRY(const Views views, views_now(workspace, twin_pair(a, b)));
  std::string text;
  for (const auto& [id, view] : views) text += (text.empty() ? "" : ",") + id.hex() + ":" + view;
  return text;
}

Result<void> note_shown(const Workspace& workspace, const std::vector<Twins>& twins) {
  if (twins.empty()) return {};
  Looks looks = Looks::read(workspace);
  for (const Twins& one : twins) {
    EVENHAND_TRY(const std::string view, pair_view(workspace, one.first, one.second));
    looks.note(key_of(twin_pair(one.first, one.second)), view);
  }
  return {};
}

Result<void> check_pair_seen(const Workspace& workspace, const EntityId& a, const EntityId& b, const std::string& view) {
  const std::string shown = view.empty() ? Looks::read(workspace).view_of(key_of(twin_pair(a, b))) : view;
  if (shown.empty()) return {};
  const std::string again = "Look again with: evenhand conflict twins";
  const std::optional<Views> then = views_from(shown);
  if (!then) return view.empty() ? Result<void>() : refused("this is no view of two records", view, again);
  EVENHAND_TRY(const Views now, views_now(workspace, twin_pair(a, b)));
  std::string since;
  for (const auto& one : now) {
    if (std::find(then->begin(), then->end(), one) != then->end()) continue;
    const auto before = std::find_if(then->begin(), then->end(), [&](const auto& other) { return other.first == one.first; });
    std::vector<Reference> seen;
    if (before != then->end()) {
      auto heads = workspace.heads_seen(one.first, before->second);
      if (!heads && view.empty()) return {};  // of a store that was replaced by a backup since
      if (!heads) return heads.error();
      seen = std::move(*heads);
    }
    EVENHAND_TRY(const std::string changed, workspace.changed_since(one.first, seen));
    if (!changed.empty()) since += (since.empty() ? "" : "; ") + (one.first == a || one.first == b ? short_id_of(one.first) + ": " : std::string("a word on the two: ")) + changed;
  }
  return since.empty() ? Result<void>() : stale("they were changed after you looked at them: " + since, short_id_of(a) + " " + short_id_of(b), again);
}

Result<void> note_own_word_on(const Workspace& workspace, const EntityId& a, const EntityId& b) {
  Looks looks = Looks::read(workspace);
  const EntityId key = key_of(twin_pair(a, b));
  if (looks.view_of(key).empty()) return {};
  EVENHAND_TRY(const std::string view, pair_view(workspace, a, b));
  looks.note(key, view);
  return {};
}

}  // namespace evenhand::cli
