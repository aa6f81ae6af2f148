// SPDX-License-Identifier: Apache-2.0
#include "plugin/route_breakers.h"

#include <mutex>
#include <optional>
#include <unordered_map>

#include "service/circuit_breaker.h"

namespace mortise::plugin {

namespace {

/// The circuit breaker of service, as http knows it: the permits are kept here, http carries their numbers.
class CountedBreaker final : public http::RouteBreaker {
public:
    CountedBreaker(const service::BreakerSettings& settings, const Clock& clock)
        : breaker_(settings, clock) {}

    std::uint64_t allow() override {
        std::optional<Permit> permit = breaker_.ask();
        if (!permit) return 0;
        const std::lock_guard lock(mutex_);
        permits_.emplace(++last_ticket_, std::move(*permit));
        return last_ticket_;
    }
    void succeeded(std::uint64_t ticket) override {
        if (auto permit = take(ticket)) permit->succeeded();
    }
    void failed(std::uint64_t ticket) override {
        if (auto permit = take(ticket)) permit->failed();
    }
    std::chrono::milliseconds retry_after() const override { return breaker_.retry_after(); }

private:
    using Permit = service::CircuitBreaker::Permit;

    std::optional<Permit> take(std::uint64_t ticket) {
        const std::lock_guard lock(mutex_);
        const auto found = permits_.find(ticket);
        if (found == permits_.end()) return std::nullopt;
        std::optional<Permit> permit(std::move(found->second));
        permits_.erase(found);
        return permit;
    }

    service::CircuitBreaker breaker_;
    std::mutex mutex_;
    std::unordered_map<std::uint64_t, Permit> permits_;  // before breaker_ goes, they do
    std::uint64_t last_ticket_ = 0;
};

}  // namespace

http::BreakerFactory route_breakers(const Clock& clock) {
    return [&clock](const RouteDeclaration& route) -> std::unique_ptr<http::RouteBreaker> {
        if (!route.breaker) return nullptr;
        service::BreakerSettings settings;
        settings.failures = route.breaker->failures;
        settings.open_for = route.breaker->open_for;
        return std::make_unique<CountedBreaker>(settings, clock);
    };
}

}  // namespace mortise::plugin
