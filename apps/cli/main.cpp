#include <csignal>
#include <iostream>

#include "apps/cli/console.h"

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  // A limit on file sizes is to be an error that is told, as a full disk is, not a sudden end.
  std::signal(SIGXFSZ, SIG_IGN);
  evenhand::cli::Console console{std::cin, std::cout, std::cerr};
  return evenhand::cli::run(argc, argv, console);
}
