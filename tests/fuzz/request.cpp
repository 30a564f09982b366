// A request, as bytes and as text.
#include "sync/bundle/request.h"
#include "tests/fuzz/input.h"

using namespace evenhand;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const auto request = BundleRequest::decode_untrusted(bytes);
  if (request) (void)request->base_for(SpaceId{}, {}), (void)request->is_held(SpaceId{}, {});
  EVENHAND_ASSERT(request_from_text(request_text(bytes)).value() == Bytes(bytes.begin(), bytes.end()), "text gives the bytes back");
  if (const auto again = request_from_text(text_of(bytes))) (void)BundleRequest::decode_untrusted(*again).ok();
  return 0;
}
