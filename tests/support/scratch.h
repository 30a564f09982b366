/// A folder of its own for one test, removed with the object.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

namespace evenhand {

class Scratch {
 public:
  /// `in_memory`: where syncing costs nothing, when this machine has such a place.
  explicit Scratch(bool in_memory = false) {
    const std::filesystem::path memory = "/dev/shm";
    const bool use_memory = in_memory && std::filesystem::exists(memory);
    std::string pattern = ((use_memory ? memory : std::filesystem::temp_directory_path()) / "evenhand-test-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }

 private:
  std::filesystem::path folder_;
};

}  // namespace evenhand
