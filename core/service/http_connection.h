// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

#include <mortise/services/http_client.h>

#include "service/client_tls.h"

namespace mortise::service {

/// One server: what a pool and a breaker belong to.
struct Origin {
    bool tls = false;
    std::string host;
    std::uint16_t port = 0;
    auto operator<=>(const Origin&) const = default;  // NOLINT(modernize-use-nullptr): what it makes, not we
};

/// The answer is not HTTP as it should be, or larger than wanted.
class BadAnswer : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The server closed a kept connection before it said anything: sending again does no harm when the request
/// is idempotent.
class StaleConnection : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A connection to one server. Poco's session sends the request and reads the head; the body is read here,
/// because Poco 1.11 takes a chunked body that breaks off for a whole one.
class HttpConnection {
public:
    virtual ~HttpConnection() = default;

    static std::unique_ptr<HttpConnection> open(const Origin& origin, const Poco::Net::StreamSocket& socket,
                                                const ClientTls& tls);

    /// One request and its answer. `target` is path and query. Throws StaleConnection, BadAnswer,
    /// Poco::Exception.
    IncomingResponse exchange(const Origin& origin, const std::string& target, const OutgoingRequest& request,
                              std::size_t max_answer_bytes);
    /// True after an exchange that leaves the connection fit for another, as far as it is known.
    bool may_be_kept() const noexcept { return may_be_kept_; }
    /// Asks the socket: a kept connection that has become readable was closed by the server.
    bool is_quiet();
    int descriptor();

protected:
    struct Head;
    virtual void send(const Origin& origin, const std::string& target, const OutgoingRequest& request) = 0;
    virtual Head receive_head() = 0;
    virtual int get() = 0;  ///< a byte; negative at the end
    virtual std::size_t receive_some(char* buffer, std::size_t size) = 0;
    virtual bool has_unread() = 0;
    virtual Poco::Net::StreamSocket& socket() = 0;

private:
    void read_body(const Head& head, bool has_body, std::size_t max_bytes, std::string& body);
    void read_exactly(std::size_t size, std::size_t max_bytes, std::string& body);
    void read_chunks(std::size_t max_bytes, std::string& body);
    void read_to_end(std::size_t max_bytes, std::string& body);
    std::string read_line();

    bool used_ = false;
    bool may_be_kept_ = false;
};

}  // namespace mortise::service
