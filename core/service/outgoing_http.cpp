// SPDX-License-Identifier: Apache-2.0
#include "service/outgoing_http.h"

#include <Poco/Exception.h>
#include <Poco/Net/NetException.h>
#include <Poco/URI.h>

#include <algorithm>
#include <array>
#include <deque>
#include <stdexcept>
#include <utility>

#include <mortise/error.h>
#include <mortise/text.h>

#include "service/outgoing_socket.h"

namespace mortise::service {

namespace {

constexpr std::size_t most_peers = 1000;
constexpr std::string_view away = "A service this server depends on does not answer. Try again later.";

bool is_token(std::string_view text) {
    constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::ranges::all_of(text, [&](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || others.find(letter) != std::string_view::npos;
    });
}

bool is_visible(char letter) {
    return letter > 0x20 && letter < 0x7F;
}

bool is_header_value(std::string_view value) {
    return std::ranges::all_of(value, [](char letter) {
        const auto byte = static_cast<unsigned char>(letter);
        return letter == '\t' || (byte >= 0x20 && byte != 0x7F);
    });
}

bool is_ours(std::string_view header) {
    constexpr std::array<std::string_view, 4> ours{"Host", "Content-Length", "Transfer-Encoding",
                                                   "Connection"};
    return std::ranges::any_of(ours, [&](std::string_view own) { return equals_ignoring_case(own, header); });
}

void check(const OutgoingRequest& request) {
    if (!is_token(request.method)) throw std::invalid_argument("the method of a request is no token");
    for (const auto& [name, value] : request.headers) {
        if (!is_token(name)) throw std::invalid_argument("a header's name is no token");
        if (!is_header_value(value))
            throw std::invalid_argument("header " + name + " has a control character");
        if (is_ours(name)) throw std::invalid_argument("header " + name + " is set by the client itself");
    }
}

bool is_idempotent(std::string_view method) {
    constexpr std::array<std::string_view, 6> idempotent{"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"};
    return std::ranges::find(idempotent, method) != idempotent.end();
}

bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// The other side is overloaded or has lost what is behind it.
bool is_sick(int status) {
    return status >= 502 && status <= 504;
}

}  // namespace

struct OutgoingHttp::Target {
    Origin origin;
    std::string scheme_and_authority;  // "https://example.org:444"
    std::string path_and_query;

    // Poco::URI reads the authority only: it would decode the path and write it anew, "%2F" as "/".
    static Target parse(std::string_view url) {
        if (!std::ranges::all_of(url, is_visible))
            throw std::invalid_argument("the URL has characters that must be percent-encoded");
        const auto authority = url.find("://");
        if (authority == std::string_view::npos) throw std::invalid_argument("the URL is not absolute");
        const auto path = std::min(url.find_first_of("/?#", authority + 3), url.size());
        Target target{.origin = {},
                      .scheme_and_authority = std::string(url.substr(0, path)),
                      .path_and_query = std::string(url.substr(path, url.find('#') - path))};
        if (!target.path_and_query.starts_with('/')) target.path_and_query.insert(0, "/");
        const Poco::URI uri = read(target.scheme_and_authority);
        target.origin = {.tls = uri.getScheme() == "https", .host = uri.getHost(), .port = uri.getPort()};
        if (!target.origin.tls && uri.getScheme() != "http")
            throw std::invalid_argument("the URL is not http:// or https://");
        if (target.origin.host.empty()) throw std::invalid_argument("the URL names no host");
        if (!uri.getUserInfo().empty()) throw std::invalid_argument("the URL carries a user name");
        if (target.origin.port == 0) throw std::invalid_argument("the URL's port is 0");
        return target;
    }
    // Where a Location leads from here.
    Target follow(std::string_view location) const {
        if (location.find("://") != std::string_view::npos) return parse(location);
        if (location.starts_with("//"))
            return parse(std::string(origin.tls ? "https:" : "http:") + std::string(location));
        if (location.starts_with('/')) return parse(scheme_and_authority + std::string(location));
        const auto folder = path_and_query.rfind('/', path_and_query.find('?'));
        return parse(scheme_and_authority + path_and_query.substr(0, folder + 1) + std::string(location));
    }

private:
    static Poco::URI read(const std::string& text) try {
        return Poco::URI(text);
    } catch (const Poco::Exception&) {
        throw std::invalid_argument("the URL can't be read");
    }
};

struct OutgoingHttp::Peer {
    explicit Peer(const BreakerSettings& settings, const Clock& clock) : breaker(settings, clock) {}

    CircuitBreaker breaker;
    struct Idle {
        std::unique_ptr<HttpConnection> connection;
        Moment since;
    };
    std::deque<Idle> idle;  // guarded by mutex_; the last one used stands last
    int in_use = 0;         // guarded by mutex_
};

// The right to one of a peer's connections, and the connection kept from before, if there was one.
class OutgoingHttp::Lease {
public:
    Lease(OutgoingHttp& client, Peer& peer, Moment deadline) : client_(client), peer_(peer) {
        std::unique_lock lock(client.mutex_);
        const bool free = client.returned_.wait_until(
            lock, deadline, [&] { return peer.in_use < client.settings_.connections; });
        if (!free)
            throw Error(Code::gateway_timeout, std::string(away),
                        "no free connection (http_client.connections)");
        ++peer.in_use;
    }
    ~Lease() {
        const std::lock_guard lock(client_.mutex_);
        --peer_.in_use;
        client_.returned_.notify_all();
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    std::unique_ptr<HttpConnection> take_idle() {
        const auto oldest = client_.clock_.steady_now() - client_.settings_.idle_timeout;
        std::deque<Peer::Idle> outworn;  // closed after the lock is open
        const std::lock_guard lock(client_.mutex_);
        while (!peer_.idle.empty()) {
            Peer::Idle last = std::move(peer_.idle.back());
            peer_.idle.pop_back();
            if (last.since > oldest && last.connection->is_quiet()) return std::move(last.connection);
            outworn.push_back(std::move(last));
        }
        return nullptr;
    }
    void keep(std::unique_ptr<HttpConnection> connection) {
        const std::lock_guard lock(client_.mutex_);
        peer_.idle.push_back({std::move(connection), client_.clock_.steady_now()});
        if (static_cast<int>(peer_.idle.size()) > client_.settings_.connections) peer_.idle.pop_front();
    }

private:
    OutgoingHttp& client_;
    Peer& peer_;
};

OutgoingHttp::OutgoingHttp(const HttpClientSettings& settings, const Clock& clock,
                           std::unique_ptr<Metrics> metrics, Log log)
    : settings_(settings),
      clock_(clock),
      log_(std::move(log)),
      tls_(settings.authorities_file),
      metrics_(std::move(metrics)) {
    const auto calls = [&](const char* outcome) {
        return metrics_->counter("calls_total", "Calls to other servers by how they ended",
                                 {{"outcome", outcome}});
    };
    answered_ = calls("answered");
    failed_ = calls("failed");
    refused_ = calls("refused");
    metrics_->gauge_from("open_breakers", "Servers that are not called now because they failed",
                         [this] { return static_cast<double>(open_breakers()); });
}

OutgoingHttp::~OutgoingHttp() = default;

IncomingResponse OutgoingHttp::send(const OutgoingRequest& request) {
    check(request);
    const Moment deadline = std::chrono::steady_clock::now() + request.timeout.value_or(settings_.timeout);
    OutgoingRequest hop = request;
    Target target = Target::parse(request.url);
    for (int left = request.redirects;; --left) {
        IncomingResponse response = call(target, hop, deadline);
        const auto location = response.header("Location");
        const bool may_follow = hop.method == "GET" || hop.method == "HEAD";
        if (left <= 0 || !may_follow || !location || !is_redirect(response.status)) return response;
        try {
            Target next = target.follow(*location);
            if (target.origin.tls && !next.origin.tls) return response;
            if (next.origin != target.origin)
                std::erase_if(hop.headers, [](const auto& header) {
                    return equals_ignoring_case(header.first, "Authorization") ||
                           equals_ignoring_case(header.first, "Cookie");
                });
            target = std::move(next);
        } catch (const std::invalid_argument&) {
            return response;  // it leads nowhere: the caller sees the redirect itself
        }
    }
}

IncomingResponse OutgoingHttp::call(const Target& target, const OutgoingRequest& request, Moment deadline) {
    const std::shared_ptr<Peer> peer = peer_of(target.origin);
    auto permit = peer->breaker.ask();
    if (!permit) {
        refused_.add();
        throw Error(Code::unavailable, std::string(away),
                    target.origin.host + ": the circuit breaker is open")
            .retry_after(peer->breaker.retry_after());
    }
    const auto fail = [&](Code code, const std::string& detail) {
        failed_.add();
        permit->failed();
        if (peer->breaker.state() == CircuitBreaker::State::open)
            log_.warn("a server is not called for a while: it fails",
                      {{"host", target.origin.host}, {"port", target.origin.port}, {"what", detail}});
        return Error(code, std::string(away), target.origin.host + ": " + detail);
    };
    try {
        IncomingResponse response = exchange(*peer, target, request, deadline);
        answered_.add();
        is_sick(response.status) ? permit->failed() : permit->succeeded();
        return response;
    } catch (const Poco::TimeoutException& fault) {
        throw fail(Code::gateway_timeout, fault.displayText());
    } catch (const Poco::Exception& fault) {
        throw fail(Code::bad_gateway, fault.displayText());
    } catch (const BadAnswer& fault) {
        throw fail(Code::bad_gateway, fault.what());
    } catch (const StaleConnection& fault) {
        throw fail(Code::bad_gateway, fault.what());
    }
}

// Talks on a socket that is shut down when the time is over; whatever that looks like, it is a timeout.
template <class Talk>
auto OutgoingHttp::watched(int descriptor, Moment deadline, Talk talk) {
    const auto guard = watch_.watch(descriptor, deadline);
    try {
        auto result = talk();
        if (!guard.fired()) return result;
    } catch (...) {
        if (!guard.fired()) throw;
    }
    throw Poco::TimeoutException("the answer took too long");
}

IncomingResponse OutgoingHttp::exchange(Peer& peer, const Target& target, const OutgoingRequest& request,
                                        Moment deadline) {
    const std::size_t most = request.max_answer_bytes.value_or(settings_.max_answer);
    Lease lease(*this, peer, deadline);
    const auto attempt = [&](std::unique_ptr<HttpConnection> connection) {
        IncomingResponse response = watched(connection->descriptor(), deadline, [&] {
            return connection->exchange(target.origin, target.path_and_query, request, most);
        });
        if (connection->may_be_kept()) lease.keep(std::move(connection));
        return response;
    };
    if (auto kept = lease.take_idle()) {
        try {
            return attempt(std::move(kept));
        } catch (const StaleConnection&) {
            if (!is_idempotent(request.method)) throw;
        }
    }
    return attempt(connect(target.origin, deadline));
}

std::unique_ptr<HttpConnection> OutgoingHttp::connect(const Origin& origin, Moment deadline) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    const auto socket = connect_to(origin.host, origin.port, std::min(left, settings_.connect_timeout));
    return watched(static_cast<int>(socket.impl()->sockfd()), deadline,
                   [&] { return HttpConnection::open(origin, socket, tls_); });
}

std::shared_ptr<OutgoingHttp::Peer> OutgoingHttp::peer_of(const Origin& origin) {
    const std::lock_guard lock(mutex_);
    if (const auto known = peers_.find(origin); known != peers_.end()) return known->second;
    if (peers_.size() >= most_peers)
        std::erase_if(peers_, [](const auto& entry) {
            return entry.second.use_count() == 1 &&
                   entry.second->breaker.state() == CircuitBreaker::State::closed;
        });
    return peers_.emplace(origin, std::make_shared<Peer>(settings_.breaker, clock_)).first->second;
}

std::size_t OutgoingHttp::open_breakers() {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::ranges::count_if(peers_, [](const auto& entry) {
        return entry.second->breaker.state() != CircuitBreaker::State::closed;
    }));
}

}  // namespace mortise::service
