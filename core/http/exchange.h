// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <mortise/request.h>
#include <mortise/response.h>
#include <mortise/server/request_parts.h>

#include "http/chain_state.h"
#include "net/connection_count.h"
#include "net/transport.h"

namespace mortise::net {
class EventLoop;
}

namespace mortise::http {

/// A connection that leaves HTTP for another protocol: belongs to whoever asked for it, not watched by any
/// loop, non-blocking.
struct TakenConnection {
    net::EventLoop* loop = nullptr;  ///< it was on this one; the callback runs there
    net::Transport transport;
    std::string bytes;           ///< what came behind the head
    net::ConnectionPlace place;  ///< it still counts
};

/// One request on its way to one response: the border between the wire (bytes, timers, sockets) and
/// the application (routes, phases, handlers).
///
/// The wire half makes it when a head is complete and calls Service::handle() on the loop thread. A
/// connection has one exchange at a time and uses the same object again for its next request, once
/// the answer is out and nobody else holds it. Whoever works on another thread holds the shared_ptr;
/// the request's views stay valid for that long, even when the connection is gone.
///
/// The continuations given to collect_body() and set_deadline() belong to the exchange: it drops them
/// before it goes or serves its next request, so they may hold it by plain pointer.
class Exchange : public std::enable_shared_from_this<Exchange> {
public:
    using Continuation = std::function<void()>;
    using Taken = std::function<void(TakenConnection)>;

    virtual ~Exchange() = default;

    /// Reads the whole body into memory, then calls `then` on the loop thread with request().body()
    /// filled in (at once when there is no body or it is here already). When the body is larger than
    /// `limit`, stalls or breaks, the wire answers by itself (413, 408, 400) and `then` is dropped.
    /// Loop thread, at most once.
    virtual void collect_body(std::uint64_t limit, Continuation then) = 0;
    /// Opens the body for reading from a worker thread: sets parts().body_reader. Loop thread, at most
    /// once, instead of collect_body.
    virtual void open_body(std::uint64_t limit) = 0;
    /// Nothing goes on before the client has sent more of its body: it is collected, or its reader waits.
    /// Loop thread.
    virtual bool awaits_body() = 0;
    /// Runs `task` on this exchange's loop thread, soon. Any thread.
    virtual void post(Continuation task) = 0;
    /// Calls `expired` on the loop thread at `deadline` unless the answer is out by then; also sets
    /// parts().deadline. A later call replaces an earlier one. Loop thread.
    virtual void set_deadline(std::chrono::steady_clock::time_point deadline, Continuation expired) = 0;
    /// The loop it belongs to; null where there is none, as in tests.
    virtual net::EventLoop* loop() = 0;
    /// Sends the answer: its own headers, then head_lines() as they are. A header `Connection: close`
    /// closes the connection behind it. Any thread; the first call counts, later ones are ignored. A
    /// Response::Stream is run by Service::run_blocking.
    virtual void respond(Response&& response) = 0;
    /// Calls `gone` on the loop thread as soon as the client has gone away before its answer. Loop thread.
    virtual void on_abandoned(Continuation gone) = 0;
    /// Gives the connection away instead of an answer, once earlier answers are out; `taken` is dropped when
    /// it breaks before that. Loop thread; the request's views end when `taken` returns.
    virtual void take_over(Taken taken) = 0;
    /// True on this exchange's loop thread.
    virtual bool on_loop_thread() const = 0;

    Request& request() { return request_; }
    RequestParts& parts() { return parts_; }
    /// What the server adds to every answer (request id, CORS, security headers) as finished lines,
    /// "Name: value\r\n" each; the application fills it in before it responds. The wire clears it, with
    /// parts(), before the next request.
    std::string& head_lines() { return head_lines_; }
    /// The application's own notes on this request.
    ChainState& chain() { return chain_; }

private:
    RequestParts parts_;
    std::string head_lines_;
    ChainState chain_;
    Request request_{parts_};
};

/// The application behind the wire.
class Service {
public:
    virtual ~Service() = default;
    /// A head has arrived, its body perhaps not yet. Loop thread; must not block or throw.
    virtual void handle(const std::shared_ptr<Exchange>& exchange) = 0;
    /// The answer to bytes that never became a request, or to one the wire gives up (400, 408, 413,
    /// 414, 431, 501, 503, 505): problem+json. `parts` is null when there is no head. Any loop thread.
    virtual Response refuse(int status, std::string_view detail, const RequestParts* parts) = 0;
    /// Runs a blocking task (a Response::Stream) on a worker of the route's plugin; false when there is
    /// no room for it.
    virtual bool run_blocking(Exchange& exchange, std::function<void()> task) = 0;
    /// An answer has been written or given up: one access log line, one metric. Loop thread.
    virtual void finished(const RequestParts& parts, int status, std::uint64_t body_bytes,
                          std::chrono::steady_clock::duration took) = 0;
};

}  // namespace mortise::http
