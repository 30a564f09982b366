/// A folder of its own for one test, removed with the object.
#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <string>

namespace evenhand {

class Scratch {
 public:
  Scratch() : Scratch(std::filesystem::temp_directory_path()) {}
  explicit Scratch(const std::filesystem::path& parent) {
    std::string pattern = (parent / "evenhand-test-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  /// Where a sync costs nothing, for tests that make thousands of them and none of whose matter it is.
  static std::filesystem::path quick_parent() {
    std::error_code failed;
    const std::filesystem::path memory = "/dev/shm";
    return std::filesystem::is_directory(memory, failed) && ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
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
