/// What a command that was killed left half done, and that the next one finishes or clears away.
///
/// A document waits under a hidden name beside its place until it is on record (plugin.h, hand_out()), and so do the pages of a desk. A note of
/// that stands in the workspace first, under a lock that the kernel lets go when the command ends, however it ends. What a note without a holder
/// tells of is nobody's: a whole document that is on record is put in its place, as the record says that it was made; anything else is removed.
/// Nothing but files of such names is ever touched, whatever a note says.
/// Durability: the note is on the disk before the file is made. Threads: one. Lifetime: the note ends with the object.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "apps/cli/console.h"
#include "core/base/ids.h"
#include "core/engine/workspace.h"
#include "core/os/workspace_lock.h"

namespace evenhand::cli {

class WaitingFile {
 public:
  /// Notes that a document is about to wait beside `place`. Where nothing can be noted (a workspace that may only be read) it waits without one.
  WaitingFile(const Workspace& workspace, const std::filesystem::path& place, ByteView document);
  /// Notes that the pages of a desk are about to wait in a folder of that name within this one.
  WaitingFile(const Workspace& workspace, const std::filesystem::path& folder);
  ~WaitingFile();
  WaitingFile(const WaitingFile&) = delete;
  WaitingFile& operator=(const WaitingFile&) = delete;

  const std::filesystem::path& path() const { return waits_; }
  /// Until it is in its place nobody but its owner reads it. Errors: unavailable.
  Result<void> write(ByteView document) const;
  /// There it may be read by those who might read what it replaces; where nothing is, by whom the user's umask says. Errors: unavailable.
  Result<void> put_in(const std::filesystem::path& place) const;

 private:
  void note(const std::filesystem::path& workspace, const Bytes& bytes);

  std::string name_;  ///< no other process takes it, and no long name makes it too long
  std::filesystem::path waits_;
  std::filesystem::path note_;
  std::optional<WorkspaceLock> lock_;
};

/// May something of that name wait there: ".evenhand-", 16 hexadecimal digits, ".not-yet"?
bool is_waiting_name(std::string_view name);

/// Finishes or clears away what stopped commands left: waiting documents and pages; files of plugins that were agreed to and not yet in their place.
/// Says what it did; what it cannot do stays for the next command.
void finish_what_was_left(const Workspace& workspace, Console& console);

}  // namespace evenhand::cli
