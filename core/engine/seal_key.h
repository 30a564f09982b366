/// The key with which a person, not a laptop, signs an approval: one small file, readable by its owner only.
///
/// It has no passphrase yet: whoever can read the file can approve in its holder's name. Keep it on a stick of one's own.
/// Format: "evenhand-seal-key/1\n", the seed as 64 hexadecimal digits, "\n".
#pragma once

#include <filesystem>

#include "core/base/result.h"
#include "core/crypto/sign.h"

namespace evenhand {

/// Errors: refused (there is a file already), unavailable.
Result<KeyPair> make_seal_key(const std::filesystem::path& file, Random& random);
/// Errors: not_found, refused (readable by others), corrupt, unavailable.
Result<KeyPair> open_seal_key(const std::filesystem::path& file);

}  // namespace evenhand
