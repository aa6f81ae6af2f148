// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

#include "http/chain.h"
#include "http/exchange.h"

namespace mortise::http {

/// A request whose answer comes when it comes: a poll that waits, a connection that changes its protocol.
/// Its identity is known, its body is there, its middleware has run. Copies share one request.
class KeptRequest {
public:
    KeptRequest() = default;
    KeptRequest(const Chain& chain, std::shared_ptr<Exchange> exchange)
        : chain_(&chain), exchange_(std::move(exchange)) {}

    /// Answers, through every `after` that was passed. Any thread, once.
    void answer(Response response) {
        const auto exchange = std::exchange(exchange_, nullptr);
        exchange->chain().response = std::move(response);
        chain_->finish(*exchange);
    }
    Exchange& exchange() const { return *exchange_; }
    Request& request() const { return exchange_->request(); }
    explicit operator bool() const noexcept { return exchange_ != nullptr; }

private:
    const Chain* chain_ = nullptr;
    std::shared_ptr<Exchange> exchange_;
};

/// Whoever takes the requests of a route that a handler could not answer. Called on the request's loop
/// thread; must not block. What it throws is answered as a handler's failure would be.
class Keeper {
public:
    virtual void keep(KeptRequest request) = 0;

protected:
    ~Keeper() = default;
};

}  // namespace mortise::http
