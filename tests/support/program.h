/// Runs the real program as a person would, and keeps what it said.
///
/// Threads: one run at a time per thread. Lifetime: values.
#pragma once

#include <string>
#include <vector>

namespace evenhand::test {

struct Ran {
  int exit = -1;  ///< exit code; 128 + signal when a signal ended it
  std::string out;
  std::string err;
};

/// Where the program under test is.
std::string program_path();

/// Starts EVENHAND_PROGRAM with these arguments and this standard input; waits for its end.
Ran run_program(const std::vector<std::string>& arguments, const std::string& input = "");

}  // namespace evenhand::test
