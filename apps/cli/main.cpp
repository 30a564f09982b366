#include <iostream>

#include "apps/cli/console.h"

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  evenhand::cli::Console console{std::cin, std::cout, std::cerr};
  return evenhand::cli::run(argc, argv, console);
}
