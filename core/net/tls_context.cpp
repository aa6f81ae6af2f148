// SPDX-License-Identifier: Apache-2.0
#include "net/tls_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include <Poco/Exception.h>

namespace mortise::net {

namespace {

using Poco::Net::Context;

// TLS 1.2 with forward secrecy and authenticated encryption only; TLS 1.3 has nothing else to offer.
constexpr auto tls12_ciphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

std::string openssl_reason() {
    const auto code = ERR_peek_error();
    ERR_clear_error();
    if (code == 0) return "unknown reason";
    if (ERR_SYSTEM_ERROR(code)) return std::generic_category().message(ERR_GET_REASON(code));
    const char* reason = ERR_reason_error_string(code);
    return reason != nullptr ? reason : "OpenSSL error " + std::to_string(code);
}

void require(bool fine, std::string_view what, std::string_view file) {
    if (fine) return;
    throw std::runtime_error(std::string(what) + " '" + std::string(file) + "': " + openssl_reason());
}

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_length,
                    const unsigned char* offered, unsigned offered_length, void*) {
    constexpr std::string_view wanted = "http/1.1";
    for (unsigned at = 0; at < offered_length; at += 1U + offered[at]) {
        const std::string_view name(reinterpret_cast<const char*>(offered) + at + 1, offered[at]);
        if (name != wanted) continue;
        *chosen = offered + at + 1;
        *chosen_length = static_cast<unsigned char>(wanted.size());
        return SSL_TLSEXT_ERR_OK;
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

TlsContext::TlsContext(TlsFiles files) : files_(std::move(files)), context_(build(files_)) {}

void TlsContext::reload() {
    auto fresh = build(files_);
    const std::lock_guard lock(mutex_);
    context_ = std::move(fresh);
}

void TlsContext::FreeSession::operator()(SSL* session) const noexcept {
    SSL_free(session);
}

TlsContext::Session TlsContext::accept(int fd) const {
    Session session(SSL_new(current()->sslContext()));
    if (!session || SSL_set_fd(session.get(), fd) != 1) return nullptr;
    SSL_set_accept_state(session.get());
    return session;
}

Context::Ptr TlsContext::current() const {
    const std::lock_guard lock(mutex_);
    return context_;
}

Context::Ptr TlsContext::build(const TlsFiles& files) {
    Context::Params params;
    params.verificationMode = Context::VERIFY_NONE;
    params.loadDefaultCAs = false;
    params.cipherList = tls12_ciphers;
    Context::Ptr context;
    try {
        context = new Context(Context::TLS_SERVER_USE, params);
        context->requireMinimumProtocol(files.only_tls13 ? Context::PROTO_TLSV1_3 : Context::PROTO_TLSV1_2);
    } catch (const Poco::Exception& fault) {
        throw std::runtime_error("cannot set up TLS: " + fault.displayText());
    }
    auto* raw = context->sslContext();
    // The files are read here and not by Poco: it would ask for a passphrase through its application object.
    SSL_CTX_set_default_passwd_cb(raw, [](char*, int, int, void*) { return -1; });
    ERR_clear_error();
    require(SSL_CTX_use_certificate_chain_file(raw, files.certificate.c_str()) == 1,
            "cannot read the TLS certificate", files.certificate);
    require(SSL_CTX_use_PrivateKey_file(raw, files.key.c_str(), SSL_FILETYPE_PEM) == 1,
            "cannot read the TLS key", files.key);
    require(SSL_CTX_check_private_key(raw) == 1, "the TLS key does not belong to the certificate",
            files.certificate);
    // A slow reader gets part of a write and the rest later from wherever the buffer is then; idle
    // connections hold none.
    SSL_CTX_set_mode(
        raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(raw,
                        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);
    return context;
}

}  // namespace mortise::net
