/// What names this machine. Threads: any.
#pragma once

#include "core/base/bytes.h"

namespace evenhand {

/// The bytes of /etc/machine-id (machine-id(5)), which are secret: hash them before they are kept. Empty when absent.
Bytes machine_id();

}  // namespace evenhand
