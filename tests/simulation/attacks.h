/// What a hostile member tries: a device with a certificate, a right to contribute and somebody else's program.
#pragma once

#include <span>

#include "tests/simulation/history.h"

namespace evenhand::simulation {

struct Assault {
  History& history;
  Device& hostile;
  Device& victim;
};

/// Either the victim refuses it at once and keeps its log as it was, or it is kept and must have no effect on anybody, which is
/// held at the end of the history.
struct Attack {
  const char* name;
  void (*run)(const Assault& assault);
};

std::span<const Attack> attacks();

}  // namespace evenhand::simulation
