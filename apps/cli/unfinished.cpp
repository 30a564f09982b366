// A note: <workspace>/handing-out/<16 hexadecimal digits>.note, beside it .lock; canonical bytes (docs/formats/store.md).
#include "apps/cli/unfinished.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <set>

#include "apps/cli/session.h"
#include "core/codec/archive.h"
#include "core/crypto/hash.h"
#include "core/os/files.h"
#include "plugins/catalogue/catalogue.h"

namespace evenhand::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kNoteBytesMax = 16'384;
constexpr std::size_t kNameBytes = 8;

struct Note {
  Bytes place;          ///< of a document its file, of a desk its folder; a path is bytes, not always UTF-8
  bool is_desk = false;
  Hash content;
  std::uint64_t bytes = 0;
  Bytes there;          ///< what stood in the place: FileIdentity; empty: nothing
  template <class Archive>
  void serialize(Archive& archive) {
    archive(place, is_desk, content, bytes, there);
  }
};

Bytes bytes_of(const fs::path& path) {
  const ByteView view = view_of(path.native());
  return Bytes(view.begin(), view.end());
}

Bytes standing_at(const fs::path& place) {
  const auto one = file_identity(place);
  return one ? encode(one->device, one->inode, one->bytes, one->modified_ns, one->changed_ns) : Bytes();
}

fs::path notes_folder(const fs::path& workspace) { return workspace / "handing-out"; }

constexpr std::string_view kBefore = ".evenhand-", kBehind = ".not-yet";

/// Beside a document, within a desk's folder.
fs::path waiting_place(const fs::path& place, bool is_desk, const std::string& name) {
  return (is_desk ? place : place.parent_path()) / (std::string(kBefore) + name + std::string(kBehind));
}

bool is_chance_name(std::string_view name) { return name.size() == 2 * kNameBytes && from_hex(name); }

std::string chance_name() {
  std::array<std::uint8_t, kNameBytes> chance{};
  machine_random().fill(chance);
  return to_hex(chance);
}

// Under no other name on the way, so that one is all that a kill leaves: half a note is none, and half a document is removed.
Result<void> write_new(const fs::path& file, ByteView bytes, Secrecy secrecy) {
  EVENHAND_TRY(FileHandle handle, FileHandle::create(file, secrecy));
  EVENHAND_CHECK(handle.write_all(bytes));
  return handle.sync();
}

fs::perms open_to(const fs::path& place) {
  std::error_code ignored;
  const fs::file_status there = fs::status(place, ignored);
  if (fs::is_regular_file(there)) return there.permissions() & fs::perms::all;
  const mode_t masked = ::umask(077);  // it can only be read by setting it
  ::umask(masked);
  return static_cast<fs::perms>(0644 & ~masked);
}

Result<void> put_in_place(const fs::path& waits, const fs::path& place) {
  std::error_code failed;
  fs::permissions(waits, open_to(place), failed);  // where that fails it stays its owner's
  return rename_durably(waits, place);
}

Result<bool> is_on_record(const Workspace& workspace, const Hash& content) {
  EVENHAND_TRY(const std::vector<Record> documents, workspace.records("document"));
  return std::any_of(documents.begin(), documents.end(), [&](const Record& one) { return !one.is_removed() && one.text("content") == content.hex(); });
}

// True: it waited whole, is on record, and its place is as it was.
Result<bool> may_be_put_in_place(const Workspace& workspace, const Note& note, const fs::path& waits) {
  const auto bytes = read_file(waits, note.bytes);
  if (!bytes || sha256(*bytes) != note.content) return false;
  EVENHAND_TRY(const bool is_recorded, is_on_record(workspace, note.content));
  return is_recorded && standing_at(fs::path(text_of(note.place))) == note.there;
}

Result<void> finish(const Workspace& workspace, Console& console, const Note& note, const std::string& name) {
  const fs::path place(text_of(note.place));
  const fs::path waits = waiting_place(place, note.is_desk, name);
  std::error_code ignored;
  const auto kind = fs::symlink_status(waits, ignored).type();
  if (!fs::exists(waits.parent_path(), ignored)) return unavailable("the folder in which it waits is not there now", waits.parent_path().string());
  if (kind != (note.is_desk ? fs::file_type::directory : fs::file_type::regular)) return {};
  EVENHAND_TRY(const bool is_to_be_placed, note.is_desk ? Result<bool>(false) : may_be_put_in_place(workspace, note, waits));
  if (is_to_be_placed) {
    EVENHAND_CHECK(put_in_place(waits, place));
    console.say("Put in its place what a command had made and was stopped before it could: " + place.string());
    return {};
  }
  EVENHAND_CHECK(remove_tree(waits));
  console.say("Removed what a command that was stopped had left in " + waits.parent_path().string() + ". Make it again.");
  return {};
}

void finish_note(const Workspace& workspace, Console& console, const fs::path& folder, const std::string& name) {
  const fs::path file = folder / (name + ".note"), lock_file = folder / (name + ".lock");
  const auto lock = WorkspaceLock::take(lock_file, "evenhand", "finishing");
  if (!lock) return;  // its command still runs
  const auto bytes = read_file(file, kNoteBytesMax);
  if (bytes) {
    const auto note = decode_untrusted<Note>(*bytes, "a note of what waits");
    const Result<void> done = note ? finish(workspace, console, *note, name) : note.error();
    if (!done) console.say("What a stopped command left stays: " + done.error().sentence());
    if (!done && done.error().code == ErrorCode::unavailable) return;  // a folder that is not there now may come back
  }
  (void)remove_tree(file).ok();
  (void)remove_tree(lock_file).ok();
}

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    const std::string name = at->path().stem().string();
    if (is_chance_name(name)) names.insert(name);
  }
  return names;
}

}  // namespace

bool is_waiting_name(std::string_view name) {
  const std::size_t around = kBefore.size() + kBehind.size();
  return name.size() > around && name.starts_with(kBefore) && name.ends_with(kBehind) && is_chance_name(name.substr(kBefore.size(), name.size() - around));
}

WaitingFile::WaitingFile(const Workspace& workspace, const fs::path& place, ByteView document) : name_(chance_name()) {
  std::error_code failed;
  const fs::path whole = fs::absolute(place, failed);
  waits_ = waiting_place(place, false, name_);
  if (!failed) note(workspace.folder(), encode(Note{bytes_of(whole), false, sha256(document), document.size(), standing_at(whole)}));
}

WaitingFile::WaitingFile(const Workspace& workspace, const fs::path& folder) : name_(chance_name()) {
  std::error_code failed;
  const fs::path whole = fs::absolute(folder, failed);
  waits_ = waiting_place(folder, true, name_);
  if (!failed) note(workspace.folder(), encode(Note{bytes_of(whole), true, {}, 0, {}}));
}

void WaitingFile::note(const fs::path& workspace, const Bytes& bytes) {
  const fs::path folder = notes_folder(workspace);
  if (bytes.size() > kNoteBytesMax || !make_private_folder(folder)) return;
  auto lock = WorkspaceLock::take(folder / (name_ + ".lock"), "evenhand", "handing out");
  if (!lock) return;
  lock_.emplace(std::move(*lock));
  note_ = folder / (name_ + ".note");
  if (write_new(note_, bytes, Secrecy::secret)) (void)sync_folder(folder).ok();
}

Result<void> WaitingFile::write(ByteView document) const { return write_new(waits_, document, Secrecy::secret); }

Result<void> WaitingFile::put_in(const fs::path& place) const { return put_in_place(waits_, place); }

WaitingFile::~WaitingFile() {
  if (note_.empty()) return;
  (void)remove_tree(note_).ok();
  (void)remove_tree(fs::path(note_).replace_extension(".lock")).ok();
}

void finish_what_was_left(const Workspace& workspace, Console& console) {
  for (const std::string& name : names_in(notes_folder(workspace.folder()))) finish_note(workspace, console, notes_folder(workspace.folder()), name);
  if (!workspace.is_holder()) return;  // whoever holds it may be installing
  const auto put = plugins::settle_staged(workspace, workspace.folder());
  if (!put) return console.say("Files of a plugin wait still: " + put.error().sentence());
  for (const std::string& plugin : *put) console.say("Put the files of " + plugin + " in their place, which a command that was stopped had not.");
}

}  // namespace evenhand::cli
