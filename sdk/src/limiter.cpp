// SPDX-License-Identifier: Apache-2.0
#include <mortise/services/limiter.h>

#include <algorithm>
#include <atomic>
#include <utility>

namespace mortise {

LimitPolicy::~LimitPolicy() = default;
Limiter::~Limiter() = default;

struct LimitReply::Once {
    explicit Once(std::function<void(const LimitDecision&)> told) : go_on(std::move(told)) {}
    ~Once() {
        if (is_used.load()) return;
        try {
            go_on({LimitDecision::Outcome::undecided});
        } catch (...) {  // no memory even for that
        }
    }

    std::function<void(const LimitDecision&)> go_on;
    std::atomic<bool> is_used{false};
};

LimitReply::LimitReply(std::function<void(const LimitDecision&)> go_on)
    : once_(std::make_shared<Once>(std::move(go_on))) {}

void LimitReply::operator()(const LimitDecision& decision) const {
    if (once_->is_used.exchange(true)) return;
    // What waited is not kept any longer, however long this is.
    const auto go_on = std::exchange(once_->go_on, nullptr);
    go_on(decision);
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
