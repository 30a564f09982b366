#include "tests/support/data_file_model.h"

#include <fstream>
#include <iterator>

namespace evenhand::test {

Result<void> DataFileModel::add_file(const std::string& path) {
  std::ifstream in(std::string(EVENHAND_SOURCE_DIR) + "/" + path, std::ios::binary);
  if (!in) return not_found("no such data file", path);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return add_text(path, text);
}

}  // namespace evenhand::test
