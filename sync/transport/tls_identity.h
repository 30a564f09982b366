/// A device's key as a TLS identity. Private to sync/transport.
///
/// Threads: a context belongs to one thread; a connection asked for its partner, to the thread that drives it.
#pragma once

#include "core/base/result.h"
#include "core/crypto/hash.h"
#include "core/crypto/sign.h"
#include "sync/transport/asio.h"

namespace evenhand {

inline constexpr unsigned char kAlpn[] = {15, 'e', 'v', 'e', 'n', 'h', 'a', 'n', 'd', '-', 's', 'y', 'n', 'c', '/', '1'};

/// TLS 1.3 only, no session tickets, no resumption; both sides show a certificate that carries the device's Ed25519 key and
/// says nothing else. Who may come in is decided by that key after the handshake, before any byte is exchanged.
/// Errors: unavailable (OpenSSL).
Result<boost::asio::ssl::context> make_tls_context(const KeyPair& device);

/// The key that the partner proved. Errors: refused (no Ed25519 certificate, another protocol).
Result<PublicKey> partner_of(SSL* connection);

/// Bytes that both sides of this connection, and nobody else, can compute. Errors: unavailable.
Result<Hash> channel_binding(SSL* connection);

}  // namespace evenhand
