// SPDX-License-Identifier: Apache-2.0
#include <mortise/services/limiter.h>

#include <algorithm>
#include <utility>

#include "once.h"

namespace mortise {

LimitPolicy::~LimitPolicy() = default;
Limiter::~Limiter() = default;

using OnDecision = std::function<void(const LimitDecision&)>;

struct LimitReply::Waiting : Once<LimitDecision, OnDecision> {
    explicit Waiting(OnDecision go_on)
        : Once(std::move(go_on), [] { return LimitDecision{LimitDecision::Outcome::undecided}; }) {}
};

LimitReply::LimitReply(OnDecision go_on) : waiting_(std::make_shared<Waiting>(std::move(go_on))) {}

void LimitReply::operator()(const LimitDecision& decision) const {
    waiting_->say(decision);
}

Error refusal_of(const LimitDecision& decision) {
    constexpr auto second = std::chrono::seconds(1);
    if (decision.outcome == LimitDecision::Outcome::undecided)
        return Error(Code::unavailable, "This can't be done at the moment; try again soon.",
                     "the rate limit could not be asked")
            .retry_after(second);
    const auto wait = std::max(std::chrono::ceil<std::chrono::seconds>(decision.resets_in), second);
    return Error(Code::rate_limited,
                 "This came too often; try again in " + std::to_string(wait.count()) + " s.")
        .retry_after(wait);
}

}  // namespace mortise
