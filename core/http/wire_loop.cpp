// SPDX-License-Identifier: Apache-2.0
#include "http/wire_loop.h"

#include <algorithm>
#include <utility>

#include "http/connection.h"
#include "http/response_writer.h"
#include "http/wire_exchange.h"

namespace mortise::http {

namespace {

constexpr std::size_t kept_exchanges = 64;
constexpr std::size_t kept_memory = 64;
constexpr std::size_t kept_memory_bytes = 64 * 1024;
constexpr std::size_t room_for_bodies = 16 * 1024;

}  // namespace

WireLoop::WireLoop(net::EventLoop& event_loop, Service& application, const WireSettings& limits,
                   net::ConnectionCount& all)
    : loop(event_loop), service(application), settings(limits), count_(all) {
    // A block holds the largest head and, behind it, what a chunked body is received into.
    const auto least = limits.max_head_bytes + room_for_bodies;
    if (loop.buffers().block_size() < least) loop.buffers() = net::BufferPool(least);
}

WireLoop::~WireLoop() {
    cut();
}

void WireLoop::adopt(net::Transport transport, const net::Address& peer) {
    if (!count_.enter()) return turn_away(std::move(transport));
    auto& connection = connections_.emplace_back(*this, std::move(transport), peer);
    try {
        connection.start(std::prev(connections_.end()));
    } catch (...) {
        connections_.pop_back();
        count_.leave();
        throw;
    }
}

void WireLoop::remove(Connection& connection) noexcept {
    if (connection.waits_for_turn_)
        std::replace(waiting_.begin(), waiting_.end(), &connection, static_cast<Connection*>(nullptr));
    connections_.erase(connection.place());
    count_.leave();
}

void WireLoop::run_again(Connection& connection) {
    if (std::exchange(connection.waits_for_turn_, true)) return;
    waiting_.push_back(&connection);
    if (waiting_.size() == 1) post_turn();
}

void WireLoop::post_turn() {
    loop.post([this, alive = std::weak_ptr(alive_)] {
        if (!alive.expired()) next_turn();
    });
}

void WireLoop::next_turn() {
    // Whoever asks for another turn meanwhile stands behind these and gets it in the next round.
    for (auto count = waiting_.size(); count > 0; --count) {
        auto* connection = waiting_.front();
        waiting_.erase(waiting_.begin());
        if (connection == nullptr) continue;
        connection->waits_for_turn_ = false;
        connection->resume();
    }
    if (!waiting_.empty()) post_turn();
}

void WireLoop::drain() {
    draining_ = true;
    for (auto at = connections_.begin(); at != connections_.end();) (at++)->drain();
}

void WireLoop::cut() {
    for (auto at = connections_.begin(); at != connections_.end();) (at++)->cut();
}

std::shared_ptr<WireExchange> WireLoop::take_exchange() {
    std::shared_ptr<WireExchange> exchange;
    if (exchanges_.empty()) {
        exchange = std::make_shared<WireExchange>(loop, service, settings);
    } else {
        exchange = std::move(exchanges_.back());
        exchanges_.pop_back();
    }
    exchange->block_ = loop.buffers().take();
    exchange->begin_ = exchange->end_ = exchange->head_end_ = 0;
    return exchange;
}

void WireLoop::give_back(std::shared_ptr<WireExchange> exchange) noexcept {
    exchange->connection_ = nullptr;
    exchange->reset();
    loop.buffers().give_back(std::move(exchange->block_));
    if (exchanges_.size() < kept_exchanges) exchanges_.push_back(std::move(exchange));
}

std::string WireLoop::take_memory() {
    if (memory_.empty()) return {};
    auto memory = std::move(memory_.back());
    memory_.pop_back();
    return memory;
}

void WireLoop::give_back(std::string memory) noexcept {
    if (memory.capacity() < 64 || memory.capacity() > kept_memory_bytes || memory_.size() >= kept_memory)
        return;
    memory.clear();
    memory_.push_back(std::move(memory));
}

void WireLoop::turn_away(net::Transport transport) {
    if (transport.is_tls()) return;  // a handshake is more than a stranger over the limit is worth
    auto response =
        service.refuse(503, "This server has as many connections as it may; try again soon.", nullptr);
    std::string answer;
    AnswerFraming framing;
    framing.keep_alive = false;
    framing.length = response.body_text().size();
    write_head(answer, response, framing, {}, date.line(loop.now()));
    answer.append(response.body_text());
    transport.send(answer);
    transport.finish_sending();
}

}  // namespace mortise::http
