// SPDX-License-Identifier: Apache-2.0
#include "http/wire.h"

#include <thread>
#include <utility>

#include "http/connection.h"
#include "http/wire_loop.h"

namespace mortise::http {

Wire::Wire(net::LoopGroup& loops, Service& service, WireSettings settings)
    : loops_(loops), settings_(settings), count_(settings.max_connections), wires_(loops.size()) {
    loops_.on_each([&](std::size_t number, net::EventLoop& loop) {
        wires_[number] = std::make_unique<WireLoop>(loop, service, settings_, count_);
    });
}

Wire::~Wire() {
    stop();
}

std::string Wire::listen(const net::ListenAddress& address, const net::TlsContext* tls) {
    auto& listener = listeners_.emplace_back(address, loops_.size());
    auto& acceptors = acceptors_.emplace_back(loops_.size());
    loops_.on_each([&](std::size_t number, net::EventLoop& loop) {
        auto accepted = [&wire = *wires_[number], tls](net::Descriptor socket, const net::Address& peer) {
            if (tls == nullptr) return wire.adopt(net::Transport(std::move(socket)), peer);
            const int fd = socket.get();
            if (auto session = tls->accept(fd))
                wire.adopt(net::Transport(std::move(socket), std::move(session)), peer);
        };
        acceptors[number] =
            std::make_unique<net::Acceptor>(loop, listener.descriptor(number), std::move(accepted));
    });
    return addresses_.emplace_back(listener.text());
}

void Wire::drain() {
    stop_accepting();
    loops_.on_each([&](std::size_t number, net::EventLoop&) { wires_[number]->drain(); });
}

bool Wire::wait_until_empty(std::chrono::milliseconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (count_.open() > 0) {
        if (std::chrono::steady_clock::now() >= until) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

void Wire::stop() {
    if (wires_.empty()) return;
    stop_accepting();
    loops_.on_each([&](std::size_t number, net::EventLoop&) { wires_[number].reset(); });
    wires_.clear();
}

void Wire::stop_accepting() {
    if (listeners_.empty()) return;
    loops_.on_each([&](std::size_t number, net::EventLoop&) {
        for (auto& acceptors : acceptors_) acceptors[number].reset();
    });
    acceptors_.clear();
    listeners_.clear();
}

}  // namespace mortise::http
