/// The program in the background, its standard output in a file; ended politely with the object. Threads: one at a time.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/program.h"
#include "tests/support/scratch.h"

namespace evenhand::test {

class Background {
 public:
  Background(const Scratch& scratch, std::vector<std::string> arguments) : file_(scratch / "background.out") {
    std::filesystem::remove(file_);
    arguments.insert(arguments.begin(), test::program_path());
    std::vector<char*> words;
    for (std::string& argument : arguments) words.push_back(argument.data());
    words.push_back(nullptr);
    process_ = ::fork();
    if (process_ == 0) {
      const bool is_open = std::freopen(file_.c_str(), "w", stdout) != nullptr && std::freopen("/dev/null", "w", stderr) != nullptr;
      if (is_open) ::execv(words[0], words.data());
      ::_exit(127);
    }
  }
  Background(Background&& other) noexcept : file_(std::move(other.file_)), process_(std::exchange(other.process_, -1)) {}
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;
  ~Background() { end(); }
  /// The first whole line that it prints.
  std::string first_line() const {
    for (int tries = 0; tries < 600; ++tries) {
      std::ifstream in(file_);
      std::string line;
      if (std::getline(in, line) && !in.eof()) return line;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return {};
  }
  int wait() {
    int status = -1;
    if (process_ > 0) ::waitpid(process_, &status, 0);
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  int end() {
    if (process_ > 0) ::kill(process_, SIGINT);
    return wait();
  }

  /// It holds its workspace and takes over what others want written.
  static Background serving(const Scratch& scratch, const std::string& workspace) {
    Background process(scratch, {"--workspace", workspace, "sync", "serve", "--listen", "127.0.0.1:0"});
    for (int tries = 0; tries < 600 && !std::filesystem::exists(std::filesystem::path(workspace) / "socket"); ++tries) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return process;
  }

 private:
  std::filesystem::path file_;
  pid_t process_ = -1;
};

}  // namespace evenhand::test
