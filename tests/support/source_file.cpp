#include "tests/support/source_file.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace evenhand::test {

std::string source_file(const std::string& path) {
  std::ifstream file(std::string(EVENHAND_SOURCE_DIR "/") + path, std::ios::binary);
  if (!file) throw std::runtime_error("no file " + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string example_in(const std::string& document) {
  const std::string text = source_file(document);
  const auto start = text.find("```json\n");
  const auto end = text.find("\n```", start);
  if (start == std::string::npos || end == std::string::npos) throw std::runtime_error("no example in " + document);
  return text.substr(start + 8, end - start - 8);
}

}  // namespace evenhand::test
