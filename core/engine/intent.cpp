#include "core/engine/intent.h"

#include "core/codec/archive.h"
#include "core/event/commit.h"
#include "core/os/files.h"

namespace evenhand {

namespace {

constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kIntentBytesMax = 64 << 20;

std::filesystem::path file_in(const std::filesystem::path& workspace) { return workspace / "intent"; }

struct IntentFile {
  std::uint32_t version = kVersion;
  std::vector<IntendedCommit> commits;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(version, commits);
  }
};

}  // namespace

Result<void> write_intent(const std::filesystem::path& workspace, const std::vector<IntendedCommit>& commits) {
  return write_file_durably(file_in(workspace), encode(IntentFile{kVersion, commits}), Secrecy::secret);
}

Result<std::vector<IntendedCommit>> read_intent(const std::filesystem::path& workspace) {
  const auto bytes = read_file(file_in(workspace), kIntentBytesMax);
  if (!bytes && bytes.error().code == ErrorCode::not_found) return std::vector<IntendedCommit>();
  if (!bytes) return bytes.error();
  const char* const remedy = "Move this file away to go on: the last command, which was cut short, may then be there in part.";
  auto file = decode_untrusted<IntentFile>(*bytes, "intent");
  if (!file) return corrupt("what the last command was to write cannot be read: " + file.error().what, file_in(workspace), remedy);
  if (file->version != kVersion) return refused("the last command was cut short in a newer version", file_in(workspace), "Install that version.");
  for (const IntendedCommit& intended : file->commits) {
    const auto sound = CommitView::decode_untrusted(intended.commit);
    if (!sound) return corrupt("what the last command was to write is damaged: " + sound.error().what, file_in(workspace), remedy);
  }
  return std::move(file->commits);
}

Result<void> remove_intent(const std::filesystem::path& workspace) {
  EVENHAND_CHECK(remove_tree(file_in(workspace)));
  return sync_folder(workspace);
}

Result<bool> makes(const std::vector<IntendedCommit>& commits, const Reference& event) {
  for (const IntendedCommit& intended : commits) {
    EVENHAND_TRY(const CommitView commit, CommitView::decode_untrusted(intended.commit));
    if (commit.chain() != event.chain || event.seq < commit.first_seq() || event.seq > commit.last_seq()) continue;
    EVENHAND_TRY(const std::vector<Hash> hashes, commit.event_hashes());
    if (shorten(hashes[event.seq - commit.first_seq()]) == event.hash) return true;
  }
  return false;
}

}  // namespace evenhand
