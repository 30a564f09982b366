/// A new user's desk: a folder of its own and the real program. Threads: one at a time.
#pragma once

#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "core/codec/json.h"
#include "tests/support/program.h"
#include "tests/support/scratch.h"

namespace evenhand::test {

struct Desk {
  Scratch scratch;
  std::string workspace = (scratch / "ws").string();

  /// The program with this desk's workspace.
  Ran run(std::vector<std::string> words, const std::string& input = "") const {
    words.insert(words.begin(), {"--workspace", workspace});
    return run_program(words, input);
  }
  /// The same, expected to go well; its standard output.
  std::string good(const std::vector<std::string>& words, const std::string& input = "") const {
    const Ran ran = run(words, input);
    std::string line;
    for (const std::string& word : words) line += " " + word;
    INFO(line << "\n" << ran.out << ran.err);
    REQUIRE(ran.exit == 0);
    return ran.out;
  }
  Json json(std::vector<std::string> words) const {
    words.push_back("--json");
    auto parsed = parse_json(good(words));
    REQUIRE(parsed.ok());
    return *parsed;
  }
  void found() const {
    good({"init", "--name", "Northmere Community NHS Trust", "--short-name", "NCT", "--device", "EDI laptop"});
    good({"cycle", "add", "EDS 2025/26"});
  }
};

inline std::string file_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// A line as a shell runs it, in `folder`; exit code, and both streams in `said`.
inline int run_line(const std::filesystem::path& folder, const std::string& line, std::string& said) {
  std::ofstream(folder / "line.sh") << line << "\n";
  const std::string program_folder = std::filesystem::path(program_path()).parent_path().string();
  const std::string command = "cd '" + folder.string() + "' && PATH='" + program_folder + "':\"$PATH\" EVENHAND_WORKSPACE='" +
                              (folder / "ws").string() + "' sh ./line.sh >said.txt 2>&1 </dev/null";
  const int status = std::system(command.c_str());
  said = file_text(folder / "said.txt");
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace evenhand::test
