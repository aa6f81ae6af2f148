// SPDX-License-Identifier: Apache-2.0
#include "service/http_connection.h"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/NetException.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

#include <mortise/text.h>

#include "service/outgoing_socket.h"

namespace mortise::service {

namespace {

namespace net = Poco::Net;

constexpr std::size_t longest_line = 4096;
constexpr std::size_t piece_bytes = 16 * 1024;
constexpr int most_interim_answers = 8;

bool has_control_character(std::string_view value) {
    return std::ranges::any_of(value, [](char letter) {
        return (static_cast<unsigned char>(letter) < 0x20 && letter != '\t') || letter == 0x7F;
    });
}

std::size_t parse_length(std::string_view text, int base) {
    std::size_t length = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), length, base);
    if (fault != std::errc{} || end != text.data() + text.size() || text.empty())
        throw BadAnswer("a length that is no number");
    return length;
}

}  // namespace

struct HttpConnection::Head {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers = {};
    bool keep_alive = false;
    bool chunked = false;
    std::optional<std::size_t> length = {};
};

namespace {

// Opens what Poco's session keeps protected. The plain session serves TLS too, on a socket that speaks it:
// HTTPSClientSession 1.11 can't be made from a socket that is connected.
class SessionConnection final : public HttpConnection, private net::HTTPClientSession {
    using Session = net::HTTPClientSession;

public:
    explicit SessionConnection(const net::StreamSocket& socket) : Session(socket) {
        Session::setKeepAlive(true);
        Session::setKeepAliveTimeout(Poco::Timespan(Poco::Timespan::DAYS));
    }

private:
    void send(const Origin& origin, const std::string& target, const OutgoingRequest& request) override {
        net::HTTPRequest head(request.method, target, net::HTTPMessage::HTTP_1_1);
        const bool usual_port = origin.port == (origin.tls ? 443 : 80);
        const std::string host =
            origin.host.find(':') == std::string::npos ? origin.host : '[' + origin.host + ']';
        head.set("Host", usual_port ? host : host + ':' + std::to_string(origin.port));
        for (const auto& [name, value] : request.headers) head.add(name, value);
        const bool wants_length =
            request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
        if (wants_length || !request.body.empty())
            head.setContentLength64(static_cast<Poco::Int64>(request.body.size()));
        std::ostream& stream = Session::sendRequest(head);
        stream.write(request.body.data(), static_cast<std::streamsize>(request.body.size()));
        stream.flush();
        if (const auto* fault = Session::networkException()) fault->rethrow();
        if (!stream) throw net::ConnectionResetException("sending the request");
    }

    Head receive_head() override {
        net::HTTPResponse response;
        int interim = 0;
        do {
            if (++interim > most_interim_answers) throw BadAnswer("one interim answer after the other");
            Session::receiveResponse(response);
        } while (response.getStatus() < 200 &&
                 response.getStatus() != net::HTTPResponse::HTTP_SWITCHING_PROTOCOLS);

        Head head;
        head.status = response.getStatus();
        head.keep_alive = response.getKeepAlive();
        for (const auto& [name, value] : response) {
            // Poco decodes RFC 2047 words while reading, line breaks in them included.
            if (has_control_character(value)) throw BadAnswer("a control character in header " + name);
            if (equals_ignoring_case(name, "Content-Length")) {
                const std::size_t length = parse_length(trim(value), 10);
                if (head.length && *head.length != length) throw BadAnswer("two different lengths");
                head.length = length;
            } else if (equals_ignoring_case(name, "Transfer-Encoding")) {
                if (head.chunked || !equals_ignoring_case(trim(value), "chunked"))
                    throw BadAnswer("an unknown transfer encoding");
                head.chunked = true;
            }
            head.headers.emplace_back(name, value);
        }
        if (head.chunked && head.length) throw BadAnswer("a length and a chunked body");
        return head;
    }

    // The session's own write() would connect anew, to nowhere, when the connection is gone.
    int write(const char* buffer, std::streamsize length) override {
        return net::HTTPSession::write(buffer, length);  // NOLINT(bugprone-parent-virtual-call)
    }
    int get() override { return Session::get(); }
    std::size_t receive_some(char* buffer, std::size_t size) override {
        const auto count = Session::read(buffer, static_cast<std::streamsize>(size));
        return count > 0 ? static_cast<std::size_t>(count) : 0;
    }
    bool has_unread() override { return Session::buffered() > 0; }
    net::StreamSocket& socket() override { return Session::socket(); }
};

}  // namespace

std::unique_ptr<HttpConnection> HttpConnection::open(const Origin& origin, const net::StreamSocket& socket,
                                                     const ClientTls& tls) {
    if (!origin.tls) return std::make_unique<SessionConnection>(socket);
    return std::make_unique<SessionConnection>(secure(socket, origin.host, tls.context()));
}

IncomingResponse HttpConnection::exchange(const Origin& origin, const std::string& target,
                                          const OutgoingRequest& request, std::size_t max_answer_bytes) {
    const bool reused = std::exchange(used_, true);
    may_be_kept_ = false;
    Head head;
    try {
        send(origin, target, request);
        head = receive_head();
    } catch (const Poco::TimeoutException&) {
        throw;
    } catch (const net::NoMessageException& fault) {
        if (reused) throw StaleConnection(fault.displayText());
        throw BadAnswer("the connection was closed without an answer");
    } catch (const net::MessageException& fault) {
        throw BadAnswer(fault.displayText());
    } catch (const Poco::IOException& fault) {
        if (reused) throw StaleConnection(fault.displayText());
        throw;
    }
    IncomingResponse response{.status = head.status, .headers = std::move(head.headers)};
    const bool has_body = request.method != "HEAD" && head.status != 204 && head.status != 304;
    read_body(head, has_body, max_answer_bytes, response.body);
    const bool framed = !has_body || head.chunked || head.length;
    may_be_kept_ = head.keep_alive && framed && head.status != 101 && !has_unread();
    return response;
}

bool HttpConnection::is_quiet() {
    return !socket().poll(Poco::Timespan(0), net::Socket::SELECT_READ);
}

int HttpConnection::descriptor() {
    return static_cast<int>(socket().impl()->sockfd());
}

void HttpConnection::read_body(const Head& head, bool has_body, std::size_t max_bytes, std::string& body) {
    if (!has_body || head.status == 101) return;
    if (head.chunked) {
        read_chunks(max_bytes, body);
    } else if (head.length) {
        read_exactly(*head.length, max_bytes, body);
    } else {
        read_to_end(max_bytes, body);
    }
}

void HttpConnection::read_exactly(std::size_t size, std::size_t max_bytes, std::string& body) {
    if (size > max_bytes - std::min(max_bytes, body.size())) throw BadAnswer("the answer is too large");
    char piece[piece_bytes];
    while (size > 0) {
        const std::size_t count = receive_some(piece, std::min(size, sizeof piece));
        if (count == 0) throw BadAnswer("the answer breaks off");
        body.append(piece, count);
        size -= count;
    }
}

void HttpConnection::read_chunks(std::size_t max_bytes, std::string& body) {
    while (true) {
        const std::string line = read_line();
        const std::size_t size = parse_length(trim(std::string_view(line).substr(0, line.find(';'))), 16);
        if (size == 0) break;
        read_exactly(size, max_bytes, body);
        if (!read_line().empty()) throw BadAnswer("a chunk is longer than it says");
    }
    std::size_t trailers = 0;
    for (std::string trailer = read_line(); !trailer.empty(); trailer = read_line())
        if ((trailers += trailer.size()) > longest_line) throw BadAnswer("trailers without end");
}

void HttpConnection::read_to_end(std::size_t max_bytes, std::string& body) {
    char piece[piece_bytes];
    while (const std::size_t count = receive_some(piece, sizeof piece)) {
        if (count > max_bytes - body.size()) throw BadAnswer("the answer is too large");
        body.append(piece, count);
    }
}

std::string HttpConnection::read_line() {
    std::string line;
    for (int letter = get(); letter != '\n'; letter = get()) {
        if (letter < 0) throw BadAnswer("the answer breaks off");
        if (line.size() == longest_line) throw BadAnswer("a line without end");
        line += static_cast<char>(letter);
    }
    if (line.empty() || line.back() != '\r') throw BadAnswer("a line that does not end in CR LF");
    line.pop_back();
    return line;
}

}  // namespace mortise::service
