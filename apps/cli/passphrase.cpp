#include "apps/cli/passphrase.h"

#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <istream>
#include <ostream>

#include "core/os/files.h"

namespace evenhand::cli {

namespace {
constexpr std::size_t kPassphraseFileBytesMax = 4096;
}  // namespace

std::string hidden_line(Console& console, const std::string& question) {
  console.err << question << ' ' << std::flush;
  termios before{};
  const bool is_terminal = ::tcgetattr(STDIN_FILENO, &before) == 0;
  if (is_terminal) {
    termios silent = before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  std::string line;
  std::getline(console.in, line);
  if (is_terminal) {
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    console.err << '\n';
  }
  return line;
}

Result<std::string> passphrase_from_file(Console& console, const std::string& file) {
  EVENHAND_TRY(const Bytes bytes, read_file(file, kPassphraseFileBytesMax));
  struct stat status {};
  constexpr mode_t kReadByOthers = S_IRGRP | S_IROTH;
  if (::stat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode) && (status.st_mode & kReadByOthers) != 0) {
    console.say("Careful: others on this computer can read the passphrase in " + file + ". Make it yours alone: chmod 600 " + file);
  }
  std::string text(text_of(bytes));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

}  // namespace evenhand::cli
