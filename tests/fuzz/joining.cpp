// Invitations and replies: any bytes, and any body under a signature that fits. What is read keeps what the reader promises.
//
// Input: first byte even = the rest as it came; odd = the rest as a body, with magic and signature made to fit.
#include "core/codec/archive.h"
#include "core/engine/membership.h"
#include "tests/fuzz/input.h"

using namespace evenhand;

namespace {

Bytes made_to_fit(ByteView body, std::string_view magic) {
  static const KeyPair key = KeyPair::from_seed(Bytes(KeyPair::kSeedBytes, 7));
  CanonicalOutput before;
  before.raw(view_of(magic));
  // The key that signs stands first in an invitation; a reply that names another one is refused.
  if (magic == "EHINVIT1") before.raw(key.public_key().view());
  before.raw(body);
  const Bytes signed_part = before.take();
  CanonicalOutput message;
  message.raw(view_of(std::string_view("evenhand/joining/1\0", 19)));
  message.raw(signed_part);
  CanonicalOutput out;
  out.raw(signed_part);
  out(key.sign(message.take()));
  return out.take();
}

void look_at(ByteView bytes) {
  if (const auto invitation = read_invitation_untrusted(bytes)) {
    EVENHAND_ASSERT(!invitation->spaces.empty() && invitation->spaces.size() <= kSpacesOfferedMax, "an invitation offers some spaces");
    for (const Charter& charter : invitation->spaces) {
      EVENHAND_ASSERT(charter.kind == 2 || (charter.kind < 2 && invitation->is_same_organisation), "a partner is offered cycle spaces only");
    }
  }
  if (const auto reply = read_acceptance_untrusted(bytes)) {
    EVENHAND_ASSERT(read_invitation_untrusted(reply->invitation).ok(), "a reply holds its invitation");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const bool as_body = input.below(2) == 1;
  if (!as_body) {
    look_at(input.rest());
  } else {
    look_at(made_to_fit(input.rest(), "EHINVIT1"));
    look_at(made_to_fit(input.rest(), "EHREPLY1"));
  }
  return 0;
}
