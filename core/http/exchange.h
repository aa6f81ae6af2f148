// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include <mortise/request.h>
#include <mortise/response.h>
#include <mortise/server/request_parts.h>

namespace mortise::http {

/// One request on its way to one response: the border between the wire (bytes, timers, sockets) and
/// the application (routes, phases, handlers).
///
/// The wire half makes it when a head is complete and calls Service::handle() on the loop thread. A
/// connection has one exchange at a time and uses the same object again for its next request, once
/// the answer is out and nobody else holds it. Whoever works on another thread holds the shared_ptr;
/// the request's views stay valid for that long, even when the connection is gone.
class Exchange : public std::enable_shared_from_this<Exchange> {
public:
    using Continuation = std::function<void()>;

    virtual ~Exchange() = default;

    /// Reads the whole body into memory, then calls `then` on the loop thread with request().body()
    /// filled in (at once when there is no body or it is here already). When the body is larger than
    /// `limit`, stalls or breaks, the wire answers by itself (413, 408, 400) and `then` is dropped.
    /// Loop thread, at most once.
    virtual void collect_body(std::uint64_t limit, Continuation then) = 0;
    /// Opens the body for reading from a worker thread: sets parts().body_reader. Loop thread, at most
    /// once, instead of collect_body.
    virtual void open_body(std::uint64_t limit) = 0;
    /// Runs `task` on this exchange's loop thread, soon. Any thread.
    virtual void post(Continuation task) = 0;
    /// Calls `expired` on the loop thread at `deadline` unless the answer is out by then; also sets
    /// parts().deadline. A later call replaces an earlier one. Loop thread.
    virtual void set_deadline(std::chrono::steady_clock::time_point deadline, Continuation expired) = 0;
    /// Sends the answer. Any thread; the first call counts, later ones are ignored. A Response::Stream
    /// is run on the thread `run_stream` was given for (see Service).
    virtual void respond(Response&& response) = 0;
    /// True on this exchange's loop thread.
    virtual bool on_loop_thread() const = 0;

    Request& request() { return request_; }
    RequestParts& parts() { return parts_; }

private:
    RequestParts parts_;
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
    /// Runs a blocking task (a Response::Stream) on a worker thread; false when there is no room for it.
    virtual bool run_blocking(std::function<void()> task) = 0;
    /// An answer has been written or given up: one access log line, one metric. Loop thread.
    virtual void finished(const RequestParts& parts, int status, std::uint64_t body_bytes,
                          std::chrono::steady_clock::duration took) = 0;
};

}  // namespace mortise::http
