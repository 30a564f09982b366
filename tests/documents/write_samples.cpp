// Writes the sample documents in every format into the folder named first.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "plugins/document/csv.h"
#include "plugins/document/decode.h"
#include "plugins/document/docx.h"
#include "plugins/document/html.h"
#include "plugins/document/json.h"
#include "plugins/document/xlsx.h"
#include "tests/documents/sample.h"

namespace {

bool save(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream out(file, std::ios::binary);
  out << bytes;
  return out.good();
}

bool write_all(const std::filesystem::path& folder, const std::string& name, const evenhand::sdk::Document& sample) {
  using namespace evenhand;
  const std::string bytes = sample.bytes();
  const auto document = document::decode_untrusted(view_of(bytes));
  if (!document) return std::cerr << document.error().sentence() << "\n", false;
  const auto docx = document::write_docx(*document);
  const auto xlsx = document::write_xlsx(*document);
  bool good = docx && xlsx && save(folder / (name + ".html"), document::write_html(*document)) &&
              save(folder / (name + ".json"), document::write_json(*document)) && save(folder / (name + ".docx"), *docx) &&
              save(folder / (name + ".xlsx"), *xlsx);
  std::filesystem::create_directories(folder / (name + "-csv"));
  for (const auto& file : document::write_csv_files(*document)) good = good && save(folder / (name + "-csv") / file.name, file.bytes);
  return good;
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) return std::cerr << "usage: write_samples FOLDER\n", 2;
  const std::filesystem::path folder = words[1];
  std::filesystem::create_directories(folder);
  return write_all(folder, "full", evenhand::samples::full()) && write_all(folder, "hostile", evenhand::samples::hostile()) ? 0 : 1;
}
