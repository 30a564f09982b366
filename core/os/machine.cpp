#include "core/os/machine.h"

#include "core/os/files.h"

namespace evenhand {

Bytes machine_id() {
  auto id = read_file("/etc/machine-id", 256);
  return id ? std::move(*id) : Bytes{};
}

Bytes boot_id() {
  auto id = read_file("/proc/sys/kernel/random/boot_id", 256);
  return id ? std::move(*id) : Bytes{};
}

}  // namespace evenhand
