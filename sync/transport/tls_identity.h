/// A device's key as a TLS identity. Private to sync/transport.
///
/// Threads: a context belongs to one thread; a connection asked for its partner, to the thread that drives it.
#pragma once

#include "core/base/result.h"
#include "core/crypto/hash.h"
#include "core/crypto/sign.h"
#include "sync/transport/asio.h"

namespace evenhand {

/// What a connection is for, as the caller says in its first packet (ALPN): names of 15 bytes, each behind its length.
inline constexpr unsigned char kAlpnSync[] = {15, 'e', 'v', 'e', 'n', 'h', 'a', 'n', 'd', '-', 's', 'y', 'n', 'c', '/', '1'};
inline constexpr unsigned char kAlpnPair[] = {15, 'e', 'v', 'e', 'n', 'h', 'a', 'n', 'd', '-', 'p', 'a', 'i', 'r', '/', '1'};

/// TLS 1.3 only, no session tickets, no resumption; both sides show a certificate that carries the device's Ed25519 key and
/// says nothing else. Who may come in is decided by that key after the handshake, before any byte is exchanged.
/// Errors: unavailable (OpenSSL).
Result<boost::asio::ssl::context> make_tls_context(const KeyPair& device);

/// For a connection that is to be opened: it is there to pair. Errors: unavailable.
Result<void> call_to_pair(SSL* connection);

struct Partnered {
  PublicKey device;         ///< the key that the partner proved
  bool is_pairing = false;  ///< under which of the two names
};
/// Errors: refused (no Ed25519 certificate, another protocol).
Result<Partnered> partner_of(SSL* connection);

/// Bytes that both sides of this connection, and nobody else, can compute. Errors: unavailable.
Result<Hash> channel_binding(SSL* connection);

}  // namespace evenhand
