// What the other side of a pairing sends, to a host and to a guest, and the letters of a pairing code.
//
// Input: side (1), then bytes as they come. A host that does not know a valid proof must never be asked to admit anybody.
#include "core/base/result.h"
#include "sync/transport/pairing.h"
#include "tests/fuzz/input.h"

using namespace evenhand;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::size_t side = input.number();
  const ByteView rest = input.rest();
  if (side % 3 == 0) {
    const auto code = PairingCode::parse(text_of(rest));
    if (code) EVENHAND_ASSERT(PairingCode::parse(*code->text()).ok(), "a code that was taken can be written and taken again");
    return 0;
  }
  PairingTicket ticket{PairingSecret{}};
  std::unique_ptr<Exchange> exchange;
  const auto no_admission = [](const Peer&, ByteView) -> Result<Bytes> { assertion_failed("proof", "admitted without a proof", __FILE__, __LINE__); };
  if (side % 3 == 1) {
    exchange = *pair_as_host({}, {&ticket, {}, {}, no_admission, {}});
  } else {
    exchange = pair_as_guest({}, {PairingSecret{}, {}, no_admission, [](const Peer&, ByteView) { return Result<void>(); }, {}});
  }
  const Result<void> taken = exchange->receive(rest);
  (void)taken;
  EVENHAND_ASSERT(exchange->take_output(1 << 20).size() < kPairingMessageBytesMax, "an answer is bounded");
  return 0;
}
