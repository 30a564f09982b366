// Writes the golden vectors into a folder that has none of them. Golden files are added to, never edited: a file that
// is there already is left alone and named.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "tests/support/golden_vectors.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: write_vectors FOLDER\n";
    return 2;
  }
  std::filesystem::create_directories(argv[1]);
  for (const auto& [name, text] : evenhand::test::golden_vectors()) {
    const std::filesystem::path file = std::filesystem::path(argv[1]) / name;
    if (std::filesystem::exists(file)) {
      std::cerr << file.string() << " is there already and stays as it is\n";
      continue;
    }
    std::ofstream(file, std::ios::binary) << text;
  }
  return 0;
}
