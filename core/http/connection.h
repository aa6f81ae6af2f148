// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/body_pipes.h"
#include "http/file_body.h"
#include "http/outbox.h"
#include "http/wire_exchange.h"
#include "http/wire_loop.h"
#include "net/event_loop.h"
#include "net/transport.h"

namespace mortise::http {

/// One client's connection, from its first byte to its last: heads and bodies in, answers out, one request at
/// a time.
///
/// Every way in (a notice, a timer, a word from the exchange) changes some state and then calls run(), which
/// goes on as far as it can without waiting and then destroys the connection if it is over.
class Connection final : private net::Watcher {
public:
    Connection(WireLoop& home, net::Transport transport, const net::Address& peer);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    /// Starts watching; `place` is where the home keeps it.
    void start(std::list<Connection>::iterator place);
    /// Closes if there is no request, else after the answer to it.
    void drain();
    /// Closes now.
    void cut();

    // From the exchange, on the loop's thread:
    void collect_body(std::uint64_t limit, Exchange::Continuation then);
    void open_body(std::uint64_t limit);
    void resume_body();
    void set_deadline(std::chrono::steady_clock::time_point deadline);
    void answer(Response&& response);
    void hand_over();
    void resume() { run(); }
    bool is_hung_up() const noexcept { return hung_up_; }
    bool awaits_body() const;

    std::list<Connection>::iterator place() const noexcept { return place_; }

private:
    enum class Phase : std::uint8_t { head, request, handing_over, closing, lingering, closed };
    enum class Body : std::uint8_t { unread, collecting, piping, swallowing, complete, given_up };
    enum class Answer : std::uint8_t { awaited, file, stream, sent };
    enum class Wait : std::uint8_t { nothing, head, idle, body, write, linger };

    void ready(net::Ready what) override;
    void late();
    void deadline_reached();

    void run();
    bool advance();
    bool read_head();
    bool linger();
    bool dispatch();
    bool serve();
    bool read_body();
    bool use_bytes();
    bool take_length();
    bool take_chunks();
    bool deliver(std::string_view bytes);
    void body_complete();
    void body_broken(int status, std::string_view reason);
    void next_request();

    /// Receives behind what is there. False: nothing came, for now or for good.
    bool receive();
    bool receive_into_body();
    bool received(net::Moved moved, std::size_t room);
    void make_room(std::size_t floor);

    void refuse(int status, std::string_view reason);
    void send_answer(Response&& response, std::optional<FileBody> file);
    void send_body(Response& response, std::optional<FileBody> file);
    bool start_stream(Response::Stream& stream);
    void pump_stream();
    void leave_body();
    void report();

    bool flush();
    void close_when_flushed();
    void give_away();
    void settle();
    Wait what_to_wait_for() const noexcept;
    std::chrono::milliseconds limit_of(Wait wait) const noexcept;
    void abort() noexcept { phase_ = Phase::closed; }
    void release_exchange();
    bool nobody_else_holds_exchange() const;
    void leave();

    WireLoop& home_;
    net::Transport transport_;
    std::string peer_;
    std::list<Connection>::iterator place_;
    std::shared_ptr<WireExchange> exchange_;  // while bytes are pending or a request is served
    Outbox outbox_;
    std::shared_ptr<ResponsePipe> stream_;
    net::Timer limit_ = net::Timer::calling<&Connection::late>(this);
    net::Timer deadline_ = net::Timer::calling<&Connection::deadline_reached>(this);

    std::uint64_t body_limit_ = 0;
    std::uint64_t body_left_ = 0;      // of a body with a length
    std::uint64_t body_seen_ = 0;      // decoded bytes
    std::uint64_t body_overhead_ = 0;  // of chunking
    std::uint64_t answer_bytes_ = 0;
    int answer_status_ = 0;
    Phase phase_ = Phase::head;
    Body body_ = Body::complete;
    Answer answer_ = Answer::awaited;
    Wait wait_ = Wait::nothing;
    bool readable_ = false;
    bool hung_up_ = false;
    bool running_ = false;
    bool progressed_ = false;
    bool served_before_ = false;
    bool keep_alive_ = true;
    bool chunked_answer_ = false;
    bool body_paused_ = false;
    bool continue_wanted_ = false;
    bool refused_ = false;

    friend class WireLoop;
    bool waits_for_turn_ = false;  // the home's note
};

}  // namespace mortise::http
