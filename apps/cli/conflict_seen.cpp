#include "apps/cli/conflict_seen.h"

#include <algorithm>

#include "core/os/files.h"

namespace evenhand::cli {

namespace {

constexpr std::size_t kLookedBytesMax = 512 * 1024;

}  // namespace

Looks Looks::read(const Workspace& workspace) {
  Looks looks(workspace.folder() / "looked");
  const auto bytes = read_file(looks.file_, kLookedBytesMax);
  std::string_view text = bytes ? text_of(*bytes) : std::string_view();
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto record = EntityId::from_hex(line.substr(0, line.find(' ')));
    if (record && line.find(' ') != std::string_view::npos) looks.keep(*record, std::string(line.substr(line.find(' ') + 1)));
  }
  return looks;
}

std::string Looks::view_of(const EntityId& record) const {
  const auto known = latest_.find(record);
  return known == latest_.end() ? "" : known->second;
}

void Looks::keep(const EntityId& record, const std::string& view) {
  std::string& latest = latest_[record];
  if (latest == view) return;
  latest = view;
  lines_.emplace_back(record, view);
}

void Looks::note(const std::vector<Conflict>& shown) {
  for (const Conflict& conflict : shown) keep(conflict.entity, conflict.view);
  write();
}

void Looks::note(const EntityId& record, const std::string& view) {
  keep(record, view);
  write();
}

void Looks::write() {
  std::vector<std::string> kept;
  std::size_t bytes = 0;
  for (auto line = lines_.rbegin(); line != lines_.rend(); ++line) {
    if (latest_.at(line->first) != line->second) continue;
    std::string text = line->first.hex() + " " + line->second + "\n";
    if (bytes + text.size() > kLookedBytesMax) break;
    bytes += text.size();
    kept.push_back(std::move(text));
  }
  std::string all;
  for (auto line = kept.rbegin(); line != kept.rend(); ++line) all += *line;
  (void)write_file_whole(file_, evenhand::view_of(all), Secrecy::secret).ok();
}

}  // namespace evenhand::cli
