/// HMAC-SHA-256 (RFC 2104) by libsodium: a proof that somebody holds a secret.
/// Threads: every function may be called from any thread.
#pragma once

#include <initializer_list>

#include "core/base/ids.h"

namespace evenhand {

using Mac = Id<struct MacTag, 32>;

/// Over the parts laid end to end; the caller separates them where their lengths vary.
Mac hmac_sha256(ByteView key, std::initializer_list<ByteView> parts);

/// In a time that does not depend on where they differ.
bool is_same(const Mac& a, const Mac& b);

}  // namespace evenhand
