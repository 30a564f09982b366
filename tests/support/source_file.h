/// Files of the project, for tests that hold documents and golden files to what the code does.
#pragma once

#include <string>

namespace evenhand::test {

/// The bytes of a file, by its path from the project's root. Throws when it is not there.
std::string source_file(const std::string& path);

/// The first block between ```json and ``` in a document of ours.
std::string example_in(const std::string& document);

}  // namespace evenhand::test
