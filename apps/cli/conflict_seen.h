/// What conflict list and conflict show told last of each record, so that a decision is held against what the person looked at.
///
/// A hint of this laptop's, not an event: `<workspace>/looked`, one line per record, `<id> <view>`, the latest last, old ones dropped.
/// Lost or unreadable: nothing was looked at. Durability: none. Threads: any; of two writers the last one stands.
#pragma once

#include <map>
#include <vector>

#include "core/engine/workspace.h"

namespace evenhand::cli {

class Looks {
 public:
  static Looks read(const Workspace& workspace);

  /// Conflict::view as it was shown last; empty: never.
  std::string view_of(const EntityId& record) const;
  /// Remembers them on disk; a disk that does not take it is no error.
  void note(const std::vector<Conflict>& shown);
  void note(const EntityId& record, const std::string& view);

 private:
  explicit Looks(std::filesystem::path file) : file_(std::move(file)) {}
  void keep(const EntityId& record, const std::string& view);
  void write();

  std::filesystem::path file_;
  std::vector<std::pair<EntityId, std::string>> lines_;
  std::map<EntityId, std::string> latest_;
};

}  // namespace evenhand::cli
