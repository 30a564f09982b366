/// What names this machine. Threads: any.
#pragma once

#include "core/base/bytes.h"

namespace evenhand {

/// The bytes of /etc/machine-id (machine-id(5)), which are secret: hash them before they are kept. Empty when absent.
Bytes machine_id();

/// Names the machine's present run, from power-on to power-off: what a process wrote is there for others while this stays the same, synced or not.
/// Source: /proc/sys/kernel/random/boot_id (random(4)). Empty when absent.
Bytes boot_id();

}  // namespace evenhand
