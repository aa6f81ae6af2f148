// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include <mortise/host.h>
#include <mortise/options.h>
#include <mortise/services/limiter.h>
#include <mortise/services/metrics.h>

#include "callers.h"
#include "headers.h"
#include "shared_windows.h"
#include "window_table.h"

namespace ratelimit {

/// What all policies have in common.
struct Surroundings {
    explicit Surroundings(mortise::Host& host);

    Callers callers;
    Headers headers;
    bool refuses_when_away;
    WindowTable table;  ///< where this process counts; with a shared store, whom it knows to be at the limit
    std::shared_ptr<SharedWindows> shared;  ///< null until ready(), and where the store is not shared
};

/// One policy of the configuration.
class Policy final : public mortise::LimitPolicy {
public:
    /// `number` is its place in the table.
    Policy(std::string name, std::size_t number, const mortise::Options& options, Surroundings& around,
           mortise::Metrics& metrics);

    const std::string& name() const override { return name_; }
    mortise::LimitAnswer decide(const mortise::Visitor& visitor) override;
    void tell(const mortise::LimitDecision& decision, mortise::Response& response) const override;

private:
    std::int64_t limit_of(const mortise::User* user) const;
    mortise::LimitAnswer ask(std::string subject, std::int64_t limit);
    mortise::LimitDecision decision_of(const Tally& tally, std::int64_t limit) const;

    const std::string name_;
    const std::size_t number_;
    const std::int64_t limit_;
    const std::chrono::milliseconds window_;
    const bool by_address_;
    const mortise::Options::Map<std::int64_t> roles_;
    Surroundings& around_;
    mortise::Counter admitted_, refused_, exempt_, let_through_, turned_away_;
};

}  // namespace ratelimit
