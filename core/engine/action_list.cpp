#include "core/engine/action_list.h"

#include "core/os/files.h"

namespace evenhand {

namespace {

constexpr std::size_t kActionsBytesMax = 128 * 1024;

std::filesystem::path file_in(const std::filesystem::path& workspace) { return workspace / "actions"; }

std::optional<Reference> reference_from(std::string_view hex) {
  const auto bytes = from_hex(hex);
  if (!bytes || bytes->size() != Reference::kBytes) return std::nullopt;
  return Reference::read(bytes->data());
}

std::vector<Reference> action_from(std::string_view line) {
  std::vector<Reference> action;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(' '), line.size());
    const auto reference = reference_from(line.substr(0, end));
    if (!reference) return {};
    action.push_back(*reference);
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return action;
}

}  // namespace

// A line begins with its line feed, so that one cut short by a crash spoils none after it.
Result<void> add_action(const std::filesystem::path& workspace, const std::vector<Reference>& first_events) {
  std::string line = "\n";
  for (const Reference& reference : first_events) {
    Bytes bytes(Reference::kBytes);
    reference.write(bytes.data());
    line += (line.size() > 1 ? " " : "") + to_hex(bytes);
  }
  const auto file = file_in(workspace);
  std::error_code ignored;
  const auto known = std::filesystem::file_size(file, ignored);
  if (ignored) return write_file_durably(file, view_of(line), Secrecy::secret);
  if (known + line.size() > kActionsBytesMax) {
    EVENHAND_TRY(const Bytes bytes, read_file(file, kActionsBytesMax));
    const std::string_view text = text_of(bytes);
    const std::size_t from = std::min(text.find('\n', text.size() / 2), text.size());
    return write_file_durably(file, view_of(std::string(text.substr(from)) + line), Secrecy::secret);
  }
  EVENHAND_TRY(FileHandle handle, FileHandle::open_to_continue(file, known, Secrecy::secret));
  EVENHAND_CHECK(handle.write_all(view_of(line)));
  return handle.sync();
}

Result<ActionList> read_actions(const std::filesystem::path& workspace) {
  const auto bytes = read_file(file_in(workspace), kActionsBytesMax);
  if (!bytes && bytes.error().code == ErrorCode::not_found) return ActionList();
  if (!bytes) return bytes.error();
  ActionList actions;
  std::string_view text = text_of(*bytes);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::vector<Reference> action = action_from(text.substr(0, end));
    if (!action.empty()) actions.push_back(std::move(action));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return actions;
}

}  // namespace evenhand
