/// The program in the background, what it says in two files; ended politely with the object. Threads: one at a time.
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
  Background(const Scratch& scratch, std::vector<std::string> arguments) : out_(scratch / "background.out"), err_(scratch / "background.err") {
    std::filesystem::remove(out_);
    std::filesystem::remove(err_);
    arguments.insert(arguments.begin(), test::program_path());
    std::vector<char*> words;
    for (std::string& argument : arguments) words.push_back(argument.data());
    words.push_back(nullptr);
    process_ = ::fork();
    if (process_ == 0) {
      const bool is_open = std::freopen(out_.c_str(), "w", stdout) != nullptr && std::freopen(err_.c_str(), "w", stderr) != nullptr;
      if (is_open) ::execv(words[0], words.data());
      ::_exit(127);
    }
  }
  Background(Background&& other) noexcept : out_(std::move(other.out_)), err_(std::move(other.err_)), process_(std::exchange(other.process_, -1)) {}
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;
  ~Background() { end(); }
  /// The first whole line that it prints.
  std::string first_line() const { return first_line_of(out_); }
  /// Where `sync serve` listens, as it tells people.
  std::string address() const {
    const std::string line = first_line_of(err_);
    const std::size_t from = line.find(" at ") + 4, to = line.find(". ");
    return line.starts_with("Taking calls at ") && to != std::string::npos ? line.substr(from, to - from) : "";
  }
  pid_t process() const { return process_; }
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
  static std::string first_line_of(const std::filesystem::path& file) {
    for (int tries = 0; tries < 600; ++tries) {
      std::ifstream in(file);
      std::string line;
      if (std::getline(in, line) && !in.eof()) return line;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return {};
  }

  std::filesystem::path out_, err_;
  pid_t process_ = -1;
};

}  // namespace evenhand::test
