// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include <mortise/sdk.h>
#include <mortise/services/limiter.h>
#include <mortise/services/metrics.h>
#include <mortise/services/store.h>

#include "policy.h"

namespace ratelimit {

class RateLimit final : public mortise::Plugin, public mortise::Limiter {
public:
    void start(mortise::Host& host) override {
        host_ = &host;
        const mortise::Options& options = host.options();
        api_ = options.texts("api");
        const auto& policies = options.entries("policies");
        Surroundings& around = around_.emplace(host);
        for (const auto& [name, policy] : policies)
            policies_.try_emplace(name, name, policies_.size(), policy, around, host.metrics());
        host.provide<mortise::Limiter>(*this);
        host.sockets()
            .emits(std::string(mortise::Limiter::notice))
            .summary("An event that asked for no acknowledgement came too often")
            .payload<mortise::LimitNotice>();
        host.metrics().gauge_from("windows", "Users and addresses counted in this process",
                                  [&around] { return static_cast<double>(around.table.size()); });
    }

    void ready() override {
        if (!host_->store().is_remote()) return;
        const mortise::Options& options = host_->options();
        const SharedWindows::Settings settings{static_cast<std::size_t>(options.integer("threads")),
                                               static_cast<std::size_t>(options.integer("queue"))};
        auto shared = std::make_shared<SharedWindows>(host_->store(), settings, host_->log());
        shared->start();
        host_->metrics().gauge_from("waiting", "Attempts that wait for the store",
                                    [shared] { return static_cast<double>(shared->waiting()); });
        around_->shared = std::move(shared);
    }

    void stop() override {
        if (around_ && around_->shared) around_->shared->stop();
    }

    mortise::LimitPolicy* policy(std::string_view name) override {
        const auto found = policies_.find(name);
        return found == policies_.end() ? nullptr : &found->second;
    }

    mortise::LimitPolicy* policy_without_name(const mortise::RouteDeclaration& route) override {
        for (std::string_view below : api_) {
            if (below.ends_with('/')) below.remove_suffix(1);
            if (!route.path.starts_with(below)) continue;
            if (route.path.size() == below.size() || route.path[below.size()] == '/')
                return policy("general");
        }
        return nullptr;
    }

private:
    mortise::Host* host_ = nullptr;
    std::vector<std::string> api_;
    std::optional<Surroundings> around_;  // made by start()
    std::map<std::string, Policy, std::less<>> policies_;
};

}  // namespace ratelimit
MORTISE_PLUGIN(ratelimit::RateLimit)
