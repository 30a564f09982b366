#include "core/os/program.h"

#include <catch2/catch.hpp>

#include "core/os/machine.h"

using namespace evenhand;

TEST_CASE("a program knows the id that its linker gave it, so that code of another build is told from its own") {
  CHECK(program_build_id().size() == 20);
  CHECK(program_build_id() == program_build_id());
}

TEST_CASE("the present run of the machine has a name, and keeps it") {
  CHECK(boot_id().size() >= 36);
  CHECK(boot_id() == boot_id());
}
