// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <mortise/response.h>
#include <mortise/route.h>
#include <mortise/services/identity.h>
#include <mortise/services/limiter.h>

namespace mortise::test {

/// A limiter that says what its test tells it to, at once or when the test replies.
class TestLimiter final : public Limiter {
public:
    class Policy final : public LimitPolicy {
    public:
        explicit Policy(std::string name) : name_(std::move(name)) {}
        const std::string& name() const override { return name_; }
        LimitAnswer decide(const Visitor& visitor) override {
            const std::scoped_lock lock(mutex_);
            visitors_.push_back(visitor.user != nullptr ? visitor.user->id : std::string(visitor.address));
            if (!is_slow) return decision_;
            return [this](LimitReply reply) {
                const std::scoped_lock lock(mutex_);
                if (!is_over_) waiting_.push_back(std::move(reply));
            };
        }
        void tell(const LimitDecision& told, Response& response) const override {
            response.set_header("x-left", std::to_string(told.remaining));
        }

        /// From now on.
        void say(const LimitDecision& decision) {
            const std::scoped_lock lock(mutex_);
            decision_ = decision;
        }
        /// To the attempt that has waited for least.
        void reply(const LimitDecision& decision) {
            std::unique_lock lock(mutex_);
            const LimitReply reply = waiting_.back();
            lock.unlock();
            reply(decision);
        }
        void forget() {
            std::unique_lock lock(mutex_);
            const auto forgotten = std::exchange(waiting_, {});
            lock.unlock();
        }
        void stop() {
            {
                const std::scoped_lock lock(mutex_);
                is_over_ = true;
            }
            forget();
        }
        std::size_t waiting() const {
            const std::scoped_lock lock(mutex_);
            return waiting_.size();
        }
        std::vector<std::string> visitors() const {
            const std::scoped_lock lock(mutex_);
            return visitors_;
        }

        bool is_slow = false;  // before the first attempt

    private:
        mutable std::mutex mutex_;
        LimitDecision decision_;
        std::vector<std::string> visitors_;
        std::vector<LimitReply> waiting_;
        bool is_over_ = false;
        std::string name_;
    };

    /// Makes one.
    Policy& operator[](const std::string& name) { return policies_.try_emplace(name, name).first->second; }

    /// Whoever waits is forgotten, from now on at once.
    void stop() {
        for (auto& [name, policy] : policies_) policy.stop();
    }

    LimitPolicy* policy(std::string_view name) override {
        const auto found = policies_.find(name);
        return found == policies_.end() ? nullptr : &found->second;
    }
    LimitPolicy* policy_without_name(const RouteDeclaration& route) override {
        return route.path.starts_with("/api/") ? policy("general") : nullptr;
    }

private:
    std::map<std::string, Policy, std::less<>> policies_;
};

inline constexpr LimitDecision admitted{LimitDecision::Outcome::admitted, 5, 4, std::chrono::seconds(60)};
inline constexpr LimitDecision refused{LimitDecision::Outcome::refused, 5, 0,
                                       std::chrono::milliseconds(41'500)};
inline constexpr LimitDecision undecided{LimitDecision::Outcome::undecided};

}  // namespace mortise::test
