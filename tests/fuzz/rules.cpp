// Framework and policy files, which a cycle space may bring in as records. The first byte chooses.
#include "core/policy/framework.h"
#include "core/policy/scoring_policy.h"
#include "tests/fuzz/input.h"

using namespace evenhand;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const bool is_framework = input.below(2) == 0;
  const std::string_view text = text_of(input.rest());
  if (is_framework) {
    (void)read_framework(text).ok();
  } else {
    (void)read_policy(text).ok();
  }
  return 0;
}
