#include "core/os/system_random.h"

#include <cerrno>

#include <sys/random.h>

#include "core/base/result.h"

namespace evenhand {

void SystemRandom::fill(std::span<std::uint8_t> out) {
  for (std::size_t done = 0; done < out.size();) {
    const ssize_t got = ::getrandom(out.data() + done, out.size() - done, 0);
    EVENHAND_ASSERT(got > 0 || errno == EINTR, "the system gives no randomness, so no key can be made");
    if (got > 0) done += static_cast<std::size_t>(got);
  }
}

}  // namespace evenhand
