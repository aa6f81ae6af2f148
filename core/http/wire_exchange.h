// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "http/body_pipes.h"
#include "http/chunk_decoder.h"
#include "http/exchange.h"
#include "http/head_scanner.h"
#include "http/request_parser.h"
#include "http/wire_settings.h"
#include "net/buffer_pool.h"
#include "net/event_loop.h"

namespace mortise::http {

class Connection;

/// The wire's exchange: the bytes that the request's views point into, and the way back to the connection
/// while there is one.
class WireExchange final : public Exchange {
public:
    WireExchange(net::EventLoop& loop, Service& service, const WireSettings& settings);

    void collect_body(std::uint64_t limit, Continuation then) override;
    void open_body(std::uint64_t limit) override;
    bool awaits_body() override;
    void post(Continuation task) override;
    void set_deadline(std::chrono::steady_clock::time_point deadline, Continuation expired) override;
    void respond(Response&& response) override;
    net::EventLoop* loop() override { return &loop_; }
    void on_abandoned(Continuation gone) override;
    void take_over(Taken taken) override;
    bool on_loop_thread() const override { return loop_.in_loop(); }

private:
    friend class Connection;
    friend class WireLoop;

    /// True for the first who wants to answer.
    bool claim_answer() noexcept { return !answered_.exchange(true, std::memory_order_acq_rel); }
    /// Gets reply_ to the connection.
    void post_reply();
    /// Calls it on the loop's thread, if the connection still has this exchange. Any thread.
    void on_connection(void (Connection::*member)());
    /// The connection has gone, or gone on, without an answer having been sent.
    void detach(bool report);
    /// Tells whoever waits for it that the client has gone.
    void tell_gone();
    /// Ready for the next request; keeps its memory, but not that of an unusually large body.
    void reset();
    std::shared_ptr<WireExchange> self() {
        return std::static_pointer_cast<WireExchange>(shared_from_this());
    }

    net::EventLoop& loop_;
    Service& service_;
    const WireSettings& settings_;
    std::atomic<bool> answered_{false};
    Response reply_;  // on its way from another thread

    // The rest belongs to the loop's thread.
    Connection* connection_ = nullptr;
    net::BufferPool::Block block_;
    std::size_t begin_ = 0;     // of what is not yet used in the block
    std::size_t end_ = 0;       // of what has been received
    std::size_t head_end_ = 0;  // the views point before this
    HeadScanner scanner_;
    RequestParser parser_;
    ChunkDecoder chunks_;
    std::string body_;
    std::optional<RequestPipe> pipe_;
    Continuation then_;
    Continuation expired_;
    Continuation gone_;
    Taken taken_;
    std::chrono::steady_clock::time_point started_{};
    bool dispatched_ = false;  // the service has it
};

}  // namespace mortise::http
