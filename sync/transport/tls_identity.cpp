#include "sync/transport/tls_identity.h"

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <memory>
#include <span>

namespace evenhand {

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

// Valid for ever: keys end by removal from a space, never by a clock.
Certificate self_signed(EVP_PKEY* key) {
  Certificate made(X509_new(), &X509_free);
  X509_NAME* name = made ? X509_get_subject_name(made.get()) : nullptr;
  const auto* words = reinterpret_cast<const unsigned char*>("evenhand");
  const bool is_made = made && X509_set_version(made.get(), 2) == 1 && ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1) == 1 &&
                       ASN1_TIME_set_string(X509_getm_notBefore(made.get()), "19700101000000Z") == 1 &&
                       ASN1_TIME_set_string(X509_getm_notAfter(made.get()), "99991231235959Z") == 1 &&
                       X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, words, -1, -1, 0) == 1 &&
                       X509_set_issuer_name(made.get(), name) == 1 && X509_set_pubkey(made.get(), key) == 1 &&
                       X509_sign(made.get(), key, nullptr) > 0;
  if (!is_made) made.reset();
  return made;
}

// Nothing in a certificate counts but its key, which the handshake proves; partner_of() reads it, the caller judges it.
int take_any_certificate(X509_STORE_CTX*, void*) { return 1; }

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* length, const unsigned char* offered, unsigned offered_length, void*) {
  for (const auto& known : {std::span(kAlpnSync), std::span(kAlpnPair)}) {
    unsigned char* found = nullptr;
    if (SSL_select_next_proto(&found, length, known.data(), static_cast<unsigned>(known.size()), offered, offered_length) != OPENSSL_NPN_NEGOTIATED) continue;
    *chosen = found;
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

Result<boost::asio::ssl::context> make_tls_context(const KeyPair& device) {
  boost::asio::ssl::context context(boost::asio::ssl::context::tls);
  SSL_CTX* native = context.native_handle();
  const Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, device.seed().data(), device.seed().size()), &EVP_PKEY_free);
  const Certificate certificate = key ? self_signed(key.get()) : Certificate(nullptr, &X509_free);
  const bool is_ready = certificate && SSL_CTX_set_min_proto_version(native, TLS1_3_VERSION) == 1 &&
                        SSL_CTX_use_certificate(native, certificate.get()) == 1 && SSL_CTX_use_PrivateKey(native, key.get()) == 1 &&
                        SSL_CTX_set_num_tickets(native, 0) == 1 && SSL_CTX_set_alpn_protos(native, kAlpnSync, sizeof kAlpnSync) == 0;
  if (!is_ready) return unavailable("the encryption library could not be prepared for a connection");
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(native, SSL_OP_NO_TICKET);
  SSL_CTX_set_alpn_select_cb(native, choose_protocol, nullptr);
  SSL_CTX_set_verify(native, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(native, take_any_certificate, nullptr);
  return context;
}

Result<void> call_to_pair(SSL* connection) {
  if (SSL_set_alpn_protos(connection, kAlpnPair, sizeof kAlpnPair) != 0) return unavailable("the encryption library could not be prepared for a connection");
  return {};
}

Result<Partnered> partner_of(SSL* connection) {
  const unsigned char* protocol = nullptr;
  unsigned length = 0;
  SSL_get0_alpn_selected(connection, &protocol, &length);
  const auto speaks = [&](std::span<const unsigned char> name) { return length + 1 == name.size() && std::equal(name.begin() + 1, name.end(), protocol); };
  const bool is_pairing = speaks(kAlpnPair);
  if (SSL_version(connection) != TLS1_3_VERSION || (!is_pairing && !speaks(kAlpnSync))) return refused("the other side does not speak this program's language");
  const Certificate certificate(SSL_get1_peer_certificate(connection), &X509_free);
  EVP_PKEY* key = certificate ? X509_get0_pubkey(certificate.get()) : nullptr;
  PublicKey device;
  std::size_t size = device.bytes.size();
  if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_ED25519 || EVP_PKEY_get_raw_public_key(key, device.bytes.data(), &size) != 1 ||
      size != device.bytes.size()) {
    return refused("the other side showed no device key");
  }
  return Partnered{device, is_pairing};
}

Result<Hash> channel_binding(SSL* connection) {
  static constexpr std::string_view kLabel = "EXPORTER-evenhand-channel";
  Hash binding;
  if (SSL_export_keying_material(connection, binding.bytes.data(), binding.bytes.size(), kLabel.data(), kLabel.size(), nullptr, 0, 0) != 1) {
    return unavailable("the encryption library could not name this connection");
  }
  return binding;
}

}  // namespace evenhand
