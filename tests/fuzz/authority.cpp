// Authority bodies one by one: what decodes encodes to the same bytes. The first byte chooses the structure.
#include "core/access/authority.h"
#include "core/codec/archive.h"
#include "tests/fuzz/input.h"

using namespace evenhand;

namespace {

template <class T>
void look_at(ByteView bytes) {
  const auto value = decode_untrusted<T>(bytes, "fuzz");
  if (!value) return;
  const Bytes again = encode(*value);
  EVENHAND_ASSERT(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()), "a structure has one encoding");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::size_t which = input.below(12);
  const ByteView bytes = input.rest();
  if (which == 0) look_at<Charter>(bytes);
  if (which == 1) look_at<Admission>(bytes);
  if (which == 2) look_at<Certificate>(bytes);
  if (which == 3) look_at<Grant>(bytes);
  if (which == 4) look_at<Removal>(bytes);
  if (which == 5) look_at<Adoption>(bytes);
  if (which == 6) look_at<ErasureOrder>(bytes);
  if (which == 7) look_at<RedactionOrder>(bytes);
  if (which == 8) look_at<Leaving>(bytes);
  if (which == 9) look_at<RootGrant>(bytes);
  if (which == 10) look_at<Epoch>(bytes);
  if (which == 11) look_at<KeyShare>(bytes);
  return 0;
}
