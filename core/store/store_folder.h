/// The folder of a store while it is in use: who else is in it, and whether it was left in good order.
///
/// `in-use`: everyone in the folder holds a shared flock(2) on it; whoever enters alone holds it exclusively
/// until the file has been looked at. `clean`: what the data file looked like when the last one left.
/// A file that still looks the same is opened at once; any other is walked first (core/store/check.h).
/// Lifetime: held by the log and by every view. Threads: one at a time.
#pragma once

#include <memory>

#include "core/store/environment.h"

namespace evenhand {

class StoreFolder {
 public:
  /// Waits while another process looks the file over. On a read-only disk without the file there is nobody to
  /// wait for, and one is alone. Errors: unavailable.
  static Result<std::shared_ptr<StoreFolder>> enter(const std::filesystem::path& folder);
  ~StoreFolder();

  bool is_alone() const { return is_alone_; }
  /// True when the data file looks as it did when the last one left.
  bool was_left_clean() const;
  /// Others may come in: the file has been looked at.
  void let_others_in();
  /// Tries to be the only one again, for work that replaces the file.
  bool become_alone();
  /// Leaving with this environment in good order records the file as clean.
  void watch(std::shared_ptr<Environment> environment) { environment_ = std::move(environment); }
  void forget_environment() { environment_.reset(); }

 private:
  explicit StoreFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}
  void record_clean() const;

  std::filesystem::path folder_;
  FileHandle in_use_;
  bool is_alone_ = false;
  std::shared_ptr<Environment> environment_;
};

}  // namespace evenhand
