// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include <Poco/Net/Context.h>

using SSL = struct ssl_st;

namespace mortise::net {

struct TlsFiles {
    std::string certificate;  ///< PEM: the server's own certificate first, then the chain
    std::string key;          ///< PEM, without a passphrase
    bool only_tls13 = false;  ///< refuse TLS 1.2 too
};

/// What new TLS connections are made from: TLS 1.2 and 1.3, modern ciphers, ALPN http/1.1. Safe from every
/// thread.
class TlsContext {
public:
    /// Throws std::runtime_error naming the file and what is wrong with it.
    explicit TlsContext(TlsFiles files);

    /// Reads the files anew. New connections get the new certificate, open ones keep theirs. Throws as the
    /// constructor does, and then nothing has changed.
    void reload();

    struct FreeSession {
        void operator()(SSL* session) const noexcept;
    };
    using Session = std::unique_ptr<SSL, FreeSession>;

    /// A server's end for a connected, non-blocking descriptor; the handshake happens with the first receive.
    /// Null when there is no memory for it.
    Session accept(int fd) const;

private:
    static Poco::Net::Context::Ptr build(const TlsFiles& files);
    Poco::Net::Context::Ptr current() const;

    TlsFiles files_;
    mutable std::mutex mutex_;
    Poco::Net::Context::Ptr context_;
};

}  // namespace mortise::net
