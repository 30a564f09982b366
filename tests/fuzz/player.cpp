// Plays files to one fuzz target, for compilers without libFuzzer: seeds and inputs that once found a bug.
//
//   fuzz_NAME_play FILE_OR_FOLDER...       a folder that is not there counts as empty
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "tests/fuzz/input.h"

namespace {

void play(const std::filesystem::path& file) {
  std::cout << file.string() << std::endl;  // flushed: a crash must name its input
  std::ifstream in(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

int main(int count, char** words) {
  for (int i = 1; i < count; ++i) {
    if (std::filesystem::is_regular_file(words[i])) play(words[i]);
    if (!std::filesystem::is_directory(words[i])) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(words[i])) {
      if (entry.is_regular_file()) play(entry.path());
    }
  }
  return 0;
}
