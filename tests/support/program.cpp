#include "tests/support/program.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <stdexcept>

extern char** environ;

namespace evenhand::test {

namespace {

// Streams go through unnamed files, not pipes: no order of reading and writing can lock up.
class Stream {
 public:
  Stream() : file_(std::tmpfile()) {
    if (file_ == nullptr) throw std::runtime_error("no temporary file");
  }
  ~Stream() { std::fclose(file_); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  int descriptor() const { return fileno(file_); }
  void put(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), file_);
    std::fflush(file_);
    std::rewind(file_);
  }
  std::string all() {
    std::rewind(file_);
    std::string text;
    char block[4096];
    while (const std::size_t count = std::fread(block, 1, sizeof block, file_)) text.append(block, count);
    return text;
  }

 private:
  std::FILE* file_;
};

}  // namespace

std::string program_path() { return EVENHAND_PROGRAM; }

Ran run_program(const std::vector<std::string>& arguments, const std::string& input) {
  Stream in, out, err;
  in.put(input);
  std::vector<char*> argv = {const_cast<char*>(EVENHAND_PROGRAM)};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.descriptor(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.descriptor(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.descriptor(), STDERR_FILENO);
  pid_t child = 0;
  const int problem = posix_spawn(&child, EVENHAND_PROGRAM, &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (problem != 0) throw std::runtime_error("the program could not be started: " EVENHAND_PROGRAM);
  int status = 0;
  waitpid(child, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), out.all(), err.all()};
}

}  // namespace evenhand::test
